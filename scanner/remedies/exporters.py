"""Exporters that are made and registered: both statements go, where nothing else uses what they make.

Imports libcst: import this module inside the function that needs it.
"""

from __future__ import annotations

import libcst as cst

from scanner.remedies.document import Document, last_name

_REGISTERING = frozenset(
    {"add_span_processor", "add_log_record_processor", "add_metric_reader", "addHandler", "add_handler", "add_exporter"}
)
_NOT_ONE = "it is not an exporter that is only made and registered"


def drop_exporter(document: Document, call: cst.Call) -> str:
    """Drops the registration an exporter is made for; ``""``, or why it cannot be done."""
    line = next((n for n in document.above(call) if isinstance(n, cst.SimpleStatementLine)), None)
    if line is None or len(line.body) != 1:
        return _NOT_ONE
    if _registers(line):
        _remove(document, [line])
        return ""
    chain = _chain(document, line)
    if not chain:
        return _NOT_ONE
    _remove(document, chain)
    return ""


def _chain(document: Document, line: cst.SimpleStatementLine) -> list[cst.SimpleStatementLine]:
    """The statements from the making of an exporter to its registration; empty where anything else uses it."""
    block = document.parents[line]
    made = _made(line)
    if not isinstance(block, cst.IndentedBlock | cst.Module) or not made:
        return []
    scope = document.function(line) or document.module
    names, chain = {made}, [line]
    for following in list(block.body)[list(block.body).index(line) + 1 :]:
        if not _mentions(following, names):
            continue
        if not isinstance(following, cst.SimpleStatementLine) or len(following.body) != 1:
            return []
        chain.append(following)
        if _made(following):
            names.add(_made(following))
        elif not _registers(following):
            return []
    inside = {node for one in chain for node in _names(one)}
    used = [n for n in _names(scope) if n.value in names and n not in inside]
    return chain if not used and any(_registers(one) for one in chain) else []


def _made(line: cst.SimpleStatementLine) -> str:
    """The name a statement gives to what a call makes."""
    small = line.body[0]
    simple = isinstance(small, cst.Assign) and len(small.targets) == 1 and isinstance(small.value, cst.Call)
    target = small.targets[0].target if simple and isinstance(small, cst.Assign) else None
    return target.value if isinstance(target, cst.Name) else ""


def _registers(line: cst.SimpleStatementLine) -> bool:
    small = line.body[0]
    call = small.value if isinstance(small, cst.Expr) else None
    return isinstance(call, cst.Call) and last_name(call.func) in _REGISTERING


def _mentions(node: cst.CSTNode, names: set[str]) -> bool:
    return any(name.value in names for name in _names(node))


def _names(node: cst.CSTNode) -> list[cst.Name]:
    found, stack = [], [node]
    while stack:
        one = stack.pop()
        if isinstance(one, cst.Name):
            found.append(one)
        stack += one.children
    return found


def _remove(document: Document, lines: list[cst.SimpleStatementLine]) -> None:
    """Statements go; a block that would be empty keeps ``pass``."""
    gone = set(lines)
    for line in lines:
        block = document.parents[line]
        others = [one for one in getattr(block, "body", ()) if one not in gone]
        last = not others and line is lines[-1] and not isinstance(block, cst.Module)
        document.change(line, _replaced if last else _removed)


def _removed(node: cst.CSTNode) -> cst.RemovalSentinel:
    return cst.RemovalSentinel.REMOVE


def _replaced(node: cst.CSTNode) -> cst.CSTNode:
    assert isinstance(node, cst.SimpleStatementLine)
    return node.with_changes(body=[cst.Pass()])
