"""One Python file under change: a libcst tree, where its nodes stand, and the changes collected so far.

Imports libcst: import this module inside the function that needs it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import accumulate
from typing import cast

import libcst as cst

from scanner.facts.depth import too_deep
from scanner.facts.spans import spans_of

LARGEST = 2_000_000
"""Characters of a file that is changed."""

Replacement = cst.CSTNode | cst.RemovalSentinel | cst.FlattenSentinel[cst.BaseStatement]
ChangeNode = Callable[[cst.CSTNode], Replacement]
Function = cst.FunctionDef


class Unreadable(ValueError):
    """The file cannot be changed; its message is the reason to show."""


class Document:
    """A file as a tree; ``change`` notes what becomes of a node, ``text`` writes the file with all changes."""

    def __init__(self, text: str) -> None:
        """Raises ``Unreadable``."""
        if len(text) > LARGEST:
            raise Unreadable("the file is too large to be changed")
        if too_deep(text):
            raise Unreadable("the file is nested too deeply to be changed")
        try:
            self.module = cst.parse_module(text)
            spans = spans_of(self.module)
        except (cst.ParserSyntaxError, RecursionError, ValueError) as error:
            raise Unreadable(f"libcst cannot read the file ({type(error).__name__})") from error
        if spans.text != text:
            raise Unreadable("libcst does not give the file back as it was")
        self._spans = spans.inner | {n: s for n, s in spans.outer.items() if n not in spans.inner}
        self._text = text
        self._starts = [0, *accumulate(len(row) + 1 for row in text.split("\n"))]
        self.parents: dict[cst.CSTNode, cst.CSTNode] = {}
        self._walk()
        self._changes: dict[cst.CSTNode, list[ChangeNode]] = defaultdict(list)
        self.guarded: set[tuple[cst.CSTNode, str]] = set()
        """Statements that have a guard, with its variable."""
        self.imports: set[str] = set()
        """Modules that a change imports, by the name they get."""

    def _walk(self) -> None:
        stack: list[cst.CSTNode] = [self.module]
        while stack:
            node = stack.pop()
            for child in node.children:
                self.parents[child] = node
                stack.append(child)

    # -- places

    def calls(self) -> Iterator[cst.Call]:
        """Every call, in no order."""
        return (node for node in self.parents if isinstance(node, cst.Call))

    def line(self, node: cst.CSTNode) -> int:
        """The line a node begins on, from 1."""
        return bisect_right(self._starts, self._spans[node][0])

    def covers(self, node: cst.CSTNode, line: int) -> bool:
        """Whether a node begins on a line or reaches over it."""
        start, end = self._spans[node]
        return bisect_right(self._starts, start) <= line <= bisect_right(self._starts, max(start, end - 1))

    def length(self, node: cst.CSTNode) -> int:
        """Characters of a node."""
        start, end = self._spans[node]
        return end - start

    def call_at(self, line: int, column: int, name: str) -> cst.Call | None:
        """The call at a line and a column in bytes; of several, one of this name, else the innermost."""
        found = [call for call in self.calls() if self.line(call) == line and self._column(call) == column]
        named = [call for call in found if last_name(call.func) == name]
        return min(named or found, key=self.length, default=None)

    def _column(self, node: cst.CSTNode) -> int:
        start = self._spans[node][0]
        row = self._starts[bisect_right(self._starts, start) - 1]
        return len(self._text[row:start].encode("utf-8", "replace")) + 1

    def above(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """The nodes around a node, innermost first."""
        while node in self.parents:
            node = self.parents[node]
            yield node

    def function(self, node: cst.CSTNode) -> Function | None:
        """The function whose body holds a node; None at the level of a module or class."""
        return next((n for n in self.above(node) if isinstance(n, cst.FunctionDef)), None)

    # -- changes

    def change(self, node: cst.CSTNode, how: ChangeNode) -> None:
        """``how`` gets the node with earlier changes in it, and gives what stands there instead."""
        self._changes[node].append(how)

    def text(self) -> str:
        """The file with all changes."""
        return self.module.visit(_Applier(self._changes)).code


class _Applier(cst.CSTTransformer):
    def __init__(self, changes: dict[cst.CSTNode, list[ChangeNode]]) -> None:
        super().__init__()
        self._changes = changes

    def on_leave(self, original_node: cst.CSTNodeT, updated_node: cst.CSTNodeT) -> cst.CSTNodeT:
        result: Replacement = updated_node
        for how in self._changes.get(original_node, ()):
            if isinstance(result, cst.CSTNode):
                result = how(result)
        return cast(cst.CSTNodeT, result)


def last_name(node: cst.BaseExpression) -> str:
    """``post`` of ``requests.post``, ``""`` for what has no name."""
    if isinstance(node, cst.Attribute):
        return node.attr.value
    return node.value if isinstance(node, cst.Name) else ""


def dotted(node: cst.BaseExpression) -> str:
    """``a.b.c`` of attributes of a name, ``""`` for anything else."""
    parts: list[str] = []
    while isinstance(node, cst.Attribute):
        parts.append(node.attr.value)
        node = node.value
    return ".".join((node.value, *reversed(parts))) if isinstance(node, cst.Name) else ""
