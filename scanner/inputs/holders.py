"""Where the bytes of a target lie: a folder, a zip archive, memory.

A holder can be handed to another process; it reads regular files below its root only, and never more than the bytes
it is asked for.
"""

from __future__ import annotations

import io
import os
import stat
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Protocol, cast

from scanner.inputs.limits import DIRECTORY_BYTES
from scanner.inputs.records import Skipped

READ_ERRORS = (OSError, EOFError, KeyError, ValueError, RuntimeError, zipfile.BadZipFile, zlib.error)
"""What reading a member of an archive may raise."""


class Holder(Protocol):
    """Gives the bytes of a file by its path in the snapshot."""

    def fetch(self, path: str, limit: int) -> bytes | Skipped:
        """All bytes of ``path``, or why not; more than ``limit`` bytes is a reason."""

    def open(self, path: str) -> BinaryIO | Skipped:
        """A seekable stream of the bytes of ``path``, or why not; the caller closes it."""


@dataclass(frozen=True, slots=True)
class FolderHolder:
    """Files below ``root``, an absolute path with symbolic links resolved."""

    root: Path

    def fetch(self, path: str, limit: int) -> bytes | Skipped:
        try:
            # O_NOFOLLOW: what was a file when listed must not have become a link; O_NONBLOCK: nor a waiting pipe.
            handle = os.open(self.root / path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            with os.fdopen(handle, "rb") as file:
                if not stat.S_ISREG(os.fstat(handle).st_mode):
                    return Skipped(path, "is no regular file")
                return bounded(path, file.read(limit + 1), limit)
        except OSError as error:
            return Skipped(path, f"cannot be read: {error.strerror}")

    def open(self, path: str) -> BinaryIO | Skipped:
        try:
            handle = os.open(self.root / path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            file = os.fdopen(handle, "rb", buffering=0)
            if stat.S_ISREG(os.fstat(handle).st_mode):
                return cast(BinaryIO, file)
            file.close()
            return Skipped(path, "is no regular file")
        except OSError as error:
            return Skipped(path, f"cannot be read: {error.strerror}")


@dataclass(frozen=True, slots=True)
class MemoryHolder:
    """Files already read, by path."""

    contents: dict[str, bytes]

    def fetch(self, path: str, limit: int) -> bytes | Skipped:
        data = self.contents.get(path)
        return Skipped(path, "cannot be read: not in the archive") if data is None else bounded(path, data, limit)

    def open(self, path: str) -> BinaryIO | Skipped:
        data = self.contents.get(path)
        return Skipped(path, "cannot be read: not in the archive") if data is None else io.BytesIO(data)


class ZipHolder:
    """Members of a zip archive, read in place; ``prefix`` stands before every path.

    Of members with the same name the last one counts, as it does for an installer.
    """

    def __init__(self, archive: Path, prefix: str = "") -> None:
        self._archive = archive
        self._prefix = prefix
        self._zip: zipfile.ZipFile | None = None

    def fetch(self, path: str, limit: int) -> bytes | Skipped:
        try:
            if self._zip is None:
                self._zip = open_zip(self._archive)
            with self._zip.open(self._prefix + path) as member:
                return bounded(path, member.read(limit + 1), limit)
        except READ_ERRORS as error:
            return Skipped(path, f"cannot be read: {str(error)[:80]}")

    def open(self, path: str) -> BinaryIO | Skipped:
        try:
            if self._zip is None:
                self._zip = open_zip(self._archive)
            return cast(BinaryIO, self._zip.open(self._prefix + path))
        except READ_ERRORS as error:
            return Skipped(path, f"cannot be read: {str(error)[:80]}")

    def __getstate__(self) -> dict[str, Any]:
        return {"_archive": self._archive, "_prefix": self._prefix, "_zip": None}


class _BoundedReads(io.FileIO):
    """A file that refuses to be read in one huge piece, as ``zipfile`` reads a central directory."""

    def read(self, size: int | None = -1, /) -> bytes:
        wanted = DIRECTORY_BYTES + 1 if size is None or size < 0 else size
        data = super().read(wanted) if wanted <= DIRECTORY_BYTES + 1 else None
        if data is None or len(data) > DIRECTORY_BYTES:
            raise zipfile.BadZipFile(f"its directory is larger than {DIRECTORY_BYTES // 1_000_000} MB")
        return data

    def __del__(self) -> None:
        self.close()


def open_zip(path: Path) -> zipfile.ZipFile:
    """A zip archive with a bounded directory; raises ``OSError``, ``BadZipFile`` or ``ValueError``."""
    return zipfile.ZipFile(_BoundedReads(path))


def bounded(path: str, data: bytes, limit: int) -> bytes | Skipped:
    """``data``, or a ``Skipped`` when there is more of it than ``limit``."""
    return data if len(data) <= limit else too_large(path, limit)


def too_large(path: str, limit: int) -> Skipped:
    """The ``Skipped`` of a file beyond a size limit."""
    size = f"{limit // 1_000_000} MB" if limit >= 1_000_000 else f"{limit // 1_000} kB"
    return Skipped(path, f"larger than {size}")
