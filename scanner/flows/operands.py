"""Operands whose value an operation hands on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scanner.facts.records import AnyOp, Await, Binary, Choice, Display, Enter, Logic, Phi, Slice


def taken(op: Display, keys: tuple[object, ...]) -> Iterator[tuple[int, tuple[object, ...]]]:
    """Elements of a list or tuple: the one that is taken out, or all: the fields of a list are its items'."""
    if not keys:
        yield from ((e, ()) for e in op.elements)
    elif isinstance(keys[0], int) and not op.comprehension and op.kind != "set":
        if 0 <= keys[0] < len(op.elements):
            yield op.elements[keys[0]], keys[1:]
    else:
        yield from ((e, keys[1:]) for e in op.elements)


def same_value(op: AnyOp) -> Iterable[int]:
    """Operands whose value, or whose items, the result may have."""
    if isinstance(op, Phi):
        return op.sources
    if isinstance(op, Choice):
        return (op.then, op.other)
    if isinstance(op, Logic):
        return op.values
    if isinstance(op, Binary) and op.op in ("|", "+"):
        return (op.left, op.right)
    if isinstance(op, Slice | Enter):
        return (op.obj,)
    return (op.value,) if isinstance(op, Await) else ()
