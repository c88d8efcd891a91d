"""Which side of a test runs, where the text decides it: literals, types, identities, the name of the main module.

In a call graph values that depend on data are left open: a reader wants the calls of both sides. A taint query follows
one value, so comparisons of known constants decide there.
"""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING

from scanner.execution.records import (
    Bound,
    Class,
    Const,
    External,
    Frame,
    Function,
    Instance,
    Iterator,
    Method,
    Module,
    Partial,
    Sequence,
    Table,
    Token,
    Value,
    Values,
)
from scanner.facts.records import Call, Compare, Global, Logic, Unary
from scanner.facts.records import Const as Literal

if TYPE_CHECKING:
    from scanner.execution.machine import Machine

_TYPES: dict[str, type | tuple[type, ...]] = {
    "<builtin>.str": str, "<builtin>.int": int, "<builtin>.float": float, "<builtin>.bool": bool,
    "<builtin>.bytes": bytes,
}  # fmt: skip
_KINDS = {"<builtin>.list": "list", "<builtin>.tuple": "tuple", "<builtin>.set": "set", "<builtin>.dict": "dict"}


class Tests:
    """Truth and narrowing of conditions."""

    def __init__(self, machine: Machine) -> None:
        self.m = machine

    def truth(self, frame: Frame, test: int) -> bool | None:
        """Whether a test holds, where that can be read off types and literals; None otherwise."""
        if test < 0:
            return None
        op = frame.facts.ops[test]
        if isinstance(op, Literal):
            return bool(op.value)
        if isinstance(op, Unary) and op.op == "not":
            inner = self.truth(frame, op.value)
            return None if inner is None else not inner
        if isinstance(op, Logic):
            return self._logic(frame, op)
        if isinstance(op, Compare):
            return self._compare(frame, op, test)
        if isinstance(op, Call) and (known := self._call(frame, op)) is not None:
            return known
        values = frame.values[test] or ()
        if values and all(isinstance(v, Token) for v in values) and not isinstance(op, Call):
            return True
        return self._same([self._plain(v) for v in values]) if frame.site is not None else None

    def _plain(self, value: Value) -> bool | None:
        """Truth of a value a model of the library asks about."""
        if isinstance(value, Const):
            return bool(value.value)
        if isinstance(value, Sequence) and (n := self.m.containers.length(value)) is not None:
            return n > 0
        return None

    def _logic(self, frame: Frame, op: Logic) -> bool | None:
        parts = [self.truth(frame, v) for v in op.values]
        if op.op == "and":
            return False if False in parts else (True if all(p is True for p in parts) else None)
        return True if True in parts else (False if all(p is False for p in parts) else None)

    def _compare(self, frame: Frame, op: Compare, test: int) -> bool | None:
        if len(op.ops) != 1:
            return None
        left, right = frame.values[op.left] or (), frame.values[op.others[0]] or ()
        name = op.ops[0]
        if name == "isinstance":
            return self._all(left, right)
        if name == "is mapping":
            return self._same([_is_kind(v, "dict") for v in left])
        if name == "is sequence":
            return self._same([self._fits(v, right) for v in left])
        if name in ("is", "is not"):
            same = self._identical(left, right)
            return same if same is None or name == "is" else not same
        subject = frame.facts.ops[op.left]
        if isinstance(subject, Global) and subject.name == "__name__" and name in ("==", "!="):
            return self._main(left, right, name)
        if (self.m.taint.active or frame.site is not None) and len(left) == len(right) == 1:
            result = frame.values[test] or ()
            known = len(result) == 1 and isinstance(result[0], Const) and isinstance(left[0], Const | Token)
            return bool(result[0].value) if known and isinstance(result[0], Const) else None
        return None

    def _main(self, left: Values, right: Values, name: str) -> bool | None:
        if len(left) == len(right) == 1 and isinstance(left[0], Const) and isinstance(right[0], Const):
            return (left[0] is right[0]) == (name == "==")
        return None

    def _fits(self, value: Value, lengths: Values) -> bool | None:
        if isinstance(value, Table | Const | Function | Class):
            return False
        if not isinstance(value, Sequence) or value.kind not in ("list", "tuple"):
            return None
        wanted = lengths[0].value if len(lengths) == 1 and isinstance(lengths[0], Const) else None
        have = self.m.containers.length(value)
        if have is None or not isinstance(wanted, int):
            return None
        return have == wanted if wanted >= 0 else have >= -wanted - 1

    def _identical(self, left: Values, right: Values) -> bool | None:
        if len(right) == 1 and isinstance(right[0], Const) and right[0].value is None and left:
            if all(isinstance(v, Const) for v in left):
                return self._same([v is right[0] for v in left])
            if all(isinstance(v, Function | Class | Instance | Sequence | Table | Module | Token) for v in left):
                return False
        return None

    def _call(self, frame: Frame, op: Call) -> bool | None:
        callee = frame.values[op.func] or ()
        if len(callee) != 1 or not isinstance(callee[0], External):
            return None
        if callee[0].name == "<builtin>.callable" and len(op.args) == 1:
            return self._same([self._callable(v) for v in frame.values[op.args[0]] or ()])
        if callee[0].name == "<builtin>.isinstance" and len(op.args) == 2:
            return self._all(frame.values[op.args[0]] or (), frame.values[op.args[1]] or ())
        return None

    def _callable(self, value: Value) -> bool | None:
        if isinstance(value, Function | Class | Bound | Partial | Method):
            return True
        if isinstance(value, Instance):
            return self.m.attributes.find(value.cls, "__call__") is not None
        return False if isinstance(value, Const | Sequence | Table | Module) else None

    def _all(self, values: Values, classes: Values) -> bool | None:
        return self._same([self.is_instance(v, classes) for v in values])

    def _same(self, answers: list[bool | None]) -> bool | None:
        return answers[0] if answers and all(a == answers[0] for a in answers) else None

    def is_instance(self, value: Value, classes: Values) -> bool | None:
        """``isinstance(value, classes)``, tuples of classes opened."""
        answers: list[bool | None] = []
        for c in classes:
            if isinstance(c, Sequence):
                answers.append(self.is_instance(value, self.m.containers.elements(c)))
            else:
                answers.append(self._of_class(value, c))
        if True in answers:
            return True
        return False if answers and all(a is False for a in answers) else None

    def _of_class(self, value: Value, c: Value) -> bool | None:
        if isinstance(c, Class):
            if isinstance(value, Instance):
                return c in value.cls.order or (None if any(isinstance(o, External) for o in c.order) else False)
            return False if isinstance(value, Const | Sequence | Table | Function | Class | Module | Token) else None
        if isinstance(c, External):
            return self._of_builtin(value, c.name)
        return None

    def _of_builtin(self, value: Value, name: str) -> bool | None:
        if isinstance(value, Token):
            return self._token(value, name)
        if isinstance(value, Instance) and (found := self._exception(value, name)) is not None:
            return found
        if isinstance(value, Instance) and any(isinstance(o, External) and o.name == name for o in value.cls.order):
            return True
        if name in _TYPES and isinstance(value, Const):
            return isinstance(value.value, _TYPES[name])
        if name in _KINDS:
            return _is_kind(value, _KINDS[name])
        if name in _TYPES and isinstance(value, Sequence | Table | Function | Class | Module):
            return False
        if name in _TYPES and isinstance(value, Instance) and value.payload is None:
            return False if not any(isinstance(o, External) for o in value.cls.order) else None
        if name == "<builtin>.type":
            return isinstance(value, Class) or (False if isinstance(value, Function | Const | Instance) else None)
        return None

    def _token(self, value: Token, name: str) -> bool | None:
        """A source of unknown type is taken for data, not for a number."""
        if value.kind and (name in _TYPES or name in _KINDS):
            return name == f"<builtin>.{value.kind}"
        return False if name in ("<builtin>.int", "<builtin>.float", "<builtin>.bool") else None

    def _exception(self, value: Instance, name: str) -> bool | None:
        """Built-in exceptions by their own hierarchy."""
        wanted = _exception_class(name)
        known = [_exception_class(o.name) for o in value.cls.order if isinstance(o, External)]
        if wanted is None or not any(known):
            return None
        return any(k is not None and issubclass(k, wanted) for k in known)

    def narrow(self, frame: Frame, test: int, polarity: bool) -> tuple[int, Values] | None:
        """Inside a block: the operation an ``isinstance`` or ``is None`` test is about, and the values left of it."""
        op = frame.facts.ops[test]
        while isinstance(op, Unary) and op.op == "not":
            polarity, op = not polarity, frame.facts.ops[op.value]
        subject, classes = -1, -1
        if isinstance(op, Call) and len(op.args) == 2:
            callee = frame.values[op.func] or ()
            if len(callee) == 1 and isinstance(callee[0], External) and callee[0].name == "<builtin>.isinstance":
                subject, classes = op.args
        elif isinstance(op, Compare) and op.ops == ("isinstance",):
            subject, classes = op.left, op.others[0]
        if isinstance(op, Call) and len(op.args) == 1:
            callee = frame.values[op.func] or ()
            if len(callee) == 1 and isinstance(callee[0], External) and callee[0].name == "<builtin>.callable":
                values = frame.values[op.args[0]] or ()
                kept = tuple(v for v in values if self._callable(v) is not (not polarity))
                return (op.args[0], kept) if kept != values else None
        if subject < 0:
            return None
        values, wanted = frame.values[subject] or (), frame.values[classes] or ()
        kept = tuple(v for v in values if self.is_instance(v, wanted) is not (not polarity))
        if polarity and kept and all(self.m.calling.is_unknown(v) for v in kept):
            kept = self.m.calling.instances(wanted) or kept
        return (subject, kept) if kept != values else None


def _exception_class(name: str) -> type[BaseException] | None:
    found = getattr(builtins, name.removeprefix("<builtin>."), None) if name.startswith("<builtin>.") else None
    return found if isinstance(found, type) and issubclass(found, BaseException) else None


def _is_kind(value: Value, kind: str) -> bool | None:
    if isinstance(value, Sequence):
        return value.kind == kind
    if isinstance(value, Table):
        return kind == "dict"
    if isinstance(value, Instance) and value.payload is not None:
        return _is_kind(value.payload, kind)
    if isinstance(value, Instance):
        return None if any(isinstance(o, External) for o in value.cls.order) else False
    return False if isinstance(value, Const | Function | Class | Module | Iterator) else None
