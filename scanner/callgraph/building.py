"""From the edges of the solved program to a graph that can be walked backwards."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from scanner.callgraph.entries import entry_points
from scanner.callgraph.records import CallGraph
from scanner.facts.records import Attribute, Call, ScopeKind
from scanner.inputs.records import DeclaredEntry
from scanner.program.linking import Program
from scanner.program.records import Edge
from scanner.vocabulary import Certainty

_MAX_NAMED = 2
"""A method name shared by more classes than this says nothing about who is called."""
_SHORTEST_NAME = 6
_COMMON = frozenset({
    "append", "update", "values", "format", "encode", "decode", "strip", "replace", "execute", "commit", "remove",
    "insert", "extend", "register", "search", "delete", "result", "submit", "create", "process", "connect", "flatten",
    "cancel", "reshape", "squeeze", "unsqueeze", "forward", "generate", "predict", "invoke", "to_dict", "from_dict",
    "upload", "download", "request", "resolve", "render", "export", "import_module", "shutdown", "finish", "collect",
    "startswith", "endswith", "splitlines", "read_text", "write_text", "add_argument", "parse_args", "setdefault",
})  # fmt: skip


def build(program: Program, declared: Iterable[DeclaredEntry] = ()) -> CallGraph:
    """The call graph with its entry points."""
    edges = [e for e in program.edges if e.kind != "decorated"]
    # A call of a decorated function reaches its wrapper through that function, so that wrappers of others stay apart.
    wrapped = {(e.site, e.via) for e in edges if e.kind == "wrapped"}
    edges = [e for e in edges if e.kind != "call" or (e.site, e.callee) not in wrapped]
    edges += _bodies(program)
    edges += _by_name(program)
    callers: dict[int, list[Edge]] = defaultdict(list)
    for edge in edges:
        callers[edge.callee].append(edge)
    ordered = {callee: tuple(sorted(found, key=_order)) for callee, found in callers.items()}
    return CallGraph(tuple(sorted(edges, key=_order)), ordered, entry_points(program, declared))


def _order(edge: Edge) -> tuple[int, int, int, str]:
    return (edge.caller, edge.site, edge.callee, edge.kind)


def _bodies(program: Program) -> list[Edge]:
    """A class body runs where the class statement stands; a code string runs, for all we know, where it is built."""
    out = []
    for entry in program.solver.scopes:
        if entry.scope.kind is ScopeKind.CLASS:
            out.append(Edge(entry.parent, _statement(program, entry.index), entry.index, "body", Certainty.EXACT))
        elif entry.scope.kind is ScopeKind.CODE_STRING:
            out.append(
                Edge(entry.parent, _statement(program, entry.index), entry.index, "code-string", Certainty.NAMED)
            )
    return out


def _statement(program: Program, scope: int) -> int:
    """Some operation of the parent on the line where ``scope`` begins: its block carries the guards."""
    entry = program.solver.scopes[scope]
    parent = program.solver.scopes[entry.parent]
    for i, line in enumerate(parent.scope.lines):
        if line >= entry.scope.line:
            return parent.base + i
    return parent.base


def _by_name(program: Program) -> list[Edge]:
    """Calls of a method on an object nobody could resolve: by a distinctive name, within the same distribution."""
    solver = program.solver
    methods: dict[str, list[int]] = defaultdict(list)
    for entry in solver.scopes:
        if entry.scope.kind is ScopeKind.FUNCTION and solver.enclosing_class(entry.index) >= 0:
            methods[entry.scope.name.rsplit(".", 1)[-1]].append(entry.index)
    out = []
    for entry in solver.scopes:
        ops = entry.scope.ops
        for i, op in enumerate(ops):
            if not isinstance(op, Call) or not isinstance(ops[op.func], Attribute):
                continue
            name = ops[op.func].name  # type: ignore[union-attr]
            candidates = methods.get(name, ())
            if not 0 < len(candidates) <= _MAX_NAMED or len(name) < _SHORTEST_NAME or name in _COMMON:
                continue
            if name.startswith("__") or solver.at(entry.base + op.func):
                continue
            out += [
                Edge(entry.index, entry.base + i, c, "call", Certainty.NAMED)
                for c in candidates
                if _package(program, c) == _package(program, entry.index) and c != entry.index
            ]
    return out


def _package(program: Program, scope: int) -> str:
    return program.solver.modules[program.solver.scopes[scope].file].name.split(".", 1)[0]
