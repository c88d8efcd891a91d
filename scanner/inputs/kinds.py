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
)  # fmt: skip
_CARDS = frozenset({"README.md", "MODEL_CARD.md"})
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
    if any(fnmatchcase(pure.name, pattern) for pattern in _SETTINGS):
        return FileKind.SETTINGS
    return None


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
