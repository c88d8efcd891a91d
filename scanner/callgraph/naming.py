"""The call graph by qualified names, from an abstract run, from the solved program, or from both."""

from __future__ import annotations

from dataclasses import dataclass

from scanner.execution import Run
from scanner.facts.records import ScopeKind
from scanner.program.linking import Program


@dataclass(frozen=True, slots=True, order=True)
class NamedNode:
    """A function, a module's own code, or an external (no file, line 0)."""

    name: str
    file: str
    line: int


@dataclass(frozen=True, slots=True, order=True)
class NamedEdge:
    """``kind`` and ``certainty`` as in ``program.records.Edge``."""

    caller: str
    callee: str
    kind: str
    certainty: str


@dataclass(frozen=True, slots=True)
class NamedGraph:
    """Sorted nodes and edges. Lambdas are ``scope.<lambdaN>``, externals have their import path, builtins
    ``<builtin>.name``."""

    nodes: tuple[NamedNode, ...]
    edges: tuple[NamedEdge, ...]


def name_of(program: Program, scope: int) -> str:
    """Dotted module path, then functions and classes joined by dots; module-level code is the module's name."""
    entry = program.solver.scopes[scope]
    module = program.solver.modules[entry.file].name
    return module if entry.scope.kind is ScopeKind.MODULE else f"{module}.{entry.scope.name}"


def of_run(run: Run) -> NamedGraph:
    """The calls a run made; every edge is exact."""
    nodes = {NamedNode(*run.places[s]) for s in run.entered}
    edges = set()
    for call in run.calls:
        if isinstance(call.callee, int):
            callee = NamedNode(*run.places[call.callee])
        else:
            callee = NamedNode(call.callee.replace("()", ""), "", 0)
        nodes.add(callee)
        edges.add(NamedEdge(run.places[call.caller][0], callee.name, "call", "exact"))
    return NamedGraph(tuple(sorted(nodes)), tuple(sorted(edges)))


def of_program(program: Program) -> NamedGraph:
    """The calls of the solved program. Code of a class body belongs to the scope around it."""
    nodes = {_node(program, _runner(program, s)) for s in program.constraints.active}
    edges = set()
    for edge in program.edges:
        if edge.kind not in ("decorator", "wrapped"):
            nodes.add(_node(program, edge.callee))
            caller = name_of(program, _runner(program, edge.caller))
            edges.add(NamedEdge(caller, name_of(program, edge.callee), edge.kind, str(edge.certainty)))
    for call in program.external:
        name = call.name.replace("()", "")
        nodes.add(NamedNode(name, "", 0))
        edges.add(NamedEdge(name_of(program, _runner(program, call.caller)), name, "call", "exact"))
    return NamedGraph(tuple(sorted(nodes)), tuple(sorted(edges)))


def union(graphs: list[NamedGraph]) -> NamedGraph:
    """Nodes and edges of all."""
    return NamedGraph(
        tuple(sorted({n for g in graphs for n in g.nodes})), tuple(sorted({e for g in graphs for e in g.edges}))
    )  # fmt: skip


def _node(program: Program, scope: int) -> NamedNode:
    entry = program.solver.scopes[scope]
    path = program.solver.modules[entry.file].facts.path
    return NamedNode(name_of(program, scope), path, entry.scope.line)


def _runner(program: Program, scope: int) -> int:
    while program.solver.scopes[scope].scope.kind in (ScopeKind.CLASS, ScopeKind.CODE_STRING):
        scope = program.solver.scopes[scope].parent
    return scope
