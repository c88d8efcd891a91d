"""The local cache: read without a request, and links that leave it are not followed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from scanner.errors import NothingToScan, TargetError, UsageError
from scanner.inputs.hub_cache import cached_targets
from scanner.inputs.targets import collect

COMMIT = "1" * 40


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    monkeypatch.delenv("HF_HUB_CACHE", raising=False)
    monkeypatch.delenv("HF_MODULES_CACHE", raising=False)
    return tmp_path


def _store(cache: Path, name: str, content: str) -> Path:
    folder = cache / "hub" / "models--acme--x"
    snapshot = folder / "snapshots" / COMMIT
    snapshot.mkdir(parents=True, exist_ok=True)
    (folder / "blobs").mkdir(exist_ok=True)
    blob = folder / "blobs" / f"{name}-blob"
    blob.write_text(content)
    (snapshot / name).symlink_to(blob)
    return snapshot


def test_an_empty_cache_is_said(cache: Path) -> None:
    with pytest.raises(NothingToScan):
        cached_targets()


def test_a_link_out_of_the_repository_is_not_followed(cache: Path) -> None:
    snapshot = _store(cache, "config.json", "{}")
    secret = cache / "secret.py"
    secret.write_text("SECRET = 1\n")
    (snapshot / "secret.py").symlink_to(secret)
    found = collect(cached_targets()[0])
    assert [f.path for f in found.files] == ["config.json"]
    assert ("secret.py", "symbolic link that leaves the cached repository") in [
        (s.file, s.reason) for s in found.skipped
    ]


@pytest.mark.parametrize(
    ("target", "error"),
    [("hf-cache:models/acme/y@0", TargetError), ("hf-cache:models/../../x@0", UsageError), ("hf-cache:x", UsageError)],
)
def test_what_is_not_there_is_said(cache: Path, target: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        collect(target)


def test_repositories_and_loaded_code_are_targets(cache: Path) -> None:
    _store(cache, "modeling_x.py", "import requests\n")
    loaded = cache / "modules" / "transformers_modules" / "acme" / "x" / COMMIT
    loaded.mkdir(parents=True)
    (loaded / "modeling_x.py").write_text("import requests\n")
    assert cached_targets() == (f"hf-cache:models/acme/x@{COMMIT}", "hf-cache:modules")
    first, second = (collect(t) for t in cached_targets())
    assert first.repository is not None
    assert (first.repository.id, first.repository.commit) == ("acme/x", COMMIT)
    assert [f.path for f in second.files] == [f"acme/x/{COMMIT}/modeling_x.py"]


def test_what_the_real_client_stores_is_found(hub: Any, cache: Path) -> None:
    import huggingface_hub

    huggingface_hub.snapshot_download(
        "acme/plain",
        endpoint=hub.url,
        cache_dir=cache / "hub",
        token=False,
        revision=hub.commit("models", "acme/plain"),
    )
    before = len(hub.log)
    found = collect(cached_targets()[0])
    assert {f.path for f in found.files} == {"README.md", "config.json", "model.safetensors", "tokenizer.json"}
    assert len(hub.log) == before
