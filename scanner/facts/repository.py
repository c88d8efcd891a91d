"""All files of a repository become its claims."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

from scanner.facts.cards import is_card, read_card
from scanner.facts.claims import Card, Claims, CodeReference, Fetched, Origin
from scanner.facts.configs import by_name, read_config, read_mlmodel, read_pipeline, read_requirements
from scanner.inputs.kinds import kind_of
from scanner.inputs.records import FileKind

_MARKS = frozenset(
    {
        "model_index.json", "adapter_config.json", "tokenizer_config.json", "preprocessor_config.json", "modules.json",
        "config_sentence_transformers.json", "MLmodel", "generation_config.json", "adapter_model.safetensors",
    }
)  # fmt: skip
_PICKLED = re.compile(r".*\.(?:bin|pt|pth|ckpt|pkl|pickle|joblib|dill)", re.IGNORECASE)
_NOT_PICKLED = re.compile(r"(?:.*/)?(?:openvino_|ggml-|model_q|onnx/|.*\.onnx_data).*", re.IGNORECASE)
_INDEX = re.compile(r"(?:.*/)?pytorch_model(?:\..+)?\.bin\.index(?:\..+)?\.json")
_CODE_HINT = (
    "auto_map",
    "custom_pipelines",
    "name_or_path",
    "vision_tower",
    "custom_pipeline",
    '"type"',
    "_class_name",
)


def is_repository(names: Iterable[str], cards: Mapping[str, str]) -> bool:
    """Whether files are those of a model, dataset or Space: by a telling name at the root, or a card with metadata."""
    root = {name for name in names if "/" not in name}
    weights = any(name.endswith((".safetensors", ".gguf")) or name.startswith("pytorch_model") for name in root)
    configured = "config.json" in root and (weights or any(n.startswith("modeling_") for n in root))
    return bool(root & _MARKS) or weights or configured or any(is_card(text) for text in cards.values())


def claims(texts: Mapping[str, str], names: Iterable[str], kind: str = "model") -> Claims:
    """The claims of a repository: ``texts`` are the files that were read, ``names`` all of its files."""
    known = frozenset(names)
    cards = tuple(read_card(p, texts[p]) for p in sorted(texts) if kind_of(p) is FileKind.CARD)
    code: set[CodeReference] = set(by_name(known, kind, _app_file(cards)))
    origins: set[Origin] = {o for card in cards for o in _of_card(card)}
    fetched: set[Fetched] = set()
    for path in sorted(texts):
        _add(path, texts[path], known, (code, origins, fetched))
    pickles = tuple(sorted(n for n in known if is_pickle(n)))
    safe = tuple(sorted(n for n in known if ".safetensors" in n))
    return Claims(
        cards, tuple(sorted(code)), tuple(sorted(origins)), tuple(sorted(fetched)), pickles,
        any(_INDEX.fullmatch(n) for n in known), safe, tuple(sorted(n for n in known if n.endswith(".py"))),
        _converting(known),
    )  # fmt: skip


def is_pickle(name: str) -> bool:
    """Whether a file is a pickle, or holds one, by its name; the reader of its bytes knows better."""
    return _PICKLED.fullmatch(name) is not None and _NOT_PICKLED.fullmatch(name) is None


def _add(
    path: str, text: str, known: frozenset[str], into: tuple[set[CodeReference], set[Origin], set[Fetched]]
) -> None:
    code, origins, fetched = into
    name = PurePosixPath(path).name
    if name.endswith(".json") and any(hint in text for hint in _CODE_HINT):
        found, made_from = read_config(path, text, known)
        code.update(found)
        origins.update(made_from)
        if name == "model_index.json":
            fetched.update(read_pipeline(path, text))
    elif name == "MLmodel":
        code.update(read_mlmodel(path, text, known))
    elif "requirements" in name and name.endswith(".txt"):
        fetched.update(read_requirements(path, text))


def _of_card(card: Card) -> Iterable[Origin]:
    relation = card.relation if card.relation in ("adapter", "merge", "quantized", "finetune") else "base"
    for name in card.base_models:
        yield Origin(card.file, 1, relation, name)
    for name in card.datasets:
        yield Origin(card.file, 1, "dataset", name)
    for name in card.models:
        yield Origin(card.file, 1, "model", name)


def _app_file(cards: tuple[Card, ...]) -> str:
    return next((value for card in cards for key, value in card.other if key == "app_file"), "app.py")


def _converting(names: frozenset[str]) -> tuple[tuple[str, int], ...]:
    """Root config of a model whose only weights transformers would load are pickles."""
    root = {n for n in names if "/" not in n}
    pickled = {"pytorch_model.bin", "pytorch_model.bin.index.json"} & root
    safe = {"model.safetensors", "model.safetensors.index.json"} & root
    return (("config.json", 1),) if "config.json" in root and pickled and not safe else ()
