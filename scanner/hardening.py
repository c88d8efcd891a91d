"""Hardening a target: scan it, choose what to stop, patch its code, scan the patched copy, write it back when asked."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from scanner.errors import TargetError, UsageError
from scanner.inputs.decoding import Undecodable, decode
from scanner.inputs.records import FileKind, InputFile, Skipped, Snapshot
from scanner.parsing import Progress, collector_paused
from scanner.pipeline import Options, judge_snapshot
from scanner.policy.records import Report
from scanner.remedies import choose, compare, make_patch
from scanner.remedies.records import Aim, Outcome, Patch, Wishes

_SCHEMES = ("pypi:", "installed:", "hf://", "hf-cache:", "git:")


@dataclass(frozen=True, slots=True)
class Hardened:
    """A report, what of it is to be stopped, the patch when one was asked for, and what a second scan showed."""

    report: Report
    aim: Aim
    patch: Patch | None = None
    outcomes: tuple[Outcome, ...] | None = None


def harden(
    target: str, options: Options, wishes: Wishes, *, patch: bool, verify: bool, progress: Progress | None = None
) -> Hardened:
    """Scans a target and makes its patch; with ``verify`` a copy of it, in memory, is patched and scanned again.

    Raises what ``scanner.pipeline.scan`` raises.
    """
    from scanner import inputs
    from scanner.catalog import load

    tell = progress or (lambda stage, done, total: None)
    with collector_paused():
        snapshot = inputs.collect(target, options.access)
        report = judge_snapshot(target, snapshot, options, tell)
        aim = choose(report, wishes)
        if not patch:
            return Hardened(report, aim)
        made = make_patch(report, aim, _reader(snapshot), load(options.catalogs).off_arguments, wishes)
        if not verify:
            return Hardened(report, aim, made)
        again = judge_snapshot(target, patched(snapshot, made), options, tell)
    return Hardened(report, aim, made, compare(aim, made, again.findings))


def _reader(snapshot: Snapshot) -> _Texts:
    return _Texts(snapshot, {f.path: f for f in snapshot.files if f.kind is FileKind.PYTHON})


@dataclass(frozen=True, slots=True)
class _Texts:
    snapshot: Snapshot
    files: Mapping[str, InputFile]

    def __call__(self, path: str) -> str | None:
        text = self.snapshot.read(self.files[path]) if path in self.files else None
        return None if isinstance(text, Skipped) else text


def patched(snapshot: Snapshot, patch: Patch) -> Snapshot:
    """The snapshot with the changed files in it; the target itself stays as it is."""
    texts = {one.path: one.after for one in patch.files}
    files = tuple(_renewed(file, texts[file.path]) if file.path in texts else file for file in snapshot.files)
    read = snapshot.read
    originals = {file.path: file for file in snapshot.files}

    def renewed(file: InputFile) -> str | Skipped:
        return texts[file.path] if file.path in texts else read(originals.get(file.path, file))

    return replace(snapshot, files=files, read=renewed)


def _renewed(file: InputFile, text: str) -> InputFile:
    data = text.encode("utf-8")
    return replace(file, size=len(data), digest=hashlib.sha256(data).hexdigest())


def write_back(target: str, patch: Patch) -> tuple[str, ...]:
    """Writes the changed files into a folder (or over a single file); gives their paths.

    Encoding, line ends and mode of a file stay. Raises ``UsageError`` for a target that is no folder or file of
    Python code here, ``TargetError`` for a file that is not what was scanned, before anything is written.
    """
    root = Path(target)
    if target.startswith(_SCHEMES) or not (root.is_dir() or root.suffix == ".py"):
        raise UsageError(f"{target[:80]} is no folder.", "Unpack it, or save the diff and apply it yourself.")
    places = [(_place(root, one.path), one.before, one.after) for one in patch.files]
    contents = [(place, _encoded(place, before, after)) for place, before, after in places]
    for place, data in contents:
        _write(place, data)
    return tuple(one.path for one in patch.files)


def _place(root: Path, path: str) -> Path:
    place = root / path if root.is_dir() else root
    if place.is_symlink() or not place.resolve().is_relative_to(root.resolve()):
        raise TargetError(f"{path[:200]} leads out of the target.", "Nothing was written.")
    return place


def _encoded(place: Path, before: str, after: str) -> bytes:
    """The new bytes of a file, in the encoding and with the line ends it has."""
    import io
    import tokenize

    try:
        data = place.read_bytes()
        same = decode(data) == before
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        crlf, lf = data.count(b"\r\n"), data.count(b"\n")
        new = (after.replace("\n", "\r\n") if crlf else after).encode(encoding)
    except (OSError, Undecodable, UnicodeError, SyntaxError) as error:
        raise TargetError(f"{place} cannot be changed: {error}.", "Nothing was written.") from error
    if not same or crlf not in (0, lf) or data.count(b"\r") != crlf:
        raise TargetError(f"{place} was changed or mixes line ends.", "Nothing was written; scan again.")
    return new


def _write(place: Path, data: bytes) -> None:
    """The file at once or not at all: a neighbour is written and takes its place."""
    mode = place.stat().st_mode & 0o7777
    handle, name = tempfile.mkstemp(dir=place.parent, prefix=".datacustoms-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).chmod(mode)
        Path(name).replace(place)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
