"""Archives read in place: members of zip and tar files as bounded views of the one stream, never extracted."""

from __future__ import annotations

import io
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, cast

from scanner.facts.weights.limits import MEMBERS
from scanner.facts.weights.streams import Allowance, Broken, Capped, Expanded, Readable

_LOCAL = struct.Struct("<4s22xHH")
_ERRORS = (zipfile.BadZipFile, tarfile.TarError, OSError, EOFError, ValueError, OverflowError, RecursionError,
           RuntimeError, NotImplementedError, zlib.error, struct.error, KeyError, IndexError)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Member:
    """A regular member: its name, its size in bytes, and how to read it."""

    name: str
    size: int
    open: Callable[[], Readable]


class View(io.RawIOBase):
    """Bytes ``start`` to ``start + size`` of a seekable stream."""

    def __init__(self, stream: BinaryIO, start: int, size: int) -> None:
        self._stream = stream
        self._start = start
        self._size = size
        self._at = 0

    def read(self, size: int | None = -1, /) -> bytes:
        left = max(0, self._size - self._at)
        wanted = left if size is None or size < 0 else min(size, left)
        self._stream.seek(self._start + self._at)
        data = self._stream.read(wanted) if wanted else b""
        self._at += len(data)
        return data

    def seek(self, offset: int, whence: int = 0, /) -> int:
        self._at = max(0, (0, self._at, self._size)[whence] + offset)
        return self._at

    def tell(self) -> int:
        return self._at

    def seekable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class _Forward:
    """A member of a tar that is itself a stream: it can only be read on."""

    stream: Readable

    def read(self, size: int = -1, /) -> bytes:
        return self.stream.read(size)


def zip_members(stream: BinaryIO, allowance: Allowance) -> Iterator[Member]:
    """Members of a zip archive, as its directory lists them.

    What the flags and the names in front of the members say is not asked: loaders do not ask it either, and an archive
    that is broken for ``zipfile`` alone would be hidden from this reader alone.
    """
    try:
        infos = zipfile.ZipFile(cast(BinaryIO, Capped(stream))).infolist()
    except _ERRORS as error:
        raise Broken(f"has no readable zip directory: {str(error)[:60]}") from error
    if len(infos) > MEMBERS:
        raise Broken(f"has more than {MEMBERS:,} members")
    for info in infos:
        if not info.is_dir():
            yield Member(info.filename, info.file_size, lambda info=info: _open_zipped(stream, info, allowance))  # type: ignore[misc]


def _open_zipped(stream: BinaryIO, info: zipfile.ZipInfo, allowance: Allowance) -> Readable:
    stream.seek(info.header_offset)
    head = stream.read(_LOCAL.size)
    if len(head) < _LOCAL.size or head[:4] != b"PK\x03\x04":
        raise Broken("has a member that is not where the directory says")
    _, name, extra = _LOCAL.unpack(head)
    view = View(stream, info.header_offset + _LOCAL.size + name + extra, info.compress_size)
    if info.compress_type == zipfile.ZIP_STORED:
        return view
    if info.compress_type == zipfile.ZIP_DEFLATED:
        return Expanded(view, "deflate", allowance)
    raise Broken(f"has a member packed by method {info.compress_type}, which is not read")


def is_tar(head: bytes) -> bool:
    """Whether these are the first bytes of a tar archive; the oldest kind says so by its checksum alone."""
    if head[257:262] == b"ustar":
        return True
    try:
        wanted = int(head[148:156].rstrip(b"\0 ").strip(b" ") or b"x", 8)
    except ValueError:
        return False
    return wanted == sum(head[:148]) + 8 * ord(" ") + sum(head[156:512])


def tar_members(stream: Readable, seekable: bool) -> Iterator[Member]:
    """Members of a tar archive in order; those of a stream have to be read before the next is asked for."""
    count = 0
    try:
        with _open_tar(stream, seekable) as archive:
            for info in archive:
                count += 1
                if count > MEMBERS:
                    raise Broken(f"has more than {MEMBERS:,} members")
                archive.members = []  # type: ignore[attr-defined]  # tarfile keeps every header it ever saw
                if info.isreg() and not info.issparse():
                    yield Member(info.name, info.size, lambda info=info: _open_tarred(archive, stream, info, seekable))  # type: ignore[misc]
    except Broken:
        raise
    except _ERRORS as error:
        raise Broken(f"is a damaged tar archive: {str(error)[:60]}") from error


def _open_tar(stream: Readable, seekable: bool) -> tarfile.TarFile:
    if seekable:
        return tarfile.open(name=None, mode="r:", fileobj=cast(BinaryIO, Capped(cast(BinaryIO, stream))))
    return tarfile.open(name=None, mode="r|", fileobj=cast(BinaryIO, stream))


def _open_tarred(archive: tarfile.TarFile, stream: Readable, info: tarfile.TarInfo, seekable: bool) -> Readable:
    if seekable:
        return View(cast(BinaryIO, stream), info.offset_data, info.size)
    file = archive.extractfile(info)
    return _Forward(cast(Readable, file)) if file is not None else io.BytesIO()
