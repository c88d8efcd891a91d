"""Lists, tuples, sets, dicts, iterators and generators: elements by position and key as far as they are known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.execution.heap import join
from scanner.execution.records import (
    KEYS,
    LENGTH,
    REST,
    Arguments,
    Class,
    Const,
    External,
    Fields,
    Frame,
    Function,
    Generator,
    Instance,
    Iterator,
    Module,
    Sequence,
    Table,
    Token,
    Value,
    Values,
)

if TYPE_CHECKING:
    from scanner.execution.machine import Machine

_MAX_ELEMENTS = 256


class Containers:
    """Elements of containers."""

    def __init__(self, machine: Machine) -> None:
        self.m = machine

    # -- sequences

    def start(self, made: Sequence, known: bool = True) -> None:
        """A new, empty sequence."""
        if known and made.kind != "set":
            made.items[LENGTH] = (self.m.const(0),)

    def length(self, value: Sequence) -> int | None:
        """How many elements a sequence has, where that is certain."""
        lengths = value.items.get(LENGTH, ())
        if len(lengths) == 1 and isinstance(lengths[0], Const) and isinstance(lengths[0].value, int):
            return lengths[0].value if not value.items.get(REST) else None
        return None

    def append(self, value: Sequence, values: Values) -> None:
        """One more element at the end."""
        n = self.length(value)
        if n is None or n >= _MAX_ELEMENTS or value.kind == "set":
            self.add_some(value, values)
            return
        self.m.heap.write(value.items, n, values)
        self.m.heap.write(value.items, LENGTH, (self.m.const(n + 1),))

    def add_some(self, value: Sequence, values: Values) -> None:
        """Elements at places that are not known."""
        self.m.heap.add(value.items, REST, values)
        self.m.heap.write(value.items, LENGTH, ())

    def extend(self, value: Sequence, sources: Values, frame: Frame, i: int, sent: Values = ()) -> None:
        """The elements of ``sources``, one after the other where they are known."""
        if len(sources) == 1 and (parts := self.parts(sources[0], frame, i, sent)) is not None:
            for part in parts:
                self.append(value, part)
            return
        self.add_some(value, self.m.containers.iterate(sources, frame, i, sent))

    def parts(self, source: Value, frame: Frame, i: int, sent: Values = ()) -> list[Values] | None:
        """The elements of an iterable in order; None when their number or order is not known."""
        if isinstance(source, Generator):
            self.m.containers.run(source, sent)
            source = source.frame.out or source
        if isinstance(source, Instance) and source.payload is not None:
            source = source.payload
        if isinstance(source, Iterator):
            if not isinstance(source.source, Sequence) or source.position is None:
                return None
            parts = self.parts(source.source, frame, i)
            return None if parts is None else parts[source.position :]
        if isinstance(source, Const) and isinstance(source.value, tuple):
            return [(self.m.const(x),) for x in source.value if isinstance(x, str | int | float | None)]
        if isinstance(source, Table):
            keys = [k for k in source.items if isinstance(k, Value)]
            return None if KEYS in source.items or REST in source.items else [(k,) for k in keys]
        if isinstance(source, Instance) and self.m.classes.fields_of(source.cls) and self._tuple_like(source.cls):
            return [self.m.attributes.get(source, n, frame, i) for n in self.m.classes.fields_of(source.cls)]
        if not isinstance(source, Sequence):
            return None
        n = self.length(source)
        return None if n is None else [source.items.get(k, ()) for k in range(n)]

    def _tuple_like(self, cls: Class) -> bool:
        return cls.generated == "namedtuple"

    def elements(self, value: Sequence) -> Values:
        """All elements of a sequence."""
        return join(*(v for k, v in value.items.items() if k != LENGTH))

    def at(self, value: Sequence, key: int) -> Values:
        """The element at a known position."""
        n = self.length(value)
        if n is not None:
            return value.items.get(key + n if key < 0 else key, ())
        if key < 0 or key not in value.items:
            return self.elements(value)
        return join(value.items.get(key, ()), value.items.get(REST, ()))

    # -- tables

    def mirror(self, fields: Fields) -> Table:
        """A dict that stands for attributes."""
        table = Table(mirror=fields)
        for name, values in fields.items():
            if isinstance(name, str):
                table.items[self.m.const(name)] = values
        return table

    def single_key(self, keys: Values) -> Value | None:
        """The one value a key is, when it is one that can be told from others."""
        if len(keys) == 1 and isinstance(keys[0], Const | Function | Class | External | Instance | Module | Token):
            return keys[0]
        if len(keys) == 1 and isinstance(keys[0], Sequence) and keys[0].kind == "tuple":
            return self._tuple_key(keys[0])
        return None

    def _tuple_key(self, value: Sequence) -> Value | None:
        n = self.length(value)
        parts = [value.items.get(k, ()) for k in range(n or 0)]
        known = [p[0].value for p in parts if len(p) == 1 and isinstance(p[0], Const)]
        return self.m.const(tuple(known)) if known and len(known) == n else None

    def put(self, table: Table, keys: Values, values: Values, strong: bool = True) -> None:
        """``table[keys] = values``."""
        key = self.single_key(keys)
        if key is None:
            self.m.heap.add(table.items, REST, values)
            self.m.heap.add(table.items, KEYS, keys)
        elif strong:
            self.m.heap.write(table.items, key, values)
        else:
            self.m.heap.add(table.items, key, values)
        if table.mirror is not None and isinstance(key, Const) and isinstance(key.value, str):
            self.m.heap.write(table.mirror, key.value, values)

    def look_up(self, table: Table, keys: Values) -> Values:
        """``table[keys]``, default factories left out."""
        key = self.single_key(keys)
        if key is None:
            return self.table_values(table)
        return join(table.items.get(key, ()), table.items.get(REST, ()))

    def table_values(self, table: Table) -> Values:
        return join(*(v for k, v in table.items.items() if k != KEYS))

    def table_keys(self, table: Table) -> Values:
        known = tuple(k for k in table.items if isinstance(k, Value))
        return join(known, table.items.get(KEYS, ()))

    def update(self, table: Table, source: Value, frame: Frame, i: int) -> None:
        """``table.update(source)``."""
        before = dict(table.items) if table.mirror is not None else {}
        self._update(table, source, frame, i)
        for key, values in table.items.items() if table.mirror is not None else ():
            if isinstance(key, Const) and before.get(key) is not values and table.mirror is not None:
                self.m.heap.write(table.mirror, key.value, values)

    def _update(self, table: Table, source: Value, frame: Frame, i: int) -> None:
        if isinstance(source, Instance) and isinstance(source.payload, Table):
            source = source.payload
        if isinstance(source, Table):
            for key, values in list(source.items.items()):
                if isinstance(key, Value):
                    self.m.heap.write(table.items, key, values)
                else:
                    self.m.heap.add(table.items, key, values)
            return
        if isinstance(source, Instance) and self.m.attributes.find(source.cls, "keys"):
            keys = self.m.containers.iterate(self.m.calling.method(source, "keys", Arguments(), frame, i), frame, i)
            for key in keys:
                got = self.item(source, (key,), frame, i)
                self.put(table, (key,), got)
            return
        parts = self.parts(source, frame, i)
        pairs = parts if parts is not None else [self.m.containers.iterate((source,), frame, i)]
        for pair in pairs:
            for p in pair:
                both = self.parts(p, frame, i)
                if both is not None and len(both) == 2:
                    self.put(table, both[0], both[1], strong=parts is not None and len(pair) == 1)

    # -- items

    def item(self, value: Value, key: Values, frame: Frame, i: int) -> Values:
        """``value[key]``."""
        key = self._index(key, frame, i)
        if isinstance(value, Instance):
            if self.m.attributes.find(value.cls, "__getitem__"):
                return self.m.calling.method(value, "__getitem__", Arguments((key,)), frame, i)
            if value.payload is not None:
                return self._missing(value, key, frame, i)
            parts = self.parts(value, frame, i) if self._tuple_like(value.cls) else None
            return self._position(parts, key) if parts is not None else ()
        if isinstance(value, Sequence):
            return self._sequence_item(value, key)
        if isinstance(value, Table):
            self.hashed(key, frame, i)
            found = self.look_up(value, key)
            return found or self._default(value, key, frame, i)
        if isinstance(value, Class):
            return self._class_item(value, key, frame, i)
        if isinstance(value, Const) and isinstance(value.value, str):
            return self._character(value.value, key)
        if isinstance(value, External):
            if value.name == "os.environ":
                return self.look_up(self.m.streams.environment, key)
            if value.name == "sys.modules":
                names = [k.value for k in key if isinstance(k, Const) and isinstance(k.value, str)]
                return tuple(m for n in names if (m := self.m.imports.load(n)) is not None)
            return (value,) if value.name.startswith("typing.") else ()
        return self.m.taint.derived((value,))

    def hashed(self, keys: Values, frame: Frame, i: int) -> None:
        """Keys and members are hashed."""
        for v in keys:
            if isinstance(v, Instance) and self.m.attributes.find(v.cls, "__hash__"):
                self.m.calling.method(v, "__hash__", Arguments(), frame, i)

    def _index(self, key: Values, frame: Frame, i: int) -> Values:
        """Objects with ``__index__`` used as a position."""
        if len(key) == 1 and isinstance(key[0], Instance) and self.m.attributes.find(key[0].cls, "__index__"):
            return self.m.calling.method(key[0], "__index__", Arguments(), frame, i) or key
        return key

    def _missing(self, value: Instance, key: Values, frame: Frame, i: int) -> Values:
        assert value.payload is not None
        found = self.item(value.payload, key, frame, i)
        if not found and self.m.attributes.find(value.cls, "__missing__"):
            return self.m.calling.method(value, "__missing__", Arguments((key,)), frame, i)
        return found

    def _default(self, table: Table, key: Values, frame: Frame, i: int) -> Values:
        made = join(*(self.m.calling.call(f, Arguments(), frame, i) for f in table.default))
        if made:
            self.put(table, key, made, strong=False)
        return made

    def _position(self, parts: list[Values], key: Values) -> Values:
        if len(key) == 1 and isinstance(key[0], Const) and isinstance(key[0].value, int):
            n = key[0].value
            return parts[n] if -len(parts) <= n < len(parts) else ()
        return join(*parts)

    def _sequence_item(self, value: Sequence, key: Values) -> Values:
        if len(key) == 1 and isinstance(key[0], Const) and isinstance(key[0].value, int):
            return self.at(value, key[0].value)
        return self.elements(value)

    def _class_item(self, value: Class, key: Values, frame: Frame, i: int) -> Values:
        for meta in value.meta:
            if isinstance(meta, Class) and (found := self.m.attributes.find(meta, "__getitem__")):
                return self.m.calling.call_members(found, value, meta, Arguments((key,)), frame, i)
        member = self.m.attributes.find(value, "__class_getitem__")
        if member:
            return join(*(self.m.calling.call(self.m.bound(f, value), Arguments((key,)), frame, i) for f in member))
        if value.generated == "enum":
            for k in key:
                if isinstance(k, Const) and k.value in value.fields:
                    return value.fields[k.value]
        return (value,)

    def _character(self, text: str, key: Values) -> Values:
        if len(key) == 1 and isinstance(key[0], Const) and isinstance(key[0].value, int):
            try:
                return (self.m.const(text[key[0].value]),)
            except IndexError:
                return ()
        return ()

    def set_item(self, value: Value, key: Values, values: Values, frame: Frame, i: int, strong: bool) -> None:
        """``value[key] = values``."""
        if isinstance(value, Instance):
            if self.m.attributes.find(value.cls, "__setitem__"):
                self.m.calling.method(value, "__setitem__", Arguments((key, values)), frame, i)
                return
            if value.payload is not None:
                self.set_item(value.payload, key, values, frame, i, strong)
        elif isinstance(value, External) and value.name == "os.environ":
            self.put(self.m.streams.environment, key, values, strong)
        elif isinstance(value, Table):
            self.hashed(key, frame, i)
            self.put(value, key, values, strong)
        elif isinstance(value, Sequence):
            self._set_position(value, key, values, strong)

    def _set_position(self, value: Sequence, key: Values, values: Values, strong: bool) -> None:
        n = self.length(value)
        if n is None or len(key) != 1 or not isinstance(key[0], Const) or not isinstance(key[0].value, int):
            self.m.heap.add(value.items, REST, values)
            return
        position = key[0].value + n if key[0].value < 0 else key[0].value
        if strong:
            self.m.heap.write(value.items, position, values)
        else:
            self.m.heap.add(value.items, position, values)

    def delete_item(self, value: Value, key: Values, frame: Frame, i: int, strong: bool) -> None:
        """``del value[key]``."""
        if isinstance(value, Instance) and self.m.attributes.find(value.cls, "__delitem__"):
            self.m.calling.method(value, "__delitem__", Arguments((key,)), frame, i)
            return
        if isinstance(value, Instance) and value.payload is not None:
            value = value.payload
        if isinstance(value, Table) and strong and (single := self.single_key(key)) is not None:
            self.forget(value, single)
        elif isinstance(value, Sequence) and strong and len(key) == 1 and isinstance(key[0], Const):
            self.drop(value, key[0].value)

    def forget(self, table: Table, key: Value) -> None:
        """``del table[key]`` of a known key."""
        self.m.heap.remove(table.items, key)
        if table.mirror is not None and isinstance(key, Const):
            self.m.heap.remove(table.mirror, key.value)

    def drop(self, value: Sequence, position: object) -> Values:
        """Remove and give the element at a position."""
        n = self.length(value)
        if n is None or not isinstance(position, int) or not -n <= position < n:
            return self.elements(value)
        position = position + n if position < 0 else position
        gone = value.items.get(position, ())
        for k in range(position, n - 1):
            self.m.heap.write(value.items, k, value.items.get(k + 1, ()))
        self.m.heap.remove(value.items, n - 1)
        self.m.heap.write(value.items, LENGTH, (self.m.const(n - 1),))
        return gone

    def slice(self, value: Value, bounds: tuple[int | None, ...] | None, frame: Frame, i: int) -> Values:
        """``value[a:b:c]``; ``bounds`` is None where a part is not known."""
        if isinstance(value, Instance) and self.m.attributes.find(value.cls, "__getitem__"):
            key = (self.m.external("<builtin>.slice()"),)
            return self.m.calling.method(value, "__getitem__", Arguments((key,)), frame, i)
        if isinstance(value, Instance) and value.payload is not None:
            value = value.payload
        if isinstance(value, Const) and isinstance(value.value, str) and bounds is not None:
            return (self.m.const(value.value[slice(*bounds)]),)
        if not isinstance(value, Sequence):
            return self.m.taint.derived((value,))
        made = Sequence(value.kind)
        self.start(made)
        parts = self.parts(value, frame, i)
        if parts is None or bounds is None:
            self.add_some(made, self.elements(value))
        else:
            for part in parts[slice(*bounds)]:
                self.append(made, part)
        return (made,)

    def set_slice(
        self, value: Value, bounds: tuple[int | None, ...] | None, values: Values | None, frame: Frame, i: int
    ) -> None:
        """``value[a:b:c] = values``; None deletes."""
        if isinstance(value, Instance) and value.payload is not None:
            value = value.payload
        if not isinstance(value, Sequence):
            return
        parts = self.parts(value, frame, i)
        new: list[Values] | None = []
        if values is not None:
            new = self.parts(values[0], frame, i) if len(values) == 1 else None
        if parts is None or new is None or bounds is None:
            self.add_some(value, self.m.containers.iterate(values or (), frame, i))
            return
        try:
            if values is None:
                del parts[slice(*bounds)]
            else:
                parts[slice(*bounds)] = new
        except ValueError:
            return
        self.replace(value, parts)

    def replace(self, value: Sequence, parts: list[Values]) -> None:
        """All elements anew."""
        for key in [k for k in value.items if k != LENGTH]:
            self.m.heap.remove(value.items, key)
        for n, part in enumerate(parts):
            self.m.heap.write(value.items, n, part)
        self.m.heap.write(value.items, LENGTH, (self.m.const(len(parts)),))
