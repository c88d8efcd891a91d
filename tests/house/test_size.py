"""A room stays readable: modules and functions have a largest size."""

from __future__ import annotations

import ast
from pathlib import Path

MODULE_LINES = 400
FUNCTION_LINES = 60


def _functions(path: Path) -> list[tuple[int, str]]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = (n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))
    return [(_length(n), f"{path.name}:{n.lineno} {n.name}") for n in found]


def _length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function without its docstring and decorators."""
    body = node.body[1:] if ast.get_docstring(node, clean=False) is not None else node.body
    return (node.end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_modules_stay_below_the_cap(repository: Path) -> None:
    sizes = {str(p): len(p.read_text(encoding="utf-8").splitlines()) for p in (repository / "scanner").rglob("*.py")}
    assert {path: size for path, size in sizes.items() if size > MODULE_LINES} == {}


def test_functions_stay_below_the_cap(repository: Path) -> None:
    found = [entry for p in (repository / "scanner").rglob("*.py") for entry in _functions(p)]
    assert [entry for entry in sorted(found, reverse=True) if entry[0] > FUNCTION_LINES] == []


def test_no_room_has_an_empty_name(repository: Path) -> None:
    empty = {"utils", "util", "helpers", "common", "core", "base", "manager", "misc"}
    named = [p for p in (repository / "scanner").rglob("*") if p.stem in empty]
    assert named == []
