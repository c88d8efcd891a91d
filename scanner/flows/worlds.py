"""What a condition is evaluated in: values, assignments of switches, how a matched call binds parameters."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping as MappingType
from dataclasses import dataclass, field
from typing import Any, Final

from scanner.facts.records import Call, Scope, Star
from scanner.flows.index import Index
from scanner.program.records import ScopeEntry


class Missing:
    def __repr__(self) -> str:
        return "UNKNOWN"


class Thing:
    """Some object: true, not None, equal to nothing else we know."""

    def __repr__(self) -> str:
        return "THING"


UNKNOWN: Final = Missing()
THING: Final = Thing()
Known = str | int | float | bool | None | Thing | tuple["Known", ...]
Result = Known | Missing


@dataclass(frozen=True, slots=True)
class World:
    """One assignment: environment variables that are set (all others are unset), parameter nodes with a value."""

    environment: MappingType[str, str] = field(default_factory=dict)
    parameters: MappingType[int, Known] = field(default_factory=dict)


def call_frame(index: Index, callee: ScopeEntry, caller: ScopeEntry, op: Call) -> dict[int, int]:
    """Parameter node -> argument node of one matched call; parameters left out keep their default.

    A ``*`` or ``**`` argument may give any of those left out: they stay unbound.
    """
    params = callee.scope.params
    slots = [i for i, p in enumerate(params) if p.kind in ("positional", "positional-only")]
    if index.solver.enclosing_class(callee.index) >= 0 and "staticmethod" not in callee.scope.decorators:
        slots = slots[1:]
    frame: dict[int, int] = {}
    spread = any(not name for name, _ in op.keywords) or any(isinstance(caller.scope.ops[a], Star) for a in op.args)
    for i, p in enumerate(params):
        if p.default >= 0 and not spread:
            frame[callee.base + i] = index.solver.scopes[callee.parent].base + p.default
    for slot, argument in zip(slots, op.args, strict=False):
        if isinstance(caller.scope.ops[argument], Star):
            break
        frame[callee.base + slot] = caller.base + argument
    for name, value in op.keywords:
        for i, p in enumerate(params):
            if p.name == name:
                frame[callee.base + i] = caller.base + value
    return frame


def tests_of(scope: Scope, block: int) -> list[tuple[int, bool]]:
    """The tests around a block with the truth each must have, outermost first."""
    out: list[tuple[int, bool]] = []
    while block > 0:
        b = scope.block_table[block]
        if b.test >= 0 and b.kind == "if":
            out.append((b.test, b.polarity))
        block = b.parent
    return out[::-1]


def tests_around(index: Index, node: int) -> list[tuple[int, bool]]:
    """Nodes of the tests around an operation within its scope, each with the truth it must have."""
    found = index.op(node)
    if found is None:
        return []
    entry, _ = found
    return [(entry.base + t, p) for t, p in tests_of(entry.scope, entry.scope.blocks[node - entry.base])]


def _contains(left: object, right: object) -> bool:
    return left in right  # type: ignore[operator]


COMPARE: dict[str, Callable[[Any, Any], object]] = {
    "==": lambda a, b: a == b, "!=": lambda a, b: a != b, "is": lambda a, b: a is b or a == b,
    "is not": lambda a, b: not (a is b or a == b), "in": _contains, "not in": lambda a, b: not _contains(a, b),
    "<": lambda a, b: a < b, "<=": lambda a, b: a <= b, ">": lambda a, b: a > b, ">=": lambda a, b: a >= b,
}  # fmt: skip
