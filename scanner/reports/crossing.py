"""Findings counted by what leaves and where to: the numbers behind the overview and the flow diagram of the page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scanner.vocabulary import Severity

if TYPE_CHECKING:
    from scanner.policy.records import Finding

METADATA = "-"
"""Stands for a finding that sends nothing but the request itself."""
UNKNOWN = "?"
"""Stands for a country, an operator or a package nobody knows."""


@dataclass(slots=True)
class Tally:
    """Findings of one kind: how many, and how grave the gravest is."""

    number: int = 0
    gravest: Severity = Severity.NOTE

    def add(self, severity: Severity) -> None:
        """Count one more."""
        self.number += 1
        self.gravest = min(self.gravest, severity, key=lambda one: one.rank)


Matrix = dict[tuple[str, str], Tally]
"""Tallies by data class and country."""


def classes(finding: Finding) -> tuple[str, ...]:
    """Data classes that leave, sorted; ``METADATA`` alone when there is none."""
    named = {part.data_class or "unknown" for part in finding.flow.payload} | set(finding.flow.sdk_adds)
    return tuple(sorted(named)) or (METADATA,)


def countries(finding: Finding) -> tuple[str, ...]:
    """Countries where the data arrives, sorted; ``UNKNOWN`` among them where one is not known."""
    return tuple(sorted({where.country or UNKNOWN for where in finding.destinations})) or (UNKNOWN,)


def operators(finding: Finding) -> tuple[str, ...]:
    """Who receives: operators, or hosts whose operator nobody knows; sorted."""
    named = {where.operator or where.host or UNKNOWN for where in finding.destinations}
    return tuple(sorted(named)) or (UNKNOWN,)


def carrier(finding: Finding) -> str:
    """The package whose call sends: the first part of the call's name."""
    return finding.flow.sink.api.partition(".")[0] or UNKNOWN


def matrix(findings: Iterable[Finding]) -> Matrix:
    """Data class by country; a finding counts once in each cell it touches."""
    cells: Matrix = {}
    for finding in findings:
        for name in classes(finding):
            for country in countries(finding):
                cells.setdefault((name, country), Tally()).add(finding.severity)
    return cells


def ranked(weights: Iterable[tuple[str, int]], last: str) -> list[str]:
    """Names, the heaviest first; ``last`` stands at the end."""
    sums: dict[str, int] = {}
    for name, weight in weights:
        sums[name] = sums.get(name, 0) + weight
    return sorted(sums, key=lambda name: (name == last, -sums[name], name))


def live(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings nobody has accepted."""
    return tuple(one for one in findings if not one.suppressed and one.baseline_state != "absent")
