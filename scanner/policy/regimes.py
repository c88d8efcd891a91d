"""Regimes: what the rules of a home would ask for before data goes to a destination.

The table is ``data/regimes.yaml``. A status says what a transfer would need; thresholds that depend on volume or on
facts outside the code are never evaluated, and the text says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from scanner.destinations.records import Destination
from scanner.errors import CatalogError
from scanner.policy.records import Assessment

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

_NOT_EVALUATED = {
    "restricted": "; threshold not evaluated",
    "filing_needed": "; threshold not evaluated",
    "threshold": "; threshold not evaluated",
    "localise_first": "; exceptions not evaluated",
    "safeguard_needed": "; safeguards not evaluated",
    "adequate_if": "; condition not evaluated",
}
"""What the code alone cannot show, by status."""


@dataclass(frozen=True, slots=True)
class RegimeRule:
    """A status for some destinations; ``operator`` is true when an operator at home there counts as well."""

    to: frozenset[str]
    status: str
    needs: str
    operator: bool


@dataclass(frozen=True, slots=True)
class Regime:
    """Transfer rules of some homes; data moves freely inside ``territory``."""

    id: str
    origin: frozenset[str]
    territory: frozenset[str]
    instrument: str
    citation: str
    default: RegimeRule
    rules: tuple[RegimeRule, ...]


@dataclass(frozen=True, slots=True)
class Regimes:
    """The whole table. ``groups`` maps a group to its members and to the names of the groups it contains."""

    as_of: str
    groups: tuple[tuple[str, frozenset[str]], ...]
    regimes: tuple[Regime, ...]
    reach: tuple[tuple[str, str], ...]

    def members(self, name: str) -> frozenset[str]:
        """Members of a group, or the country itself."""
        return dict(self.groups).get(name, frozenset({name}))

    def of_home(self, home: str) -> Regime | None:
        """The regime of a home: a country, or a group whose members all live under it."""
        return next((regime for regime in self.regimes if self.members(home) <= regime.origin), None)

    def territory(self, home: str) -> frozenset[str]:
        """Where data may move freely from a home: the regime's territory, or the home alone."""
        regime = self.of_home(home)
        return regime.territory if regime else self.members(home)


def assess(home: tuple[str, ...], destinations: tuple[Destination, ...]) -> tuple[Assessment, ...]:
    """One assessment per home, in the order of ``home``: the strictest over the destinations."""
    table = load_regimes()
    return tuple(_of_home(table, name, destinations) for name in home)


def is_domestic(home: tuple[str, ...], destinations: tuple[Destination, ...]) -> bool:
    """True when every destination is received at home by an operator at home, for every home."""
    table = load_regimes()
    if not home or not destinations:
        return False
    free = frozenset.intersection(*(table.territory(name) for name in home))
    return all(where.country in free and where.operator_country in free for where in destinations)


@cache
def load_regimes() -> Regimes:
    """The table, read once. Raises ``CatalogError`` when a row is malformed."""
    import yaml

    text = files("scanner.policy").joinpath("data", "regimes.yaml").read_text(encoding="utf-8")
    try:
        return _table(yaml.safe_load(text))
    except (KeyError, TypeError, yaml.YAMLError) as error:
        raise CatalogError(f"regimes.yaml is malformed: {error}") from error


def _table(raw: Mapping[str, Any]) -> Regimes:
    groups = {name: _expand(name, raw["groups"]) for name in sorted(raw["groups"])}

    def spread(names: list[str]) -> frozenset[str]:
        return frozenset().union(*(groups.get(name, frozenset({name})) for name in names))

    def rule(row: Mapping[str, Any]) -> RegimeRule:
        if row["status"] not in STATUSES:
            raise CatalogError(f"regimes.yaml: {row['status']!r} is no status")
        return RegimeRule(spread(row.get("to", [])), row["status"], row["needs"], bool(row.get("operator", False)))

    regimes = tuple(
        Regime(
            row["id"],
            spread(row["origin"]),
            spread(row["territory"]),
            row["instrument"],
            row["citation"],
            rule(row["default"]),
            tuple(rule(part) for part in row.get("rules", ())),
        )
        for row in raw["regimes"]
    )
    return Regimes(raw["as_of"], tuple(groups.items()), regimes, tuple(sorted(raw["operator_reach"].items())))


def _expand(name: str, groups: Mapping[str, list[str]]) -> frozenset[str]:
    """Members of a group, with the names of the group and of the groups inside it (a data region may be ``EU``)."""
    found = {name}
    for member in groups[name]:
        found |= _expand(member, groups) if member in groups else {member}
    return frozenset(found)


def _of_home(table: Regimes, home: str, destinations: tuple[Destination, ...]) -> Assessment:
    return _strictest([_one(table, home, where) for where in destinations] or [_no_place(table, home)])


def _one(table: Regimes, home: str, where: Destination) -> Assessment:
    regime = table.of_home(home)
    if where.country and where.country in table.territory(home) and not _reached(regime, where):
        return _domestic(table, home, regime, where)
    if regime is None:
        return Assessment(home, "", "unknown", f"no transfer rules of {home} are in the table", "", table.as_of)
    rule = _rule_for(regime, where)
    if rule is None:
        return _no_place(table, home)
    place = where.country or f"an operator of {where.operator_country}"
    needs = f"sending to {place} would need {rule.needs} under {regime.instrument}{_NOT_EVALUATED.get(rule.status, '')}"
    return Assessment(home, regime.id, rule.status, needs, regime.citation, table.as_of)


def _reached(regime: Regime | None, where: Destination) -> bool:
    return regime is not None and any(rule.operator and where.operator_country in rule.to for rule in regime.rules)


def _rule_for(regime: Regime, where: Destination) -> RegimeRule | None:
    for rule in regime.rules:
        if where.country in rule.to or (rule.operator and where.operator_country in rule.to):
            return rule
    return regime.default if where.country else None


def _domestic(table: Regimes, home: str, regime: Regime | None, where: Destination) -> Assessment:
    needs = "data is received inside the territory: no transfer rule"
    operator_abroad = where.operator_country and where.operator_country not in table.territory(home)
    if operator_abroad:
        law = dict(table.reach).get(where.operator_country, "its home law")
        needs += f"; the operator's home is {where.operator_country}, whose law may reach it ({law})"
    name, citation = (regime.id, regime.citation) if regime else ("", "")
    return Assessment(home, name, "domestic", needs, citation, table.as_of)


def _no_place(table: Regimes, home: str) -> Assessment:
    regime = table.of_home(home)
    name, citation = (regime.id, regime.citation) if regime else ("", "")
    needs = "the country where the data is received is unknown: find it out before assessing"
    return Assessment(home, name, "unknown", needs, citation, table.as_of)


def _strictest(assessments: list[Assessment]) -> Assessment:
    return min(assessments, key=lambda one: (STATUSES.index(one.status), one.regime, one.needs))
