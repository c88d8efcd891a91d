"""GitLab Code Quality: a JSON list in the Code Climate subset GitLab reads (docs.gitlab.com, code quality, 2026-11).

GitLab shows one of several entries with the same fingerprint, so a fingerprint that repeats gets a number.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from scanner.reports.columns import line_about
from scanner.reports.crossing import live
from scanner.reports.markup import inert
from scanner.reports.speech import speaking
from scanner.reports.visible import dump_json
from scanner.vocabulary import Severity

if TYPE_CHECKING:
    from scanner.policy.records import Finding, Report

SEVERITIES = {Severity.ERROR: "critical", Severity.WARNING: "major", Severity.NOTE: "info"}
"""Our severities in GitLab's words."""


def render_gitlab(reports: tuple[Report, ...]) -> str:
    """The findings nobody has accepted, of all targets in one list; ends with a newline."""
    seen: Counter[str] = Counter()
    issues: list[dict[str, Any]] = []
    for report in reports:
        with speaking(report.language):
            for finding in live(report.findings):
                seen[finding.id] += 1
                issues.append(_issue(finding, seen[finding.id]))
    return dump_json(issues)


def _issue(finding: Finding, occurrence: int) -> dict[str, Any]:
    sink = finding.flow.sink
    return {
        "description": line_about(finding),
        "check_name": inert(finding.rule),
        "fingerprint": inert(finding.id) if occurrence == 1 else f"{inert(finding.id)}-{occurrence}",
        "severity": SEVERITIES[finding.severity],
        "location": {"path": relative(sink.file), "lines": {"begin": max(1, sink.line)}},
    }


def relative(file: str) -> str:
    """A path that stays inside the scanned tree."""
    return "/".join(part for part in inert(file).split("/") if part not in ("", ".", "..")) or "_"
