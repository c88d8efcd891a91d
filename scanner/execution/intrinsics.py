"""Functions that only models of the standard library can call: making, copying and carrying values.

derive(*values)      something made of them: carries their taint, is none of them
some(*values)        any of them
each(f, value)       what ``f`` gives for each possible value, called once for each
clone(value)         a new object with the same attributes and elements; ``clone(value, True)`` copies deeply
renewed(value)       the same structure, everything in it made anew
held(value)          a text or bytes that ``value`` can be read from again
unheld(text)         what was put in by ``held``, or something made of another text
carried(value)       what reading back gives of what was written
members(value)       names of the fields of a data class, as a list
state(name, f)       the object that stands for a thing of which a process has one; ``f()`` makes it
text(value)          the text itself where it is known, else a placeholder
defines(value, name) whether an object has an attribute, of its own or by a class of the program or of a model
handled()            the exceptions that are being handled; ``handled_class()`` their classes
blank(value)         a new object of its class, not yet filled
await_if(value)      the result where it is a coroutine
again(f)             calls ``f`` once more: nothing new is called by whom it is called now
leaf(value)          whether nobody knows what is inside
foreign(value)       whether it is an object of a class of the program
"""

from __future__ import annotations

from scanner.execution.heap import join
from scanner.execution.making import Making
from scanner.execution.records import (
    LENGTH,
    Arguments,
    Class,
    Const,
    External,
    Fields,
    Frame,
    Instance,
    Sequence,
    Table,
    Token,
    Value,
    Values,
)

_DEPTH = 6
_PLACEHOLDER = "\0"
_Memo = dict[int, Value]


class Intrinsics(Making):
    """Runs them by name."""

    def call(self, name: str, a: Arguments, frame: Frame, i: int) -> Values:
        """What the function ``name`` of a model gives; nothing where there is no such function."""
        handler = getattr(self, f"_{name}_", None)
        return handler(a, frame, i) if handler is not None else ()

    def _derive_(self, a: Arguments, frame: Frame, i: int) -> Values:
        return self.m.taint.derived(join(*a.positional, a.rest))

    def _some_(self, a: Arguments, frame: Frame, i: int) -> Values:
        return join(*a.positional, a.rest)

    def _each_(self, a: Arguments, frame: Frame, i: int) -> Values:
        more = a.positional[2:]
        out: Values = ()
        for v in self._first(a, 1):
            out = join(out, *(self.m.calling.call(f, Arguments(((v,), *more)), frame, i) for f in self._first(a)))
        return out

    # -- copies

    def _clone_(self, a: Arguments, frame: Frame, i: int) -> Values:
        deep = len(a.positional) > 1
        return self._copies(self._first(a), _Copying(deep, False, frame, i), 0 if deep else _DEPTH)

    def _renewed_(self, a: Arguments, frame: Frame, i: int) -> Values:
        return self._copies(self._first(a), _Copying(True, True, frame, i), 0)

    def _copies(self, values: Values, how: _Copying, depth: int) -> Values:
        return join(*(self._copy(v, how, depth) for v in values))

    def _copy(self, value: Value, how: _Copying, depth: int) -> Values:
        if id(value) in how.memo:
            return (how.memo[id(value)],)
        if isinstance(value, Token):
            return self.m.taint.derived((value,)) if how.renew else (value,)
        if depth and how.deep and isinstance(value, Instance):
            if (own := self.hooked(value, "__deepcopy__", (Table(),), how.frame, how.i)) is not None:
                return own
        if isinstance(value, Instance):
            made = how.memo[id(value)] = Instance(value.cls)
            self._fill(value.fields, made.fields, how, depth)
            made.payload = next(iter(self._copy(value.payload, how, depth)), None) if value.payload else None
            return (made,)
        if isinstance(value, Sequence) and (how.deep or value.kind != "tuple"):
            listed = how.memo[id(value)] = Sequence(value.kind)
            self._fill(value.items, listed.items, how, depth)
            return (listed,)
        if isinstance(value, Table):
            table = how.memo[id(value)] = Table(default=value.default)
            self._fill(value.items, table.items, how, depth)
            return (table,)
        return (value,)

    def _fill(self, old: Fields, new: Fields, how: _Copying, depth: int) -> None:
        for key, values in old.items():
            keys: Values = self._copy(key, how, depth) if isinstance(key, Token) else ()
            new[next(iter(keys), key)] = values if depth >= _DEPTH or key == LENGTH else self._copies(
                values, how, depth + 1
            )  # fmt: skip

    def hooked(self, value: Instance, name: str, given: Values, frame: Frame, i: int) -> Values | None:
        """What a special method of the program gives; None where there is none."""
        if not self.m.attributes.find(value.cls, name):
            return None
        return self.m.calling.method(value, name, Arguments((given,) if given else ()), frame, i)

    # -- texts that hold something

    def _held_(self, a: Arguments, frame: Frame, i: int) -> Values:
        kept = self._renewed_(a, frame, i)
        carried = self.m.taint.derived(self._leaves(kept))
        if not carried:
            return ()
        cls = Class(-1, "held", (), generated="held")
        cls.order = (cls,)
        return (Instance(cls, {"_kept": kept}, carried[0]), *carried[1:])

    def _leaves(self, values: Values, depth: int = 0) -> Values:
        """Tokens inside, attributes of objects as well."""
        out: Values = self.m.taint.deep(values)
        for v in values if depth < _DEPTH else ():
            fields = v.fields if isinstance(v, Instance) else v.items if isinstance(v, Sequence | Table) else {}
            out = join(out, *(self._leaves(x, depth + 1) for k, x in fields.items() if k != LENGTH))
        return out

    def _unheld_(self, a: Arguments, frame: Frame, i: int) -> Values:
        values = self._first(a)
        whole = [v for v in values if _is_held(v)]
        kept = join(*(v.fields["_kept"] for v in whole if isinstance(v, Instance)))
        others = tuple(v for v in values if not _is_held(v) and not (whole and isinstance(v, Token)))
        return join(self._copies(kept, _Copying(True, True, frame, i), 0), self.m.taint.derived(others))

    def _carried_(self, a: Arguments, frame: Frame, i: int) -> Values:
        values = self._first(a)
        kept = tuple(v for v in values if _is_held(v))
        return join(kept, self.m.taint.derived(tuple(v for v in values if v not in kept)))

    # -- what is known

    def _members_(self, a: Arguments, frame: Frame, i: int) -> Values:
        names = [n for v in self._first(a) for n in self.m.classes.kept_fields(_class_of(v))]
        return (self._sequence("list", *((self.m.const(n),) for n in dict.fromkeys(names))),)

    def _state_(self, a: Arguments, frame: Frame, i: int) -> Values:
        names = self._first(a)
        key = names[0].value if len(names) == 1 and isinstance(names[0], Const) else _PLACEHOLDER
        kept = self.m.library.kept
        place = f"<state>{key!r}"
        if not kept.get(place):
            with self.m.heap.aside():
                made = join(*(self.m.calling.call(f, Arguments(), frame, i) for f in self._first(a, 1)))
            kept[place] = made
        return kept[place]

    def _text_(self, a: Arguments, frame: Frame, i: int) -> Values:
        values = self._first(a)
        known = len(values) == 1 and isinstance(values[0], Const) and isinstance(values[0].value, str)
        return values if known else (self.m.const(_PLACEHOLDER),)

    def _defines_(self, a: Arguments, frame: Frame, i: int) -> Values:
        names = [v.value for v in self._first(a, 1) if isinstance(v, Const)]
        found = [
            self.m.attributes.find(_class_of(v), str(n)) or (isinstance(v, Instance) and v.fields.get(n))
            for v in self._first(a) for n in names
        ]  # fmt: skip
        return (self.m.const(any(found)),)

    def _handled_(self, a: Arguments, frame: Frame, i: int) -> Values:
        for f in reversed(self.m.stack):
            if f.site is None and f.pending:
                return f.pending
        return ()

    def _handled_class_(self, a: Arguments, frame: Frame, i: int) -> Values:
        found = self._handled_(a, frame, i)
        return tuple(dict.fromkeys(v.cls for v in found if isinstance(v, Instance)))

    def _blank_(self, a: Arguments, frame: Frame, i: int) -> Values:
        return tuple(self.m.classes.instance(v.cls) for v in self._first(a) if isinstance(v, Instance))

    def _await_if_(self, a: Arguments, frame: Frame, i: int) -> Values:
        return self.m.containers.awaited(self._first(a), frame, i)

    def _again_(self, a: Arguments, frame: Frame, i: int) -> Values:
        self.m.quiet += 1
        try:
            return join(*(self.m.calling.call(f, Arguments(), frame, i) for f in self._first(a)))
        finally:
            self.m.quiet -= 1

    def _leaf_(self, a: Arguments, frame: Frame, i: int) -> Values:
        found = [isinstance(v, Token | Const | External) or self.m.calling.is_unknown(v) for v in self._first(a)]
        return (self.m.const(all(found)),)

    def _foreign_(self, a: Arguments, frame: Frame, i: int) -> Values:
        found = [isinstance(v, Instance) and not _is_held(v) and v.payload is None for v in self._first(a)]
        return (self.m.const(any(found)),)


class _Copying:
    """How values are copied: ``deep``, ``renew`` for derived tokens; ``memo`` keeps shared objects shared."""

    def __init__(self, deep: bool, renew: bool, frame: Frame, i: int) -> None:
        self.deep, self.renew, self.frame, self.i = deep, renew, frame, i
        self.memo: _Memo = {}


def _is_held(value: Value) -> bool:
    return isinstance(value, Instance) and value.cls.generated == "held"


def _class_of(value: Value) -> Class:
    if isinstance(value, Class):
        return value
    return value.cls if isinstance(value, Instance) else Class(-1, "", ())
