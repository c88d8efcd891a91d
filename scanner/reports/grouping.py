"""Findings grouped by who receives the data, the widest problem first."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scanner.policy.rules import NOTICES, RETURNS
from scanner.reports.speech import say, spoken
from scanner.vocabulary import Severity

if TYPE_CHECKING:
    from scanner.destinations.records import Destination
    from scanner.policy.records import Finding


@dataclass(frozen=True, slots=True)
class Recipient:
    """Everything that goes to one place: an operator with a home and a country of the data, or a host nobody knows.

    ``hosts`` are sorted, empty when Unknown; ``findings`` have the gravest first.
    """

    hosts: tuple[str, ...]
    operator: str
    operator_country: str
    country: str
    findings: tuple[Finding, ...]

    @property
    def name(self) -> str:
        """The host where there is one, else the operator; ``""`` when neither is known."""
        return self.hosts[0] if len(self.hosts) == 1 else self.operator

    def count(self, severity: Severity) -> int:
        """Findings of one severity."""
        return sum(finding.severity is severity for finding in self.findings)


def by_recipient(findings: tuple[Finding, ...]) -> tuple[Recipient, ...]:
    """Recipients, the gravest and then the most frequented first; a finding stands under its first destination.

    A comment that accepts nothing is no transfer and has no recipient.
    """
    groups: dict[tuple[str, str, str], list[Finding]] = defaultdict(list)
    for finding in transfers(findings):
        groups[_place(finding)].append(finding)
    return tuple(sorted((_recipient(tuple(group)) for group in groups.values()), key=_width))


def transfers(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings by which something leaves: all but those about comments and switches."""
    return tuple(one for one in findings if one.kind not in NOTICES)


def first_destination(finding: Finding) -> Destination | None:
    """The destination a finding is filed under: the first one with a host, else the first."""
    named = (where for where in finding.destinations if where.host)
    return next(named, finding.destinations[0] if finding.destinations else None)


def severities(findings: tuple[Finding, ...]) -> str:
    """``2 errors, 1 note``; ``nothing`` when there are none."""
    counts = Counter(finding.severity for finding in findings)
    parts = [plural(counts[severity], severity.value) for severity in Severity if counts[severity]]
    return ", ".join(parts) or say("text.nothing")


def plural(number: int, noun: str) -> str:
    """``1 file``, ``2 files``, with thousands apart, in the language that is spoken."""
    key = f"count.{noun.replace(' ', '_')}.{'one' if number == 1 else 'many'}"
    if key in spoken().entries:
        return say(key, number=f"{number:,}")
    return f"{number:,} {noun}" + ("" if number == 1 else "es" if noun.endswith(("s", "sh", "ch")) else "s")


def _place(finding: Finding) -> tuple[str, str, str]:
    where = first_destination(finding)
    return (where.operator or where.host, where.operator_country, where.country) if where else ("", "", "")


def _recipient(group: tuple[Finding, ...]) -> Recipient:
    places = [where for finding in group if (where := first_destination(finding))]
    first = places[0] if places else None
    return Recipient(
        hosts=tuple(sorted({where.host for where in places if where.host})),
        operator=first.operator if first else "",
        operator_country=first.operator_country if first else "",
        country=first.country if first else "",
        findings=tuple(sorted(group, key=_gravity)),
    )


def _gravity(finding: Finding) -> tuple[int, bool]:
    """Severity; among equals what goes back unnoticed stands before what is the point of the call."""
    return finding.severity.rank, finding.kind not in RETURNS


def _width(recipient: Recipient) -> tuple[tuple[int, bool], bool, int, int, str, tuple[str, ...]]:
    first = recipient.findings[0]
    numbers = -recipient.count(first.severity), -len(recipient.findings)
    return _gravity(first), not recipient.name, *numbers, recipient.name, recipient.hosts
