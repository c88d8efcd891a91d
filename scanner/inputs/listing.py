"""What a target holds before anything of it is read, and how that becomes a ``Snapshot``."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import BinaryIO

from scanner.errors import NothingToScan, TargetError
from scanner.inputs.decoding import Undecodable, decode
from scanner.inputs.distributions import METADATA_READ, declared_entries, identity
from scanner.inputs.holders import READ_ERRORS, Holder, too_large
from scanner.inputs.hub_records import Repository
from scanner.inputs.kinds import (
    has_mark_of_weights,
    is_python_script,
    kind_of,
    limit_of,
    may_be_script,
    opaque,
)  # fmt: skip
from scanner.inputs.limits import FILE_BYTES
from scanner.inputs.notebooks import read_notebook
from scanner.inputs.records import FileKind, FileRole, InputFile, Skipped, Snapshot
from scanner.inputs.roles import Roles

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Characters that would forge a line of a report, or cannot be written at all."""

BEYOND_BUDGET = "beyond what is read of one archive"

_TELLING = frozenset({FileKind.PYTHON, FileKind.NOTEBOOK, FileKind.SETTINGS, FileKind.CARD, FileKind.WEIGHTS})
_PART = 4_096
"""First bytes of a model file, which tell its format and stand for it in its digest."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A regular file of a target: POSIX path relative to its root, size in bytes."""

    path: str
    size: int


@dataclass(frozen=True, slots=True)
class Listing:
    """The files of a target, unread.

    ``name`` stands in where the target does not say its own; ``budget`` bounds the bytes read in all; ``one_file`` is
    true when the user named this very file, so that it is product whatever it is called; ``repository`` is set where
    the files come from a model hub.
    """

    candidates: tuple[Candidate, ...]
    skipped: tuple[Skipped, ...]
    holder: Holder
    name: str
    version: str = ""
    budget: int = 1 << 62
    one_file: bool = False
    repository: Repository | None = None


@dataclass(frozen=True, slots=True)
class _Reading:
    """State of reading one listing."""

    listing: Listing
    files: list[tuple[str, FileKind, int, str]] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    metadata: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SnapshotReader:
    """``Snapshot.read``: the text of a file, as long as its bytes are still those of its digest."""

    holder: Holder

    def __call__(self, file: InputFile) -> str | Skipped:
        data = self.holder.fetch(file.path, limit_of(file.kind))
        if isinstance(data, Skipped):
            return data
        if hashlib.sha256(data).hexdigest() != file.digest:
            return Skipped(file.path, "changed while it was scanned")
        try:
            return read_notebook(data).text if file.kind is FileKind.NOTEBOOK else decode(data)
        except Undecodable as error:
            return Skipped(file.path, str(error))


@dataclass(frozen=True, slots=True)
class SnapshotOpener:
    """``Snapshot.open``: a stream of the bytes of a model file."""

    holder: Holder

    def __call__(self, file: InputFile) -> BinaryIO | Skipped:
        return self.holder.open(file.path)


def printable(name: str) -> str:
    """A name as it may stand in a report: control characters and what is no Unicode become ``\\ufffd``."""
    return _CONTROL.sub("\ufffd", name)


def take(target: str, listing: Listing) -> Snapshot:
    """Read every file of a listing once and describe it.

    Raises ``NothingToScan`` when no file is one this tool reads, ``TargetError`` when none of them could be read.
    """
    reading = _Reading(listing)
    reading.skipped.extend(listing.skipped)
    left = listing.budget
    for candidate in sorted(listing.candidates, key=lambda c: c.path):
        left -= _read(reading, candidate, left)
    _require_something(target, reading)
    name, version = identity(reading.metadata)
    name = name or listing.name
    files = _with_roles(reading, name)
    product = {f.path for f in files if f.role is FileRole.PRODUCT}
    return Snapshot(
        target=target,
        name=name,
        version=version or listing.version,
        files=files,
        skipped=tuple(sorted(set(reading.skipped), key=lambda s: (s.file, s.reason))),
        entries=declared_entries(
            {p: text for p, text in reading.metadata.items() if p in product},
            [f.path for f in files if f.role is FileRole.PRODUCT and f.kind is FileKind.PYTHON],
        ),
        read=SnapshotReader(listing.holder),
        names=_names(listing),
        repository=listing.repository,
        open=SnapshotOpener(listing.holder),
    )


def _names(listing: Listing) -> tuple[str, ...]:
    """Every file of the target, read or not."""
    listed = listing.repository.files if listing.repository is not None else listing.candidates
    return tuple(sorted(f.path for f in listed))


def _read(reading: _Reading, candidate: Candidate, left: int) -> int:
    """Add a file to what was read or skipped; the number of its bytes."""
    path = candidate.path
    kind = kind_of(path)
    if kind is FileKind.WEIGHTS or (kind is None and not may_be_script(path)):
        return _look(reading, candidate, kind)
    limit = limit_of(kind) if kind else FILE_BYTES
    if candidate.size > limit:
        return _look(reading, candidate, None) if kind is None else _too_large(reading, path, limit)
    if candidate.size > left:
        reading.skipped.append(Skipped(path, BEYOND_BUDGET))
        return 0
    data = reading.listing.holder.fetch(path, limit)
    if isinstance(data, Skipped):
        reading.skipped.append(data)
        return 0
    if has_mark_of_weights(data):
        _note_weights(reading, candidate, data[:_PART])
    elif kind or is_python_script(data):
        _describe(reading, path, kind or FileKind.PYTHON, data)
    return len(data)


def _too_large(reading: _Reading, path: str, limit: int) -> int:
    reading.skipped.append(too_large(path, limit))
    return 0


def _look(reading: _Reading, candidate: Candidate, kind: FileKind | None) -> int:
    """Add a file that is, or by its first bytes may be, a model file; it is not read."""
    path = candidate.path
    if kind is None and opaque(path):
        reading.skipped.append(Skipped(path, f"{opaque(path)}: not read"))
        return 0
    stream = reading.listing.holder.open(path)
    if isinstance(stream, Skipped):
        reading.skipped.extend([stream] if kind else [])
        return 0
    try:
        with stream:
            head = stream.read(_PART)
    except READ_ERRORS as error:
        reading.skipped.extend([Skipped(path, f"cannot be read: {str(error)[:80]}")] if kind else [])
        return 0
    if kind is not None or has_mark_of_weights(head):
        _note_weights(reading, candidate, head)
    return 0


def _note_weights(reading: _Reading, candidate: Candidate, head: bytes) -> None:
    if printable(candidate.path) != candidate.path:
        reading.skipped.append(Skipped(printable(candidate.path), "has control characters in its name"))
        return
    digest = hashlib.sha256(b"%d:" % candidate.size + head).hexdigest()
    reading.files.append((candidate.path, FileKind.WEIGHTS, candidate.size, f"part:{digest}"))


def _describe(reading: _Reading, path: str, kind: FileKind, data: bytes) -> None:
    if printable(path) != path:
        reading.skipped.append(Skipped(printable(path), "has control characters in its name"))
        return
    try:
        text = _text(reading, path, kind, data)
    except Undecodable as error:
        reading.skipped.append(Skipped(path, str(error)))
        return
    if PurePosixPath(path).name in METADATA_READ:
        reading.metadata[path] = text
    if kind is FileKind.CARD and not _is_card(reading, text):
        kind = FileKind.SETTINGS
    reading.files.append((path, kind, len(data), hashlib.sha256(data).hexdigest()))


def _is_card(reading: _Reading, text: str) -> bool:
    """Every README of a hub is a card; elsewhere one that begins with metadata."""
    return reading.listing.repository is not None or text.lstrip("\ufeff \r\n").startswith("---")


def _text(reading: _Reading, path: str, kind: FileKind, data: bytes) -> str:
    if kind is not FileKind.NOTEBOOK:
        return decode(data)
    code = read_notebook(data)
    reading.skipped.extend(Skipped(f"{path}#cell-{n}", "is no Python") for n in code.unreadable)
    return code.text


def _with_roles(reading: _Reading, name: str) -> tuple[InputFile, ...]:
    roles = Roles((path for path, kind, _, _ in reading.files if kind is FileKind.PYTHON), name)
    one = reading.listing.one_file
    return tuple(
        InputFile(path, kind, FileRole.PRODUCT if one else roles.of(path), size, digest)
        for path, kind, size, digest in reading.files
    )


def _require_something(target: str, reading: _Reading) -> None:
    if any(kind in _TELLING for _, kind, _, _ in reading.files):
        return
    if reading.skipped:
        first = min(reading.skipped, key=lambda s: (s.file, s.reason))
        more = f" and {len(reading.skipped) - 1} more" if len(reading.skipped) > 1 else ""
        raise TargetError(
            f"Nothing of {target} could be read: {first.file} {first.reason}{more}.",
            "Name a target with Python files, notebooks, settings or model files that can be read.",
        )
    raise NothingToScan(
        f"{target} holds no Python file, notebook, settings or model file.",
        "Name a folder, a file or a package with code.",
    )
