"""Models of functools, collections, dataclasses and types: what wraps a function or makes a class."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.execution.heap import join
from scanner.execution.making import Making
from scanner.execution.records import (
    Arguments,
    Class,
    Const,
    Descriptor,
    Frame,
    Function,
    Instance,
    Partial,
    Sequence,
    Table,
    Value,
    Values,
)

if TYPE_CHECKING:
    pass


class Wrappers(Making):
    """Makers of callables, containers and generated classes."""

    def _deque(self, a: Arguments, frame: Frame, i: int) -> Values:
        made = self._sequence("collections.deque")
        self.m.containers.extend(made, self._first(a), frame, i)
        return (made,)

    def _default_dict(self, a: Arguments, frame: Frame, i: int) -> Values:
        made = Table(default=tuple(v for v in self._first(a) if not isinstance(v, Const)))
        for v in self._first(a, 1):
            self.m.containers.update(made, v, frame, i)
        for name, values in a.keywords:
            self.m.containers.put(made, (self.m.const(name),), values)
        return (made,)

    def _dict(self, a: Arguments, frame: Frame, i: int) -> Values:
        return self.m.builtins.call("<builtin>.dict", a, frame, i) or ()

    def _chain_map(self, a: Arguments, frame: Frame, i: int) -> Values:
        made = Table()
        for source in reversed(a.positional):
            for v in source:
                self.m.containers.update(made, v, frame, i)
        return (made,)

    def _named_tuple(self, a: Arguments, frame: Frame, i: int) -> Values:
        name = next((v.value for v in self._first(a) if isinstance(v, Const)), "")
        cls = Class(-1, str(name), (), generated="namedtuple")
        cls.order = (cls,)
        fields: list[str] = []
        for v in self._first(a, 1):
            if isinstance(v, Const) and isinstance(v.value, str):
                fields += v.value.replace(",", " ").split()
            else:
                fields += self._names(v, frame, i)
        cls.annotated = tuple(fields)
        return (cls,)

    def _made_dataclass(self, a: Arguments, frame: Frame, i: int) -> Values:
        """``make_dataclass``: fields as names, pairs, or with defaults."""
        made = self._named_tuple(a, frame, i)
        for cls in made:
            if isinstance(cls, Class):
                cls.generated = "dataclass"
                for part in self._first(a, 1):
                    for row in join(*(self.m.containers.parts(part, frame, i) or ())):
                        parts = self.m.containers.parts(row, frame, i) if isinstance(row, Sequence) else None
                        if parts and len(parts) == 3 and parts[0] and isinstance(parts[0][0], Const):
                            cls.fields[parts[0][0].value] = parts[2]
        return made

    def _names(self, value: Value, frame: Frame, i: int) -> list[str]:
        """Field names of a list of names, or of (name, type) pairs."""
        out = []
        for part in self.m.containers.parts(value, frame, i) or []:
            for v in part:
                first = self.m.containers.at(v, 0) if isinstance(v, Sequence) else (v,)
                out += [x.value for x in first if isinstance(x, Const) and isinstance(x.value, str)]
        return out

    def _second(self, a: Arguments, frame: Frame, i: int) -> Values:
        return self._first(a, 1)

    def _method_type(self, a: Arguments, frame: Frame, i: int) -> Values:
        return tuple(self.m.bound(f, r) for f in self._first(a) for r in self._first(a, 1))

    def _namespace(self, a: Arguments, frame: Frame, i: int) -> Values:
        return (self._object("SimpleNamespace", dict(a.keywords)),)

    def _dataclass(self, a: Arguments) -> Values:
        classes = [v for v in self._first(a) if isinstance(v, Class)]
        for cls in classes:
            cls.generated = "dataclass"
        return tuple(classes) or (Partial("dataclass", (), Arguments()),)

    def _replace(self, a: Arguments, frame: Frame, i: int) -> Values:
        out: list[Value] = []
        for v in self._first(a):
            if isinstance(v, Instance):
                made = Instance(v.cls, dict(v.fields))
                made.fields.update(a.keywords)
                out.append(made)
        return tuple(out)

    def _as_dict(self, a: Arguments, frame: Frame, i: int) -> Values:
        return join(*(self.m.attributes.get(v, "__dict__", frame, i) for v in self._first(a)))

    def _as_tuple(self, a: Arguments, frame: Frame, i: int) -> Values:
        return tuple(
            self._sequence("tuple", *(v.fields.get(n, ()) for n in self.m.classes.fields_of(v.cls)))
            for v in self._first(a) if isinstance(v, Instance)
        )  # fmt: skip

    def _partial(self, a: Arguments, frame: Frame, i: int) -> Values:
        return (Partial("partial", self._first(a), Arguments(a.positional[1:], a.keywords, a.rest, a.spread)),)

    def _partial_method(self, a: Arguments, frame: Frame, i: int) -> Values:
        return (Partial("partialmethod", self._first(a), Arguments(a.positional[1:], a.keywords)),)

    def _wraps(self, a: Arguments, frame: Frame, i: int) -> Values:
        return (Partial("wraps", self._first(a), Arguments()),)

    def _update_wrapper(self, a: Arguments, frame: Frame, i: int) -> Values:
        for w in self._first(a):
            if isinstance(w, Function | Instance):
                self.m.heap.write(w.fields, "__wrapped__", self._first(a, 1))
        return self._first(a)

    def _single_dispatch(self, a: Arguments, frame: Frame, i: int) -> Values:
        return (Partial("singledispatch", self._first(a), Arguments()),)

    def _cached(self, a: Arguments, frame: Frame, i: int) -> Values:
        return (Descriptor("cached_property", self._first(a)),)

    def _compare_key(self, a: Arguments, frame: Frame, i: int) -> Values:
        return (Partial("compare", self._first(a), Arguments()),)
