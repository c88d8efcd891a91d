"""Scores the call graph on the project's own cases and prints recall and precision per language feature.

    python benchmarks/callgraph/own_cases.py [-v]

Every edge counts, builtins included, except in cases whose `case.json` says `in_case_only`: there only edges to what
the case itself defines count (such a case is not about the names of library calls).  All cases run in one process.
"""

from __future__ import annotations

import json
import sys
import time
from collections import defaultdict
from pathlib import Path

from scanner.queries import call_graph

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "callgraph"

Graph = dict[str, list[str]]
Edges = frozenset[tuple[str, str]]


def graph_of(case: Path) -> Graph:
    """The graph of one case, made as `callgraph --all-in` makes it; empty, with a word on stderr, where that fails."""
    try:
        graph: Graph = json.loads(call_graph(case, ("main.py",), "json"))
    except Exception as error:
        print(f"{case.name}: {type(error).__name__}: {error}", file=sys.stderr)
        return {}
    return graph


def counted(case: Path, graph: Graph) -> Edges:
    """The edges of a graph that count in a case."""
    edges = frozenset((caller, callee) for caller, callees in graph.items() for callee in callees)
    settings = case / "case.json"
    if not settings.is_file() or not json.loads(settings.read_text()).get("in_case_only"):
        return edges
    modules = tuple(f"{_module(path.relative_to(case))}." for path in case.rglob("*.py"))
    return frozenset(edge for edge in edges if edge[1].startswith(modules))


def _module(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def main(verbose: bool) -> None:
    """Prints one line per feature and the wrong edges when asked."""
    took = 0.0
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0, 0])
    wrong: list[str] = []
    for path in sorted(FIXTURES.rglob("callgraph.json")):
        name = path.parent.relative_to(FIXTURES).as_posix()
        wanted = counted(path.parent, json.loads(path.read_text()))
        start = time.perf_counter()
        graph = graph_of(path.parent)
        took += time.perf_counter() - start
        got = counted(path.parent, graph)
        row = (1, wanted == got, len(wanted), len(got), len(wanted & got))
        for key in (name.split("/")[0], "all"):
            sums[key] = [a + b for a, b in zip(sums[key], row, strict=True)]
        wrong += [f"{name}  missing   {a} -> {b}" for a, b in sorted(wanted - got)]
        wrong += [f"{name}  spurious  {a} -> {b}" for a, b in sorted(got - wanted)]
    print(f"{'feature':<20}{'cases':>7}{'exact':>7}{'recall':>9}{'precision':>11}")
    for key in sorted(sums, key=lambda key: (key == "all", key)):
        cases, exact, want, got_count, hit = sums[key]
        recall, precision = hit / want if want else 1.0, hit / got_count if got_count else 1.0
        print(f"{key:<20}{cases:>7}{exact:>7}{recall:>9.4f}{precision:>11.4f}")
    print(f"{took:.2f} s in one process")
    if verbose:
        print("\n".join(wrong))


if __name__ == "__main__":
    main("-v" in sys.argv[1:])
