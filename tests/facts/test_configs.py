"""What configs make a loader import; what they do not."""

from __future__ import annotations

import json

import pytest

from scanner.facts.configs import by_name, read_config, read_mlmodel, read_pipeline, read_requirements
from scanner.facts.repository import claims, is_repository

NAMES = frozenset({"modeling_x.py", "sub/modeling_y.py", "sub/config.json", "config.json", "unet/my_unet.py"})


def _targets(document: object, file: str = "config.json") -> list[tuple[str, str, str]]:
    code, _ = read_config(file, json.dumps(document), NAMES)
    return [(c.key, c.target, c.path or c.repository) for c in code]


@pytest.mark.parametrize(
    "document",
    [
        {"model_type": "bert"}, {"auto_map": None}, {"auto_map": {"AutoModel": None}}, {"auto_map": "x"}, [], 3,
        {"auto_map": {"AutoTokenizer": [None, None]}}, {"auto_map": {"AutoModel": {"deep": "modeling_x.X"}}},
    ],
)  # fmt: skip
def test_what_names_no_code(document: object) -> None:
    assert _targets(document) == []


def test_own_listed_nested_and_foreign_code() -> None:
    document = {
        "auto_map": {"AutoModel": "modeling_x.X", "AutoConfig": "acme/other--modeling_z.Z"},
        "llm_config": {"inner": {"auto_map": {"AutoModel": "modeling_x.Inner"}}},
        "tok": {"auto_map": {"AutoTokenizer": ["modeling_x.Slow", None]}},
    }
    assert _targets(document) == [
        ("AutoConfig", "modeling_z.Z", "acme/other"),
        ("AutoModel", "modeling_x.X", "modeling_x.py"),
        ("llm_config.inner.AutoModel", "modeling_x.Inner", "modeling_x.py"),
        ("tok.AutoTokenizer", "modeling_x.Slow", "modeling_x.py"),
    ]


def test_code_beside_a_config_in_a_folder() -> None:
    assert _targets({"auto_map": {"AutoModel": "modeling_y.Y"}}, "sub/config.json")[0][2] == "sub/modeling_y.py"


def test_code_that_is_not_here_is_named_all_the_same() -> None:
    assert _targets({"auto_map": {"AutoModel": "gone.X"}}) == [("AutoModel", "gone.X", "")]


def test_pipelines_components_modules() -> None:
    assert _targets({"custom_pipelines": {"talk": {"impl": "modeling_x.Talk"}}}) == [
        ("talk", "modeling_x.Talk", "modeling_x.py")
    ]
    index = {"_class_name": "X", "unet": ["my_unet", "U"], "vae": ["diffusers", "V"], "gone": ["nothing", "N"]}
    assert _targets(index, "model_index.json") == [("unet", "my_unet.U", "unet/my_unet.py")]
    modules = [{"name": "0", "type": "sentence_transformers.models.Pooling"}, {"name": "1", "type": "modeling_x.P"}]
    assert _targets(modules, "modules.json") == [("1", "modeling_x.P", "modeling_x.py")]


def test_the_line_of_a_target() -> None:
    text = '{\n "a": 1,\n "auto_map": {\n  "AutoModel": "modeling_x.X"\n }\n}'
    assert read_config("config.json", text, NAMES)[0][0].line == 4


@pytest.mark.parametrize("name", ["org/other", "", "my.py"])
def test_a_pipeline_with_a_place_of_its_own_is_no_shared_one(name: str) -> None:
    assert read_pipeline("model_index.json", json.dumps({"custom_pipeline": name})) == ()


def test_a_pipeline_without_a_slash_comes_from_elsewhere() -> None:
    (found,) = read_pipeline("model_index.json", '{"custom_pipeline": "lpw"}')
    assert (found.what, found.text) == ("pipeline", "lpw")


def test_requirements_with_addresses() -> None:
    text = "requests==2\n# git+https://commented.example.org/x\ngit+https://github.com/a/b.git@v1\n-i https://mirror.example.cn/simple\n"
    found = {(f.what, f.text, f.line) for f in read_requirements("requirements.txt", text)}
    assert found == {
        ("requirement", "https://github.com/a/b.git@v1", 3),
        ("index", "https://mirror.example.cn/simple", 4),
    }


def test_mlflow_loader_and_its_code() -> None:
    text = "flavors:\n  python_function:\n    loader_module: mine\n    code: code\n"
    found = read_mlmodel("MLmodel", text, frozenset({"MLmodel", "mine.py", "code/a.py", "data/b.py"}))
    assert [(c.key, c.path) for c in found] == [("loader_module", "mine.py"), ("code", "code/a.py")]


def test_files_that_run_by_name() -> None:
    names = frozenset({"handler.py", "custom_generate/generate.py", "app.py", "x.py"})
    assert [(c.carrier, c.trigger) for c in by_name(names, "model", "app.py")] == [
        ("handler", "endpoint"), ("custom_generate", "generate"),
    ]  # fmt: skip
    assert [c.path for c in by_name(frozenset({"main.py"}), "space", "main.py")] == ["main.py"]
    assert [c.path for c in by_name(frozenset({"x.py", "sub/y.py"}), "dataset", "")] == ["x.py"]


@pytest.mark.parametrize("names", [("setup.py", "config.json", "pkg/a.py"), ("README.md",), ()])
def test_ordinary_folders_are_no_repositories(names: tuple[str, ...]) -> None:
    assert not is_repository(names, {"README.md": "# Hello\n"})
    assert not is_repository(names, {"README.md": "---\ntitle: a page\nlayout: post\n---\n"})


@pytest.mark.parametrize("name", ["model.safetensors", "adapter_config.json", "model_index.json", "pytorch_model.bin"])
def test_model_folders_are(name: str) -> None:
    assert is_repository([name, "config.json"], {})


def test_pickles_by_name() -> None:
    names = [
        "pytorch_model.bin",
        "a.CKPT",
        "x/optimizer.pt",
        "ggml-model.bin",
        "onnx/model.bin",
        "a.safetensors",
        "b.npy",
    ]
    assert claims({}, names).pickles == ("a.CKPT", "pytorch_model.bin", "x/optimizer.pt")
    assert not claims({}, names).pickle_by_index
    assert claims({}, ["pytorch_model.bin.index.json"]).pickle_by_index


@pytest.mark.parametrize(
    ("names", "converts"),
    [
        (["config.json", "model.safetensors", "pytorch_model.bin"], False), (["pytorch_model.bin"], False),
        (["config.json", "pytorch_model.bin"], True), (["config.json", "pytorch_model.bin.index.json"], True),
        (["config.json", "model.safetensors.index.json", "pytorch_model.bin"], False),
    ],
)  # fmt: skip
def test_when_a_loader_asks_for_a_conversion(names: list[str], converts: bool) -> None:
    assert bool(claims({}, names).converts) is converts


@pytest.mark.parametrize(
    "text", ["{" * 100_000, "[" * 100_000 + "]" * 100_000, "\x00", '{"auto_map": ' + '{"a":' * 5_000]
)
def test_hostile_configs_give_nothing(text: str) -> None:
    assert read_config("config.json", text, NAMES) == ((), ())
