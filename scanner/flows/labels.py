"""Names that stand in a text before their values: in a URL, a form, a compound User-Agent, JSON written by hand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from scanner.facts.records import AnyOp, Binary, Const, Format
from scanner.flows.index import Index
from scanner.program.records import ScopeEntry

_MOST_DEEP = 16
"""Sums within sums of text are taken apart this deep."""


class Style(StrEnum):
    """How names stand in text: not at all, as a URL has them, as a compound User-Agent does, as a body does."""

    NONE = "none"
    URL = "url"
    AGENT = "agent"
    BODY = "body"


_LABELS = {
    Style.URL: re.compile(r"[?&]([A-Za-z_$][\w.$\[\]-]*)="),
    Style.AGENT: re.compile(r"(?:^|;)\s*([A-Za-z_][\w.-]*)/"),
    Style.BODY: re.compile(r"""(?:^|&)([A-Za-z_$][\w.$-]*)=|["']([A-Za-z_$][\w.$-]*)["']\s*:\s*"""),
}  # fmt: skip


@dataclass(frozen=True, slots=True, order=True)
class Named:
    """A field: its name, the node of its value, where that stands when the node itself has no place."""

    name: str
    node: int
    file: str = ""
    line: int = 0


def labelled(index: Index, entry: ScopeEntry, node: int, op: AnyOp, style: Style) -> Iterator[tuple[str, int | Named]]:
    """Names that stand before their values in a text."""
    if not isinstance(op, Const | Format | Binary):
        return
    parts = [node] if isinstance(op, Const) else _parts(entry, op, 0)
    for i, part in enumerate(parts):
        text = index.constant(part)
        if not isinstance(text, str):
            continue
        for found in _LABELS[style].finditer(text):
            name = next(g for g in found.groups() if g)
            ends = not text[found.end() :].strip("\"'")
            following = parts[i + 1] if ends and i + 1 < len(parts) else part
            yield name, Named(name, following, *index.place(following))


def _parts(entry: ScopeEntry, op: AnyOp, depth: int) -> list[int]:
    """The nodes a text is put together from, in order."""
    if depth > _MOST_DEEP:
        return []
    if isinstance(op, Format):
        inner: Iterable[int] = op.parts
    elif isinstance(op, Binary) and op.op == "+":
        inner = (op.left, op.right)
    else:
        return []
    out: list[int] = []
    for part in inner:
        out += _parts(entry, entry.scope.ops[part], depth + 1) or [entry.base + part]
    return out
