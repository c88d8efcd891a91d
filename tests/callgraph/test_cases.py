"""The project's own cases: one folder per language feature, each with its exact graph."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scanner.queries import call_graph

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "callgraph"
CASES = sorted(path.parent.relative_to(FIXTURES).as_posix() for path in FIXTURES.rglob("callgraph.json"))
KNOWN = frozenset((FIXTURES / "known_misses.txt").read_text(encoding="utf-8").split())
"""Cases the engine does not get exactly right yet. One that it does must leave the list."""

Graph = dict[str, list[str]]


def counted(case: Path, graph: Graph) -> list[tuple[str, str]]:
    """The edges that count: all, or in a case about library calls those to what the case defines."""
    edges = sorted({(caller, callee) for caller, callees in graph.items() for callee in callees})
    settings = case / "case.json"
    if not settings.is_file() or not json.loads(settings.read_text()).get("in_case_only"):
        return edges
    files = [path.relative_to(case).with_suffix("").parts for path in case.rglob("*.py")]
    modules = tuple(".".join(part for part in parts if part != "__init__") + "." for parts in files)
    return [edge for edge in edges if edge[1].startswith(modules)]


@pytest.mark.parametrize("name", CASES)
def test_the_graph_of_a_case_is_exact(name: str) -> None:
    case = FIXTURES / name
    expected: Graph = json.loads((case / "callgraph.json").read_text())
    graph: Graph = json.loads(call_graph(case, ("main.py",), "json"))
    if name in KNOWN:
        assert counted(case, graph) != counted(case, expected), "this case is exact now: take it off known_misses.txt"
    else:
        assert counted(case, graph) == counted(case, expected)


def test_there_are_enough_cases() -> None:
    assert len(CASES) >= 300
