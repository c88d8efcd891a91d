"""The elements of the displays that may be at a node, followed backwards."""

from __future__ import annotations

from scanner.facts.records import Attribute, Binary, Call, Choice, Display, Element, Item, Mapping, Phi, Unpack
from scanner.flows.index import Index
from scanner.flows.templates import MAX_TEXTS
from scanner.program.records import ScopeEntry


def elements(index: Index, node: int, key: object, limit: int = 400) -> list[int]:
    """Element nodes of the displays that may be at ``node``; ``key`` None means any."""
    out: list[int] = []
    seen, stack = {node}, [node]
    while stack and len(seen) < limit and len(out) < MAX_TEXTS:
        at = stack.pop()
        found = index.op(at)
        stack_more = list(index.before(at))
        if found is not None:
            entry, op = found
            if isinstance(op, Display):
                hit = op.elements if key is None or op.comprehension or op.kind == "set" else ()
                if not hit and isinstance(key, int) and key < len(op.elements):
                    hit = (op.elements[key],)
                out += [entry.base + e for e in hit]
            elif isinstance(op, Mapping):
                out += _mapping_values(index, entry, op, key)
            elif isinstance(op, Phi):
                stack_more += [entry.base + s for s in op.sources]
            elif isinstance(op, Binary) and op.op == "+":
                stack_more += [entry.base + op.left, entry.base + op.right]
            elif isinstance(op, Choice):
                stack_more += [entry.base + op.then, entry.base + op.other]
            elif isinstance(op, Item | Element | Unpack):
                inner = index.constant(entry.base + op.key) if isinstance(op, Item) else None
                stack_more += elements(index, entry.base + op.obj, inner, limit // 4)
            elif isinstance(op, Call) and isinstance(entry.scope.ops[op.func], Attribute):
                stack_more += _view(entry, op)
        for n in stack_more:
            if n not in seen:
                seen.add(n)
                stack.append(n)
    return out


def _view(entry: ScopeEntry, op: Call) -> list[int]:
    """``d.values()``, ``d.items()``, ``d.copy()``: the elements of ``d``."""
    callee = entry.scope.ops[op.func]
    assert isinstance(callee, Attribute)
    return [entry.base + callee.obj] if callee.name in ("values", "copy", "get") else []


def _mapping_values(index: Index, entry: ScopeEntry, op: Mapping, key: object) -> list[int]:
    out = []
    for k, v in zip(op.keys, op.values, strict=True):
        constant = index.constant(entry.base + k) if k >= 0 else None
        if key is None or constant is None or constant == key:
            out.append(entry.base + v)
    return out
