"""Forward reading of a binary stream: bounded, buffered, aware of where it is, able to pass over what nobody reads."""

from __future__ import annotations

import bz2
import io
import lzma
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from scanner.facts.weights.limits import CHUNK, DIRECTORY, EXPANDED_BYTES, OPCODES, READ_BYTES


class Readable(Protocol):
    """The least a model file must be: something that gives its next bytes."""

    def read(self, size: int = -1, /) -> bytes: ...


class Broken(ValueError):
    """A file is not what it says; the message goes on from ``the file ...``."""


@dataclass(slots=True)
class Allowance:
    """What may still be spent on one file and everything inside it."""

    opcodes: int = OPCODES
    expanded: int = EXPANDED_BYTES


class Source:
    """A window on a stream. ``buffer[position]`` is the next byte and lies at ``base + position`` of the stream."""

    def __init__(self, stream: Readable, offset: int = 0) -> None:
        self.stream = stream
        self.buffer = b""
        self.position = 0
        self.base = offset
        self.ended = False
        self._left = READ_BYTES
        self._step = 4_096
        """A header is small: the first reads are, too, so that little is fetched of a remote file."""

    @property
    def offset(self) -> int:
        """Where the next byte lies in the stream."""
        return self.base + self.position

    def more(self) -> bool:
        """Read another chunk behind the window; False at the end."""
        if self.ended:
            return False
        chunk = self.stream.read(self._step)
        self._step = min(CHUNK, self._step * 4)
        self._left -= len(chunk)
        if self._left < 0:
            raise Broken(f"goes on beyond {READ_BYTES // 1_000_000} MB")
        self.ended = not chunk
        self.base += self.position
        self.buffer = self.buffer[self.position :] + chunk
        self.position = 0
        return bool(chunk)

    def take(self, size: int) -> bytes:
        """The next ``size`` bytes; raises ``Broken`` where there are fewer."""
        while len(self.buffer) - self.position < size:
            if not self.more():
                raise Broken("ends too early")
        self.position += size
        return self.buffer[self.position - size : self.position]

    def peek(self, size: int) -> bytes:
        """The next bytes, at most ``size``, left in place."""
        while len(self.buffer) - self.position < size and self.more():
            pass
        return self.buffer[self.position : self.position + size]

    def keep(self, size: int, most: int) -> bytes:
        """Pass over ``size`` bytes and give the first ``most`` of them."""
        kept = self.take(min(size, most))
        self.skip(size - len(kept))
        return kept

    def skip(self, size: int) -> None:
        """Pass over bytes, without reading them where the stream can seek."""
        here = min(size, len(self.buffer) - self.position)
        self.position += here
        size -= here
        if size > 4 * CHUNK and self._seek(size):
            return
        while size:
            if not self.more():
                raise Broken("ends too early")
            here = min(size, len(self.buffer))
            self.position = here
            size -= here

    def _seek(self, size: int) -> bool:
        """Jump; the byte before the target is read, so that a jump beyond the end is noticed."""
        seek = getattr(self.stream, "seek", None)
        seekable = getattr(self.stream, "seekable", None)
        if seek is None or seekable is None or not seekable():
            return False
        seek(size - 1, 1)
        self.base, self.buffer, self.position = self.offset + size - 1, b"", 0
        self.take(1)
        return True

    def line(self, most: int) -> bytes:
        """Up to the next newline, which is passed over; at most ``most`` bytes of it."""
        kept = b""
        while True:
            end = self.buffer.find(b"\n", self.position)
            stop = len(self.buffer) if end < 0 else end
            if len(kept) < most:
                kept += self.buffer[self.position : min(stop, self.position + most - len(kept))]
            if end >= 0:
                self.position = end + 1
                return kept
            self.position = stop
            if not self.more():
                raise Broken("ends too early")


class Capped(io.RawIOBase):
    """A seekable file that refuses to be read in one huge piece, as ``zipfile`` and ``tarfile`` read their
    book-keeping."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def read(self, size: int | None = -1, /) -> bytes:
        wanted = DIRECTORY + 1 if size is None or size < 0 else size
        data: bytes = self._stream.read(wanted) if wanted <= DIRECTORY + 1 else b""
        if wanted > DIRECTORY + 1 or len(data) > DIRECTORY:
            raise Broken(f"has a directory larger than {DIRECTORY // 1_000_000} MB")
        return data

    def seek(self, offset: int, whence: int = 0, /) -> int:
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()

    def seekable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True


class _Decompressor(Protocol):
    def decompress(self, data: bytes, max_length: int = ...) -> bytes: ...


class Expanded:
    """A compressed stream, expanded piece by piece; raises ``Broken`` where it is damaged or grows beyond reason."""

    def __init__(self, stream: Readable, name: str, allowance: Allowance) -> None:
        self._stream = stream
        self._make = DECOMPRESSORS[name]
        self._machine = self._make()
        self._waiting = b""
        self._allowance = allowance

    def read(self, size: int = -1, /) -> bytes:
        size = CHUNK if size < 0 else min(size, CHUNK * 16)
        while True:
            data = self._step(size)
            if data is None:
                return b""
            if data:
                self._allowance.expanded -= len(data)
                if self._allowance.expanded < 0:
                    raise Broken(f"expands to more than {EXPANDED_BYTES // 1_000_000} MB")
                return data

    def _step(self, size: int) -> bytes | None:
        """Some bytes, perhaps none yet; None at the end."""
        machine = self._machine
        if getattr(machine, "eof", False):
            left = self._waiting or getattr(machine, "unused_data", b"") or self._stream.read(CHUNK)
            if not left.strip(b"\0"):
                return None
            self._machine, self._waiting = self._make(), left
            return b""
        fed = self._waiting or getattr(machine, "unconsumed_tail", b"")
        self._waiting = b""
        ended = False
        if not fed and getattr(machine, "needs_input", True):
            fed = self._stream.read(CHUNK)
            ended = not fed
        try:
            # At the end of its input zlib may still hold output back.
            return machine.decompress(fed, size) or (None if ended else b"")
        except (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError) as error:
            raise Broken(f"is damaged: {str(error)[:60]}") from error


DECOMPRESSORS: dict[str, Callable[[], _Decompressor]] = {
    "gzip": lambda: zlib.decompressobj(31),
    "zlib": lambda: zlib.decompressobj(15),
    "deflate": lambda: zlib.decompressobj(-15),
    "bzip2": bz2.BZ2Decompressor,
    "lzma": lambda: lzma.LZMADecompressor(memlimit=64_000_000),
}
"""By name; each can be stopped half-way, and LZMA is held to the memory of its presets."""
