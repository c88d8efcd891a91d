"""A sheet as Markdown (GitHub flavour). Scanned text is escaped: it can neither format, link, nor break a table."""

from __future__ import annotations

import re

from scanner.reports.sheet import Card, Grid, Heading, Paragraph, Part, Sheet
from scanner.reports.visible import visible

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>|#~$&!])")
_LINK = re.compile(r"(?i)(\b(?:https?|ftp|mailto|xmpp)(?=:)|\bwww(?=\.))([:.])")
_LONGEST = 4_000


def markdown(sheet: Sheet) -> str:
    """The sheet as text, with a final newline."""
    parts = [f"# {escaped(sheet.title)}", escaped(sheet.subtitle), *(_part(part) for part in sheet.parts)]
    return "\n\n".join(parts) + "\n"


def escaped(text: str) -> str:
    """Text on one line in which Markdown sees no markup."""
    shown = _SPECIAL.sub(r"\\\1", visible(text, _LONGEST)).replace("\\<", "&lt;")
    return _LINK.sub(lambda found: f"{found.group(1)}\\{found.group(2)}", shown)


def _part(part: Part) -> str:
    if isinstance(part, Heading):
        return f"{'#' * (part.level + 1)} {escaped(part.text)}"
    if isinstance(part, Paragraph):
        return _paragraph(part)
    if isinstance(part, Card):
        return _table(("", ""), part.rows)
    return _grid(part)


def _paragraph(part: Paragraph) -> str:
    text = escaped(part.text)
    return {"note": f"> {text}", "bullet": f"- {text}", "fill": f"**{text}**"}.get(part.style, text)


def _grid(grid: Grid) -> str:
    return _table(grid.head, grid.rows)


def _table(head: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> str:
    lines = [_row(head), "|" + "---|" * len(head), *(_row(row) for row in rows)]
    return "\n".join(lines)


def _row(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join("<br>".join(escaped(line) for line in cell.split("\n")) for cell in cells) + " |"
