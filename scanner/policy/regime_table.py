"""The table of regimes, ``data/regimes.yaml``, read into records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import Any

from scanner.errors import CatalogError
from scanner.policy.tables import read_table

STATUSES: tuple[str, ...] = (
    "prohibited",
    "restricted",
    "localise_first",
    "filing_needed",
    "threshold",
    "safeguard_needed",
    "unknown",
    "adequate_if",
    "adequate",
    "domestic",
)
"""Statuses, strictest first: several destinations of one flow are assessed by the strictest."""

TESTS: tuple[str, ...] = ("is", "stated", "at_least", "at_most", "more_than", "below", "any_of")
"""How a condition compares a fact."""

Wording = tuple[tuple[str, str], ...]
"""A text by language."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A test of one fact of the profile; ``value`` is a number, a truth value or a tuple of names."""

    fact: str
    test: str
    value: Any


@dataclass(frozen=True, slots=True)
class RegimeRule:
    """A status for some destinations, data and facts; the fields are those of the table."""

    status: str
    needs: Wording
    citation: str
    confidence: str
    to: frozenset[str] = frozenset()
    operator: bool = False
    data: frozenset[str] = frozenset()
    not_data: frozenset[str] = frozenset()
    only: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    since: str = ""
    until: str = ""
    when: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Regime:
    """Transfer rules of some homes; data moves freely inside ``territory``.

    ``default`` is None for a regime that speaks only where one of its rules holds. ``personal_only``: it reaches
    personal data alone. ``no_safeguard_clears``: masking and encryption change nothing. ``dated`` is the day (or month)
    of the newest instrument the citation names.
    """

    id: str
    origin: frozenset[str]
    territory: frozenset[str]
    instrument: Wording
    citation: str
    source: str
    dated: str
    confidence: str
    default: RegimeRule | None
    rules: tuple[RegimeRule, ...]
    personal_only: bool
    no_safeguard_clears: bool
    penalty: str = ""
    check: str = ""


@dataclass(frozen=True, slots=True)
class Blocking:
    """Law of some homes that stands against handing data to foreign authorities."""

    homes: frozenset[str]
    citation: str
    words: Wording


@dataclass(frozen=True, slots=True)
class Regimes:
    """The whole table. ``groups`` maps a group to its members and to the names of the groups it contains."""

    as_of: str
    groups: tuple[tuple[str, frozenset[str]], ...]
    regimes: tuple[Regime, ...]
    reach: tuple[tuple[str, Wording], ...]
    blocking: tuple[Blocking, ...]
    citations: Mapping[str, str] = field(default_factory=dict)

    def cite(self, citation: str, language: str) -> str:
        """A citation as it is written in a language; in a language without an own form as it stands."""
        return self.citations.get(citation, citation) if language == "zh" else citation

    def members(self, name: str) -> frozenset[str]:
        """Members of a group, or the country itself; a part of a country (``US-CA``) stands for both."""
        country = name.partition("-")[0]
        return dict(self.groups).get(name, frozenset({name, country}))

    def of_home(self, home: str) -> tuple[Regime, ...]:
        """The regimes of a home: a country, a part of one, or a group whose members all live under it."""
        wanted = self.members(home)
        if home in dict(self.groups):
            return tuple(one for one in self.regimes if wanted <= one.origin)
        return tuple(one for one in self.regimes if wanted & one.origin)

    def territory(self, home: str) -> frozenset[str]:
        """Where data may move freely from a home: the territory of its main regime, or the home alone."""
        main = self.of_home(home)
        return frozenset.intersection(*(one.territory for one in main)) if main else self.members(home)


@cache
def load_regimes() -> Regimes:
    """The table, read once. Raises ``CatalogError`` when a row is malformed."""
    import yaml

    try:
        return _table(read_table("regimes.yaml"))
    except (KeyError, TypeError, ValueError, yaml.YAMLError) as error:
        raise CatalogError(f"regimes.yaml is malformed: {error}") from error


def _table(raw: Mapping[str, Any]) -> Regimes:
    groups = {name: _expand(name, raw["groups"]) for name in sorted(raw["groups"])}
    regimes = tuple(_regime(row, groups) for row in raw["regimes"])
    blocking = tuple(Blocking(_spread(row["homes"], groups), row["citation"], _words(row)) for row in raw["blocking"])
    reach = tuple((country, _words(law)) for country, law in sorted(raw["operator_reach"].items()))
    return Regimes(raw["as_of"], tuple(groups.items()), regimes, reach, blocking, MappingProxyType(raw["citations"]))


def _regime(row: Mapping[str, Any], groups: Mapping[str, frozenset[str]]) -> Regime:
    if "default" not in row and not row.get("optional"):
        raise ValueError(f"{row['id']} has no default")
    return Regime(
        id=row["id"],
        origin=_spread(row["origin"], groups),
        territory=_spread(row["territory"], groups),
        instrument=_words(row["instrument"]),
        citation=row["citation"],
        source=row["source"],
        dated=row["dated"],
        confidence=row["confidence"],
        default=_rule(row["default"], row, groups) if "default" in row else None,
        rules=tuple(_rule(part, row, groups) for part in row.get("rules", ())),
        personal_only=bool(row.get("personal_only")),
        no_safeguard_clears=bool(row.get("no_safeguard_clears")),
        penalty=row.get("penalty", ""),
        check=row.get("check", ""),
    )


def _rule(row: Mapping[str, Any], regime: Mapping[str, Any], groups: Mapping[str, frozenset[str]]) -> RegimeRule:
    if row["status"] not in STATUSES:
        raise ValueError(f"{row['status']!r} is no status")
    return RegimeRule(
        status=row["status"],
        needs=_words(row["needs"]),
        citation=row.get("citation", regime["citation"]),
        confidence=row.get("confidence", regime["confidence"]),
        to=_spread(row.get("to", ()), groups),
        operator=bool(row.get("operator")),
        data=frozenset(row.get("data", ())),
        not_data=frozenset(row.get("not_data", ())),
        only=frozenset(row.get("only", ())),
        kinds=frozenset(row.get("kinds", ())),
        since=row.get("since", ""),
        until=row.get("until", ""),
        when=tuple(_condition(part) for part in row.get("when", ())),
    )


def _condition(row: Mapping[str, Any]) -> Condition:
    (test,) = row.keys() - {"fact"}
    if test not in TESTS:
        raise ValueError(f"{test!r} is no test of a fact")
    value = row[test]
    return Condition(row["fact"], test, tuple(value) if isinstance(value, list) else value)


def _words(row: Mapping[str, str]) -> Wording:
    return (("en", row["en"]), ("zh", row["zh"]))


def _spread(names: list[str] | tuple[str, ...], groups: Mapping[str, frozenset[str]]) -> frozenset[str]:
    return frozenset().union(*(groups.get(name, frozenset({name})) for name in names))


def _expand(name: str, groups: Mapping[str, list[str]]) -> frozenset[str]:
    """Members of a group, with the names of the group and of the groups inside it (a data region may be ``EU``)."""
    found = {name}
    for member in groups[name]:
        found |= _expand(member, groups) if member in groups else {member}
    return frozenset(found)
