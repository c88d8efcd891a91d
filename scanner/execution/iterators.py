"""Models of itertools, operator and other functions over elements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.execution.heap import join
from scanner.execution.making import Making
from scanner.execution.records import (
    Arguments,
    Const,
    Frame,
    Iterator,
    Partial,
    Sequence,
    Values,
)

if TYPE_CHECKING:
    pass

_MAX_STEPS = 12
"""Elements ``reduce`` is run over one by one."""


class Iterators(Making):
    """Functions that take, combine and hand on elements."""

    def _reduce(self, a: Arguments, frame: Frame, i: int) -> Values:
        sources = self._first(a, 1)
        parts = self.m.containers.parts(sources[0], frame, i) if len(sources) == 1 else None
        initial = [self._first(a, 2)] if len(a.positional) > 2 else []
        if parts is None or len(parts) > _MAX_STEPS:
            elements = self.m.containers.iterate(sources, frame, i)
            parts = [elements, elements, elements]
        steps = [*initial, *parts]
        total = steps[0] if steps else ()
        for part in steps[1:]:
            total = join(*(self.m.calling.call(f, Arguments((total, part)), frame, i) for f in self._first(a)))
        return total

    def _item_getter(self, a: Arguments, frame: Frame, i: int) -> Values:
        return (Partial("itemgetter", (), a),)

    def _attribute_getter(self, a: Arguments, frame: Frame, i: int) -> Values:
        return (Partial("attrgetter", (), a),)

    def _method_caller(self, a: Arguments, frame: Frame, i: int) -> Values:
        return (Partial("methodcaller", (), a),)

    def _get_item(self, a: Arguments, frame: Frame, i: int) -> Values:
        return join(*(self.m.containers.item(v, self._first(a, 1), frame, i) for v in self._first(a)))

    def _set_item(self, a: Arguments, frame: Frame, i: int) -> Values:
        for v in self._first(a):
            self.m.containers.set_item(v, self._first(a, 1), self._first(a, 2), frame, i, strong=True)
        return ()

    def _any_of(self, a: Arguments, frame: Frame, i: int) -> Values:
        return self.m.containers.iterate(self._first(a), frame, i)

    def _listed(self, a: Arguments, frame: Frame, i: int) -> Values:
        return self.m.builtins.call("<builtin>.sorted", a, frame, i) or ()

    def _chain(self, a: Arguments, frame: Frame, i: int) -> Values:
        made = self._sequence("list")
        for source in a.positional:
            self.m.containers.extend(made, source, frame, i)
        if a.rest:
            self.m.containers.add_some(made, self.m.containers.iterate(a.rest, frame, i))
        return (Iterator(made),)

    def _chain_from(self, a: Arguments, frame: Frame, i: int) -> Values:
        sources = self._first(a)
        parts = self.m.containers.parts(sources[0], frame, i) if len(sources) == 1 else None
        if parts is not None:
            return self._chain(Arguments(tuple(parts)), frame, i)
        inner = self.m.containers.iterate(sources, frame, i)
        return self._some(self.m.containers.iterate(inner, frame, i))

    def _cut(self, a: Arguments, frame: Frame, i: int) -> Values:
        """``islice``."""
        bounds = [p[0].value if len(p) == 1 and isinstance(p[0], Const) else "" for p in a.positional[1:]]
        known = [b for b in bounds if isinstance(b, int | None)]
        sources = self._first(a)
        parts = self.m.containers.parts(sources[0], frame, i) if len(sources) == 1 else None
        if parts is None or len(known) != len(bounds) or not known:
            return self._elements(a, frame, i)
        return (Iterator(self._sequence("list", *parts[slice(*known)])),)

    def _some(self, values: Values) -> Values:
        made = self._sequence("list")
        self.m.containers.add_some(made, values)
        return (Iterator(made, None),)

    def _elements(self, a: Arguments, frame: Frame, i: int) -> Values:
        return self._some(self.m.containers.iterate(self._first(a), frame, i))

    def _repeat(self, a: Arguments, frame: Frame, i: int) -> Values:
        return self._some(self._first(a))

    def _starmap(self, a: Arguments, frame: Frame, i: int) -> Values:
        got: Values = ()
        for row in self.m.containers.iterate(self._first(a, 1), frame, i):
            for f in self._first(a):
                got = join(got, self.m.calling.call(f, self._spread((row,), frame, i), frame, i))
        return self._some(got)

    def _while(self, a: Arguments, frame: Frame, i: int) -> Values:
        elements = self.m.containers.iterate(self._first(a, 1), frame, i)
        for f in self._first(a):
            self.m.calling.call(f, Arguments((elements,)), frame, i)
        return self._some(elements)

    def _accumulate(self, a: Arguments, frame: Frame, i: int) -> Values:
        elements = self.m.containers.iterate(self._first(a), frame, i)
        out = join(elements, self._keyword(a, "initial"))
        for f in join(self._first(a, 1), self._keyword(a, "func")):
            out = join(out, self.m.calling.call(f, Arguments((elements, elements)), frame, i))
        return self._some(out)

    def _group_by(self, a: Arguments, frame: Frame, i: int) -> Values:
        elements = self.m.containers.iterate(self._first(a), frame, i)
        keys: Values = ()
        for f in join(self._first(a, 1), self._keyword(a, "key")):
            keys = join(keys, self.m.calling.call(f, Arguments((elements,)), frame, i))
        group = self._sequence("list")
        self.m.containers.add_some(group, elements)
        keyed = len(a.positional) > 1 or any(k == "key" for k, _ in a.keywords)
        return self._some((self._sequence("tuple", keys if keyed else elements, (group,)),))

    def _product(self, a: Arguments, frame: Frame, i: int) -> Values:
        columns = [self.m.containers.iterate(v, frame, i) for v in a.positional]
        return self._some((self._sequence("tuple", *columns),))

    def _tee(self, a: Arguments, frame: Frame, i: int) -> Values:
        one = self._elements(a, frame, i)
        return (self._sequence("tuple", one, one),)

    def _push(self, a: Arguments, frame: Frame, i: int) -> Values:
        for v in self._first(a):
            if isinstance(v, Sequence):
                self.m.containers.add_some(v, self._first(a, 1))
        return ()

    def _substitute(self, a: Arguments, frame: Frame, i: int) -> Values:
        got: Values = ()
        for f in self._first(a, 1):
            if not isinstance(f, Const):
                got = join(got, self.m.calling.call(f, Arguments(((self.m.external("re.Match()"),),)), frame, i))
        return join(self.m.taint.derived(join(*a.positional)), got)
