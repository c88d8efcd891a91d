"""What a condition is evaluated in: values, assignments of switches, how a matched call binds parameters."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping as MappingType
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from scanner.facts.records import Attribute, Call, Scope, Star
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


_STEPS = 8
"""Names between an object and the call that made it."""
_BASES = 3
"""Constructors of base classes that are followed."""


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


def matched(
    index: Index, callee: ScopeEntry, caller: ScopeEntry, op: Call, outer: MappingType[int, int]
) -> dict[int, int]:
    """The frame inside a matched call: ``outer``, what the receiver was constructed with, the arguments."""
    frame = dict(outer)
    receiver = caller.scope.ops[op.func]
    if isinstance(receiver, Attribute) and index.solver.enclosing_class(callee.index) >= 0:
        frame.update(_construction(index, caller.base + receiver.obj, outer))
    frame.update(call_frame(index, callee, caller, op))
    return frame


def _construction(index: Index, node: int, frame: MappingType[int, int]) -> dict[int, int]:
    """How the parameters of the constructors are bound that made the one object at ``node``; {} for any other."""
    for _ in range(_STEPS):
        found = index.op(node)
        if found is not None and isinstance(found[1], Call):
            return index.constructed(node, partial(_constructors, index, node, 0))
        before = [frame[node]] if node in frame else index.before(node)
        if len(before) != 1:
            return {}
        node = before[0]
    return {}


def _constructors(index: Index, node: int, depth: int) -> dict[int, int]:
    found = index.op(node)
    frame: dict[int, int] = {}
    if found is None or not isinstance(found[1], Call) or depth > _BASES:
        return frame
    for callee in index.callees_at.get(node, ()):
        target = index.solver.scopes[callee]
        if not target.scope.name.endswith("__init__"):
            continue
        frame.update(call_frame(index, target, found[0], found[1]))
        for i, op in enumerate(target.scope.ops):
            of = target.scope.ops[op.func] if isinstance(op, Call) else None
            if isinstance(of, Attribute) and of.name == "__init__":
                frame.update(_constructors(index, target.base + i, depth + 1))
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
