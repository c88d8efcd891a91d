"""Calls inside a program text whose arguments are literal, or computed from literals by a decoder."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from scanner.facts.weights.folding import UNFOLDED, fold, method
from scanner.facts.weights.rendering import parsed
from scanner.facts.weights.values import Value

_CALLS = 200
_DEPTH = 8
_DIRECT_IMPORT = re.compile(r"__import__\([\"']([\w.]+)[\"']\)")


def literal_calls(code: str) -> Iterator[tuple[str, list[Value], str]]:
    """Callee, known arguments and source of each call of a program that has any."""
    tree = parsed(code)
    calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call)] if tree is not None else []
    for node in calls[:_CALLS]:
        values = (_literal(a, _DEPTH) for a in (*node.args, *(k.value for k in node.keywords)))
        given = [value for value in values if value is not None]
        if given:
            yield _source(node.func)[:200], given, _source(node)[:400]


def _literal(node: ast.expr, depth: int) -> Value:
    """A text, a list or tuple of literals, or what a decoder makes of one; None when it is not known."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str | bytes | int) else None
    if isinstance(node, ast.List | ast.Tuple):
        items = [e.value if isinstance(e, ast.Constant) else None for e in node.elts[:64]]
        return tuple(items) if isinstance(node, ast.Tuple) else items
    return _computed(node, depth) if isinstance(node, ast.Call) and depth else None


def _computed(node: ast.Call, depth: int) -> Value:
    values = tuple(_literal(a, depth - 1) for a in node.args[:4])
    value = fold(_DIRECT_IMPORT.sub(r"\1", _source(node.func)), values)
    if value is UNFOLDED and isinstance(node.func, ast.Attribute):
        value = method(_literal(node.func.value, depth - 1), node.func.attr, values)
    return value if isinstance(value, str | bytes) else None


def _source(node: ast.expr) -> str:
    try:
        return ast.unparse(node)
    except RecursionError:
        return ""
