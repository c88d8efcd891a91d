"""Methods of lists, sets, dicts, generators: what they take, keep and give."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.execution.heap import join
from scanner.execution.making import Making
from scanner.execution.records import (
    KEYS,
    LENGTH,
    REST,
    Arguments,
    Class,
    Const,
    Frame,
    Generator,
    Iterator,
    Sequence,
    Table,
    Value,
    Values,
)

if TYPE_CHECKING:
    pass

_NEW_SETS = frozenset({"union", "intersection", "difference", "symmetric_difference"})


class Methods(Making):
    """One method per built-in type."""

    # -- lists, tuples, sets

    def of_sequence(self, value: Sequence, name: str, a: Arguments, frame: Frame, i: int) -> Values:
        """A method of a list, tuple, set or deque."""
        containers = self.m.containers
        if value.kind == "queue.Queue" and name in ("get", "get_nowait"):
            return self._pop(value, "popleft", Arguments(), frame, i)
        if name in ("append", "add", "put", "put_nowait"):
            containers.append(value, self._first(a))
        elif name in ("appendleft", "insert"):
            self._insert(value, a, name, frame, i)
        elif name in ("extend", "update", "extendleft", "__iadd__"):
            before = containers.parts(value, frame, i) if name == "extendleft" else None
            for source in a.positional:
                containers.extend(value, source, frame, i)
            after = containers.parts(value, frame, i) if before is not None else None
            if before is not None and after is not None:
                containers.replace(value, [*reversed(after[len(before) :]), *before])
        elif name in ("pop", "popleft"):
            return self._pop(value, name, a, frame, i)
        elif name == "copy":
            return (self._copy(value),)
        elif name in ("reverse", "sort"):
            self._reorder(value, name, a, frame, i)
        elif name in ("remove", "discard"):
            self._remove(value, self._first(a), frame, i)
        elif name == "rotate":
            self._rotate(value, self._first(a), frame, i)
        elif name == "clear":
            for key in list(value.items):
                self.m.heap.remove(value.items, key)
            containers.start(value)
        elif name in _NEW_SETS:
            made = self._copy(value)
            for source in a.positional if name in ("union", "symmetric_difference") else ():
                containers.extend(made, source, frame, i)
            return (made,)
        elif name in ("__getitem__", "get"):
            return containers.item(value, self._first(a), frame, i)
        elif name == "__setitem__":
            containers.set_item(value, self._first(a), self._first(a, 1), frame, i, strong=True)
        elif name == "__iter__":
            return (Iterator(value),)
        return ()

    def _insert(self, value: Sequence, a: Arguments, name: str, frame: Frame, i: int) -> None:
        containers = self.m.containers
        values = self._first(a) if name == "appendleft" else self._first(a, 1)
        where = (self.m.const(0),) if name == "appendleft" else self._first(a)
        parts = containers.parts(value, frame, i)
        at = where[0].value if len(where) == 1 and isinstance(where[0], Const) else None
        if parts is None or not isinstance(at, int):
            containers.add_some(value, join(values, containers.elements(value)))
            return
        parts.insert(at, values)
        for n, part in enumerate(parts):
            self.m.heap.write(value.items, n, part)
        self.m.heap.write(value.items, LENGTH, (self.m.const(len(parts)),))

    def _remove(self, value: Sequence, wanted: Values, frame: Frame, i: int) -> None:
        """The first element that is the very one; where there is none, the order is lost."""
        containers = self.m.containers
        parts = containers.parts(value, frame, i)
        at = [n for n, p in enumerate(parts or ()) if len(p) == 1 and p == wanted]
        if at:
            containers.drop(value, at[0])
        elif value.kind == "set" and len(wanted) == 1 and wanted[0] in containers.elements(value):
            left = tuple(v for v in containers.elements(value) if v is not wanted[0])
            self.m.heap.write(value.items, REST, left)
        else:
            containers.add_some(value, containers.elements(value))

    def _rotate(self, value: Sequence, by: Values, frame: Frame, i: int) -> None:
        parts = self.m.containers.parts(value, frame, i)
        n = by[0].value if len(by) == 1 and isinstance(by[0], Const) else (1 if not by else None)
        if parts and isinstance(n, int):
            at = -n % len(parts)
            self.m.containers.replace(value, [*parts[at:], *parts[:at]])
        else:
            self.m.containers.add_some(value, self.m.containers.elements(value))

    def _pop(self, value: Sequence, name: str, a: Arguments, frame: Frame, i: int) -> Values:
        where = (self.m.const(0 if name == "popleft" else -1),) if not a.positional else self._first(a)
        if value.kind == "set" or len(where) != 1 or not isinstance(where[0], Const):
            return self.m.containers.elements(value)
        return self.m.containers.drop(value, where[0].value)

    def _copy(self, value: Sequence) -> Sequence:
        made = Sequence(value.kind)
        made.items.update(value.items)
        return made

    def _reorder(self, value: Sequence, name: str, a: Arguments, frame: Frame, i: int) -> None:
        parts = self.m.containers.parts(value, frame, i)
        if name == "reverse" and parts is not None:
            for n, part in enumerate(reversed(parts)):
                self.m.heap.write(value.items, n, part)
            return
        elements = self.m.containers.elements(value)
        for key, functions in a.keywords:
            if key == "key":
                for f in functions:
                    self.m.calling.call(f, Arguments((elements,)), frame, i)
        self.m.containers.add_some(value, elements)

    # -- dicts

    def of_table(self, value: Table, name: str, a: Arguments, frame: Frame, i: int) -> Values:
        """A method of a dict."""
        containers = self.m.containers
        key = self._first(a)
        if name == "get":
            found = containers.look_up(value, key)
            known = containers.single_key(key) in value.items
            return found if known and found else join(found, self._first(a, 1))
        if name == "setdefault":
            return self._set_default(value, key, self._first(a, 1))
        if name == "pop":
            return self._pop_key(value, key, self._first(a, 1))
        if name == "update":
            for v in key:
                containers.update(value, v, frame, i)
            for word, values in a.keywords:
                containers.put(value, (self.m.const(word),), values)
        elif name in ("items", "values", "keys"):
            return (self._view(value, name),)
        elif name == "copy":
            made = Table(dict(value.items), value.default)
            return (made,)
        elif name == "popitem":
            return (self._pop_item(value, first=bool(a.keywords or a.positional)),)
        elif name == "move_to_end":
            self._move(value, containers.single_key(key), first=bool(a.keywords or a.positional[1:]))
        elif name in ("most_common", "total"):
            return (self._view(value, "items"),) if name == "most_common" else ()
        elif name == "elements":
            return (self._view(value, "keys"),)
        elif name == "clear":
            for k in list(value.items):
                self.m.heap.remove(value.items, k)
        elif name == "__getitem__":
            return containers.item(value, key, frame, i)
        elif name == "__setitem__":
            containers.put(value, key, self._first(a, 1))
        elif name == "fromkeys":
            return (self._from_keys(key, self._first(a, 1), frame, i),)
        return ()

    def _from_keys(self, keys: Values, values: Values, frame: Frame, i: int) -> Table:
        made = Table()
        for k in self.m.containers.iterate(keys, frame, i):
            self.m.containers.put(made, (k,), values)
        return made

    def _set_default(self, value: Table, key: Values, default: Values) -> Values:
        found = self.m.containers.look_up(value, key)
        if not found:
            self.m.containers.put(value, key, default, strong=False)
        return found or default

    def _pop_key(self, value: Table, key: Values, default: Values) -> Values:
        found = self.m.containers.look_up(value, key)
        single = self.m.containers.single_key(key)
        if single is not None and single in value.items:
            self.m.containers.forget(value, single)
            return found
        return join(found, default)

    def _pop_item(self, value: Table, first: bool) -> Sequence:
        """The last pair goes, or the first."""
        keys = [k for k in value.items if isinstance(k, Value)]
        if len(keys) != len(value.items) or not keys:
            return self._pair(self.m.containers.table_keys(value), self.m.containers.table_values(value))
        key = keys[0 if first else -1]
        pair = self._pair((key,), value.items[key])
        self.m.heap.remove(value.items, key)
        return pair

    def _move(self, value: Table, key: Value | None, first: bool) -> None:
        """A key becomes the last one, or the first."""
        if key not in value.items:
            return
        pairs = [(k, v) for k, v in value.items.items() if k is not key]
        pairs.insert(0 if first else len(pairs), (key, value.items[key]))
        for k, _ in pairs:
            self.m.heap.remove(value.items, k)
        for k, v in pairs:
            self.m.heap.write(value.items, k, v)

    def _view(self, value: Table, name: str) -> Sequence:
        made = Sequence("list")
        containers = self.m.containers
        containers.start(made)
        for key, values in value.items.items():
            if isinstance(key, Value):
                if name == "items":
                    containers.append(made, (self._pair((key,), values),))
                else:
                    containers.append(made, values if name == "values" else (key,))
        keys, rest = value.items.get(KEYS, ()), value.items.get(REST, ())
        if REST in value.items or KEYS in value.items:
            some: Values = (self._pair(keys, rest),) if name == "items" else (rest if name == "values" else keys)
            containers.add_some(made, some)
        return made

    def _pair(self, keys: Values, values: Values) -> Sequence:
        pair = Sequence("tuple")
        self.m.containers.start(pair)
        self.m.containers.append(pair, keys)
        self.m.containers.append(pair, values)
        return pair

    # -- generators

    def of_generator(self, value: Generator, name: str, a: Arguments, frame: Frame, i: int) -> Values:
        """``send``, ``throw``, ``close`` and their asynchronous twins."""
        if name in ("send", "asend"):
            self.m.containers.run(value, self._first(a))
        elif name in ("throw", "athrow"):
            self._throw(value, self._first(a), frame, i)
        elif name in ("__next__", "__anext__"):
            return self.m.containers.step(value, frame, i)
        elif name in ("close", "aclose", "cancel", "done"):
            return ()
        elif name == "add_done_callback":
            for f in self._first(a):
                self.m.calling.call(f, Arguments(((value,),)), frame, i)
            return ()
        elif name == "result":
            return self.m.containers.awaited((value,), frame, i)
        return self.m.containers.iterate((value,), frame, i)

    def _throw(self, value: Generator, errors: Values, frame: Frame, i: int) -> None:
        made: list[Value] = []
        for e in errors:
            made += self.m.calling.call(e, Arguments(), frame, i) if isinstance(e, Class) else (e,)
        inner = value.frame
        inner.thrown = join(inner.thrown, tuple(made))
        if inner.started:
            inner.repeating += 1
            self.m.run(inner)
            inner.repeating -= 1
        else:
            self.m.containers.run(value, ())
