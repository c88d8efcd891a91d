"""Which files of a repository are worth a request: code, configs, cards. Weights never are."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

from scanner.inputs.hub_records import HubFile, Plan, PlannedFile, Repository

MODEL_BYTES = 5_000_000
"""Bytes fetched of one repository at most."""
MODEL_FILES = 150
"""Files fetched of one repository at most; the median of real ones has nine."""
_TEXT_BYTES = 1_000_000
_SETTINGS_BYTES = 256_000

_CODE = ("*.py", "*.ipynb")
_CARDS = ("README.md", "MODEL_CARD.md")
_CONFIGS = (
    "config.json", "*_config.json", "configuration.json", "model_index.json", "modules.json", "adapter_config.json",
    "MLmodel", "config_*.json", "*requirements*.txt", "packages.txt", "Dockerfile*", "*.sh", "*.yaml", "*.yml",
    "*.toml", ".env*", "setup.cfg",
)  # fmt: skip
_DATA = (
    "vocab.json", "merges.txt", "tokenizer.json", "*.index.json", "added_tokens.json", "special_tokens_map.json",
    "generation_config.json", "trainer_state.json", "all_results.json", "*_results.json", "train_config.json",
)  # fmt: skip
"""JSON that configures nothing that runs; ``*.index.json`` tells what it has to tell by its name."""
_PEEKED = re.compile(
    r".*\.(?:bin|pt|pth|pt2|ckpt|pkl|pickle|joblib|dill|npy|npz|keras|nemo|mar|gguf|onnx)|(?:.*/)?chat_template\.jinja",
    re.IGNORECASE,
)
MODEL_PEEKS = 12
"""Model files looked into of one repository; formats that hold no code (safetensors) are not."""
_QUIET_SUBFOLDERS = ("text_encoder", "vae", "unet", "scheduler", "transformer", "safety_checker", "image_encoder")
"""Parts of a diffusers pipeline: their configs name no code unless a Python file lies beside them."""


def plan_of(repository: Repository) -> Plan:
    """The plan for all files, most telling first within the bounds."""
    folders = {str(PurePosixPath(f.path).parent) for f in repository.files if f.path.endswith(".py")}
    ranked = sorted(repository.files, key=lambda f: (_rank(f), f.path.count("/"), f.path))
    left, count, peeks, out = MODEL_BYTES, 0, 0, []
    for file in ranked:
        planned = _planned(file, folders)
        if planned.action == "read" and (planned.size > left or count >= MODEL_FILES):
            planned = PlannedFile(file.path, file.size, "leave", "beyond what is fetched of one repository")
        if planned.action == "read":
            left -= planned.size
            count += 1
        if planned.action == "peek":
            peeks += 1
            if peeks > MODEL_PEEKS:
                planned = PlannedFile(file.path, file.size, "leave", "beyond the model files looked into")
        out.append(planned)
    return Plan(repository, tuple(sorted(out, key=lambda f: f.path)))


def _rank(file: HubFile) -> int:
    name = PurePosixPath(file.path).name
    for rank, patterns in enumerate((_CARDS, _CONFIGS, _CODE)):
        if _is(name, patterns):
            return rank
    return 3


def _planned(file: HubFile, code_folders: set[str]) -> PlannedFile:
    pure = PurePosixPath(file.path)
    leave = PlannedFile(file.path, file.size, "leave")
    if not is_safe(file.path):
        return PlannedFile(file.path, file.size, "leave", "has an unsafe path")
    limit = _limit(pure.name)
    if not limit and file.size and _PEEKED.fullmatch(file.path):
        return PlannedFile(file.path, file.size, "peek")
    if not limit:
        return leave
    if pure.parent.name in _QUIET_SUBFOLDERS and str(pure.parent) not in code_folders and pure.suffix == ".json":
        return leave
    if file.size > limit:
        return PlannedFile(file.path, file.size, "leave", f"larger than {limit // 1000} kB")
    return PlannedFile(file.path, file.size, "read")


def _limit(name: str) -> int:
    """Size up to which a file of this name is fetched; 0 for one that is not."""
    if _is(name, _CODE) or _is(name, _CARDS):
        return _TEXT_BYTES
    if _is(name, _DATA):
        return 0
    return _SETTINGS_BYTES if _is(name, _CONFIGS) else 0


def _is(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def is_safe(path: str) -> bool:
    """Whether a path stays below its root and can stand in a report."""
    parts = path.split("/")
    return bool(path) and not path.startswith("/") and "\\" not in path and not {"", ".", ".."} & set(parts)
