"""A file of a hub read in parts: what seeks and reads here asks the hub for blocks, and for each block once.

A weights archive is told by its last block (the directory) and its first (``data.pkl`` stands in front), so that two
requests of a block each are the rule, whatever the size of the weights.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO, cast

from scanner.inputs.holders import MemoryHolder
from scanner.inputs.hub_records import BLOCK, Repository
from scanner.inputs.records import Skipped

if TYPE_CHECKING:
    from scanner.inputs.hub_client import HubClient

FILE_BLOCKS = 48
"""Blocks read of one file at most, some 1.5 MB; further ones are an error, which makes the file partly read."""


class RangedFile(io.RawIOBase):
    """A read-only, seekable file at a commit; raises ``OSError`` when the hub gives no more of it."""

    def __init__(
        self, client: HubClient, repository: Repository, path: str, size: int, blocks: dict[int, bytes]
    ) -> None:
        super().__init__()
        self._client = client
        self._repository = repository
        self._path = path
        self._size = size
        self._blocks = blocks
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        if base + offset < 0:
            raise OSError("seek before the beginning")
        self._at = base + offset
        return self._at

    def readinto(self, buffer: object, /) -> int:
        view = memoryview(cast(bytearray, buffer)).cast("B")
        data = self.read(len(view))
        view[: len(data)] = data
        return len(data)

    def read(self, size: int = -1, /) -> bytes:
        """As many bytes as asked for, or all that are left; ``OSError`` when that is more than is read of one file."""
        left = max(0, self._size - self._at)
        wanted = left if size < 0 else min(size, left)
        if wanted > FILE_BLOCKS * BLOCK:
            raise OSError("a file of weights is never read whole")
        data = bytearray()
        while len(data) < wanted:
            number, inside = divmod(self._at, BLOCK)
            part = self._block(number)[inside : inside + wanted - len(data)]
            if not part:
                raise OSError("the hub gave less than it listed")
            data += part
            self._at += len(part)
        return bytes(data)

    def _block(self, number: int) -> bytes:
        if number not in self._blocks:
            if len(self._blocks) >= FILE_BLOCKS:
                raise OSError(f"more than {FILE_BLOCKS} blocks of it would be needed")
            start = number * BLOCK
            end = min(start + BLOCK, self._size) - 1
            # A server that ignores ranges would send all that stands before the block: beyond a block that is too much.
            data = self._client.read(self._repository, self._path, BLOCK, start, end, ranged_only=start > BLOCK)
            if isinstance(data, Skipped):
                raise OSError(data.reason)
            self._blocks[number] = data
        return self._blocks[number]


@dataclass(frozen=True, slots=True)
class HubHolder:
    """Files of a repository: those that were fetched, and the rest in parts through ``open``."""

    contents: dict[str, bytes]
    client: HubClient
    repository: Repository
    _blocks: dict[str, dict[int, bytes]] = field(default_factory=dict)

    def fetch(self, path: str, limit: int) -> bytes | Skipped:
        return MemoryHolder(self.contents).fetch(path, limit)

    def open(self, path: str) -> BinaryIO | Skipped:
        """A seekable stream of a file; the caller closes it."""
        if path in self.contents:
            return io.BytesIO(self.contents[path])
        size = next((f.size for f in self.repository.files if f.path == path), None)
        if size is None:
            return Skipped(path, "is not in the repository")
        blocks = self._blocks.setdefault(path, {})
        return cast(BinaryIO, RangedFile(self.client, self.repository, path, size, blocks))
