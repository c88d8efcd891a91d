"""Findings as transfers: one per recipient of a finding, and recipients with everything that goes to them.

What all evidence documents share; what is left out of them is counted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scanner.policy.regimes import load_regimes
from scanner.policy.rules import NOTICES

if TYPE_CHECKING:
    from scanner.destinations.records import Destination
    from scanner.policy.records import Finding, Report

ASIDE = frozenset({"test", "example", "docs"})
"""Parts of a distribution whose code does not run in use."""

_ID_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Transfer:
    """One finding and one of its recipients, None when no host is known; ``id`` is stable under line shifts."""

    id: str
    finding: Finding
    where: Destination | None


@dataclass(frozen=True, slots=True)
class Importer:
    """Everything of one scenario that goes to one operator in one country; sorted."""

    scenario: str
    operator: str
    operator_country: str
    country: str
    hosts: tuple[str, ...]
    transfers: tuple[Transfer, ...]

    @property
    def name(self) -> str:
        """Operator, else host, else ``""``."""
        return self.operator or next(iter(self.hosts), "")


@dataclass(frozen=True, slots=True)
class Selection:
    """The transfers a document is about, and how many findings it leaves out."""

    transfers: tuple[Transfer, ...]
    aside: int
    domestic: int
    accepted: int


def transfers(findings: Iterable[Finding]) -> tuple[Transfer, ...]:
    """One per finding and recipient, sorted by id; a comment that accepts nothing is no transfer."""
    sending = [one for one in findings if one.kind not in NOTICES]
    rows = [Transfer(_identity(one, where), one, where) for one in sending for where in one.destinations or (None,)]
    return tuple(sorted(rows, key=lambda row: row.id))


def select(report: Report) -> Selection:
    """Transfers of code in use that go abroad or to a country nobody knows, accepted ones left out."""
    sending = [one for one in report.findings if one.kind not in NOTICES]
    used = [one for one in sending if one.flow.role not in ASIDE]
    live = [one for one in used if not one.suppressed]
    rows = tuple(row for row in transfers(live) if not _at_home(report, row.where))
    shown = {row.finding.id for row in rows}
    domestic = sum(one.id not in shown for one in live)
    return Selection(rows, len(sending) - len(used), domestic, len(used) - len(live))


def importers(rows: Iterable[Transfer], *, by_scenario: bool = True) -> tuple[Importer, ...]:
    """Transfers by scenario (or over all of them, ``scenario`` then being ``""``), operator and country of the data."""
    groups: dict[tuple[str, str, str, str], list[Transfer]] = {}
    for row in rows:
        where = row.where
        operator = (where.operator or where.host) if where else ""
        scenario = row.finding.scenario if by_scenario else ""
        home, country = (where.operator_country, where.country) if where else ("", "")
        groups.setdefault((scenario, operator, home, country), []).append(row)
    return tuple(_importer(key, groups[key]) for key in sorted(groups))


def _importer(key: tuple[str, str, str, str], rows: list[Transfer]) -> Importer:
    scenario, operator, home, country = key
    hosts = tuple(sorted({row.where.host for row in rows if row.where and row.where.host}))
    return Importer(scenario, operator if any(_runs(row) for row in rows) else "", home, country, hosts, tuple(rows))


def _runs(row: Transfer) -> bool:
    return row.where is not None and bool(row.where.operator)


def _at_home(report: Report, where: Destination | None) -> bool:
    if where is None or not report.home:
        return False
    table = load_regimes()
    free = frozenset.intersection(*(table.territory(home) for home in report.home))
    return where.country in free and where.operator_country in free


def _identity(finding: Finding, where: Destination | None) -> str:
    host = where.host if where else ""
    digest = hashlib.sha256(host.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{finding.id}-{digest[:_ID_DIGITS]}"
