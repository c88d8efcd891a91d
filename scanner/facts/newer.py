"""Rewrites Python newer than the running interpreter so that its ``ast`` can read it, line for line.

libcst's native parser follows the newest grammar whatever the interpreter. What is lowered: type parameters with their
bounds and defaults (PEP 695, 696), ``type`` statements, f-strings that nest quotes, backslashes or comments (PEP 701),
``except A, B:`` (PEP 758), t-strings (PEP 750, to f-strings).
"""

from __future__ import annotations

import ast
import warnings

from scanner.facts.depth import too_deep

SIZE_LIMIT = 400_000
"""Characters beyond which a file is not rewritten (about half a second of libcst)."""
_ROUNDS = 6
"""How deep f-strings may nest in each other; each round lowers the outermost."""


def rewrite(text: str) -> str | None:
    """An equivalent text with the same line numbers that ``ast.parse`` reads here; None when there is none.

    Text that ``ast.parse`` reads already is returned as it is.
    """
    if readable(text):
        return text
    if len(text) > SIZE_LIMIT or too_deep(text):
        return None
    from libcst import ParserSyntaxError

    from scanner.facts.lowering import lower

    for _ in range(_ROUNDS):
        try:
            lowered = lower(text)
        except (ParserSyntaxError, ValueError, RecursionError):
            return None
        if lowered == text or _line_count(lowered) != _line_count(text) or len(lowered) > 2 * SIZE_LIMIT:
            return None
        if readable(lowered):
            return lowered
        text = lowered
    return None


def readable(text: str) -> bool:
    """Whether the running interpreter's parser accepts ``text`` as a module."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _line_count(text: str) -> int:
    return text.replace("\r\n", "\n").replace("\r", "\n").count("\n")
