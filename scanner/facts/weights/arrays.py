"""Arrays of numpy: the header of ``.npy``, and the raw bytes joblib puts between the opcodes of a pickle."""

from __future__ import annotations

import re
from math import prod

from scanner.facts.weights.machine import Machine
from scanner.facts.weights.streams import Broken, Source
from scanner.facts.weights.values import Pairs, Value

_DTYPE = re.compile(r"[<>|=]?([?a-zA-Z])(\d*)")
_WIDE = {"U": 4}
_OBJECTS = re.compile(r"['\"][|<>=]?O\d*['\"]")
_HEADER = 1_000_000


def holds_objects(source: Source) -> bool:
    """Whether a ``.npy`` file, read up to the end of its header, goes on with a pickle."""
    source.take(6)
    major = source.take(2)[0]
    size = int.from_bytes(source.take(2 if major == 1 else 4), "little")
    if size > _HEADER:
        raise Broken("has an array header of more than 1 MB")
    header = source.take(size).decode("latin-1")
    return _OBJECTS.search(header) is not None


class InlineArrays:
    """What ``joblib.dump`` does: after the BUILD of an array's wrapper come the bytes of the array, or its pickle."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        machine.after_build = self

    def __call__(self, obj: Value, state: Value) -> None:
        if not isinstance(state, Pairs) or "shape" not in state[::2] or "allow_mmap" not in state[::2]:
            return
        fields = {k: v for k, v in state.items() if isinstance(k, str)}
        shape, dtype = fields.get("shape"), fields.get("dtype")
        if not isinstance(shape, tuple) or not all(isinstance(n, int) and n >= 0 for n in shape):
            raise Broken("holds an array whose shape is not known")
        code, size = _element(dtype)
        source = self._machine.source
        if code == "O":
            inner = Machine(source, self._machine.recorder, self._machine.allowance)
            inner.after_build = self
            inner.run()
            return
        if fields.get("numpy_array_alignment_bytes"):
            source.skip(source.take(1)[0])
        source.skip(prod(shape) * size)


def _element(dtype: Value) -> tuple[str, int]:
    """Kind and size in bytes of one element."""
    match = _DTYPE.fullmatch(dtype) if isinstance(dtype, str) else None
    if match is None:
        raise Broken("holds an array whose elements are not known")
    return match[1], int(match[2] or 1) * _WIDE.get(match[1], 1)
