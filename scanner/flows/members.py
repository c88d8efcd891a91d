"""What is in the collections and behind the fields that conditions ask about."""

from __future__ import annotations

from scanner.facts.records import Attribute, Binary, Call, Const, Display, Global, Mapping, Scope
from scanner.flows.index import Index
from scanner.flows.worlds import Known, tests_of
from scanner.program.records import ScopeEntry, ValueKind


def keys_of(index: Index, node: int, depth: int = 0) -> tuple[Known, ...] | None:
    """The keys of the one dict or the members of the one set a name stands for, when all are constants."""
    for _ in range(6):
        found = index.op(node)
        if found is not None and isinstance(found[1], Mapping | Display | Call | Binary):
            break
        before = index.before(node)
        if len(before) != 1:
            return None
        node = before[0]
    if found is None or depth > 3:
        return None
    base, op = found[0].base, found[1]
    if isinstance(op, Call | Binary):
        both = _united(found[0].scope, op)
        parts = [keys_of(index, base + one, depth + 1) for one in both]
        return tuple(k for part in parts for k in part or ()) if both and all(parts) else None
    members = op.keys if isinstance(op, Mapping) else getattr(op, "elements", None)
    if members is None or any(k < 0 for k in members) or (isinstance(op, Display) and op.comprehension):
        return None
    values = tuple(index.constant(base + k) for k in members)
    return None if any(v is None for v in values) else values


def distinct(index: Index, nodes: list[int]) -> list[int]:
    """A field of many subclasses has one node each, all fed by the same stores: one stands for them."""
    if len(nodes) < 2:
        return nodes
    fed: dict[tuple[int, ...], int] = {}
    for n in nodes:
        fed.setdefault((n,) if index.op(n) is not None else tuple(sorted(index.before(n))), n)
    return list(fed.values())


def _united(scope: Scope, op: Call | Binary) -> tuple[int, ...]:
    """The operands of ``a.union(b)``, ``a | b``, ``frozenset(a)``; () for anything else."""
    if isinstance(op, Binary):
        return (op.left, op.right) if op.op in ("|", "+") else ()
    callee = scope.ops[op.func]
    if isinstance(callee, Attribute) and callee.name == "union" and len(op.args) == 1:
        return (callee.obj, op.args[0])
    makes = isinstance(callee, Global) and callee.name in ("set", "frozenset", "tuple", "list")
    return op.args if makes and len(op.args) == 1 else ()


def guarded(index: Index, node: int) -> bool:
    """Whether an operation stands below a condition of its own scope."""
    found = index.op(node)
    return found is not None and bool(tests_of(found[0].scope, found[0].scope.blocks[node - found[0].base]))


def is_none(index: Index, node: int) -> bool:
    """Whether an operation is the constant None itself; ``Index.may_be_none`` looks behind names."""
    found = index.op(node)
    return found is not None and isinstance(found[1], Const) and found[1].value is None


def initial(index: Index, store: int) -> bool:
    """Whether a store stands in a constructor or in module-level code: later ones are not the default."""
    found = index.op(store)
    return found is not None and (found[0].scope.name.endswith("__init__") or found[0].scope.kind == "module")


def scope_index(index: Index, node: int) -> int:
    """The number of the scope an operation stands in; -1 for a node that is no operation."""
    found = index.op(node)
    return -1 if found is None else found[0].index


def makes_object(index: Index, node: int) -> bool:
    """Whether a call constructs something: all its values are instances."""
    values = [index.solver.values[v] for v in index.solver.at(node)]
    return bool(values) and all(
        v.kind is ValueKind.INSTANCE or (v.name.endswith("()") and v.name.rsplit(".", 1)[-1][:1].isupper())
        for v in values
    )  # fmt: skip


def public(entry: ScopeEntry) -> bool:
    """Whether users call a function by its name: no underscore in front, or a constructor."""
    return not entry.scope.name.rsplit(".", 1)[-1].startswith("_") or entry.scope.name.endswith("__init__")
