"""Wheels, sdists and zip files, listed and read in place: nothing is ever extracted."""

from __future__ import annotations

import gzip
import re
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, cast

from scanner.errors import TargetError
from scanner.inputs.holders import MemoryHolder, ZipHolder, open_zip
from scanner.inputs.kinds import kind_of, limit_of, may_be_script
from scanner.inputs.limits import ARCHIVE_BYTES, ARCHIVE_MEMBERS, FILE_BYTES, RATIO, RATIO_FLOOR, STREAM_BYTES
from scanner.inputs.listing import BEYOND_BUDGET, Candidate, Listing, printable
from scanner.inputs.records import FileKind, Skipped

_NAMED = re.compile(r"(?P<name>.+?)-(?P<version>\d[^-]*)(?:-.+)?")
_MARKERS = ("PKG-INFO", "pyproject.toml", "setup.py", "setup.cfg")
_TAR_ERRORS = (tarfile.TarError, EOFError, OSError, ValueError, OverflowError, RecursionError, zlib.error)
_ENCRYPTED = 0x1
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
"""What wheels use; the decompressors of the other methods cannot be stopped half-way."""
_HEAVY = f"larger than {FILE_BYTES // 1_000_000} MB in a compressed archive: unpack it and scan the folder"
_REST = "(rest of the archive)"
_NEXT = "Download it again, or unpack it yourself and scan the folder."


def list_zip(path: Path) -> Listing:
    """A wheel or another zip file; raises ``TargetError`` when it is none."""
    try:
        with open_zip(path) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError) as error:
        raise TargetError(f"{path} cannot be read as a zip archive: {error}.", _NEXT) from error
    listed = _Listed()
    last = {info.filename: info for info in infos[:ARCHIVE_MEMBERS]}
    for info in infos[:ARCHIVE_MEMBERS]:
        if not info.is_dir():
            listed.add(info.filename, info.file_size, _why_not_zipped(info, last[info.filename]))
    if len(infos) > ARCHIVE_MEMBERS:
        listed.skipped.append(Skipped(_REST, f"more than {ARCHIVE_MEMBERS} members"))
    prefix = "" if path.suffix == ".whl" else _top_folder(listed.sizes, always=False)
    return listed.listing(path, prefix, ZipHolder(path, prefix))


def list_tar(path: Path) -> Listing:
    """A ``.tar.gz``: read once from front to end, its readable members kept in memory.

    A broken or exploding archive keeps what came before the fault. Raises ``TargetError`` when nothing did.
    """
    listed, contents = _Listed(), _Contents()
    try:
        with gzip.open(path) as packed, _open_tar(packed, path) as archive:
            for count, member in enumerate(archive):
                if count == ARCHIVE_MEMBERS:
                    listed.skipped.append(Skipped(_REST, f"more than {ARCHIVE_MEMBERS} members"))
                    break
                _add_member(listed, contents, archive, member)
    except _TAR_ERRORS as error:
        if not listed.sizes and not listed.skipped:
            raise TargetError(f"{path} cannot be read as a tar.gz archive: {error}.", _NEXT) from error
        listed.skipped.append(Skipped(_REST, printable(str(error))[:80]))
    prefix = _top_folder(listed.sizes, always=True)
    kept = {name.removeprefix(prefix): data for name, data in contents.kept.items()}
    return listed.listing(path, prefix, MemoryHolder(kept))


@dataclass(frozen=True, slots=True)
class _Listed:
    """Members met so far."""

    sizes: dict[str, int] = field(default_factory=dict)
    skipped: list[Skipped] = field(default_factory=list)

    def add(self, name: str, size: int, reason: str) -> bool:
        """Note a member; whether it may be read."""
        reason = _why_not_named(name) or reason
        if reason:
            self.skipped.append(Skipped(printable(name), reason))
        else:
            self.sizes[name] = size
        return not reason

    def listing(self, path: Path, prefix: str, holder: ZipHolder | MemoryHolder) -> Listing:
        named = _NAMED.fullmatch(path.name.removesuffix(".tar.gz").removesuffix(path.suffix))
        return Listing(
            tuple(Candidate(name.removeprefix(prefix), size) for name, size in self.sizes.items()),
            tuple(Skipped(s.file.removeprefix(prefix), s.reason) for s in self.skipped),
            holder,
            named["name"] if named else path.stem,
            named["version"] if named else "",
            budget=ARCHIVE_BYTES,
        )


class _Contents:
    """Bytes of the members kept in memory, and how many more may be kept."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}
        self.left = ARCHIVE_BYTES

    def keep(self, name: str, data: bytes) -> None:
        self.kept[name] = data
        self.left -= len(data)


class _BoundedStream:
    """A decompressed stream that ends with ``ValueError`` when it grows beyond reason."""

    def __init__(self, stream: BinaryIO, packed_size: int) -> None:
        self._stream = stream
        self._most = min(STREAM_BYTES, max(packed_size * RATIO, RATIO_FLOOR))
        self._read = 0

    def read(self, size: int) -> bytes:
        data = self._stream.read(size)
        self._read += len(data)
        if self._read > self._most:
            raise ValueError(f"expands to more than {self._most // 1_000_000} MB: not read on")
        return data


def _open_tar(packed: gzip.GzipFile, path: Path) -> tarfile.TarFile:
    stream = _BoundedStream(cast(BinaryIO, packed), path.stat().st_size)
    return tarfile.open(fileobj=cast(BinaryIO, stream), mode="r|")


def _add_member(listed: _Listed, contents: _Contents, archive: tarfile.TarFile, member: tarfile.TarInfo) -> None:
    name = member.name.removeprefix("./")
    if member.isdir():
        return
    if name in listed.sizes:
        listed.skipped.append(Skipped(name, "another member of the same name follows"))
    wanted = _is_wanted(name, member.size)
    heavy = kind_of(name) is FileKind.WEIGHTS and not wanted
    reason = (
        _why_not_archived(member)
        or (_HEAVY if heavy else "")
        or (BEYOND_BUDGET if wanted and member.size > contents.left else "")
    )
    if listed.add(name, member.size, reason) and wanted:
        file = archive.extractfile(member)
        contents.keep(name, file.read(member.size) if file else b"")


def _is_wanted(name: str, size: int) -> bool:
    kind = kind_of(name)
    if kind is None:
        return may_be_script(name) and size <= FILE_BYTES
    return size <= limit_of(kind)


def _why_not_named(name: str) -> str:
    """Why a member's name is no path below the root; ``""`` when it is."""
    if name.startswith("/") or "\\" in name or re.match(r"[A-Za-z]:", name):
        return "absolute or foreign path in an archive"
    if ".." in name.split("/"):
        return "path that leaves the archive"
    if any(part in ("", ".") for part in name.split("/")):
        return "path with empty parts in an archive"
    return ""


def _why_not_zipped(info: zipfile.ZipInfo, last: zipfile.ZipInfo) -> str:
    mode = info.external_attr >> 16
    if stat.S_ISLNK(mode):
        return "symbolic link in an archive"
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        return "is no regular file"
    if info.flag_bits & _ENCRYPTED:
        return "encrypted"
    if info.compress_type not in _METHODS:
        return f"packed by method {info.compress_type}, which is not read"
    if info.file_size > RATIO_FLOOR and info.file_size > RATIO * max(info.compress_size, 1):
        return f"packed {info.file_size // max(info.compress_size, 1)} to 1: taken for a zip bomb"
    return "" if info is last else "another member of the same name follows"


def _why_not_archived(member: tarfile.TarInfo) -> str:
    if member.issym():
        return "symbolic link in an archive"
    if member.islnk():
        return "hard link in an archive"
    return "" if member.isreg() else "is no regular file"


def _top_folder(names: Iterable[str], always: bool) -> str:
    """The single folder an archive puts around its content, with its slash; ``""`` when there is none.

    An import package is not such a folder; unless ``always``, it has to hold the files of a project.
    """
    names = set(names)
    tops = {name.partition("/")[0] if "/" in name else "" for name in names}
    if len(tops) != 1 or not (top := tops.pop()) or f"{top}/__init__.py" in names:
        return ""
    return f"{top}/" if always or any(f"{top}/{marker}" in names for marker in _MARKERS) else ""
