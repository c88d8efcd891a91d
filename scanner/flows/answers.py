"""Whether code reads what a request brings back: who reads it is fetching, who does not only wants it sent."""

from __future__ import annotations

from scanner.facts.records import Attribute, Await, Choice, Enter, Phi, Scope

_BODY = frozenset(
    "json text content raw read readlines readinto iter_content iter_lines iter_bytes iter_raw iter_text aread "
    "aiter_bytes aiter_lines json_body".split()
)


def reads_answer(scope: Scope, call: int) -> bool:
    """Whether the result of the operation ``call`` has its body read within the scope."""
    same = {call}
    for i, op in enumerate(scope.ops):
        if isinstance(op, Await):
            held = op.value in same
        elif isinstance(op, Enter):
            held = op.obj in same
        elif isinstance(op, Phi):
            held = not same.isdisjoint(op.sources)
        elif isinstance(op, Choice):
            held = op.then in same or op.other in same
        elif isinstance(op, Attribute) and op.obj in same and op.name in _BODY:
            return True
        else:
            continue
        if held:
            same.add(i)
    return False
