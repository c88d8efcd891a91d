"""Inclusion-based solver: abstract values flow along nodes until nothing new arrives.

Andersen's analysis (1994) with difference propagation (Pearce, Kelly and Hankin, 2003), context-insensitive, the call
graph built on the fly. What an operation means stands in ``constraints``, what a call does in ``calling``, attributes
and classes in ``attributes``.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict, deque
from collections.abc import Callable, Iterable

from scanner.facts.records import AnyOp, FileFacts, ScopeKind
from scanner.program.modules import absolute, module_names
from scanner.program.records import Edge, ExternalCall, Module, ScopeEntry, Value, ValueKind
from scanner.vocabulary import Certainty

Handler = Callable[[int, int], None]
"""Called with a newly arrived value and the node it arrived at."""

EMPTY: frozenset[int] = frozenset()

MEGAMORPHIC = 40
"""A node that has this many values takes no more.

Such a node is a generic helper's parameter or a field everybody shares: what flows out of it is noise, and the noise is
what makes context-insensitive analyses cubic on large programs. The node counts in the coverage.
"""


class Solver:
    """Nodes, values and the work list."""

    def __init__(self, files: Iterable[FileFacts]) -> None:
        ordered = sorted(files, key=lambda f: f.path)
        names = module_names(f.path for f in ordered)
        self.modules: list[Module] = []
        self.scopes: list[ScopeEntry] = []
        self.by_name: dict[str, int] = {}
        self.packages: set[str] = set()
        self.size = 0
        for i, facts in enumerate(ordered):
            self._add_file(i, facts, names[facts.path])
        self.on_call: Callable[[int], None] = lambda scope: None
        self._bases = [s.base for s in self.scopes]
        self._op_nodes = self.size
        self.values: list[Value] = []
        self.value_ids: dict[Value, int] = {}
        self.points: dict[int, set[int]] = {}
        self.successors: dict[int, list[int]] = {}
        self.predecessors: dict[int, list[int]] = {}
        self.watchers: dict[int, list[Handler]] = {}
        self.edges: dict[tuple[int, int, str], Edge] = {}
        self.external: dict[tuple[int, str], ExternalCall] = {}
        self.named_nodes: dict[tuple[object, ...], int] = {}
        self.external_stores: dict[str, list[int]] = defaultdict(list)
        self.global_stores: list[tuple[int, int]] = []
        self.attribute_stores: dict[str, list[tuple[int, int]]] = defaultdict(list)
        self.megamorphic: set[int] = set()
        self._stands_for: dict[int, int] = {}
        self._known_edges: set[tuple[int, int]] = set()
        self._pending: dict[int, set[int]] = {}
        self._queue: deque[int] = deque()
        self._late: deque[tuple[Handler, int, list[int]]] = deque()

    def _add_file(self, index: int, facts: FileFacts, name: str) -> None:
        first = len(self.scopes)
        is_package = facts.path.endswith("__init__.py")
        self.modules.append(Module(index, name, facts, is_package, first))
        # A package wins over a module of the same name, as it does at import.
        if name not in self.by_name or is_package:
            self.by_name[name] = index
        for i in range(1, name.count(".") + 1):
            self.packages.add(name.rsplit(".", i)[0])
        for scope in facts.scopes:
            parent = -1 if scope.parent < 0 else first + scope.parent
            self.scopes.append(ScopeEntry(len(self.scopes), index, scope, self.size, parent))
            self.size += len(scope.ops)

    # -- names

    def value(self, kind: ValueKind, ref: int = -1, other: int = -1, name: str = "") -> int:
        """The int of an abstract value."""
        key = Value(kind, ref, other, name)
        found = self.value_ids.get(key)
        if found is None:
            found = len(self.values)
            self.value_ids[key] = found
            self.values.append(key)
        return found

    def external_value(self, name: str) -> int:
        return self.value(ValueKind.EXTERNAL, name=name)

    def node(self, *key: object) -> int:
        """The node of a key that is not an operation: ``("attribute", class, name)``, ``("return", scope)``, ..."""
        found = self.named_nodes.get(key)
        if found is None:
            found = self.size
            self.size += 1
            self.named_nodes[key] = found
        return found

    def stand_in(self, site: int, *key: object) -> int:
        """A node that takes the result of a call the text does not show; edges made at it belong to ``site``."""
        root = self._stands_for.get(site, site)
        node = self.node("stand-in", root, *key)
        self._stands_for[node] = root
        return node

    def scope_of(self, module: Module, scope: int) -> ScopeEntry:
        return self.scopes[module.first_scope + scope]

    def find_module(self, dotted: str) -> int | None:
        """File index of a module; a target folder that is itself a package also answers to its submodules' names."""
        return self.by_name.get(dotted)

    def absolute_name(self, module: str, level: int, importer: Module) -> str:
        return absolute(module, level, importer.name, importer.is_package)

    # -- flow

    def add(self, node: int, value: int) -> None:
        """Let ``value`` arrive at ``node``."""
        have = self.points.get(node)
        if have is None:
            have = self.points[node] = set()
        if value not in have:
            if len(have) >= MEGAMORPHIC:
                self.megamorphic.add(node)
                return
            have.add(value)
            self._enqueue(node, (value,))

    def _enqueue(self, node: int, new: Iterable[int]) -> None:
        pending = self._pending.get(node)
        if pending is None:
            self._pending[node] = set(new)
            self._queue.append(node)
        else:
            pending.update(new)

    def flow(self, source: int, target: int) -> None:
        """Everything at ``source`` also arrives at ``target``, now and later."""
        if source == target or (source, target) in self._known_edges:
            return
        self._known_edges.add((source, target))
        self.successors.setdefault(source, []).append(target)
        self.predecessors.setdefault(target, []).append(source)
        have = self.points.get(source)
        if have:
            self._merge(target, have)

    def _merge(self, node: int, values: set[int]) -> None:
        have = self.points.get(node)
        if have is None:
            self.points[node] = set(values)
            self._enqueue(node, values)
            return
        new = values - have
        if new:
            room = MEGAMORPHIC - len(have)
            if len(new) > room:
                self.megamorphic.add(node)
                if room <= 0:
                    return
                new = set(sorted(new)[:room])
            have |= new
            self._enqueue(node, new)

    def watch(self, node: int, handler: Handler) -> None:
        """Call ``handler`` for each value that is at ``node`` or arrives there, never from within this call."""
        self.watchers.setdefault(node, []).append(handler)
        present = self.points.get(node)
        if present:
            self._late.append((handler, node, sorted(present - self._pending.get(node, set()))))

    def run(self) -> None:
        """Propagate until nothing is pending."""
        while self._queue or self._late:
            while self._late:
                handler, node, present = self._late.popleft()
                for value in present:
                    handler(value, node)
            if not self._queue:
                continue
            node = self._queue.popleft()
            new = self._pending.pop(node)
            for target in self.successors.get(node, ()):
                self._merge(target, new)
            handlers = self.watchers.get(node)
            if handlers:
                ordered = sorted(new)
                for handler in tuple(handlers):
                    for value in ordered:
                        handler(value, node)

    def at(self, node: int) -> set[int] | frozenset[int]:
        return self.points.get(node, EMPTY)

    # -- calls

    def call_edge(
        self,
        caller: int,
        site: int,
        callee: int,
        kind: str = "call",
        certainty: Certainty = Certainty.EXACT,
        via: int = -1,
    ) -> bool:
        """Record a call edge; False when it is known already."""
        site = self._stands_for.get(site, site)
        key = (site, callee, kind)
        if key in self.edges:
            return False
        self.edges[key] = Edge(caller, site, callee, kind, certainty, via)
        self.on_call(callee)
        return True

    def external_call(self, caller: int, site: int, name: str) -> bool:
        site = self._stands_for.get(site, site)
        key = (site, name)
        if key in self.external:
            return False
        self.external[key] = ExternalCall(caller, site, name)
        return True

    # -- where

    def op_at(self, node: int) -> tuple[ScopeEntry, AnyOp] | None:
        """The scope and operation of an operation node."""
        if node >= self._op_nodes:
            return None
        entry = self.scopes[self._scope_index(node)]
        return entry, entry.scope.ops[node - entry.base]

    def _scope_index(self, node: int) -> int:
        i = bisect_right(self._bases, node) - 1
        while not self.scopes[i].scope.ops:
            i -= 1
        return i

    def enclosing_class(self, scope: int) -> int:
        """The class a method belongs to, -1 for none."""
        parent = self.scopes[scope].parent
        return parent if parent >= 0 and self.scopes[parent].scope.kind is ScopeKind.CLASS else -1
