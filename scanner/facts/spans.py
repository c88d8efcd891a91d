"""Offsets of libcst nodes without a metadata provider: the tree is written out once, and the length is watched.

A provider would copy the tree and resolve every node, 15 times the cost of ``ast.parse``; this costs one writing.
Imports libcst: import this module inside the function that needs it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import libcst
from libcst._nodes.internal import CodegenState


@dataclass(frozen=True, slots=True)
class Spans:
    """Character offsets (start, end) into ``text``: ``outer`` of a node with its own parentheses, ``inner`` without."""

    text: str
    outer: dict[libcst.CSTNode, tuple[int, int]]
    inner: dict[libcst.CSTNode, tuple[int, int]]

    def source(self, node: libcst.CSTNode) -> str:
        """Exact text of a node, its parentheses included."""
        start, end = self.outer[node]
        return self.text[start:end]


class _Watching(CodegenState):
    """Counts what is written, and notes the count when a node begins and ends."""

    def __init__(self, module: libcst.Module) -> None:
        super().__init__(module.default_indent, module.default_newline)
        self.written = 0
        self.starts: list[int] = []
        self.outer: dict[libcst.CSTNode, tuple[int, int]] = {}
        self.inner: dict[libcst.CSTNode, tuple[int, int]] = {}

    def add_token(self, value: str) -> None:
        self.tokens.append(value)
        self.written += len(value)

    def add_indent_tokens(self) -> None:
        self.tokens.extend(self.indent_tokens)
        self.written += sum(map(len, self.indent_tokens))

    def before_codegen(self, node: libcst.CSTNode) -> None:
        self.starts.append(self.written)

    def after_codegen(self, node: libcst.CSTNode) -> None:
        self.outer[node] = (self.starts.pop(), self.written)

    @contextmanager
    def record_syntactic_position(
        self,
        node: libcst.CSTNode,
        *,
        start_node: libcst.CSTNode | None = None,
        end_node: libcst.CSTNode | None = None,
    ) -> Iterator[None]:
        start = self.written
        yield
        self.inner[node] = (start, self.written)


def spans_of(module: libcst.Module) -> Spans:
    """Offsets of every node of ``module`` into its code."""
    state = _Watching(module)
    module._codegen(state)
    return Spans("".join(state.tokens), state.outer, state.inner)
