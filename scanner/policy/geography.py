"""Operators that refuse users in some countries: ``data/service_geography.yaml``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from scanner.policy.tables import read_table


@dataclass(frozen=True, slots=True, order=True)
class Refusal:
    """One operator that refuses users in some countries since a day."""

    operator: str
    countries: tuple[str, ...]
    since: str
    confidence: str
    source: str


@cache
def load_refusals() -> tuple[Refusal, ...]:
    """All rows, read once."""
    rows = read_table("service_geography.yaml")["rows"]
    return tuple(sorted(Refusal(**{**row, "countries": tuple(row["countries"])}) for row in rows))


def refusals(operators: Iterable[str], home: Iterable[str]) -> tuple[tuple[Refusal, str], ...]:
    """Refusals by these operators of users in these homes, each with the home it is about."""
    named, homes = frozenset(operators), tuple(home)
    return tuple(
        (one, place) for one in load_refusals() if one.operator in named for place in homes if place in one.countries
    )
