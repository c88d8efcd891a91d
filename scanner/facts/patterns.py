"""Lowers the patterns of ``match``: tests as values, captures as names."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from scanner.facts.builder import ScopeBuilder
from scanner.facts.expressions import lower
from scanner.facts.names import bind_name
from scanner.facts.records import (
    Attribute,
    Compare,
    Const,
    DeleteItem,
    Item,
    Logic,
    Mapping,
    Unpack,
)  # fmt: skip

if TYPE_CHECKING:
    from scanner.facts.reader import Reader


def pattern(r: Reader, b: ScopeBuilder, node: ast.pattern, subject: int) -> int:
    """Bind the captures of a pattern; returns the test as a value where it is one, else -1."""
    line = node.lineno
    if isinstance(node, ast.MatchValue):
        return b.emit(Compare(subject, ("==",), (lower(r, b, node.value),)), line)
    if isinstance(node, ast.MatchSingleton):
        return b.emit(Compare(subject, ("is",), (b.emit(Const(node.value), line),)), line)
    if isinstance(node, ast.MatchAs):
        test = -1 if node.pattern is None else pattern(r, b, node.pattern, subject)
        if node.name:
            bind_name(b, node.name, subject, line)
        return test
    if isinstance(node, ast.MatchOr):
        tests = [pattern(r, b, p, subject) for p in node.patterns]
        return -1 if -1 in tests else b.emit(Logic("or", tuple(tests)), line)
    if isinstance(node, ast.MatchSequence):
        return _sequence_pattern(r, b, node, subject)
    if isinstance(node, ast.MatchMapping):
        test = b.emit(Compare(subject, ("is mapping",), (subject,)), line)
        keys = [lower(r, b, key) for key in node.keys]
        for key, part in zip(keys, node.patterns, strict=True):
            pattern(r, b, part, b.emit(Item(subject, key), line))
        if node.rest:
            rest = b.emit(Mapping((-1,), (subject,)), line)
            for key in keys:
                b.emit(DeleteItem(rest, key), line)
            bind_name(b, node.rest, rest, line)
        return test
    if isinstance(node, ast.MatchClass):
        return _class_pattern(r, b, node, subject)
    return -1


def _sequence_pattern(r: Reader, b: ScopeBuilder, node: ast.MatchSequence, subject: int) -> int:
    star = next((i for i, p in enumerate(node.patterns) if isinstance(p, ast.MatchStar)), None)
    length = b.emit(Const(len(node.patterns) if star is None else -len(node.patterns)), node.lineno)
    test = b.emit(Compare(subject, ("is sequence",), (length,)), node.lineno)
    after = 0 if star is None else len(node.patterns) - star - 1
    for i, part in enumerate(node.patterns):
        index = i if star is None or i <= star else i - len(node.patterns)
        value = b.emit(Unpack(subject, index, i == star, after), node.lineno)
        if not isinstance(part, ast.MatchStar):
            pattern(r, b, part, value)
        elif part.name:
            bind_name(b, part.name, value, node.lineno)
    return test


def _class_pattern(r: Reader, b: ScopeBuilder, node: ast.MatchClass, subject: int) -> int:
    line, cls = node.lineno, lower(r, b, node.cls)
    for i, part in enumerate(node.patterns):
        pattern(r, b, part, b.emit(Unpack(subject, i, positional=True), line))
    for name, part in zip(node.kwd_attrs, node.kwd_patterns, strict=True):
        pattern(r, b, part, b.emit(Attribute(subject, name), line))
    return b.emit(Compare(subject, ("isinstance",), (cls,)), line)
