"""The call graph for other tools: the contract's JSON, Graphviz, GraphML; a networkx graph for Python programs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from scanner.facts.records import ScopeKind
from scanner.program.linking import Program

if TYPE_CHECKING:
    import networkx


def name_of(program: Program, scope: int) -> str:
    """Dotted module path, then functions and classes joined by dots; module-level code is the module's name."""
    entry = program.solver.scopes[scope]
    module = program.solver.modules[entry.file].name
    return module if entry.scope.kind is ScopeKind.MODULE else f"{module}.{entry.scope.name}"


def adjacency(program: Program) -> dict[str, list[str]]:
    """Caller -> sorted callees; externals under their qualified names. Code of a class body belongs to its module."""
    found: dict[str, set[str]] = {}
    for scope in program.constraints.active:
        found.setdefault(name_of(program, _runner(program, scope)), set())
    for edge in program.edges:
        if edge.kind not in ("decorator", "wrapped"):
            found.setdefault(name_of(program, _runner(program, edge.caller)), set()).add(name_of(program, edge.callee))
    for call in program.external:
        found.setdefault(name_of(program, _runner(program, call.caller)), set()).add(call.name.replace("()", ""))
    return {caller: sorted(callees) for caller, callees in sorted(found.items())}


def _runner(program: Program, scope: int) -> int:
    while program.solver.scopes[scope].scope.kind is ScopeKind.CLASS:
        scope = program.solver.scopes[scope].parent
    return scope


def to_networkx(program: Program) -> networkx.DiGraph[str]:
    """A networkx graph; nodes carry ``file``, ``line`` and ``external``, edges ``kind`` and ``certainty``."""
    import networkx

    graph: networkx.DiGraph[str] = networkx.DiGraph()
    for scope in sorted(program.constraints.active):
        entry = program.solver.scopes[scope]
        path = program.solver.modules[entry.file].facts.path
        graph.add_node(name_of(program, scope), file=path, line=entry.scope.line, external=False)
    for edge in program.edges:
        caller, callee = name_of(program, edge.caller), name_of(program, edge.callee)
        graph.add_edge(caller, callee, kind=edge.kind, certainty=str(edge.certainty))
    for call in program.external:
        name = call.name.replace("()", "")
        if name not in graph:
            graph.add_node(name, file="", line=0, external=True)
        graph.add_edge(name_of(program, call.caller), name, kind="call", certainty="exact")
    return graph


def export(graphs: Mapping[str, Program], form: str) -> str:
    """``form`` is json, dot or graphml. One unnamed graph prints alone, named ones as an object of graphs."""
    if form == "json":
        all_of = {name: adjacency(p) for name, p in graphs.items()}
        return (
            json.dumps(all_of[""] if list(all_of) == [""] else all_of, indent=1, ensure_ascii=False, sort_keys=True)
            + "\n"
        )
    import networkx

    joined: networkx.DiGraph[str] = networkx.DiGraph()
    for name, program in graphs.items():
        graph = to_networkx(program)
        joined.update(networkx.relabel_nodes(graph, {n: f"{name}/{n}" for n in graph}) if name else graph)
    if form == "graphml":
        return "\n".join(networkx.generate_graphml(joined)) + "\n"
    lines = [f"  {_quote(a)} -> {_quote(b)};" for a, b in sorted(joined.edges)]
    return "\n".join(["digraph calls {", *lines, "}"]) + "\n"


def _quote(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
