"""Answers of ``where``: who runs a host, and in which country data arrives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from scanner.destinations.records import evidence_parts
from scanner.reports.visible import dump_json, visible

if TYPE_CHECKING:
    from scanner.destinations.records import Destination

UNKNOWN = "Unknown"


def places_json(asked: Sequence[tuple[str, Destination]]) -> str:
    """``{"destinations": [...]}`` in the order asked; ``null`` where the answer is Unknown."""
    rows = [
        {
            "input": text,
            "host": where.host or None,
            "operator": where.operator or None,
            "operator_country": where.operator_country or None,
            "country": where.country or None,
            "region": where.region or None,
            "category": where.category or None,
            "confidence": where.confidence or None,
            "evidence": where.evidence or None,
            "parent": where.parent or None,
            "parent_country": where.parent_country or None,
        }
        for text, where in asked
    ]
    return dump_json({"destinations": rows})


def places_text(asked: Sequence[tuple[str, Destination]], names: Mapping[str, str] = MappingProxyType({})) -> str:
    """A short block per text asked: host, operator with its home, country of the data, evidence.

    ``names`` spells out country codes.
    """
    return "\n".join(_block(text, where, names) for text, where in asked)


def _country(code: str, names: Mapping[str, str]) -> str:
    return f"{names[code]} ({code})" if code in names else visible(code)


def _block(text: str, where: Destination, names: Mapping[str, str]) -> str:
    operator = visible(where.operator) or UNKNOWN
    home = f", home {_country(where.operator_country, names)}" if where.operator_country else ""
    parent_home = f", home {_country(where.parent_country, names)}" if where.parent_country else ""
    country = "this machine or the local network" if where.local else _country(where.country, names) or UNKNOWN
    region = f", region {visible(where.region)}" if where.region else ""
    rows = [
        ("host", visible(where.host) or UNKNOWN),
        ("operator", operator + home),
        ("parent", visible(where.parent) + parent_home),
        ("data in", country + region),
        ("category", visible(where.category)),
        ("confidence", visible(where.confidence)),
    ]
    evidence = [visible(part, 600) for part in evidence_parts(where.evidence)]
    rows += [("evidence" if not number else "", part) for number, part in enumerate(evidence)]
    lines = [f"  {name:<10}  {value}\n" for name, value in rows if value]
    return f"{visible(text)}\n" + "".join(lines)
