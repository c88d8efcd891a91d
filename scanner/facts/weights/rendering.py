"""Values of a pickle written as Python expressions: one line each, valid whatever the pickle says."""

from __future__ import annotations

import ast
import keyword
import re
import warnings

from scanner.facts.weights.limits import DEPTH, ELEMENTS
from scanner.facts.weights.values import Bound, Made, Name, Pairs, Partial, Value

_LONGEST = 4_096
_VALUES = 600
"""Values written of one argument."""
_LENGTH_OF_ONE = 200
"""Characters of a text that count as one more value."""
_IDENTIFIER = re.compile(r"[A-Za-z_]\w*", re.ASCII)


def expression(value: Value) -> str:
    """The value as source; ``None`` where it is not known, or where there is too much of it."""
    return _Writer().write(value, DEPTH)


class _Writer:
    """Writes one value; a value that contains another one many times is not written out in full."""

    def __init__(self) -> None:
        self.left = _VALUES

    def write(self, value: Value, depth: int) -> str:
        self.left -= 1
        if self.left < 0:
            return "None"
        if isinstance(value, str | bytes):
            self.left -= len(value) // _LENGTH_OF_ONE
            return ascii(value[:_LONGEST])
        if isinstance(value, bool | int):
            return repr(value) if abs(value) < 1 << 64 else "None"
        if isinstance(value, Name):
            return named(value)
        if isinstance(value, Made):
            return value.variable or "None"
        return self._container(value, depth - 1) if depth else "None"

    def _container(self, value: Value, depth: int) -> str:
        if isinstance(value, Pairs):
            return "{" + ", ".join(f"{self.write(k, depth)}: {self.write(v, depth)}" for k, v in value.items()) + "}"
        if isinstance(value, tuple):
            return "(" + "".join(f"{self.write(v, depth)}, " for v in value[:ELEMENTS]).strip() + ")"
        if isinstance(value, list):
            return "[" + ", ".join(self.write(v, depth) for v in value[:ELEMENTS]) + "]"
        if isinstance(value, Bound):
            return f"getattr({self.write(value.obj, depth)}, {value.name!a})"
        if isinstance(value, Partial) and value.how == "partial":
            return self.write(value.func, depth)
        return "None"


def named(name: Name) -> str:
    """A global as an expression, after ``imported`` of it."""
    if name.module == "builtins" and is_dotted(name.name):
        return name.name
    if is_dotted(name.module) and (not name.name or is_dotted(name.name)):
        return name.dotted
    text = f"__import__({name.module!a})"
    return f"getattr({text}, {name.name!a})" if name.name else text


def imported(name: Name) -> str:
    """The import statement a global needs, ``""`` when it needs none."""
    if name.module == "builtins" or not is_dotted(name.module):
        return ""
    return f"import {name.module}"


def is_dotted(text: str) -> bool:
    """Whether a text is a dotted name Python would read."""
    parts = text.split(".")
    return all(_IDENTIFIER.fullmatch(part) and not keyword.iskeyword(part) for part in parts)


def call(func: str, args: Value, keywords: Value = ()) -> str:
    """A call as source. ``args`` that are no tuple become ``*args``."""
    writer = _Writer()
    if isinstance(args, tuple | list) and not isinstance(args, Pairs):
        parts = [writer.write(value, DEPTH) for value in args[:ELEMENTS]]
    else:
        parts = [f"*{expression(args)}"] if args is not None else []
    if isinstance(keywords, Pairs):
        parts += [f"{k}={writer.write(v, DEPTH)}" for k, v in keywords.items() if isinstance(k, str) and is_dotted(k)]
    return f"{func}({', '.join(parts)})"


def inlined(code: str) -> str:
    """An expression handed to ``eval`` as one line of source; ``""`` when it is none."""
    try:
        return ast.unparse(ast.parse(code.strip(), mode="eval"))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""


def is_program(code: str) -> bool:
    """Whether a text is Python that imports or calls something."""
    if "(" not in code and "import" not in code:
        return False
    tree = parsed(code)
    return tree is not None and any(isinstance(n, ast.Import | ast.ImportFrom | ast.Call) for n in ast.walk(tree))


def parsed(code: str) -> ast.Module | None:
    """The tree of a program, without a word on the standard error; None when it is none."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(code)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
