"""Which named fields are in a value that is sent: followed backwards through dicts, objects, containers and text."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from scanner.catalog.records import ArgumentRef, Catalog
from scanner.facts.records import (
    AnyOp,
    Attribute,
    Call,
    Display,
    Element,
    Format,
    Item,
    Mapping,
    SetItem,
    Slice,
    Unpack,
)  # fmt: skip
from scanner.flows.channels import OPENING, PUTS, QUEUES, SAME, SERIALISERS, TAKES, same_value, taken
from scanner.flows.index import Index
from scanner.flows.labels import Named, Style, labelled
from scanner.program.records import ScopeEntry, ValueKind

BUDGET = 5_000
"""Places looked at for one argument of one sink; past it only what was found so far is named."""

_DEPTH = 4
"""Dicts in dicts are opened this deep."""

_KEYS = 4
"""Items taken out of items are followed this far."""

_LIMITS = (300, 150, 80, 40, 40)
"""Places looked at in search of one dict, by how deep it stands in others."""

_SAME_NAME = 3
"""Values of one name that are looked into: what many callers give is looked at by example."""

_MERGED = 24
"""A dict with more names than this was merged from many; they are not those of one call."""

_CLASSES = 24


@dataclass(slots=True)
class _Question:
    """One argument of one sink: what is left of its budget, what is being answered."""

    left: int = BUDGET
    open: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Spot:
    """A place on the way back. ``keys`` are items still to be taken out of it, the next one first (None: any);
    ``opened`` is true past a call that turns an object into its fields."""

    node: int
    keys: tuple[object, ...] = ()
    opened: bool = False


class Fields:
    """Answers for one program."""

    def __init__(self, index: Index, catalog: Catalog) -> None:
        self.index = index
        self.solver = index.solver
        self.propagators = {row.name: row for row in catalog.propagators}
        self._writes: dict[int, dict[int, list[AnyOp]]] = {}
        self._puts: dict[str, list[tuple[int, int]]] | None = None

    def at(self, node: int, style: Style = Style.NONE) -> tuple[Named, ...]:
        """The fields of what arrives at ``node``, sorted; empty when nothing with names does."""
        return tuple(sorted(set(self._named(node, style, _Question(), 0))))

    def _named(self, node: int, style: Style, question: _Question, depth: int) -> Iterator[Named]:
        if depth > _DEPTH or node in question.open:
            return
        question.open.add(node)
        tally: Counter[str] = Counter()
        for name, value in tuple(dict.fromkeys(self._pairs(node, style, question, depth))):
            tally[name] += 1
            if isinstance(value, Named):
                yield value
                continue
            if tally[name] > _SAME_NAME:
                continue
            agent = Style.AGENT if name.lower() == "user-agent" else Style.NONE
            inner = list(self._named(value, agent, question, depth + 1))
            yield from inner or [Named(name, value, *self._place(value))]
        question.open.discard(node)

    def _pairs(self, node: int, style: Style, question: _Question, depth: int) -> Iterator[tuple[str, int | Named]]:
        """Names with the nodes of their values; a field of an object whose value is nowhere is ``Named`` already."""
        held: list[_Spot] = []
        for spot in self._spots(node, question, _LIMITS[min(depth, _DEPTH)]):
            if spot.keys:
                continue
            held.append(spot)
            found = self.index.op(spot.node)
            if found is not None:
                entry, op = found
                if isinstance(op, Mapping):
                    yield from self._displayed(entry, op, question, depth)
                elif isinstance(op, Call) and "<builtin>.dict" in self.index.external_at.get(spot.node, ()):
                    yield from ((name, entry.base + value) for name, value in op.keywords if name)
                elif style is not Style.NONE:
                    yield from labelled(self.index, entry, spot.node, op, style)
                yield from self._written(entry, spot.node, question, depth)
        for spot in held:  # what the text shows before what the solver merged
            yield from self._held(spot)

    def _displayed(
        self, entry: ScopeEntry, op: Mapping, question: _Question, depth: int
    ) -> Iterator[tuple[str, int | Named]]:
        for k, v in zip(op.keys, op.values, strict=True):
            if k < 0:
                yield from self._spread(entry.base + v, question, depth)
                continue
            key = self.index.constant(entry.base + k)
            if isinstance(key, str):
                yield key, entry.base + v
            else:
                source = self._rebuilt_from(entry, k)
                if source is not None:
                    yield from self._spread(source, question, depth)

    def _spread(self, node: int, question: _Question, depth: int) -> Iterator[tuple[str, int | Named]]:
        """Another dict whose names are in this one too."""
        if depth <= _DEPTH and node not in question.open:
            question.open.add(node)
            yield from self._pairs(node, Style.NONE, question, depth + 1)
            question.open.discard(node)

    def _rebuilt_from(self, entry: ScopeEntry, key: int) -> int | None:
        """``{k: f(v) for k, v in d.items()}``: the node of ``d``."""
        ops = entry.scope.ops
        op = ops[key]
        while isinstance(op, Unpack | Element | Slice):
            op = ops[op.obj]
        callee = ops[op.func] if isinstance(op, Call) else None
        if isinstance(callee, Attribute) and callee.name in ("items", "keys"):
            return entry.base + callee.obj
        return None

    def _place(self, node: int) -> tuple[str, int]:
        """Where a value stands; of an element or an attribute, where what it was given stands."""
        for _ in range(_DEPTH):
            file, line = self.index.place(node)
            before = [] if file else self.index.before(node)
            if not before:
                return file, line
            node = before[0]
        return self.index.place(node)

    def _pairs_of(self, entry: ScopeEntry, op: Display) -> Iterator[int]:
        """``[(k, f(v)) for k, v in d.items()]``: the node of ``d``."""
        for element in op.elements if op.comprehension else ():
            pair = entry.scope.ops[element]
            if isinstance(pair, Display) and len(pair.elements) == 2:
                source = self._rebuilt_from(entry, pair.elements[0])
                if source is not None:
                    yield source

    # -- the way back

    def _spots(self, node: int, question: _Question, limit: int = _LIMITS[0]) -> Iterator[_Spot]:
        """Every place whose value is at ``node``, nearest first."""
        first = _Spot(node)
        seen, waiting = {first}, [first]
        for spot in waiting:
            if question.left <= 0 or len(seen) > limit:
                return
            question.left -= 1
            yield spot
            for further in self._before(spot):
                if further not in seen and len(further.keys) <= _KEYS:
                    seen.add(further)
                    waiting.append(further)

    def _before(self, spot: _Spot) -> Iterator[_Spot]:
        if not self._takes(spot.node):  # the solver holds all queues of a kind for one
            yield from (_Spot(node, spot.keys, spot.opened) for node in self.index.before(spot.node))
        if spot.keys or not self._is_display(spot.node):
            yield from self._out_of_containers(spot)
        found = self.index.op(spot.node)
        if found is not None:
            yield from self._operands(*found, spot)

    def _is_display(self, node: int) -> bool:
        found = self.index.op(node)
        return found is not None and isinstance(found[1], Display | Mapping)

    def _operands(self, entry: ScopeEntry, op: AnyOp, spot: _Spot) -> Iterator[_Spot]:
        base, keys, opened = entry.base, spot.keys, spot.opened
        if isinstance(op, Item):
            yield _Spot(base + op.obj, (self.index.constant(base + op.key), *keys), opened)
        elif isinstance(op, Unpack):
            key = op.index if op.index >= 0 and not op.rest else None
            yield _Spot(base + op.obj, (key, *keys), opened)
        elif isinstance(op, Element):
            yield _Spot(base + op.obj, (None, *keys), opened)
        elif isinstance(op, Display):
            yield from (_Spot(base + e, rest, opened) for e, rest in taken(op, keys))
            yield from (_Spot(n, keys, opened) for n in self._pairs_of(entry, op))
        elif isinstance(op, Mapping) and keys:
            for k, v in zip(op.keys, op.values, strict=True):
                if k < 0:
                    yield _Spot(base + v, keys, opened)
                elif keys[0] is None or self.index.constant(base + k) == keys[0]:
                    yield _Spot(base + v, keys[1:], opened)
        elif isinstance(op, Call):
            yield from self._through_call(entry, op, spot)
        else:
            yield from (_Spot(base + n, keys, opened) for n in same_value(op))

    def _through_call(self, entry: ScopeEntry, op: Call, spot: _Spot) -> Iterator[_Spot]:
        base, keys = entry.base, spot.keys
        names = self.index.external_at.get(spot.node, ())
        opened = spot.opened or bool(SERIALISERS.intersection(names))
        for callee in self.index.callees_at.get(spot.node, ()):  # past a decorator too
            returned = self.solver.named_nodes.get(("return", callee))
            if returned is not None:
                yield _Spot(returned, keys, spot.opened)
        for name in names:
            row = self.propagators.get(name)
            carried = row.arguments if row is not None else ((1,) if name == "typing.cast" else ())
            node = self.index.argument(entry, op, carried)
            if node is not None:
                yield _Spot(node, keys, opened)
            made = self.index.types.get(name)
            if made is not None and not keys:
                yield from (_Spot(n, keys, opened) for n in self._arguments(entry, op, made.carries_payload))
        method = entry.scope.ops[op.func]
        if not isinstance(method, Attribute):
            return
        if method.name in TAKES:
            key = self.index.constant(base + op.args[0]) if op.args else None
            yield _Spot(base + method.obj, (key if isinstance(key, str | int) else None, *keys), opened)
            yield from (_Spot(base + a, keys, opened) for a in op.args[1:2])
        elif method.name in SAME:
            # A method of the program itself says in its own text what it gives.
            own = method.name in OPENING and not self.index.callees_at.get(spot.node)
            yield _Spot(base + method.obj, keys, opened or own)
            if method.name == "encode":  # of an encoder; the argument of ``str.encode`` has no fields
                yield from (_Spot(base + a, keys, opened) for a in op.args[:1])
        elif method.name == "join" and op.args:
            yield from self._joined(entry, op.args[0], spot)

    def _joined(self, entry: ScopeEntry, argument: int, spot: _Spot) -> Iterator[_Spot]:
        """``"; ".join(f"{k}/{v}" for k, v in d.items())``: the names of ``d`` are in the text."""
        op = entry.scope.ops[argument]
        if not isinstance(op, Display) or not op.comprehension:
            return
        for element in op.elements:
            text = entry.scope.ops[element]
            for part in text.parts if isinstance(text, Format) else ():
                source = self._rebuilt_from(entry, part)
                if source is not None:
                    yield _Spot(source, spot.keys, spot.opened)

    def _arguments(self, entry: ScopeEntry, op: Call, refs: tuple[ArgumentRef, ...]) -> Iterator[int]:
        for i, a in enumerate(op.args):
            if i in refs:
                yield entry.base + a
        for name, v in op.keywords:
            if name in refs:
                yield entry.base + v

    # -- what the solver knows of containers and objects

    def _out_of_containers(self, spot: _Spot) -> Iterator[_Spot]:
        """Elements of lists and queues at a place; with keys left, of dicts as well."""
        for value in self.solver.at(spot.node):
            known = self.solver.values[value]
            if known.name in QUEUES:
                yield from self._out_of_queues(known.name, spot)
            if known.kind is not ValueKind.CONTAINER:
                continue
            if not spot.keys and self._is_dict(value):
                continue
            wanted, rest = (spot.keys[0], spot.keys[1:]) if spot.keys else (None, ())
            for key, node in self.index.program.constraints.containers.elements(value):
                if key in ("<any>", "<keys>"):
                    continue
                if wanted is None or key in (wanted, "<some>"):
                    yield _Spot(node, rest, spot.opened)

    def _takes(self, node: int) -> bool:
        """True for ``queue.get()``."""
        found = self.index.op(node)
        if found is None or not isinstance(found[1], Call) or found[1].func < 0:
            return False
        entry, call = found[0], found[1]
        method = entry.scope.ops[call.func]
        if not isinstance(method, Attribute) or method.name not in TAKES:
            return False
        return any(self.solver.values[v].name in QUEUES for v in self.solver.at(entry.base + method.obj))

    def _out_of_queues(self, name: str, spot: _Spot) -> Iterator[_Spot]:
        """What is put into the same queue elsewhere: the one made at the same call."""
        makers = {made for made, _, _ in self.index.makers(spot.node)}
        rest = spot.keys[1:]
        for receiver, item in self._put_in(name):
            if makers & {made for made, _, _ in self.index.makers(receiver)}:
                yield _Spot(item, rest, spot.opened)

    def _put_in(self, name: str) -> list[tuple[int, int]]:
        """Every ``queue.put(item)`` on queues of a kind: the nodes of queue and item."""
        if self._puts is None:
            self._puts = defaultdict(list)
            for entry in self.solver.scopes:
                ops = entry.scope.ops
                for op in ops:
                    if not isinstance(op, Call) or not op.args or op.func < 0:
                        continue
                    callee = ops[op.func]
                    if isinstance(callee, Attribute) and callee.name in PUTS:
                        receiver = entry.base + callee.obj
                        for value in self.solver.at(receiver):
                            self._puts[self.solver.values[value].name].append((receiver, entry.base + op.args[-1]))
        return self._puts.get(name, [])

    def _is_dict(self, value: int) -> bool:
        known = self.solver.values[value]
        found = self.index.op(known.ref) if known.kind is ValueKind.CONTAINER else None
        return found is not None and isinstance(found[1], Mapping)

    def _held(self, spot: _Spot) -> Iterator[tuple[str, int | Named]]:
        """Items of dicts the solver knows, however they came there; fields of objects that were opened."""
        for value in sorted(self.solver.at(spot.node)):
            known = self.solver.values[value]
            if known.kind is ValueKind.CONTAINER and self._is_dict(value):
                held = self.index.program.constraints.containers.elements(value)
                items = [(k, n) for k, n in held if isinstance(k, str) and not k.startswith("<")]
                yield from items if len(items) <= _MERGED else ()
            elif known.kind is ValueKind.INSTANCE and spot.opened:
                yield from self._fields_of(known.ref)

    def _fields_of(self, cls: int) -> Iterator[tuple[str, int | Named]]:
        """Annotated names of a class and its bases: what a data class or a pydantic model is made of."""
        for owner in self.index.program.classes.order(cls)[:_CLASSES]:
            if not isinstance(owner, int):
                continue
            entry = self.solver.scopes[owner]
            for name in entry.scope.fields:
                if name.startswith("_") or name == "model_config":
                    continue
                node = self.solver.named_nodes.get(("attribute", cls, name))
                given = self.index.before(node) if node is not None else []
                given = given or list(self.index.program.classes.members.get(owner, {}).get(name, ()))
                if given:
                    yield from ((name, n) for n in given)
                else:
                    yield name, Named(name, -1, self.index.file(entry), entry.scope.line)

    # -- writes beside the way

    def _written(
        self, entry: ScopeEntry, node: int, question: _Question, depth: int
    ) -> Iterator[tuple[str, int | Named]]:
        """``d[k] = v`` and ``d.update(...)`` in the scope where the place stands."""
        for op in self._writes_in(entry).get(node - entry.base, ()):
            if isinstance(op, SetItem):
                key = self.index.constant(entry.base + op.key)
                if isinstance(key, str):
                    yield key, entry.base + op.value
            elif isinstance(op, Call):
                yield from ((name, entry.base + value) for name, value in op.keywords if name)
                for argument in op.args[:1]:
                    yield from self._spread(entry.base + argument, question, depth)

    def _writes_in(self, entry: ScopeEntry) -> dict[int, list[AnyOp]]:
        found = self._writes.get(entry.index)
        if found is None:
            found = self._writes[entry.index] = defaultdict(list)
            ops = entry.scope.ops
            for op in ops:
                if isinstance(op, SetItem):
                    found[op.obj].append(op)
                elif isinstance(op, Call):
                    callee = ops[op.func] if op.func >= 0 else None
                    if isinstance(callee, Attribute) and callee.name == "update":
                        found[callee.obj].append(op)
        return found
