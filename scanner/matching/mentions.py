"""Which words every match of a rule must contain: what makes a gate sound.

A gate loses nothing when each way a rule can match goes through one of its words. That is read off the rule: the names
and texts of its patterns, and the literal parts of its regular expressions in every alternative.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from re import _constants as codes  # type: ignore[attr-defined]  # the parser of re has no public name
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

_UNKNOWN = "\0"
_FOUND = "\1"
_MOST = 3_000
"""Texts one expression may stand for before the rest counts as unknown."""

_WORD = re.compile(r"(?<![$\w])\w+")
_EITHER = ("pattern-either", "any")
_ALL = ("patterns", "all")
_TEXTS = ("pattern", "pattern-inside", "inside")
_EXPRESSIONS = ("pattern-regex", "regex")


def always_mentions(rule: Mapping[str, Any], words: frozenset[str]) -> bool:
    """Whether every match of a rule (as parsed YAML) contains one of ``words`` as a whole word."""
    if rule.get("mode") == "taint":
        ends = (rule.get("pattern-sources"), rule.get("pattern-sinks"))
        return any(_each(end, words) for end in ends)
    return _formula(rule, words)


def _each(formulas: object, words: frozenset[str]) -> bool:
    """Every one of several alternatives."""
    listed = formulas if isinstance(formulas, list) else []
    return bool(listed) and all(_formula(one, words) for one in listed)


def _formula(node: object, words: frozenset[str]) -> bool:
    return isinstance(node, dict) and any(_operator(key, value, words) for key, value in node.items())


def _operator(key: str, value: object, words: frozenset[str]) -> bool:
    if key in _EITHER:
        return _each(value, words)
    if key in _ALL:
        return isinstance(value, list) and any(_formula(one, words) for one in value)
    if key in _TEXTS:
        return isinstance(value, str) and not words.isdisjoint(_WORD.findall(value))
    if key in _EXPRESSIONS:
        return isinstance(value, str) and _expression(value, words)
    if key == "metavariable-regex" and isinstance(value, dict):
        return isinstance(value.get("regex"), str) and _expression(value["regex"], words)
    return False


def _expression(text: str, words: frozenset[str]) -> bool:
    """Whether everything a regular expression matches contains one of the words."""
    try:
        parsed = parser.parse(text)
    except (re.error, RecursionError, OverflowError):
        return False
    return all(_holds(one, words) for one in _expansions(parsed, words, bool(parsed.state.flags & re.I)))


def _holds(text: str, words: frozenset[str]) -> bool:
    return _FOUND in text or not words.isdisjoint(re.findall(r"\w+", text))


def _expansions(sequence: Iterable[tuple[Any, Any]], words: frozenset[str], any_case: bool) -> frozenset[str]:
    """The texts a sequence stands for, with ``_UNKNOWN`` for what is open; ``_FOUND`` alone once all hold a word."""
    texts = frozenset({""})
    for operation, argument in sequence:
        parts = _parts(operation, argument, words, any_case)
        if parts is None:
            continue
        texts = frozenset(a + b for a in texts for b in parts) if len(texts) * len(parts) <= _MOST else _given_up(texts)
        if _UNKNOWN in parts and all(_holds(text, words) for text in texts):
            return frozenset({_FOUND})
    return frozenset({_FOUND}) if all(_holds(text, words) for text in texts) else texts


def _given_up(texts: frozenset[str]) -> frozenset[str]:
    return frozenset({_UNKNOWN}) if texts else texts


def _parts(operation: Any, argument: Any, words: frozenset[str], any_case: bool) -> frozenset[str] | None:
    """What one element stands for; None when it takes no room."""
    if operation is codes.LITERAL:
        return frozenset({_UNKNOWN if any_case and chr(argument).isalpha() else chr(argument)})
    if operation is codes.BRANCH:
        return frozenset().union(*(_expansions(one, words, any_case) for one in argument[1]))
    if operation is codes.SUBPATTERN:
        _, added, removed, inner = argument
        return _expansions(inner, words, (any_case or bool(added & re.I)) and not removed & re.I)
    if operation is codes.ATOMIC_GROUP:
        return _expansions(argument, words, any_case)
    if operation in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
        least, most, inner = argument
        return _repeated(int(least), int(most), inner, words, any_case)
    if operation in (codes.AT, codes.ASSERT, codes.ASSERT_NOT):
        return None
    return frozenset({_UNKNOWN})


def _repeated(least: int, most: int, inner: Any, words: frozenset[str], any_case: bool) -> frozenset[str]:
    once = _expansions(inner, words, any_case)
    if most == 1:
        return once | {""} if least == 0 else once
    if least == 0:
        return frozenset({_UNKNOWN})
    return frozenset({text + _UNKNOWN for text in once})
