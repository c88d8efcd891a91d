"""What the questions about a solved program share: externals by call site, operands, where a node stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Mapping as MappingType

from scanner.catalog.records import ArgumentRef, Catalog, ConstantRow, EnvironmentRow
from scanner.facts.records import AnyOp, Attribute, Call, Choice, Const, Logic, Phi, Star
from scanner.inputs.records import FileRole
from scanner.inputs.variables import SetVariable
from scanner.program.linking import Program
from scanner.program.records import ScopeEntry, ValueKind

_SECONDARY = frozenset({FileRole.TEST, FileRole.EXAMPLE, FileRole.DOCS})
"""Roles of files that use the product as anybody might: what they pass is no default of it."""

_CLASSES = 8
"""Classes an attribute read is looked up in."""


def _agreed(settings: Iterable[SetVariable]) -> dict[str, SetVariable]:
    """Variables that settings files of the target set; where two files disagree, neither decides."""
    by_name: dict[str, list[SetVariable]] = defaultdict(list)
    for one in settings:
        by_name[one.name].append(one)
    return {name: min(found) for name, found in by_name.items() if len({one.value for one in found}) == 1}


class Index:
    """Read-only views of one program."""

    def __init__(
        self,
        program: Program,
        catalog: Catalog,
        settings: Iterable[SetVariable] = (),
        roles: MappingType[str, FileRole] | None = None,
    ) -> None:
        self.settings = _agreed(settings)
        self.program = program
        self.solver = program.solver
        self.catalog = catalog
        self.environment: dict[str, EnvironmentRow] = {r.name: r for r in catalog.environment}
        self.constants: dict[str, ConstantRow] = {r.name: r for r in catalog.constants}
        self.types = program.knowledge.types
        self.external_at: dict[int, list[str]] = defaultdict(list)
        for call in program.external:
            name = program.knowledge.canonical(call.name)
            if name not in self.external_at[call.site]:
                self.external_at[call.site].append(name)
        self.store_of = {source: store for store, source in self.solver.global_stores}
        for stores in self.solver.attribute_stores.values():
            self.store_of.update({source: store for store, source in stores})
        self.callees_at: dict[int, list[int]] = defaultdict(list)
        self.decorated_calls: dict[int, list[int]] = defaultdict(list)
        """Calls that reach a function through its decorator, by the function."""
        for edge in program.edges:
            if edge.kind == "wrapped":
                self.decorated_calls[edge.callee].append(edge.site)
            if edge.kind in ("call", "property", "wrapped") and not self._is_overload(edge.callee):
                self.callees_at[edge.site].append(edge.callee)
        self._roles = dict(roles or {})
        self._secondary = {m.index for m in self.solver.modules if self._roles.get(m.facts.path) in _SECONDARY}
        self._called: set[int] | None = None
        self._constructed: dict[int, dict[int, int]] = {}

    def _is_overload(self, scope: int) -> bool:
        """A signature for the type checker: the definition after it is what runs."""
        return any(d.rpartition(".")[2] == "overload" for d in self.solver.scopes[scope].scope.decorators)

    def op(self, node: int) -> tuple[ScopeEntry, AnyOp] | None:
        return self.solver.op_at(node)

    def file(self, entry: ScopeEntry) -> str:
        return self.solver.modules[entry.file].facts.path

    def place(self, node: int) -> tuple[str, int]:
        """File and line of an operation node; ("", 0) for others."""
        found = self.solver.op_at(node)
        if found is None:
            return "", 0
        entry, _ = found
        return self.file(entry), entry.scope.lines[node - entry.base]

    def before(self, node: int) -> list[int]:
        """Nodes whose values flow into ``node``; of ``Class.name`` also what the class body gives the name."""
        before = self.solver.before(node)
        found = self.solver.op_at(node)
        if found is None or not isinstance(found[1], Attribute):
            return before
        members = self._class_members(found[0].base + found[1].obj, found[1].name)
        return [*before, *(m for m in members if m not in before)] if members else before

    def _class_members(self, obj: int, name: str) -> list[int]:
        values = [self.solver.values[v] for v in self.solver.at(obj)]
        classes = [v.ref for v in values if v.kind in (ValueKind.CLASS, ValueKind.INSTANCE)][:_CLASSES]
        return sorted({m for c in classes for m in self.program.classes.find(c, name)})

    def product(self, nodes: list[int], node: int) -> list[int]:
        """``nodes`` without those in tests, examples and documentation, where ``node`` itself is in none."""
        if not self._secondary or self.is_secondary(node):
            return nodes
        return [n for n in nodes if not self.is_secondary(n)]

    def is_secondary(self, node: int) -> bool:
        """Whether an operation stands in a test, an example or documentation."""
        found = self.solver.op_at(node)
        return found is not None and found[0].file in self._secondary

    def called(self, scope: int) -> bool:
        """Whether the product itself calls a function."""
        if self._called is None:
            edges = self.program.edges
            self._called = {e.callee for e in edges if self.solver.scopes[e.caller].file not in self._secondary}
        return scope in self._called

    def constructed(self, node: int, frame: Callable[[], dict[int, int]]) -> dict[int, int]:
        """How constructors are bound by the call at ``node``: worked out once."""
        known = self._constructed.get(node)
        if known is None:
            known = self._constructed[node] = frame()
        return known

    def argument(self, entry: ScopeEntry, call: Call, refs: tuple[ArgumentRef, ...]) -> int | None:
        """The node of the first argument reference the call has; a ``*`` argument hides the positions after it."""
        for ref in refs:
            if isinstance(ref, int):
                if ref < len(call.args) and not any(isinstance(entry.scope.ops[a], Star) for a in call.args[: ref + 1]):
                    return entry.base + call.args[ref]
            else:
                for name, value in call.keywords:
                    if name == ref:
                        return entry.base + value
        return None

    def constant(self, node: int) -> str | int | float | bool | None:
        found = self.solver.op_at(node)
        return found[1].value if found is not None and isinstance(found[1], Const) else None

    def makers(self, node: int, limit: int = 300) -> Iterator[tuple[int, ScopeEntry, Call]]:
        """Calls whose result may be what is at ``node``: value-preserving steps only, followed backwards."""
        seen, stack = {node}, [node]
        while stack and len(seen) < limit:
            at = stack.pop()
            found = self.solver.op_at(at)
            if found is not None and isinstance(found[1], Call) and self.external_at.get(at):
                yield at, found[0], found[1]
            for before in (*self.before(at), *self.same_object(at)):
                if before not in seen:
                    seen.add(before)
                    stack.append(before)

    def receiver_makers(self, entry: ScopeEntry, call: Call) -> list[tuple[int, ScopeEntry, Call]]:
        """Calls that may have made the object a method is called on: of ``client.chat.completions.create`` what made
        ``client``, when nothing made the parts in between."""
        callee = entry.scope.ops[call.func]
        while isinstance(callee, Attribute):
            found = list(self.makers(entry.base + callee.obj))
            if found:
                return found
            callee = entry.scope.ops[callee.obj]
        return []

    def may_be_none(self, node: int, limit: int = 200) -> bool:
        """Whether a value may be None for all that is seen of it: a constant or a default, or a variable that is not
        set."""
        seen, stack = {node}, [node]
        while stack and len(seen) < limit:
            at = stack.pop()
            found = self.solver.op_at(at)
            more = self.before(at)
            if found is not None:
                entry, op = found
                if isinstance(op, Const) and op.value is None:
                    return True
                if isinstance(op, Choice):
                    more = [*more, entry.base + op.then, entry.base + op.other]
                elif isinstance(op, Phi | Logic):
                    parts = op.sources if isinstance(op, Phi) else op.values
                    more = [*more, *(entry.base + part for part in parts)]
            fresh = set(more) - seen
            seen |= fresh
            stack += fresh
        return False

    def same_object(self, node: int) -> list[int]:
        """Operands that are the same object: ``with x as y`` and ``await`` of an external."""
        from scanner.facts.records import Await, Enter

        found = self.solver.op_at(node)
        if found is None:
            return []
        entry, op = found
        if isinstance(op, Enter):
            return [entry.base + op.obj]
        return [entry.base + op.value] if isinstance(op, Await) else []
