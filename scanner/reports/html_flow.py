"""The flow diagram of the page: data classes, packages, operators, countries; bands as wide as findings are many."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise, product
from typing import TYPE_CHECKING

from scanner.policy.legal_classes import data_name
from scanner.reports.crossing import METADATA, UNKNOWN, Tally, carrier, classes, countries, operators, ranked
from scanner.reports.markup import tag
from scanner.reports.speech import say, spoken

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from scanner.policy.records import Finding

MOST_NODES = 9
"""Nodes of a column; the rest is one node."""
OTHERS = "\0others"
_LEFT, _STEP, _NODE, _WIDTH = 0, 268, 196, 1000
_TOP, _HEIGHT, _GAP, _LETTERS = 40, 34, 14, 21
_THINNEST, _WIDEST = 1.5, 16.0

Column = dict[str, int]
"""Names of a column and their row."""
Link = tuple[int, str, str]
"""Column on the left, name there, name in the next column."""


@dataclass(frozen=True, slots=True)
class Diagram:
    """Columns with their nodes, and the bands between neighbours."""

    columns: tuple[Column, ...]
    tallies: tuple[dict[str, Tally], ...]
    links: dict[Link, Tally]


def diagram(findings: tuple[Finding, ...]) -> Diagram:
    """Every finding as ways through the four columns; what is rare is folded together."""
    ways = [(classes(one), (carrier(one),), operators(one), countries(one)) for one in findings]
    kept = [_kept([name for way in ways for name in way[column]]) for column in range(4)]
    tallies: tuple[dict[str, Tally], ...] = ({}, {}, {}, {})
    links: dict[Link, Tally] = {}
    for finding, way in zip(findings, ways, strict=True):
        folded = [
            sorted({name if name in kept[column] else OTHERS for name in names}) for column, names in enumerate(way)
        ]
        for column, names in enumerate(folded):
            for name in names:
                tallies[column].setdefault(name, Tally()).add(finding.severity)
        for link in _links(folded):
            links.setdefault(link, Tally()).add(finding.severity)
    return Diagram(tuple(kept), tallies, links)


def _kept(names: list[str]) -> Column:
    order = ranked(((name, 1) for name in names), UNKNOWN)
    shown = order if len(order) <= MOST_NODES else [*order[: MOST_NODES - 1], OTHERS]
    return {name: row for row, name in enumerate(shown)}


def _links(folded: list[list[str]]) -> Iterator[Link]:
    for column, (left, right) in enumerate(pairwise(folded)):
        for one, other in product(left, right):
            yield column, one, other


def flow_svg(findings: tuple[Finding, ...]) -> Element:
    """The diagram as SVG, with a title and a description for those who do not see it."""
    drawn = diagram(findings)
    rows = max(len(column) for column in drawn.columns)
    height = _TOP + rows * (_HEIGHT + _GAP)
    svg = tag(
        "svg",
        tag("title", say("html.flow"), id="diagram-title"),
        tag("desc", say("html.flow_about"), id="flow-about"),
        viewBox=f"0 0 {_WIDTH} {height}",
        role="img",
        aria_labelledby="diagram-title flow-about",
    )
    most = max((tally.number for tally in drawn.links.values()), default=1)
    for (column, left, right), tally in sorted(drawn.links.items(), key=lambda pair: -pair[1].number):
        svg.append(_band(drawn, column, left, right, tally, most))
    for number, nodes in enumerate(drawn.columns):
        svg.append(tag("text", say(f"html.column.{number}"), x=_x(number), y=20, class_="head"))
        for name, row in nodes.items():
            svg.append(_node(number, row, name, drawn.tallies[number].get(name, Tally())))
    return svg


def link_rows(findings: tuple[Finding, ...]) -> list[tuple[str, str, str]]:
    """The bands in words: from, to, number of findings."""
    bands = sorted(diagram(findings).links.items(), key=lambda pair: (pair[0][0], -pair[1].number, pair[0]))
    return [
        (named(column, left), named(column + 1, right), str(tally.number)) for (column, left, right), tally in bands
    ]


def named(column: int, name: str) -> str:
    """What people call a node."""
    if name == OTHERS:
        return say("html.others")
    if name == UNKNOWN:
        return say("label.unknown")
    if name == METADATA:
        return say("html.metadata")
    return (data_name(name, spoken()), name, name, spoken().country(name))[column]


def _band(drawn: Diagram, column: int, left: str, right: str, tally: Tally, most: int) -> Element:
    start, end = _x(column) + _NODE, _x(column + 1)
    top, bottom = _middle(drawn.columns[column][left]), _middle(drawn.columns[column + 1][right])
    bend = (start + end) / 2
    width = _THINNEST + (_WIDEST - _THINNEST) * tally.number / most
    return tag(
        "path",
        tag("title", f"{named(column, left)} → {named(column + 1, right)}: {tally.number}"),
        d=f"M{start} {top}C{bend} {top} {bend} {bottom} {end} {bottom}",
        stroke_width=f"{width:.1f}",
        class_=f"band {tally.gravest}",
    )


def _node(column: int, row: int, name: str, tally: Tally) -> Element:
    x, y = _x(column), _TOP + row * (_HEIGHT + _GAP)
    full, number = named(column, name), str(tally.number)
    return tag(
        "g",
        tag("title", f"{full}: {number}"),
        tag("rect", x=x, y=y, width=_NODE, height=_HEIGHT, rx=4, class_=f"node {tally.gravest}"),
        tag("text", _fitted(full, _LETTERS - len(number)), x=x + 10, y=y + 22),
        tag("text", number, x=x + _NODE - 10, y=y + 22, class_="count"),
    )


def _fitted(text: str, cells: int) -> str:
    """As much as fits, a wide character being two cells."""
    taken = 0
    for at, character in enumerate(text):
        taken += 2 if unicodedata.east_asian_width(character) in "WF" else 1
        if taken > cells:
            return f"{text[: max(at - 1, 1)]}…"
    return text


def _x(column: int) -> int:
    return _LEFT + column * _STEP


def _middle(row: int) -> float:
    return _TOP + row * (_HEIGHT + _GAP) + _HEIGHT / 2
