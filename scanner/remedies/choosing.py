"""Which findings are to be stopped, and which the program is used for."""

from __future__ import annotations

from scanner.errors import UsageError
from scanner.policy.records import Finding, Report
from scanner.remedies.records import NOTHING_MORE, Aim, Wishes
from scanner.vocabulary import Severity

STOPPED = frozenset({"DC001", "DC002", "DC005", "DC006", "DC021"})
"""Rules about what leaves without being asked for, and about foreign code that runs."""
OFF = frozenset({"DC004"})
"""What would be sent back if somebody switched it on."""
SHORTEST = 4
"""Characters of an id that are enough."""

_REFUSED = ("destinations.deny.", "destinations.otherwise")
_OUTSIDE = frozenset({"test", "example", "docs"})


def choose(report: Report, wishes: Wishes = NOTHING_MORE) -> Aim:
    """The findings of a report sorted into what to stop, keep, leave off and leave aside.

    To be stopped is what is sent back by default, foreign code, what a policy pack refuses, and what ``wishes`` names.
    A finding that was accepted is kept. Raises ``UsageError`` for an id that names no finding.
    """
    stop, keep = _named(report, wishes.stop), _named(report, wishes.keep)
    if both := stop & keep:
        raise UsageError(f"{min(both)[:8]} is to be stopped and to be kept.", "Name it once.")
    sorted_by: dict[str, list[Finding]] = {"stop": [], "keep": [], "off": [], "aside": []}
    for finding in report.findings:
        sorted_by[_lot(finding, stop, keep)].append(finding)
    return Aim(*(tuple(sorted_by[lot]) for lot in ("stop", "keep", "off", "aside")))


def _lot(finding: Finding, stop: frozenset[str], keep: frozenset[str]) -> str:
    if finding.id in stop:
        return "stop"
    if finding.id in keep:
        return "keep"
    if finding.flow.role in _OUTSIDE or (not finding.destinations and not finding.flow.sink.file):
        return "aside"
    if finding.suppressed:
        return "keep"
    if finding.rule in STOPPED or _is_refused(finding):
        return "stop"
    return "off" if finding.rule in OFF else "keep"


def _is_refused(finding: Finding) -> bool:
    """Whether a policy pack denies a recipient at the level of an error."""
    return any(v.rule.startswith(_REFUSED) and v.level == Severity.ERROR for v in finding.verdicts)


def _named(report: Report, ids: tuple[str, ...]) -> frozenset[str]:
    found: set[str] = set()
    for asked in ids:
        known = {f.id for f in report.findings if len(asked) >= SHORTEST and f.id.startswith(asked.lower())}
        if len(known) != 1:
            number = f"{len(known)} findings" if known else "no finding"
            raise UsageError(f"{asked[:40]!r} names {number}.", "Give the beginning of one id of the report.")
        found |= known
    return frozenset(found)
