"""One round of lowering newer syntax: edits on the text, found on a bare libcst tree; line breaks are never lost.

Imports libcst: import this module inside the function that needs it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import libcst as cst

from scanner.facts.newer import readable
from scanner.facts.spans import Spans, spans_of

_BREAK = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True, order=True)
class _Edit:
    start: int
    end: int
    text: str


def lower(text: str) -> str:
    """``text`` with its outermost newer constructs lowered. Raises ``cst.ParserSyntaxError``; ``ValueError`` where
    libcst does not give the text back as it was."""
    module = cst.parse_module(text)
    spans = spans_of(module)
    if spans.text != text:
        raise ValueError("libcst does not round-trip this text")
    out: list[str] = []
    done = 0
    for edit in sorted(_edits(module, spans)):
        out += (text[done : edit.start], edit.text)
        done = edit.end
    return "".join((*out, text[done:]))


def _edits(module: cst.Module, spans: Spans) -> Iterator[_Edit]:
    stack: list[cst.CSTNode] = [module]
    while stack:
        node = stack.pop()
        if isinstance(node, cst.TypeParameters):
            yield _blank(*spans.outer[node], spans.text)
        elif isinstance(node, cst.FormattedString | cst.ConcatenatedString) and not _reads(node, spans):
            start, end = spans.inner.get(node) or spans.outer[node]
            yield _Edit(start, end, _lowered(node, spans))
        else:
            yield from _own_edits(node, spans)
            stack += node.children


def _own_edits(node: cst.CSTNode, spans: Spans) -> Iterator[_Edit]:
    """Edits that touch a node's own tokens and leave its children alone."""
    if isinstance(node, cst.TypeAlias):
        start, name = spans.outer[node][0], spans.outer[node.name]
        yield _alias(start, name, spans.text)
    elif isinstance(node, cst.ExceptHandler | cst.ExceptStarHandler) and isinstance(node.type, cst.Tuple):
        if not node.type.lpar:
            start, end = spans.outer[node.type]
            yield _Edit(start, start, "(")
            yield _Edit(end, end, ")")
    elif isinstance(node, cst.TemplatedString):
        start = (spans.inner.get(node) or spans.outer[node])[0]
        yield _Edit(start, start + len(node.start), node.start.replace("t", "f").replace("T", "f"))


def _blank(start: int, end: int, text: str) -> _Edit:
    """Spaces in place of text, so that columns stay; line breaks become continued lines."""
    lines = _BREAK.split(text[start:end])
    breaks = _BREAK.findall(text[start:end])
    kept = [" " * max(0, len(line) - 1) + "\\" + br for line, br in zip(lines, breaks, strict=False)]
    return _Edit(start, end, "".join(kept) + " " * len(lines[-1]))


def _alias(start: int, name: tuple[int, int], text: str) -> _Edit:
    """``type X`` becomes ``X`` padded to the same width."""
    gap = text[start : name[0]]
    padding = "".join(f" \\{br}" for br in _BREAK.findall(gap)) or " " * len(gap)
    return _Edit(start, name[1], text[name[0] : name[1]] + padding)


# -- f-strings


def _reads(node: cst.FormattedString | cst.ConcatenatedString, spans: Spans) -> bool:
    """Whether the running interpreter reads this string. A t-string in it is lowered first, by another round."""
    pieces = _flat(node)
    if not any(isinstance(piece, cst.FormattedString) for piece in pieces):
        return True
    if any(isinstance(piece, cst.TemplatedString) for piece in pieces):
        return True
    return readable(f"({spans.source(node)}\n)")


def _flat(node: cst.BaseExpression) -> list[cst.BaseExpression]:
    """The pieces of implicitly joined strings, in order."""
    pieces: list[cst.BaseExpression] = []
    rest = node
    while isinstance(rest, cst.ConcatenatedString):
        pieces += _flat(rest.left)
        rest = rest.right
    return [*pieces, rest]


def _lowered(node: cst.FormattedString | cst.ConcatenatedString, spans: Spans) -> str:
    """The string as a sum; what stands between joined pieces stays."""
    out: list[str] = []
    done = 0
    for piece in _flat(node):
        start, end = spans.outer[piece]
        if out:
            out.append(" +" + spans.text[done:start])
        done = end
        kept = not isinstance(piece, cst.FormattedString) or readable(f"({spans.text[start:end]}\n)")
        out.append(spans.text[start:end] if kept else _sum(piece, spans))
    return f"({''.join(out)})"


def _sum(node: cst.BaseExpression, spans: Spans) -> str:
    assert isinstance(node, cst.FormattedString)
    raw = "r" in node.start.lower()
    return "(" + " + ".join(['""', *_terms(node.parts, node.end, raw, spans)]) + ")"


def _terms(parts: Sequence[cst.BaseFormattedStringContent], quote: str, raw: bool, spans: Spans) -> Iterator[str]:
    for part in parts:
        if isinstance(part, cst.FormattedStringText):
            yield _literal(part.value, quote, raw)
        elif isinstance(part, cst.FormattedStringExpression):
            yield from _field(part, quote, raw, spans)


def _field(part: cst.FormattedStringExpression, quote: str, raw: bool, spans: Spans) -> Iterator[str]:
    """A replacement field: the value, then values its format specification reads."""
    start, end = spans.outer[part]
    value_end = spans.outer[part.expression][1]
    if part.equal is not None:
        yield repr(spans.source(part.expression).strip() + "=")
    spec = [p for p in part.format_spec or () if isinstance(p, cst.FormattedStringExpression)]
    nested = " + ".join(term for p in spec for term in _field(p, quote, raw, spans))
    lost = _BREAK.findall(spans.text[value_end:end])
    del lost[: len(_BREAK.findall(nested))]
    yield f"({spans.text[start + 1 : value_end]}{''.join(lost)})"
    if nested:
        yield nested


def _literal(value: str, quote: str, raw: bool) -> str:
    """A plain string literal of the text between two fields."""
    value = value.replace("{{", "{").replace("}}", "}")
    mark = quote[0]
    if raw:
        value = value.replace("\\", "\\\\").replace(mark, "\\" + mark)
    elif _odd_backslashes(value):
        value += "\\"
    if len(quote) == 3 and value.endswith(mark) and not _odd_backslashes(value[:-1]):
        value = value[:-1] + "\\" + mark
    return quote + value + quote


def _odd_backslashes(value: str) -> bool:
    return (len(value) - len(value.rstrip("\\"))) % 2 == 1
