"""Suppression comments: ``# datacustoms: allow[RULE, ...] reason -- owner, until YYYY-MM-DD``."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

_WORD = "datacustoms:"
_COMMENT = re.compile(r"#\s*datacustoms:\s*(?P<verb>[A-Za-z-]+)\s*(?:\[(?P<rules>[^\]]*)\])?\s*(?P<rest>.*)")
_REST = re.compile(r"(?P<reason>.*?)(?:\s+--\s+(?P<owner>.*?))?(?:,?\s*\buntil\s+(?P<until>\S+))?\s*$")
_LAYOUT = frozenset({tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT})


@dataclass(frozen=True, slots=True, order=True)
class Suppression:
    """An acceptance written in the source.

    ``line`` is the line of the comment, ``applies_to`` the line it speaks about: its own, or for a comment that stands
    alone the next line of code. ``rules`` are sorted; ``until`` is ISO 8601 or ``""``. ``problem`` says what makes it
    void, ``""`` when nothing does.
    """

    line: int
    applies_to: int
    rules: tuple[str, ...]
    reason: str
    owner: str
    until: str
    problem: str = ""


def suppressions(text: str) -> tuple[Suppression, ...]:
    """Suppression comments of a Python file, in order; real comments only, never text inside strings."""
    if _WORD not in text:
        return ()
    found: list[Suppression] = []
    waiting: list[tuple[int, str]] = []
    code_on = 0
    for token in _tokens(text):
        if token.type == tokenize.COMMENT:
            if _WORD in token.string and code_on == token.start[0]:
                found.append(_parse(token.string, token.start[0], token.start[0]))
            elif _WORD in token.string:
                waiting.append((token.start[0], token.string))
        elif token.type not in _LAYOUT:
            code_on = token.end[0]
            found += [_parse(comment, line, token.start[0]) for line, comment in waiting]
            waiting = []
    return tuple(sorted(found))


def _tokens(text: str) -> Iterator[tokenize.TokenInfo]:
    """Tokens up to the first that cannot be read."""
    try:
        yield from tokenize.generate_tokens(io.StringIO(text).readline)
    except (tokenize.TokenError, SyntaxError, ValueError, RecursionError):
        return


def _parse(comment: str, line: int, applies_to: int) -> Suppression:
    matched = _COMMENT.match(comment)
    if matched is None or matched["verb"] != "allow":
        return Suppression(line, applies_to, (), "", "", "", "expected: datacustoms: allow[RULE] reason")
    rules = tuple(sorted({name.strip() for name in (matched["rules"] or "").split(",")} - {""}))
    rest = _REST.match(matched["rest"])
    reason, owner, until = (rest["reason"], rest["owner"], rest["until"]) if rest else ("", "", "")
    problem = _problem(rules, reason.strip(), until or "")
    return Suppression(line, applies_to, rules, reason.strip(), (owner or "").strip(), until or "", problem)


def _problem(rules: tuple[str, ...], reason: str, until: str) -> str:
    if not rules:
        return "names no rule"
    if not reason:
        return "gives no reason"
    try:
        date.fromisoformat(until or "2000-01-01")
    except ValueError:
        return f"{until[:40]!r} is no date (YYYY-MM-DD)"
    return ""
