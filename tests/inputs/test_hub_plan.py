"""Weights stay where they are; what runs, configures or describes is fetched within bounds."""

from __future__ import annotations

import pytest

from scanner.inputs.hub_plan import MODEL_BYTES, MODEL_FILES, plan_of
from scanner.inputs.hub_records import HubFile, Repository


def _chosen(*files: tuple[str, int]) -> set[str]:
    listed = tuple(HubFile(path, size, "") for path, size in files)
    return {f.path for f in plan_of(Repository("", "model", "acme/x", "0" * 40, "main", listed)).chosen}


@pytest.mark.parametrize(
    "path",
    [
        "model.safetensors", "pytorch_model.bin", "x.gguf", "vocab.json", "tokenizer.json", "merges.txt", "a.png",
        "pytorch_model.bin.index.json", "unet/config.json", "../config.json", "/etc/config.json", "a//config.json",
    ],
)  # fmt: skip
def test_what_is_left(path: str) -> None:
    assert _chosen((path, 10)) == set()


@pytest.mark.parametrize(
    "path",
    [
        "README.md", "config.json", "tokenizer_config.json", "modeling_x.py", "model_index.json", "requirements.txt",
        "custom_generate/generate.py", "model/config.json", "Dockerfile", "MLmodel", "config_r1.json",
    ],
)  # fmt: skip
def test_what_is_read(path: str) -> None:
    assert _chosen((path, 10)) == {path}


@pytest.mark.parametrize("path", ["pytorch_model.bin", "a/b.CKPT", "x.gguf", "chat_template.jinja"])
def test_what_is_looked_into(path: str) -> None:
    found = plan_of(Repository("", "model", "acme/x", "0" * 40, "main", (HubFile(path, 10**10, ""),)))
    assert [f.path for f in found.peeked] == [path]
    assert found.bytes < 100_000


def test_a_component_with_code_beside_it_is_read() -> None:
    assert "unet/config.json" in _chosen(("unet/config.json", 9), ("unet/my_unet.py", 9))


def test_a_repository_of_endless_files_stays_within_its_bounds() -> None:
    many = [(f"m/{i}.py", 1_000) for i in range(2 * MODEL_FILES)]
    assert len(_chosen(*many, ("README.md", 9))) == MODEL_FILES
    assert "README.md" in _chosen(*many, ("README.md", 9))
    large = [(f"m/{i}.py", 900_000) for i in range(50)]
    assert 900_000 * len(_chosen(*large)) <= MODEL_BYTES
    assert _chosen(("huge.py", 50_000_000)) == set()
