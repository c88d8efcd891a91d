"""Methods of strings: folded where all is known, carriers of what goes in otherwise."""

from __future__ import annotations

import re
import string
from typing import TYPE_CHECKING

from scanner.execution.heap import join
from scanner.execution.records import (
    REST,
    Arguments,
    Const,
    Frame,
    Sequence,
    Value,
    Values,
)

if TYPE_CHECKING:
    from scanner.execution.machine import Machine

_TEXT_METHODS = frozenset({
    "lower", "upper", "strip", "lstrip", "rstrip", "title", "capitalize", "casefold", "swapcase", "replace",
    "removeprefix", "removesuffix", "zfill", "center", "ljust", "rjust", "format",
})  # fmt: skip
_NO_TAINT = frozenset({
    "startswith", "endswith", "isdigit", "isalpha", "isalnum", "islower", "isupper", "isspace", "isidentifier",
    "start", "end", "span", "count", "find", "index", "rfind", "rindex", "isnumeric", "isdecimal", "istitle",
    "isprintable", "isascii",
})  # fmt: skip


class TextMethods:
    """Calls methods of text and bytes."""

    def __init__(self, machine: Machine) -> None:
        self.m = machine

    def call(self, receiver: Value, name: str, a: Arguments, frame: Frame, i: int) -> Values:
        if name in _NO_TAINT:
            return ()
        carried = self.m.taint.derived(join((receiver,), *a.positional, *(v for _, v in a.keywords)))
        if isinstance(receiver, Const) and isinstance(receiver.value, bytes) and name == "decode":
            return join((self.m.const(receiver.value.decode("latin-1")),), carried)
        if not isinstance(receiver, Const) or not isinstance(receiver.value, str):
            return carried
        if name == "encode":
            return join((self.m.const(receiver.value.encode("utf-8", "replace")),), carried)
        if name in ("format", "format_map"):
            return self._formatted(receiver.value, name, a, frame, i)
        if name in ("split", "rsplit", "splitlines", "partition", "rpartition"):
            return join(self._split(receiver.value, name, a), carried)
        if name == "join":
            return join(self._joined(receiver.value, a, frame, i), carried)
        return join(self._folded(receiver.value, name, a), carried)

    def _formatted(self, text: str, name: str, a: Arguments, frame: Frame, i: int) -> Values:
        """``str.format``: only the fields the text names go in."""
        values = dict(a.keywords)
        if name == "format_map":
            names, some = self.m.calling.opened((a.positional[0] if a.positional else a.rest), frame, i)
            values = {**dict(names), REST: some}
        used = _fields_of(text)
        chosen: list[Values] = [a.rest, a.spread, values.get(REST, ())]
        for n, field in enumerate(used):
            head, *steps = re.split(r"(?=[.\[])", field)
            if head == "" or head.isdigit():
                at = n if head == "" else int(head)
                got = a.positional[at] if at < len(a.positional) else ()
            else:
                got = values.get(head, ())
            for step in steps:
                got = self._stepped(got, step, frame, i)
            chosen.append(got)
        shown = [self.m.operators.formatted(v, frame, i) for p in chosen for v in p]
        made = self._folded(text, name, a) if name == "format" else ()
        return join(made, self.m.taint.derived(join(*shown)))

    def _stepped(self, values: Values, step: str, frame: Frame, i: int) -> Values:
        """``.name`` or ``[key]`` in a replacement field."""
        if step.startswith("."):
            return join(*(self.m.attributes.get(v, step[1:], frame, i) for v in values))
        key = step[1:].rstrip("]")
        keys = (self.m.const(int(key) if key.isdigit() else key),)
        return join(*(self.m.containers.item(v, keys, frame, i) for v in values))

    def _constants(self, a: Arguments) -> list[object] | None:
        out: list[object] = []
        for p in a.positional:
            if len(p) != 1 or not isinstance(p[0], Const):
                return None
            out.append(p[0].value)
        return out

    def _folded(self, text: str, name: str, a: Arguments) -> Values:
        known = self._constants(a)
        if name not in _TEXT_METHODS or known is None or len(text) > 2_000:
            return ()
        if any(isinstance(k, int) and k > 1_000 for k in known):
            return ()
        named = {k: v[0].value for k, v in a.keywords if len(v) == 1 and isinstance(v[0], Const)}
        if len(named) != len(a.keywords) or (name == "format" and ("[" in text or "." in text or ":" in text)):
            return ()
        try:
            made = getattr(text, name)(*known, **named)
        except (TypeError, ValueError, IndexError, KeyError):
            return ()
        return (self.m.const(made),) if isinstance(made, str) and len(made) <= 4_000 else ()

    def _split(self, text: str, name: str, a: Arguments) -> Values:
        known = self._constants(a)
        made = Sequence("list")
        self.m.containers.start(made)
        if known is None:
            return (made,)
        try:
            parts = getattr(text, name)(*known)
        except (TypeError, ValueError):
            return (made,)
        for part in parts[:64]:
            self.m.containers.append(made, (self.m.const(part),))
        return (made,)

    def _joined(self, text: str, a: Arguments, frame: Frame, i: int) -> Values:
        parts = self._parts(a, frame, i)
        known = [p[0].value for p in parts or () if len(p) == 1 and isinstance(p[0], Const)]
        if parts is None or len(known) != len(parts) or not all(isinstance(k, str) for k in known):
            return ()
        made = text.join(str(k) for k in known)
        return (self.m.const(made),) if len(made) <= 4_000 else ()

    def _parts(self, a: Arguments, frame: Frame, i: int) -> list[Values] | None:
        """The elements of the first argument in order, where they are known."""
        values = a.positional[0] if a.positional else ()
        return self.m.containers.parts(values[0], frame, i) if len(values) == 1 else None


def _fields_of(text: str) -> list[str]:
    """The replacement fields of a format string, with attribute and item access."""
    try:
        found = [name for _, name, _, _ in string.Formatter().parse(text[:4_000]) if name is not None]
    except ValueError:
        return []
    return found
