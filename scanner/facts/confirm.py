"""Re-reads calls through libcst: does the call exist, and what exactly do its callee, arguments and guards say?

libcst parses some 0.7 MB/s, so only the top-level statement or method around a wanted line is given to it; ``ast``
knows where that begins and ends.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from scanner.facts.depth import too_deep

SOURCE_LIMIT = 400
"""Characters kept of a call, an argument or a guard."""
PIECE_LIMIT = 120_000
"""Characters of one statement beyond which it is not re-read."""
TOTAL_LIMIT = 600_000
"""Characters re-read of one file."""

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")
_WRAPPER = "class _:\n"


@dataclass(frozen=True, slots=True, order=True)
class ConfirmedCall:
    """A call as written. ``line`` from 1; ``column`` from 1 in UTF-8 bytes, as ``ast`` counts plus one.

    ``arguments`` are (keyword or ``""``, source) in order, stars kept in the source; ``guards`` are (test, polarity) of
    the ``if``, ``while``, conditional expressions, ``and``/``or`` and comprehension conditions around it inside its
    function, outermost first. Texts are cut at ``SOURCE_LIMIT``.
    """

    line: int
    column: int
    callee: str
    arguments: tuple[tuple[str, str], ...]
    guards: tuple[tuple[str, bool], ...]
    source: str


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """Why nothing could be confirmed in a file."""

    reason: str


@dataclass(frozen=True, slots=True)
class _Piece:
    """Lines ``start`` to ``end``, from 1; ``indented`` when they stand inside a class."""

    start: int
    end: int
    indented: bool


def confirm(text: str, lines: frozenset[int]) -> tuple[ConfirmedCall, ...] | Unconfirmed:
    """The calls that begin on ``lines`` of a Python file, sorted; ``Unconfirmed`` when none of it could be read."""
    rows = _LINE.findall(text)
    pieces = _pieces(text, rows, lines)
    if isinstance(pieces, Unconfirmed):
        return pieces
    found: set[ConfirmedCall] = set()
    failures: list[str] = []
    budget = TOTAL_LIMIT
    for piece in pieces:
        body = "".join(rows[piece.start - 1 : piece.end])
        budget -= len(body)
        calls = _read(body, piece, lines) if budget >= 0 else Unconfirmed("too much code around the wanted lines")
        if isinstance(calls, Unconfirmed):
            failures.append(calls.reason)
        else:
            found |= calls
    return Unconfirmed(failures[0]) if failures and not found else tuple(sorted(found))


# -- which stretches of the file to read


def _pieces(text: str, rows: Sequence[str], lines: frozenset[int]) -> tuple[_Piece, ...] | Unconfirmed:
    wanted = sorted(line for line in lines if 0 < line <= len(rows))
    if not wanted:
        return ()
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return (_Piece(1, len(rows), False),)
    except (RecursionError, MemoryError):
        return Unconfirmed("nested too deeply")
    return tuple(sorted({p for line in wanted for p in _around(tree.body, line, rows)}, key=lambda p: p.start))


def _around(body: Sequence[ast.stmt], line: int, rows: Sequence[str]) -> Iterator[_Piece]:
    """The statement of ``body`` that covers ``line``; inside a class, the one of the class body that does."""
    indented = False
    chosen: _Piece | None = None
    while True:
        held = next((group for group in _groups(body) if _start(group[0]) <= line <= _end(group)), None)
        if held is None or not _begins_a_line(held[0], rows):
            break
        chosen = _Piece(_start(held[0]), _end(held), indented)
        if len(held) > 1 or not isinstance(held[0], ast.ClassDef):
            break
        body, indented = held[0].body, True
    if chosen is not None:
        yield chosen


def _groups(body: Sequence[ast.stmt]) -> Iterator[list[ast.stmt]]:
    """Statements, those that share a line taken together."""
    group: list[ast.stmt] = []
    for statement in body:
        if group and _start(statement) > _end(group):
            yield group
            group = []
        group.append(statement)
    if group:
        yield group


def _start(statement: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min((statement.lineno, *(d.lineno for d in decorators)))


def _end(group: Sequence[ast.stmt]) -> int:
    return max(s.end_lineno or s.lineno for s in group)


def _begins_a_line(statement: ast.stmt, rows: Sequence[str]) -> bool:
    before = rows[statement.lineno - 1].encode("utf-8", "replace")[: statement.col_offset]
    return not before.strip()


# -- reading one


def _read(body: str, piece: _Piece, lines: frozenset[int]) -> set[ConfirmedCall] | Unconfirmed:
    if len(body) > PIECE_LIMIT:
        return Unconfirmed("statement too long to re-read")
    if too_deep(body):
        return Unconfirmed("nested too deeply")
    from libcst import ParserSyntaxError

    from scanner.facts.exact import exact_calls

    text = _WRAPPER + body if piece.indented else body
    try:
        calls = exact_calls(text)
    except (ParserSyntaxError, ValueError, RecursionError) as problem:
        return Unconfirmed(f"libcst cannot read it ({type(problem).__name__})")
    starts = [0, *accumulate(map(len, _LINE.findall(text)))]
    found: set[ConfirmedCall] = set()
    for call in calls:
        row = bisect_right(starts, call.offset) - 1
        line = piece.start + row - piece.indented
        if line in lines:
            column = len(text[starts[row] : call.offset].encode("utf-8", "replace")) + 1
            arguments = tuple((keyword, _cut(source)) for keyword, source in call.arguments)
            guards = tuple((_cut(source), polarity) for source, polarity in call.guards)
            found.add(ConfirmedCall(line, column, _cut(call.callee), arguments, guards, _cut(call.source)))
    return found


def _cut(source: str) -> str:
    return source if len(source) <= SOURCE_LIMIT else source[: SOURCE_LIMIT - 1] + "…"
