"""Which kind of file a name means, if it is one this tool reads at all."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

from scanner.inputs.limits import FILE_BYTES, SETTINGS_BYTES
from scanner.inputs.records import FileKind

_PYTHON = frozenset({".py", ".pyw"})
_METADATA = frozenset({"entry_points.txt", "METADATA", "PKG-INFO", "RECORD", "pyproject.toml", "setup.cfg"})
_SETTINGS = (
    "*.sh", "*.bash", "*.yaml", "*.yml", "*.toml", "*.json", ".env*", "*.env",
    "Dockerfile*", "*.dockerfile", "Containerfile*", "MLmodel", "requirements*.txt",
    "*.jinja", "*.jinja2", "*.j2", "*.html", "*.md",
)  # fmt: skip
_CARDS = frozenset({"README.md", "MODEL_CARD.md"})
_WEIGHTS = frozenset(
    {
        ".bin", ".pt", ".pth", ".pt2", ".ckpt", ".pkl", ".pickle", ".pck", ".joblib", ".dill", ".cloudpickle", ".npy",
        ".npz", ".h5", ".hdf5", ".keras", ".pb", ".onnx", ".gguf", ".nemo", ".mar", ".safetensors",
    }
)  # fmt: skip
_TEMPLATES = "additional_chat_templates"
_MARKS = (b"GGUF", b"\x93NUMPY", b"\x89HDF\r\n\x1a\n")
_OPAQUE = {
    ".so": "compiled extension",
    ".pyd": "compiled extension",
    ".dylib": "compiled extension",
    ".pyc": "compiled Python",
    ".pyx": "Cython source",
}
_SHEBANG = re.compile(rb"#![^\n]*\bpython[\d.]*w?\b")


def kind_of(path: str) -> FileKind | None:
    """The kind of a file by its POSIX path; None when it is none of ours, or only its first line could tell."""
    pure = PurePosixPath(path)
    if pure.suffix in _PYTHON:
        return FileKind.PYTHON
    if pure.suffix == ".ipynb":
        return FileKind.NOTEBOOK
    if pure.name in _METADATA:
        return FileKind.METADATA
    if pure.name in _CARDS:
        return FileKind.CARD
    is_template = pure.suffix == ".jinja" and (pure.stem == "chat_template" or pure.parent.name == _TEMPLATES)
    if is_template or pure.suffix.lower() in _WEIGHTS:
        return FileKind.WEIGHTS
    return FileKind.SETTINGS if any(fnmatchcase(pure.name, pattern) for pattern in _SETTINGS) else None


def has_mark_of_weights(data: bytes) -> bool:
    """Whether the first bytes are those of a model file, whatever its name says.

    A pickle of protocol 2 or later says so; its next opcode tells it from data that happen to begin alike.
    """
    if data.startswith(_MARKS):
        return True
    if data[:1] == b"\x80" and data[1:2] in (b"\0", b"\1", b"\2", b"\3", b"\4", b"\5"):
        return data[2:3] in (
            b"c",
            b"(",
            b"]",
            b"}",
            b"\x8a",
            b"\x8c",
            b"\x95",
            b"X",
            b"B",
            b"C",
            b"K",
            b"M",
            b"J",
            b")",
        )
    return data[:2] == b"PK" and b"data.pkl" in data[:128]


def may_be_script(path: str) -> bool:
    """Whether a file without a suffix could be a Python script by its first line."""
    return "." not in PurePosixPath(path).name


def is_python_script(data: bytes) -> bool:
    """Whether the first line hands the file to Python."""
    return _SHEBANG.match(data) is not None


def opaque(path: str) -> str:
    """What a file is when it runs, or becomes code that runs, and cannot be read here; ``""`` for any other.

    Python never imports what lies in ``__pycache__`` without its source.
    """
    pure = PurePosixPath(path)
    return "" if "__pycache__" in pure.parts else _OPAQUE.get(pure.suffix, "")


def limit_of(kind: FileKind) -> int:
    """Largest size in bytes at which a file of this kind is read."""
    return SETTINGS_BYTES if kind is FileKind.SETTINGS else FILE_BYTES
