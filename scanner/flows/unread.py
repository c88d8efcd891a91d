"""Switches that are declared and that nothing depends on: a variable is read, its value kept under a name nobody reads.

By name, over the whole product: one read of the name anywhere (an attribute, a global, an import, a text) and the
switch counts as read. What a helper reads for its callers is not looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from scanner.facts.records import (
    AnyOp,
    Attribute,
    Binary,
    Call,
    Choice,
    Compare,
    Const,
    Convert,
    Free,
    Global,
    Import,
    Logic,
    Phi,
    Scope,
    ScopeKind,
    SetAttribute,
    StoreGlobal,
    Unary,
)  # fmt: skip
from scanner.flows.index import Index
from scanner.program.records import ScopeEntry

_SWITCH = re.compile(
    r"TELEMETRY|ANALYTICS|TRACK|OPT_?OUT|OPT_?IN|(^|_)(DISABLE|ENABLE|NO)_|USAGE_STATS|(^|_)OFFLINE", re.I
)
"""What a variable that promises to switch something off is called."""
_READERS = frozenset({"os.getenv", "os.environ.get"})
_NAMES = 50_000
_NUMBERS = frozenset({"column", "end_line", "argument_lines", "index", "after", "level", "scope"})
"""Fields of operations that hold numbers and no operands."""


@dataclass(frozen=True, slots=True, order=True)
class Unread:
    """A switch that nothing depends on: its variable, where it is read, the name its value is kept under."""

    file: str
    line: int
    function: str
    name: str
    kept_as: str


def unread_switches(index: Index) -> tuple[Unread, ...]:
    """Every declared switch whose value is kept and never looked at, sorted."""
    declared = [found for site in sorted(index.external_at) for found in _declared(index, site)]
    if not declared:
        return ()
    read = _names_read(index)
    return tuple(sorted(one for one in declared if one.kept_as not in read))


def declared_names(index: Index) -> frozenset[str]:
    """The names declared switches are kept under: whether one is read depends on every mention of it."""
    return frozenset(found.kept_as for site in index.external_at for found in _declared(index, site))


def _declared(index: Index, site: int) -> Iterable[Unread]:
    if not _READERS.intersection(index.external_at[site]):
        return
    found = index.op(site)
    if found is None or index.is_secondary(site):
        return
    entry, call = found
    if not isinstance(call, Call) or not call.args:
        return
    name = index.constant(entry.base + call.args[0])
    if not isinstance(name, str) or not _SWITCH.search(name):
        return
    kept = _kept(entry.scope, site - entry.base)
    if len(kept) == 1:
        file, line = index.place(site)
        yield Unread(file, line, entry.scope.name, name, kept.pop())


def _kept(scope: Scope, start: int) -> set[str]:
    """The names a value is kept under when that is all that happens to it; empty when it is used in any other way."""
    reach, names = {start}, set()
    for i, op in enumerate(scope.ops):
        if isinstance(op, SetAttribute | StoreGlobal) and op.value in reach:
            names.add(op.name)
        elif _derives(scope, op, reach):
            reach.add(i)
        elif reach.intersection(_operands(op)):
            return set()
    tested = {b.test for b in scope.block_table} | {value for value, _ in scope.returns}
    if reach & tested:
        return set()
    if scope.kind in (ScopeKind.MODULE, ScopeKind.CLASS):
        names |= {b.name for b in scope.bindings if reach.intersection(b.values)}
    return names


def _derives(scope: Scope, op: AnyOp, reach: set[int]) -> bool:
    """Whether an operation only makes another value of it: a comparison, a conversion, a string method."""
    if isinstance(op, Call):
        callee = scope.ops[op.func]
        if isinstance(callee, Attribute) and callee.obj in reach:
            return True
        return isinstance(callee, Global) and callee.name in ("bool", "str", "int") and bool(reach & {*op.args})
    if isinstance(op, Attribute):
        return op.obj in reach
    if isinstance(op, Compare):
        return op.left in reach or bool(reach.intersection(op.others))
    kinds = Unary | Convert | Logic | Choice | Phi | Binary
    return isinstance(op, kinds) and bool(reach.intersection(_operands(op)))


def _operands(op: AnyOp) -> set[int]:
    """Every number an operation holds: more than its operands, so that a use is never missed."""
    out: set[int] = set()
    if isinstance(op, Const):
        return out
    stack: list[object] = [getattr(op, name) for name in op.__struct_fields__ if name not in _NUMBERS]
    while stack:
        one = stack.pop()
        if isinstance(one, int) and not isinstance(one, bool):
            out.add(one)
        elif isinstance(one, tuple):
            stack += one
    return out


def _names_read(index: Index) -> frozenset[str]:
    names: set[str] = set()
    asked = _asked(index)
    for entry in index.solver.scopes:
        names |= _read_in(entry, asked)
        if len(names) > _NAMES:
            break
    return frozenset(names)


def _asked(index: Index) -> set[int]:
    """Nodes of the names that reads of variables ask for: often the name the value is kept under, and no read of it."""
    out = set()
    for site, names in index.external_at.items():
        found = index.op(site)
        if _READERS.intersection(names) and found is not None and isinstance(found[1], Call):
            out |= {found[0].base + a for a in found[1].args[:1]}
    return out


def _read_in(entry: ScopeEntry, asked: set[int]) -> set[str]:
    out = set()
    for i, op in enumerate(entry.scope.ops):
        if isinstance(op, Attribute | Global | Free | Import):
            out.add(op.name)
        elif isinstance(op, Const) and isinstance(op.value, str) and op.value.isidentifier():
            out |= set() if entry.base + i in asked else {op.value}
    return out
