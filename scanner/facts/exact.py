"""Calls of a stretch of code with the exact source of callee, arguments and guards, from a bare libcst tree.

Imports libcst: import this module inside the function that needs it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import libcst as cst

from scanner.facts.spans import Spans, spans_of

_Guards = tuple[tuple[cst.BaseExpression, bool], ...]


@dataclass(frozen=True, slots=True)
class ExactCall:
    """A call at character ``offset``; texts as in ``ConfirmedCall``, unbounded."""

    offset: int
    callee: str
    arguments: tuple[tuple[str, str], ...]
    guards: tuple[tuple[str, bool], ...]
    source: str


def exact_calls(text: str) -> tuple[ExactCall, ...]:
    """Every call of ``text``, in order of its start. Raises ``cst.ParserSyntaxError``; ``ValueError`` where libcst does
    not give the text back as it was."""
    module = cst.parse_module(text)
    spans = spans_of(module)
    if spans.text != text:
        raise ValueError("libcst does not round-trip this text")
    calls = [_exact(node, guards, spans) for node, guards in _calls(module)]
    return tuple(sorted(calls, key=lambda call: (call.offset, len(call.source))))


def _calls(module: cst.Module) -> Iterator[tuple[cst.Call, _Guards]]:
    """Every call with the tests that must have gone one way for it to run, outermost first; a ``def`` starts afresh."""
    stack: list[tuple[cst.CSTNode, _Guards]] = [(module, ())]
    while stack:
        node, guards = stack.pop()
        if isinstance(node, cst.Call):
            yield node, guards
        stack += _children(node, guards)


def _children(node: cst.CSTNode, guards: _Guards) -> Iterator[tuple[cst.CSTNode, _Guards]]:
    if isinstance(node, cst.If | cst.While | cst.IfExp):
        held = {id(node.body): True, id(node.orelse): False}
        test: cst.BaseExpression = node.test
    elif isinstance(node, cst.BooleanOperation):
        held = {id(node.right): isinstance(node.operator, cst.And)}
        test = node.left
    elif isinstance(node, cst.FunctionDef):
        yield from ((child, () if child is node.body else guards) for child in node.children)
        return
    elif isinstance(node, cst.GeneratorExp | cst.ListComp | cst.SetComp | cst.DictComp):
        inner = guards + tuple((clause.test, True) for clause in _clauses(node.for_in))
        yield from ((child, guards if child is node.for_in else inner) for child in node.children)
        return
    else:
        yield from ((child, guards) for child in node.children)
        return
    for child in node.children:
        polarity = held.get(id(child))
        yield child, guards if polarity is None else (*guards, (test, polarity))


def _clauses(loop: cst.CompFor) -> Iterator[cst.CompIf]:
    inner: cst.CompFor | None = loop
    while inner is not None:
        yield from inner.ifs
        inner = inner.inner_for_in


def _exact(node: cst.Call, guards: _Guards, spans: Spans) -> ExactCall:
    start, end = spans.inner.get(node) or spans.outer[node]
    return ExactCall(
        start,
        spans.source(node.func).strip(),
        tuple(_argument(argument, spans) for argument in node.args),
        tuple((spans.source(test).strip(), polarity) for test, polarity in guards),
        spans.text[start:end],
    )


def _argument(argument: cst.Arg, spans: Spans) -> tuple[str, str]:
    keyword = argument.keyword.value if argument.keyword else ""
    return keyword, argument.star + spans.source(argument.value).strip()
