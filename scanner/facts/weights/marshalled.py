"""Constants and names of marshalled code objects (CPython ``Python/marshal.c``), read without unmarshalling.

``marshal.loads`` may crash on hostile bytes, and refuses those of other versions; this reader knows the layout of 3.8
to 3.14 and gives up on anything else. Nothing is built but texts and tuples.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scanner.facts.weights.streams import Broken

_FLAG = 0x80
_DEPTH = 40
_ITEMS = 20_000
_FIXED = {"N": 0, "0": 0, "F": 0, "T": 0, ".": 0, "S": 0, "i": 4, "I": 8, "g": 8, "y": 16}
_COUNTED = {"s": 4, "u": 4, "t": 4, "a": 4, "A": 4, "z": 1, "Z": 1}
_TEXTS = frozenset("utaAzZ")


def code_objects(data: bytes) -> Iterator[tuple[Any, Any]]:
    """Constants and names of every code object in ``data``, inner ones first. Raises ``Broken``."""
    reader = _Reader(data)
    reader.read(0)
    yield from reader.found


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0
        self.refs: list[Any] = []
        self.found: list[tuple[Any, Any]] = []
        self.items = 0

    def read(self, depth: int) -> Any:
        """One object."""
        self.items += 1
        if depth > _DEPTH or self.items > _ITEMS:
            raise Broken("holds compiled code that nests too deep")
        code = self.take(1)[0]
        kind, flagged = chr(code & ~_FLAG), bool(code & _FLAG)
        slot = len(self.refs)
        if flagged:
            self.refs.append(None)
        value = self._value(kind, depth)
        if flagged:
            self.refs[slot] = value
        return value

    def _value(self, kind: str, depth: int) -> Any:
        if kind in _FIXED:
            self.take(_FIXED[kind])
            return None
        if kind in _COUNTED:
            raw = self.take(self.number(_COUNTED[kind]))
            return raw.decode("utf-8", "replace") if kind in _TEXTS else raw
        if kind == "r":
            index = self.number(4)
            return self.refs[index] if index < len(self.refs) else None
        if kind in "()[<>":
            size = self.number(1 if kind == ")" else 4)
            return tuple(self.read(depth + 1) for _ in range(min(size, _ITEMS)))
        if kind == "l":
            self.take(abs(int.from_bytes(self.take(4), "little", signed=True)) * 2)
            return None
        if kind == "c":
            return self._code(depth)
        raise Broken("holds compiled code of an unknown layout")

    def _code(self, depth: int) -> None:
        """Five numbers since 3.11, six before; then bytecode, constants, names and what is passed over."""
        newer = self.data[self.at + 20 : self.at + 21] in (b"s", b"\xf3")
        self.take(20 if newer else 24)
        self.read(depth + 1)
        constants, names = self.read(depth + 1), self.read(depth + 1)
        self.found.append((constants or (), names or ()))
        for _ in range(5):
            self.read(depth + 1)
        self.take(4)
        for _ in range(2 if newer else 1):
            self.read(depth + 1)

    def number(self, size: int) -> int:
        return int.from_bytes(self.take(size), "little")

    def take(self, size: int) -> bytes:
        if self.at + size > len(self.data):
            raise Broken("holds compiled code that ends too early")
        self.at += size
        return self.data[self.at - size : self.at]
