"""What a target becomes: a snapshot of files, and what was left out of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import BinaryIO

from scanner.inputs.hub_records import Repository


class FileKind(StrEnum):
    """What a file is to us."""

    PYTHON = "python"
    NOTEBOOK = "notebook"
    METADATA = "metadata"
    """entry_points.txt, METADATA, RECORD, pyproject.toml, setup.cfg, setup.py is PYTHON."""
    SETTINGS = "settings"
    """Shell, Dockerfile, Compose, workflow, .env, YAML, JSON, TOML, requirements, templates, Markdown: read by semgrep
    rules only."""
    CARD = "card"
    """The README of a model, dataset or Space, with metadata in front."""
    WEIGHTS = "weights"
    """A model file: pickle, checkpoint, array, graph, chat template. Opened, never read whole."""


class FileRole(StrEnum):
    """Which part a file plays in its distribution."""

    PRODUCT = "product"
    TEST = "test"
    VENDORED = "vendored"
    EXAMPLE = "example"
    DOCS = "docs"


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that was not read, and why; it reaches the report's coverage block."""

    file: str
    reason: str


@dataclass(frozen=True, slots=True)
class InputFile:
    """One file of a snapshot.

    ``path`` is POSIX, relative to the root of the target; ``digest`` is the SHA-256 of its bytes in hex. Of weights,
    which have gigabytes, it is ``part:`` and the SHA-256 of the size and the first 4 kB: too little to keep facts by.
    """

    path: str
    kind: FileKind
    role: FileRole
    size: int
    digest: str


@dataclass(frozen=True, slots=True)
class DeclaredEntry:
    """An entry point a distribution declares: ``console_scripts`` / ``gui_scripts`` / a plugin group."""

    group: str
    name: str
    module: str
    attribute: str
    file: str


def _unopened(file: InputFile) -> BinaryIO | Skipped:
    return Skipped(file.path, "cannot be opened: this kind of target has no model files")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The files of one target, sorted by path, and a way to read each.

    ``read`` returns the decoded text of a file (notebooks: the code cells, magics as comments, one line per line) or a
    ``Skipped``; ``open`` a stream of the bytes of weights, to be read as little as possible. Neither leaves the root of
    the target. ``names`` are the paths of all files of the target, also of those no room reads; ``repository`` tells of
    the hub it came from.
    """

    target: str
    name: str
    version: str
    files: tuple[InputFile, ...]
    skipped: tuple[Skipped, ...]
    entries: tuple[DeclaredEntry, ...]
    read: Callable[[InputFile], str | Skipped] = field(compare=False, repr=False)
    names: tuple[str, ...] = field(default=(), repr=False)
    repository: Repository | None = None
    open: Callable[[InputFile], BinaryIO | Skipped] = field(default=_unopened, compare=False, repr=False)


@dataclass(frozen=True, slots=True, order=True)
class Dependency:
    """A distribution a project declares: normalized name, the version it is pinned to (``""`` when it is not), the
    specifier as written, and where; ``line`` is 0 where the format has none."""

    name: str
    version: str
    specifier: str
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Declared:
    """What one file declares, sorted, and what of it names no distribution."""

    file: str
    dependencies: tuple[Dependency, ...]
    skipped: tuple[Skipped, ...]
