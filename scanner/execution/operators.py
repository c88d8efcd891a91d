"""Operators and conversions: special methods of the program's classes, folding of literals, joining of containers."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from scanner.execution.heap import join
from scanner.execution.records import (
    Arguments,
    Class,
    Const,
    External,
    Frame,
    Instance,
    Sequence,
    Table,
    Value,
    Values,
)
from scanner.facts.records import Compare, Unary

if TYPE_CHECKING:
    from scanner.execution.machine import Machine

_NAMES = {
    "+": "add", "-": "sub", "*": "mul", "/": "truediv", "//": "floordiv", "%": "mod", "**": "pow", "@": "matmul",
    "<<": "lshift", ">>": "rshift", "|": "or", "^": "xor", "&": "and",
}  # fmt: skip
_COMPARISONS = {"==": "__eq__", "!=": "__ne__", "<": "__lt__", "<=": "__le__", ">": "__gt__", ">=": "__ge__"}
_MIRRORED = {"<": "__gt__", "<=": "__ge__", ">": "__lt__", ">=": "__le__", "==": "__eq__", "!=": "__ne__"}
_UNARY = {"-": "__neg__", "+": "__pos__", "~": "__invert__"}
_FOLD: dict[str, Callable[[Any, Any], object]] = {
    "+": operator.add, "-": operator.sub, "%": operator.mod, "==": operator.eq, "!=": operator.ne,
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "//": operator.floordiv,
}  # fmt: skip
_NAMED_FIELD = re.compile(r"%\((\w+)\)")
_MAX_TEXT = 4_000
_MAX_FOLDED = 12


class Operators:
    """Binary, unary and comparison operators, and conversion to text."""

    def __init__(self, machine: Machine) -> None:
        self.m = machine
        self._showing: set[int] = set()

    # -- arithmetic

    def binary(self, frame: Frame, i: int, op: str, left: Values, right: Values, inplace: bool) -> Values:
        """``left op right``, or ``left op= right``."""
        out: Values = ()
        name = _NAMES.get(op, "")
        for v in left:
            done = self._one(frame, i, op, name, v, right, inplace)
            out = join(out, done if done is not None else self.m.taint.derived((v, *right)))
        if not left:
            out = join(out, self._reflected(frame, i, name, left, right), self.m.taint.derived(right))
        return out

    def _one(
        self, frame: Frame, i: int, op: str, name: str, left: Value, right: Values, inplace: bool
    ) -> Values | None:
        """What an operator gives for one left value; None when the operands are not objects of their own kind."""
        if isinstance(left, Instance):
            first = [v for v in right if self._overrides(v, left, f"__r{name}__")]
            if first and not inplace:
                return self._reflected(frame, i, name, (left,), tuple(first))
            for method in (f"__i{name}__", f"__{name}__") if inplace else (f"__{name}__",):
                if self.m.attributes.find(left.cls, method):
                    made = self.m.calling.method(left, method, Arguments((right,)), frame, i)
                    if any(isinstance(v, External) and v.name == "<builtin>.NotImplemented" for v in made):
                        kept = tuple(v for v in made if not isinstance(v, External))
                        return join(kept, self._reflected(frame, i, name, (left,), right))
                    return made
            if left.payload is not None:
                left = left.payload
        if isinstance(left, Class):
            for meta in left.meta:
                found = self.m.attributes.find(meta, f"__{name}__") if isinstance(meta, Class) else None
                if found and isinstance(meta, Class):
                    return self.m.calling.call_members(found, left, meta, Arguments((right,)), frame, i)
        mirrored = self._reflected(frame, i, name, (left,), right)
        if mirrored or (right and all(self._mirrors(v, name) for v in right)):
            return mirrored
        if isinstance(left, Instance) and (parts := self.m.containers.parts(left, frame, i)) is not None:
            left = Sequence("tuple")  # a named tuple
            self.m.containers.replace(left, parts)
        if isinstance(left, Sequence):
            return self._sequence(frame, i, op, left, right, inplace)
        if isinstance(left, Table) and op == "|":
            return (self._merged(frame, i, left, right, inplace),)
        if isinstance(left, Const):
            if op == "%" and isinstance(left.value, str):
                right = self._percent(left.value, right, frame, i)
            return join(self._fold(op, left, right, frame, i), self.m.taint.derived(right))
        return None

    def _overrides(self, value: Value, left: Instance, method: str) -> bool:
        """The right operand goes first when its class derives from the left one's and has its own reflection."""
        if not isinstance(value, Instance) or value.cls is left.cls or left.cls not in value.cls.order:
            return False
        own = self.m.attributes.find(value.cls, method)
        return own is not None and own != self.m.attributes.find(left.cls, method)

    def _mirrors(self, value: Value, name: str) -> bool:
        return isinstance(value, Instance) and self.m.attributes.find(value.cls, f"__r{name}__") is not None

    def _reflected(self, frame: Frame, i: int, name: str, left: Values, right: Values) -> Values:
        out: Values = ()
        for v in right:
            if isinstance(v, Instance) and self.m.attributes.find(v.cls, f"__r{name}__"):
                out = join(out, self.m.calling.method(v, f"__r{name}__", Arguments((left,)), frame, i))
        return out

    def _sequence(self, frame: Frame, i: int, op: str, left: Sequence, right: Values, inplace: bool) -> Values:
        if inplace and left.kind == "list" and op == "+":
            self.m.containers.extend(left, right, frame, i)
            return (left,)
        made = Sequence(left.kind)
        self.m.containers.start(made)
        if op == "-" or op == "&":
            self.m.containers.add_some(made, self.m.containers.elements(left))
        elif op == "*":
            parts, times = self.m.containers.parts(left, frame, i), right[0] if len(right) == 1 else None
            n = times.value if isinstance(times, Const) and isinstance(times.value, int) else None
            if parts is None or n is None or n * len(parts) > _MAX_FOLDED:
                self.m.containers.add_some(made, self.m.containers.elements(left))
            for part in parts * n if parts is not None and n is not None and n * len(parts) <= _MAX_FOLDED else ():
                self.m.containers.append(made, part)
        elif op in ("+", "|", "^"):
            self.m.containers.extend(made, (left,), frame, i)
            self.m.containers.extend(made, right, frame, i)
        return (made,)

    def _merged(self, frame: Frame, i: int, left: Table, right: Values, inplace: bool) -> Table:
        made = left if inplace else Table()
        for source in ((left,) if not inplace else ()) + tuple(right):
            self.m.containers.update(made, source, frame, i)
        return made

    def _fold(self, op: str, left: Const, right: Values, frame: Frame, i: int) -> Values:
        fold = _FOLD.get(op)
        if op == "%" and isinstance(left.value, str):
            self._shown(right, frame, i)
        if fold is None or len(right) > _MAX_FOLDED:
            return ()
        out: list[Value] = []
        for v in right:
            if not isinstance(v, Const):
                continue
            try:
                made = fold(left.value, v.value)
            except (TypeError, ValueError, ZeroDivisionError, OverflowError, KeyError):
                continue
            if isinstance(made, str | int | float) and len(str(made)) <= _MAX_TEXT:
                out.append(self.m.const(made))
        return tuple(out)

    def _percent(self, text: str, right: Values, frame: Frame, i: int) -> Values:
        """Of a mapping only the keys that the text names go in."""
        out: Values = ()
        for v in right:
            names = _NAMED_FIELD.findall(text) if isinstance(v, Table) else []
            out = join(
                out,
                *(
                    (v,) if not names else self.m.containers.item(v, (self.m.const(n),), frame, i)
                    for n in names or [""]
                ),
            )
        return out

    def _shown(self, values: Values, frame: Frame, i: int) -> None:
        """Operands of ``%`` are converted to text."""
        for v in values:
            inner = self.m.containers.elements(v) if isinstance(v, Sequence) else (v,)
            for x in inner:
                if isinstance(x, Instance):
                    self.to_text(x, frame, i)

    # -- unary, comparison

    def unary(self, frame: Frame, i: int, op: str, values: Values) -> Values:
        """``not value`` and its kin."""
        out: Values = ()
        for v in values:
            if isinstance(v, Instance) and op in _UNARY:
                out = join(out, self.m.calling.method(v, _UNARY[op], Arguments(), frame, i))
            elif isinstance(v, Instance) and op == "not":
                self.truth(v, frame, i)
            elif isinstance(v, Const) and op == "not":
                out = join(out, (self.m.const(not v.value),))
            elif isinstance(v, Const) and op == "-" and isinstance(v.value, int | float):
                out = join(out, (self.m.const(-v.value),))
        return out if op == "not" else join(out, self.m.taint.derived(values))

    def truth(self, value: Instance, frame: Frame, i: int) -> None:
        """Truth testing runs ``__bool__``, else ``__len__``."""
        for name in ("__bool__", "__len__"):
            if self.m.attributes.find(value.cls, name):
                self.m.calling.method(value, name, Arguments(), frame, i)
                return

    def tested(self, frame: Frame, test: int) -> None:
        """Truth testing of a condition; operands of ``and``, ``or`` and ``not`` are tested where they stand."""
        for v in frame.values[test] or ():
            if isinstance(v, Instance) and not isinstance(frame.facts.ops[test], Unary):
                self.truth(v, frame, test)

    def compare(self, frame: Frame, i: int, op: Compare) -> Values:
        """A comparison chain; a single comparison gives what its special method returns."""
        left = frame.values[op.left] or ()
        out: Values = ()
        for name, other in zip(op.ops, op.others, strict=True):
            right = frame.values[other] or ()
            out = self._compared(frame, i, name, left, right)
            left = right
        return out

    def _compared(self, frame: Frame, i: int, name: str, left: Values, right: Values) -> Values:
        out: Values = ()
        if name in ("in", "not in"):
            for v in right:
                if isinstance(v, Instance):
                    out = join(out, self._contains(v, left, frame, i))
                elif isinstance(v, Sequence):
                    self._searched(v, left, frame, i)
                elif isinstance(v, Table):
                    self.m.containers.hashed(left, frame, i)
            found = self._found(left, right)
            return out if found is None else join(out, (self.m.const(found == (name == "in")),))
        for v in left:
            if isinstance(v, Instance) and name in _COMPARISONS:
                method = _COMPARISONS[name]
                if self.m.attributes.find(v.cls, method):
                    out = join(out, self.m.calling.method(v, method, Arguments((right,)), frame, i))
                elif name == "!=" and self.m.attributes.find(v.cls, "__eq__"):
                    out = join(out, self.m.calling.method(v, "__eq__", Arguments((right,)), frame, i))
                elif name in _MIRRORED:
                    out = join(out, self._mirrored(frame, i, _MIRRORED[name], (v,), right))
            elif name in _MIRRORED:
                out = join(out, self._mirrored(frame, i, _MIRRORED[name], (v,), right))
                if isinstance(v, Const) and name in _FOLD:
                    out = join(out, self._fold(name, v, right, frame, i))
        return out

    def _found(self, item: Values, right: Values) -> bool | None:
        """Whether a constant is certain to be in a container, or certain not to be."""
        if len(item) != 1 or len(right) != 1 or not isinstance(item[0], Const):
            return None
        within, wanted = right[0], item[0]
        if isinstance(within, Const) and isinstance(within.value, str) and isinstance(wanted.value, str):
            return wanted.value in within.value
        if isinstance(within, Table) and within.items and within.mirror is None:
            if wanted in within.items:
                return True if self.m.heap.is_certain(within.items, wanted) else None
            return False if all(isinstance(k, Const) for k in within.items) else None
        return None

    def _searched(self, value: Sequence, item: Values, frame: Frame, i: int) -> None:
        """Membership compares elements; of a set it hashes first."""
        if value.kind == "set":
            self.m.containers.hashed(item, frame, i)
        for v in (*self.m.containers.elements(value), *item):
            if isinstance(v, Instance) and self.m.attributes.find(v.cls, "__eq__"):
                self.m.calling.method(v, "__eq__", Arguments((item,)), frame, i)
                return

    def _mirrored(self, frame: Frame, i: int, method: str, left: Values, right: Values) -> Values:
        out: Values = ()
        for v in right:
            if isinstance(v, Instance) and self.m.attributes.find(v.cls, method):
                out = join(out, self.m.calling.method(v, method, Arguments((left,)), frame, i))
        return out

    def _contains(self, value: Instance, item: Values, frame: Frame, i: int) -> Values:
        if self.m.attributes.find(value.cls, "__contains__"):
            self.m.calling.method(value, "__contains__", Arguments((item,)), frame, i)
        else:
            self.m.containers.iterate((value,), frame, i)
        return ()

    # -- text

    def text(self, frame: Frame, i: int, parts: list[Values]) -> Values:
        """An f-string: its parts converted and joined, as literals where they are."""
        texts: list[str] | None = [""]
        shown: list[Values] = []
        for values in parts:
            converted = join(*(self.formatted(v, frame, i) for v in values))
            shown.append(converted)
            known = [v.value for v in converted if isinstance(v, Const)]
            if texts is None or len(known) != len(values) or not known or len(texts) * len(known) > _MAX_FOLDED:
                texts = None
            else:
                texts = [t + str(k) for t in texts for k in known]
        made: Values = ()
        if texts is not None:
            made = tuple(self.m.const(t) for t in texts if len(t) <= _MAX_TEXT)
        return join(made, self.m.taint.derived(join(*shown)))

    def formatted(self, value: Value, frame: Frame, i: int) -> Values:
        """``format(value)``."""
        if isinstance(value, Instance):
            if self.m.attributes.find(value.cls, "__format__"):
                return self.m.calling.method(value, "__format__", Arguments(((self.m.const(""),),)), frame, i)
            return self.to_text(value, frame, i)
        return (value,)

    def to_text(self, value: Instance, frame: Frame, i: int) -> Values:
        """``str(value)``."""
        for name in ("__str__", "__repr__"):
            if self.m.attributes.find(value.cls, name):
                return self.m.calling.method(value, name, Arguments(), frame, i)
        return self.m.taint.derived((value, *self._shown_fields(value, frame, i)))

    def _shown_fields(self, value: Instance, frame: Frame, i: int) -> Values:
        """What the generated text of a data class shows."""
        if value.cls.generated not in ("dataclass", "model") or id(value) in self._showing:
            return ()
        self._showing.add(id(value))
        shown = join(*(value.fields.get(n, ()) for n in self.m.classes.kept_fields(value.cls)))
        out = join(*(self.to_text(v, frame, i) if isinstance(v, Instance) else (v,) for v in shown))
        self._showing.discard(id(value))
        return out
