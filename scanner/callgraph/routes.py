"""Routes from entry points to a scope: one shortest-path tree over reversed edges (Dijkstra, 1959)."""

from __future__ import annotations

import heapq

from scanner.callgraph.records import CallGraph, Route
from scanner.program.records import Edge
from scanner.vocabulary import Certainty

_COST = {Certainty.EXACT: 2, Certainty.ANNOTATED: 2, Certainty.NAMED: 5, Certainty.GUESSED: 7}
NEAREST = 4
"""Entry points shown for being close; the rest is chosen for showing other ways."""
MAX_COST = 24
"""Further ways longer than a dozen certain calls are left out: nobody follows them, and few are real."""
MAX_VISITED = 4_000
"""Scopes looked at per sink: enough for any real path, bounded for hostile input."""


def routes_to(graph: CallGraph, scope: int, limit: int) -> tuple[Route, ...]:
    """At most ``limit`` routes to ``scope``: from the nearest entry points of the best kind, then from the far ends of
    the other branches of the tree.

    A scope nothing calls and that is no entry point gets no route.
    """
    cost, onward = _tree(graph, scope)
    nearest = sorted((s for s in cost if s in graph.entries), key=lambda s: (graph.entries[s].rank, cost[s], s))[
        :NEAREST
    ]
    ends = [s for s in _far_ends(graph, cost, onward) if s not in nearest]
    near = [Route(graph.entries[s], _walk(onward, s), cost[s]) for s in nearest]
    far = [Route(graph.entries[s], _walk(onward, s), cost[s]) for s in ends]
    far = [r for r in far if r.cost <= MAX_COST and all(e.certainty is not Certainty.GUESSED for e in r.edges)]
    far.sort(key=lambda r: (r.entry.rank, r.cost, r.entry.scope))
    return (*near, *_diverse(far, limit - len(near), near))


def _tree(graph: CallGraph, scope: int) -> tuple[dict[int, int], dict[int, Edge]]:
    """Cheapest cost from each scope to ``scope``, and the first edge of that route."""
    cost = {scope: 0}
    onward: dict[int, Edge] = {}
    heap = [(0, scope)]
    done: set[int] = set()
    while heap and len(done) < MAX_VISITED:
        at, node = heapq.heappop(heap)
        if node in done:
            continue
        done.add(node)
        for edge in graph.callers.get(node, ()):
            step = at + _COST[edge.certainty]
            if step < cost.get(edge.caller, 1 << 30):
                cost[edge.caller] = step
                onward[edge.caller] = edge
                heapq.heappush(heap, (step, edge.caller))
    return cost, onward


def _far_ends(graph: CallGraph, cost: dict[int, int], onward: dict[int, Edge]) -> list[int]:
    """Entry points of the tree, those that another entry point's route passes through left out."""
    passed: set[int] = set()
    entries = [s for s in cost if s in graph.entries]
    for s in entries:
        node = s
        while node in onward:
            node = onward[node].callee
            if node in passed:
                break
            passed.add(node)
    ends = [s for s in entries if s not in passed]
    return sorted(ends) if ends else sorted(entries)


def _walk(onward: dict[int, Edge], start: int) -> tuple[Edge, ...]:
    out = []
    node = start
    while node in onward:
        edge = onward[node]
        out.append(edge)
        node = edge.callee
    return tuple(out)


def _diverse(routes: list[Route], limit: int, chosen_before: list[Route]) -> list[Route]:
    """Those routes that show most scopes not shown yet."""
    chosen: list[Route] = []
    shown = {s for r in chosen_before for s in _scopes(r)}
    rest = list(routes)
    while rest and len(chosen) < limit:
        best = max(rest, key=lambda r: len(_scopes(r) - shown))
        chosen.append(best)
        rest.remove(best)
        shown |= _scopes(best)
    return chosen


def _scopes(route: Route) -> set[int]:
    return {route.entry.scope, *(e.callee for e in route.edges), *(e.via for e in route.edges if e.via >= 0)}
