"""Lists, dicts, tuples, sets and queues: elements by constant key, everything else in one common element."""

from __future__ import annotations

from scanner.facts.records import Const
from scanner.program.records import ScopeEntry, ValueKind
from scanner.program.solver import Solver

Key = str | int | bool | float | None
"""A constant key; None is "some key"."""

ANY = "<any>"
SOME = "<some>"

_MAX_COPIES = 6

_QUEUES = frozenset({
    "queue.Queue()", "queue.LifoQueue()", "queue.PriorityQueue()", "queue.SimpleQueue()", "collections.deque()",
    "multiprocessing.Queue()", "asyncio.Queue()", "collections.defaultdict()", "collections.OrderedDict()",
    "multiprocessing.JoinableQueue()", "janus.Queue()", "<builtin>.list()", "<builtin>.dict()", "<builtin>.set()",
})  # fmt: skip

_ADDERS = frozenset({"append", "add", "insert", "put", "put_nowait", "appendleft", "setdefault"})
_EXTENDERS = frozenset({"extend", "update", "extendleft"})
_TAKERS = frozenset({"pop", "get", "get_nowait", "popleft", "setdefault", "popitem"})
_COPIES = frozenset({"copy", "values", "items", "keys"})
METHODS = _ADDERS | _EXTENDERS | _TAKERS | _COPIES
FILLERS = _ADDERS | _EXTENDERS
"""Methods that put something into a container."""


class Containers:
    """Elements of containers as nodes."""

    def __init__(self, solver: Solver) -> None:
        self.solver = solver
        self._keys: dict[int, dict[tuple[type, Key], int]] = {}
        self._copies: dict[int, list[int]] = {}
        self._received: dict[int, int] = {}
        self._waiting: set[int] = set()

    def key(self, entry: ScopeEntry, value: int) -> Key:
        """The constant a key operand is, or None."""
        op = entry.scope.ops[value]
        return op.value if isinstance(op, Const) else None

    def is_container(self, value: int) -> bool:
        v = self.solver.values[value]
        return v.kind is ValueKind.CONTAINER or (v.kind is ValueKind.EXTERNAL and v.name in _QUEUES)

    def make(self, node: int, empty: bool = False) -> int:
        """A container made at ``node``.

        It starts to flow when it is empty (it may be filled later) or once something with an abstract value is in it:
        lists of numbers and strings, most of them, never do.
        """
        container = self.solver.value(ValueKind.CONTAINER, node)
        if empty:
            self.solver.add(node, container)
        elif container not in self._waiting:
            self._waiting.add(container)
            self.solver.watch(self.element(container, ANY), self._holds, node, container)
        return container

    def _holds(self, value: int, node: int, container: int) -> None:
        """Something arrived in a container: from now on it flows."""
        self.solver.add(node, container)

    def element(self, container: int, key: Key) -> int:
        """The node of an element; all of them flow into the ANY element and into copies of the container."""
        key = SOME if key is None else key
        keys = self._keys.get(container)
        if keys is None:
            keys = self._keys[container] = {}
        # ``1``, ``1.0`` and ``True`` are one key of a dict, but not of a program that tells them apart.
        name = (type(key), key)
        node = keys.get(name)
        if node is None:
            node = keys[name] = self.solver.fresh()
            if key not in (ANY, "<keys>"):
                self.solver.flow(node, self.element(container, ANY))
                for into in self._copies.get(container, ()):
                    self.solver.flow(node, self.element(into, key))
        return node

    def elements(self, container: int) -> list[tuple[Key, int]]:
        """Keys that were asked for, and the nodes of what stands under them."""
        return [(key, node) for (_, key), node in self._keys.get(container, {}).items()]

    def store(self, container: int, key: Key, source: int) -> None:
        if self.is_container(container):
            self.solver.flow(source, self.element(container, key))

    def load(self, container: int, key: Key, node: int) -> None:
        """``container[key]``."""
        if not self.is_container(container):
            return
        if key is None:
            self.solver.flow(self.element(container, ANY), node)
        else:
            self.solver.flow(self.element(container, key), node)
            self.solver.flow(self.element(container, SOME), node)

    def iterate(self, value: int, node: int, scope: int) -> None:
        """What a loop over ``value`` gives."""
        v = self.solver.values[value]
        if v.kind is ValueKind.GENERATOR:
            self.solver.flow(self.solver.node("yields", v.ref), node)
        elif v.kind is ValueKind.METHOD and v.name == "keys":
            self.solver.flow(self.element(v.other, "<keys>"), node)
        elif self.is_container(value):
            self.solver.flow(self.element(value, ANY), node)

    def unpack(self, value: int, index: int | None, node: int, scope: int) -> None:
        if self.is_container(value):
            self.load(value, index, node)
        else:
            self.iterate(value, node, scope)

    def spread(self, source: int, into: int) -> None:
        """The elements of what is at ``source`` become elements of ``into``, positions forgotten."""
        target = self.element(into, None)
        self.solver.watch(source, self.iterate, target, -1)

    def copy_into(self, source: int, into: int) -> None:
        """``dict.update`` and ``**``: keys are kept as far as they are known when asked for."""
        self.solver.watch(source, self._copy, into)

    def _copy(self, value: int, into: int) -> None:
        copies = self._copies.setdefault(value, [])
        if not self.is_container(value) or value == into or into in copies:
            return
        received = self._received[into] = self._received.get(into, 0) + 1
        if len(copies) >= _MAX_COPIES or received > _MAX_COPIES:
            # A dict that everything is merged into has no keys worth telling apart.
            self.solver.flow(self.element(value, ANY), self.element(into, SOME))
            return
        copies.append(into)
        for (_, key), node in list(self._keys.get(value, {}).items()):
            if key not in (ANY, "<keys>"):
                self.solver.flow(node, self.element(into, key))

    def method(self, container: int, name: str, args: list[int], keys: list[Key], node: int) -> None:
        """A call of a container method; ``args`` are argument nodes, ``keys`` their constants."""
        if name in _ADDERS and args:
            if name == "setdefault":
                if len(args) > 1:
                    self.store(container, keys[0], args[1])
            else:
                self.store(container, None, args[-1])
        if name in _EXTENDERS and args:
            self.spread(args[0], container)
            self.copy_into(args[0], container)
        if name in _TAKERS:
            key = keys[0] if keys else None
            self.load(container, key if isinstance(key, str | int) and name != "popitem" else None, node)
            if name == "get" and len(args) > 1:
                self.solver.flow(args[1], node)
        if name == "copy":
            self.solver.add(node, container)
        elif name == "values":
            self.solver.flow(self.element(container, ANY), self.element(self.make(node), None))
        elif name == "keys":
            self.solver.flow(self.element(container, "<keys>"), self.element(self.make(node), None))
        elif name == "items":
            self._items(container, node)

    def _items(self, container: int, node: int) -> None:
        pairs = self.make(node)
        pair_node = self.solver.node("pair", node)
        pair = self.make(pair_node)
        self.solver.flow(pair_node, self.element(pairs, None))
        self.solver.flow(self.element(container, "<keys>"), self.element(pair, 0))
        self.solver.flow(self.element(container, ANY), self.element(pair, 1))
