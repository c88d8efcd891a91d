"""Built-in functions that make containers and iterators or go through them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.execution.heap import join
from scanner.execution.making import Making
from scanner.execution.records import (
    Arguments,
    Const,
    Frame,
    Generator,
    Instance,
    Iterator,
    Sequence,
    Table,
    Value,
    Values,
)

if TYPE_CHECKING:
    pass


_MAX_NUMBERS = 32


class BuiltinContainers(Making):
    """Containers, iterators, ``map`` and its kin."""

    def _list(self, a: Arguments, frame: Frame, i: int, kind: str = "list") -> Values:
        made = Sequence(kind)
        self.m.containers.start(made)
        self.m.containers.extend(made, self._first(a), frame, i)
        return (made,)

    def _tuple(self, a: Arguments, frame: Frame, i: int) -> Values:
        return self._list(a, frame, i, "tuple")

    def _set(self, a: Arguments, frame: Frame, i: int) -> Values:
        return self._list(a, frame, i, "set")

    def _dict(self, a: Arguments, frame: Frame, i: int) -> Values:
        made = Table()
        for v in self._first(a):
            self.m.containers.update(made, v, frame, i)
        for name, values in a.keywords:
            self.m.containers.put(made, (self.m.const(name),), values)
        if a.spread:
            self.m.containers.put(made, (), a.spread)
        return (made,)

    def _iter(self, a: Arguments, frame: Frame, i: int) -> Values:
        out: list[Value] = []
        for v in self._first(a):
            if isinstance(v, Instance):
                for name in ("__iter__", "__aiter__"):
                    if self.m.attributes.find(v.cls, name):
                        out += self.m.calling.method(v, name, Arguments(), frame, i)
                        break
                else:
                    out.append(Iterator(v))
            elif isinstance(v, Generator | Iterator):
                out.append(v)
            elif len(a.positional) == 2:
                out.append(Iterator(self._listed(self.m.calling.call(v, Arguments(), frame, i))))
            else:
                out.append(Iterator(v))
        return tuple(out)

    def _listed(self, values: Values) -> Sequence:
        made = Sequence("list")
        self.m.containers.add_some(made, values)
        return made

    def _next(self, a: Arguments, frame: Frame, i: int) -> Values:
        got = join(*(self.m.containers.step(v, frame, i) for v in self._first(a)))
        return got or self._first(a, 1)

    def _anext(self, a: Arguments, frame: Frame, i: int) -> Values:
        return self.m.containers.awaited(self.m.containers.iterate(self._first(a), frame, i), frame, i)

    def _reversed(self, a: Arguments, frame: Frame, i: int) -> Values:
        made = Sequence("list")
        self.m.containers.start(made)
        for v in self._first(a):
            if isinstance(v, Instance) and self.m.attributes.find(v.cls, "__reversed__"):
                self.m.containers.extend(
                    made, self.m.calling.method(v, "__reversed__", Arguments(), frame, i), frame, i
                )
                continue
            parts = self.m.containers.parts(v, frame, i)
            if parts is None:
                self.m.containers.add_some(made, self.m.containers.iterate((v,), frame, i))
            for part in reversed(parts or ()):
                self.m.containers.append(made, part)
        return (made,)

    def _sorted(self, a: Arguments, frame: Frame, i: int) -> Values:
        elements = self.m.containers.iterate(self._first(a), frame, i)
        self._keyed(a, elements, frame, i)
        made = self._listed(elements)
        return (made,)

    def _keyed(self, a: Arguments, elements: Values, frame: Frame, i: int) -> None:
        keys = self._keyword(a, "key")
        for f in keys:
            self.m.calling.call(f, Arguments((elements,)), frame, i)
        if not keys:
            for v in elements:
                if isinstance(v, Instance) and self.m.attributes.find(v.cls, "__lt__"):
                    self.m.calling.method(v, "__lt__", Arguments((elements,)), frame, i)

    def _range(self, a: Arguments, frame: Frame, i: int) -> Values:
        """Numbers one by one where they are few and known."""
        bounds = [p[0].value if len(p) == 1 and isinstance(p[0], Const) else None for p in a.positional]
        known = [b for b in bounds if isinstance(b, int)]
        if len(known) != len(bounds) or not 0 < len(known) <= 3 or (len(known) == 3 and not known[2]):
            return ()
        numbers = range(*known)
        if len(numbers) > _MAX_NUMBERS:
            return ()
        made = Sequence("range")
        self.m.containers.replace(made, [(self.m.const(n),) for n in numbers])
        return (made,)

    def _numbers(self, a: Arguments, elements: Values) -> list[int] | None:
        """Elements that are known numbers and nothing else."""
        known = [v.value for v in elements if isinstance(v, Const) and type(v.value) is int]
        return known if known and len(known) == len(elements) and not a.keywords else None

    def _extreme(self, a: Arguments, frame: Frame, i: int) -> Values:
        one = len(a.positional) == 1 and not a.rest
        elements = self.m.containers.iterate(self._first(a), frame, i) if one else join(*a.positional, a.rest)
        self._keyed(a, elements, frame, i)
        return elements or self._keyword(a, "default")

    def _max(self, a: Arguments, frame: Frame, i: int) -> Values:
        elements = self._extreme(a, frame, i)
        numbers = self._numbers(a, elements)
        return (self.m.const(max(numbers)),) if numbers else elements

    def _min(self, a: Arguments, frame: Frame, i: int) -> Values:
        elements = self._extreme(a, frame, i)
        numbers = self._numbers(a, elements)
        return (self.m.const(min(numbers)),) if numbers else elements

    def _enumerate(self, a: Arguments, frame: Frame, i: int) -> Values:
        parts = self._parts(self._first(a), frame, i)
        pairs: list[tuple[Values, ...]] | None = None
        if parts is not None:
            pairs = [((self.m.const(n),), p) for n, p in enumerate(parts)]
        return (self._tuples(pairs, [(), self.m.containers.iterate(self._first(a), frame, i)]),)

    def _parts(self, values: Values, frame: Frame, i: int) -> list[Values] | None:
        return self.m.containers.parts(values[0], frame, i) if len(values) == 1 else None

    def _tuples(self, rows: list[tuple[Values, ...]] | None, columns: list[Values]) -> Sequence:
        """An iterable of tuples, row by row where the rows are known, else column by column."""
        made = Sequence("list")
        self.m.containers.start(made)
        for row in rows if rows is not None else [tuple(columns)]:
            inner = Sequence("tuple")
            self.m.containers.start(inner)
            for values in row:
                self.m.containers.append(inner, values)
            if rows is None:
                self.m.containers.add_some(made, (inner,))
            else:
                self.m.containers.append(made, (inner,))
        return made

    def _zip(self, a: Arguments, frame: Frame, i: int) -> Values:
        parts = self._dealt(a, frame, i) or [self._parts(v, frame, i) for v in a.positional]
        if all(p is not None for p in parts) and parts:
            return (self._tuples(list(zip(*(p or () for p in parts), strict=False)), []),)
        columns = [self.m.containers.iterate(v, frame, i) for v in a.positional]
        return (self._tuples(None, columns),)

    def _dealt(self, a: Arguments, frame: Frame, i: int) -> list[list[Values] | None]:
        """One iterator given several times deals its elements out in turn."""
        n = len(a.positional)
        same = n > 1 and all(v == a.positional[0] and len(v) == 1 and isinstance(v[0], Iterator) for v in a.positional)
        parts = self._parts(a.positional[0], frame, i) if same else None
        return [] if parts is None else [parts[k::n] for k in range(n)]

    def _map(self, a: Arguments, frame: Frame, i: int) -> Values:
        made = Sequence("list")
        self.m.containers.start(made)
        sources = a.positional[1:]
        parts = [self._parts(v, frame, i) for v in sources]
        known = bool(parts) and all(p is not None for p in parts)
        rows = list(zip(*(p or () for p in parts), strict=False)) if known else []
        if not known or len(rows) > 12:
            known, rows = False, [tuple(self.m.containers.iterate(v, frame, i) for v in sources)]
        for row in rows:
            got = join(*(self.m.calling.call(f, Arguments(tuple(row)), frame, i) for f in self._first(a)))
            if known:
                self.m.containers.append(made, got)
            else:
                self.m.containers.add_some(made, got)
        return (Iterator(made),)

    def _filter(self, a: Arguments, frame: Frame, i: int) -> Values:
        elements = self.m.containers.iterate(self._first(a, 1), frame, i)
        for f in self._first(a):
            if not isinstance(f, Const):
                self.m.calling.call(f, Arguments((elements,)), frame, i)
        return (Iterator(self._listed(elements), None),)
