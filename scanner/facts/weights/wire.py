"""The wire format of protocol buffers (protobuf.dev, "Encoding"): fields of a message, forward, without its schema."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from scanner.facts.weights.limits import FIELDS
from scanner.facts.weights.streams import Broken, Source

_VARINT, _FIXED64, _LENGTH, _FIXED32 = 0, 1, 2, 5


@dataclass(frozen=True, slots=True)
class Field:
    """Field ``number`` at ``offset``. ``size`` is the length of its bytes, or -1 for a number in ``value``."""

    number: int
    offset: int
    size: int
    value: int = 0


class Message:
    """Reads a stream of fields. A field with bytes has to be entered, taken or passed over before the next one."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self._fields = 0

    def fields(self, end: int | None = None) -> Iterator[Field]:
        """Fields up to stream offset ``end``, or to the end of the stream. Raises ``Broken``."""
        source = self.source
        while end is None or source.offset < end:
            if end is None and not source.peek(1):
                return
            self._fields += 1
            if self._fields > FIELDS:
                raise Broken(f"has more than {FIELDS:,} fields")
            offset = source.offset
            key = self._varint()
            number, kind = key >> 3, key & 7
            if kind == _LENGTH:
                yield self._counted(number, offset, end)
            elif kind == _VARINT:
                yield Field(number, offset, -1, self._varint())
            elif kind in (_FIXED64, _FIXED32):
                source.take(8 if kind == _FIXED64 else 4)
            else:
                raise Broken(f"is no protocol buffer at byte {offset}")

    def _counted(self, number: int, offset: int, end: int | None) -> Field:
        size = self._varint()
        if number == 0 or (end is not None and self.source.offset + size > end):
            raise Broken(f"is no protocol buffer at byte {offset}")
        return Field(number, offset, size)

    def text(self, field: Field, most: int = 4_096) -> str:
        """The bytes of a field as text."""
        return self.source.keep(field.size, most).decode("utf-8", "replace")

    def skip(self, field: Field) -> None:
        """Pass over the bytes of a field."""
        if field.size > 0:
            self.source.skip(field.size)

    def end(self, field: Field) -> int:
        """Where the bytes of a field end, for entering it as a message."""
        return self.source.offset + field.size

    def _varint(self) -> int:
        value = 0
        for shift in range(0, 70, 7):
            byte = self.source.take(1)[0]
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
        raise Broken("is no protocol buffer: a number of more than ten bytes")
