"""What hands the fields of a value on: queues, methods that open objects, items of displays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scanner.facts.records import AnyOp, Await, Binary, Choice, Display, Enter, Logic, Phi, Slice

QUEUES = frozenset({
    "queue.Queue()", "queue.LifoQueue()", "queue.PriorityQueue()", "queue.SimpleQueue()", "collections.deque()",
    "multiprocessing.Queue()", "multiprocessing.JoinableQueue()", "asyncio.Queue()", "janus.Queue()",
})  # fmt: skip
"""Channels: what one puts in, another takes out. The solver holds all of a kind for one."""

PUTS = frozenset({"put", "put_nowait", "append", "appendleft"})

OPENING = frozenset({"dict", "json", "model_dump", "model_dump_json", "to_dict", "to_json", "asdict", "_asdict"})
"""Methods that turn an object into its fields."""

SAME = frozenset({"encode", "decode", "copy", "strip", "items", *OPENING})
TAKES = frozenset({"get", "pop", "setdefault", "get_nowait", "popleft"})
SERIALISERS = frozenset({"<builtin>.dict", "<builtin>.vars", "dataclasses.asdict", "attrs.asdict", "attr.asdict"})


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
