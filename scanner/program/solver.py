"""Inclusion-based solver: abstract values flow along nodes until nothing new arrives.

Andersen's analysis (1994) with difference propagation (Pearce, Kelly and Hankin, 2003), context-insensitive, the call
graph built on the fly. What an operation means stands in ``constraints``, what a call does in ``calling``, attributes
and classes in ``attributes``.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections import defaultdict, deque
from collections.abc import Callable, Iterable

from scanner.facts.records import AnyOp, FileFacts, ScopeKind
from scanner.program.modules import absolute, module_names
from scanner.program.records import Edge, ExternalCall, Module, ScopeEntry, Value, ValueKind
from scanner.vocabulary import Certainty

Handler = Callable[[int], None]
"""Called with a newly arrived value and the node it arrived at."""

Watcher = tuple[Callable[..., None], tuple[object, ...]]
"""A function and what it is called with after the newly arrived value: a tuple takes a fifth of a closure's memory."""

Values = frozenset[int]
EMPTY: Values = frozenset()

MEGAMORPHIC = 16
"""A node that has this many values takes no more.

Such a node is a generic helper's parameter or a field everybody shares: what flows out of it is noise, and the noise is
what makes context-insensitive analyses cubic on large programs. The node counts in the coverage.
"""

_WIDE = 16
"""Nodes with more successors than this keep them in a set as well."""


class Solver:
    """Nodes, values and the work list."""

    def __init__(self, files: Iterable[FileFacts], root: str = "") -> None:
        """``root`` is what the folder of the files is called: the name of the package where they are one."""
        ordered = sorted(files, key=lambda f: f.path)
        names = module_names(f.path for f in ordered)
        self.modules: list[Module] = []
        self.scopes: list[ScopeEntry] = []
        self.by_name: dict[str, int] = {}
        self.packages: set[str] = set()
        self._root = root if "__init__.py" in names else ""
        self.size = 0
        for i, facts in enumerate(ordered):
            self._add_file(i, facts, names[facts.path])
        self.on_call: Callable[[int], None] = lambda scope: None
        self._bases = [s.base for s in self.scopes]
        self._op_nodes = self.size
        self.values: list[Value] = []
        self.value_ids: dict[tuple[ValueKind, int, int, str], int] = {}
        self.points: dict[int, Values] = {}
        self.successors: dict[int, list[int]] = {}
        self.watchers: dict[int, list[Watcher]] = {}
        self.edges: dict[tuple[int, int, str], Edge] = {}
        self.external: dict[tuple[int, str], ExternalCall] = {}
        self.named_nodes: dict[tuple[object, ...], int] = {}
        self.external_stores: dict[str, list[int]] = defaultdict(list)
        self.global_stores: list[tuple[int, int]] = []
        self.attribute_stores: dict[str, list[tuple[int, int]]] = defaultdict(list)
        self.megamorphic: set[int] = set()
        self._stands_for: dict[int, int] = {}
        self._wide: dict[int, set[int]] = {}
        self._sets: dict[Values, Values] = {}
        self._singles: list[Values] = []
        self._pending: dict[int, Values] = {}
        self._queue: deque[int] = deque()
        self._late: deque[tuple[Watcher, list[int]]] = deque()
        self._sources = array("l")
        self._targets = array("l")
        self._besides: dict[int, list[int]] = {}
        self._backwards: tuple[array[int], array[int]] | None = None
        self.asked: set[int] = set()

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
        key = (kind, ref, other, name)
        found = self.value_ids.get(key)
        if found is None:
            found = self.value_ids[key] = len(self.values)
            self.values.append(Value(kind, ref, other, name))
        return found

    def external_value(self, name: str) -> int:
        return self.value(ValueKind.EXTERNAL, name=name)

    def fresh(self) -> int:
        """A new node that nobody looks up by a key."""
        self.size += 1
        return self.size - 1

    def node(self, *key: object) -> int:
        """The node of a key that is not an operation: ``("attribute", class, name)``, ``("return", scope)``, ..."""
        found = self.named_nodes.get(key)
        if found is None:
            found = self.named_nodes[key] = self.fresh()
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
        found = self.by_name.get(dotted)
        if found is None and self._root:
            package, _, inner = dotted.partition(".")
            found = self.by_name.get(inner or "__init__") if package == self._root else None
        return found

    def absolute_name(self, module: str, level: int, importer: Module) -> str:
        return absolute(module, level, importer.name, importer.is_package)

    # -- flow

    def _shared(self, values: Values) -> Values:
        """The one copy of a set: most nodes point to the same few sets."""
        return self._sets.setdefault(values, values)

    def _single(self, value: int) -> Values:
        singles = self._singles
        while len(singles) <= value:
            singles.append(frozenset((len(singles),)))
        return singles[value]

    def add(self, node: int, value: int) -> None:
        """Let ``value`` arrive at ``node``."""
        self._merge(node, self._single(value))

    def flow(self, source: int, target: int) -> None:
        """Everything at ``source`` also arrives at ``target``, now and later."""
        if source == target:
            return
        known = self.successors.get(source)
        if known is None:
            self.successors[source] = [target]
        elif len(known) < _WIDE:
            if target in known:
                return
            known.append(target)
        else:
            wide = self._wide.get(source)
            if wide is None:
                wide = self._wide[source] = set(known)
            if target in wide:
                return
            wide.add(target)
            known.append(target)
        self.beside(source, target)
        have = self.points.get(source)
        if have:
            self._merge(target, have)

    def beside(self, source: int, target: int) -> None:
        """What is at ``source`` is seen at ``target`` by those who look backwards; ``flow`` calls this as well."""
        if self._backwards is None:
            self._sources.append(source)
            self._targets.append(target)
        else:  # asked for after solving: a name nobody had read before
            self._besides.setdefault(target, []).append(source)

    def _merge(self, node: int, values: Values) -> None:
        have = self.points.get(node)
        if have is None:
            self.points[node] = values
            new = values
        elif have is values:
            return
        else:
            new = values - have
            if not new:
                return
            if len(have) + len(new) > MEGAMORPHIC:
                self.megamorphic.add(node)
                room = MEGAMORPHIC - len(have)
                if room <= 0:
                    return
                new = frozenset(sorted(new)[:room])
            self.points[node] = self._shared(have | new)
            new = self._shared(new)
        pending = self._pending.get(node)
        if pending is None:
            self._pending[node] = new
            self._queue.append(node)
        else:
            self._pending[node] = pending | new

    def watch(self, node: int, handler: Callable[..., None], *more: object) -> None:
        """Call ``handler(value, *more)`` for each value that is at ``node`` or arrives there, never from within this
        call."""
        watcher = (handler, more)
        self.watchers.setdefault(node, []).append(watcher)
        present = self.points.get(node)
        if present:
            pending = self._pending.get(node)
            self._late.append((watcher, sorted(present - pending if pending else present)))

    def run(self) -> None:
        """Propagate until nothing is pending."""
        queue, late, merge = self._queue, self._late, self._merge
        successors, watchers = self.successors, self.watchers
        while queue or late:
            while late:
                (handler, more), present = late.popleft()
                for value in present:
                    handler(value, *more)
            if not queue:
                continue
            node = queue.popleft()
            new = self._pending.pop(node)
            for target in successors.get(node, ()):
                merge(target, new)
            handlers = watchers.get(node)
            if handlers:
                ordered = sorted(new) if len(new) > 1 else new
                for handler, more in tuple(handlers):
                    for value in ordered:
                        handler(value, *more)

    def before(self, node: int) -> list[int]:
        """Nodes that flow into ``node``. Built when first asked for, after solving; ``asked`` keeps what was."""
        self.asked.add(node)
        if self._backwards is None:
            self._backwards = self._reversed()
        first, sources = self._backwards
        found = list(sources[first[node] : first[node + 1]]) if node + 1 < len(first) else []
        return found + self._besides.get(node, [])

    def _reversed(self) -> tuple[array[int], array[int]]:
        """All edges by target: where each target's sources begin, and the sources in the order they came (compressed
        sparse rows)."""
        counts = array("l", bytes(array("l").itemsize * (self.size + 2)))
        for target in self._targets:
            counts[target + 2] += 1
        for i in range(2, len(counts)):
            counts[i] += counts[i - 1]
        sources = array("l", bytes(array("l").itemsize * len(self._sources)))
        for source, target in zip(self._sources, self._targets, strict=True):
            sources[counts[target + 1]] = source
            counts[target + 1] += 1
        return counts, sources

    def at(self, node: int) -> Values:
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
