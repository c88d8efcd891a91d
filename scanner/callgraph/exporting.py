"""The call graph for other tools: the contract's JSON, Graphviz, GraphML; a networkx graph for Python programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from scanner.callgraph.naming import NamedGraph

if TYPE_CHECKING:
    import networkx


def adjacency(graph: NamedGraph) -> dict[str, list[str]]:
    """Caller -> sorted callees; every function that runs is a key."""
    found: dict[str, set[str]] = {n.name: set() for n in graph.nodes if n.file}
    for edge in graph.edges:
        found.setdefault(edge.caller, set()).add(edge.callee)
    return {caller: sorted(callees) for caller, callees in sorted(found.items())}


def to_networkx(graph: NamedGraph) -> networkx.DiGraph[str]:
    """A networkx graph; nodes carry ``file``, ``line`` and ``external``, edges ``kind`` and ``certainty``."""
    import networkx

    made: networkx.DiGraph[str] = networkx.DiGraph()
    for node in graph.nodes:
        made.add_node(node.name, file=node.file, line=node.line, external=not node.file)
    for edge in graph.edges:
        made.add_edge(edge.caller, edge.callee, kind=edge.kind, certainty=edge.certainty)
    return made


def export(graph: NamedGraph, form: str) -> str:
    """``form`` is json, dot or graphml."""
    if form == "json":
        return json.dumps(adjacency(graph), indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    made = to_networkx(graph)
    if form == "graphml":
        import networkx

        return "\n".join(networkx.generate_graphml(made)) + "\n"
    lines = [f"  {_quote(a)} -> {_quote(b)};" for a, b in sorted(made.edges)]
    return "\n".join(["digraph calls {", *lines, "}"]) + "\n"


def _quote(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
