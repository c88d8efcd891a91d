"""The call graph of a program, ready to be walked from sinks back to entry points."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from scanner.program.records import Edge


@dataclass(frozen=True, slots=True)
class EntryPoint:
    """A scope where execution can start.

    ``kind`` is script, api (exported), public (by its name), import (module-level code), callback or exit; ``rank``
    orders entry points, best to show first.
    """

    scope: int
    kind: str
    rank: int


@dataclass(frozen=True, slots=True)
class CallGraph:
    """``callers[s]`` are the edges that lead into scope ``s``; ``entries`` maps scopes to their entry point."""

    edges: tuple[Edge, ...]
    callers: Mapping[int, tuple[Edge, ...]]
    entries: Mapping[int, EntryPoint]


@dataclass(frozen=True, slots=True)
class Route:
    """Edges from an entry point to a scope, in running order; empty when the scope is the entry point itself."""

    entry: EntryPoint
    edges: tuple[Edge, ...]
    cost: int
