"""SARIF 2.1.0 (OASIS), with every path as a code flow.

Shaped by what GitHub code scanning reads and refuses: at most 5,000 results are shown per run, so the gravest 5,000 are
chosen here and the rest counted; one run per target, at most 20 runs per file; only ``primaryLocationLineHash`` is used
of the fingerprints; host, country and switch stand in the message because properties are not shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from scanner.reports.json_report import TOOL, report_document
from scanner.reports.pages import QUESTIONS, paragraphs
from scanner.reports.sarif_results import artifact, result
from scanner.reports.sarif_taxonomy import Taxonomies
from scanner.reports.sarif_words import plain
from scanner.reports.visible import dump_json
from scanner.vocabulary import Severity

if TYPE_CHECKING:
    from scanner.policy.records import Finding, Report, Rule

SARIF_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
MOST_RESULTS = 5_000
"""Results GitHub shows per run."""
MOST_NOTIFICATIONS = 1_000
MOST_DESCRIPTION = 1_024
"""Characters GitHub allows in ``fullDescription``."""

_SECURITY_SEVERITY = {Severity.ERROR: "8.0", Severity.WARNING: "5.0", Severity.NOTE: "2.0"}
"""GitHub: 7.0-8.9 is high, 4.0-6.9 medium, below that low."""
_PROBLEM = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "recommendation"}


def render_sarif(reports: tuple[Report, ...]) -> str:
    """One SARIF log; the runs of several targets are told apart by ``automationDetails``."""
    runs = [_run(report) for report in reports]
    if len(reports) > 1:
        for run, category in zip(runs, _categories(reports), strict=True):
            run["automationDetails"] = {"id": f"{category}/"}
    return dump_json({"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": runs})


def _run(report: Report) -> dict[str, Any]:
    shown = gravest(report.findings, MOST_RESULTS)
    left_out = len(report.findings) - len(shown)
    numbers = {rule.id: number for number, rule in enumerate(report.rules)}
    taxonomies = Taxonomies(report)
    return {
        "tool": {"driver": _driver(report) | taxonomies.of_driver()},
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": _notifications(report, left_out)}],
        "columnKind": "unicodeCodePoints",
        **taxonomies.of_run(),
        "results": [result(finding, numbers.get(finding.rule), taxonomies) for finding in shown],
        "properties": _properties(report, left_out),
    }


def gravest(findings: tuple[Finding, ...], most: int) -> tuple[Finding, ...]:
    """The first ``most`` findings by severity; equals keep their order."""
    return tuple(sorted(findings, key=lambda finding: finding.severity.rank)[:most])


def _driver(report: Report) -> dict[str, Any]:
    return {
        "name": TOOL,
        "version": report.tool_version,
        "semanticVersion": report.tool_version,
        "rules": [_rule(rule) for rule in report.rules],
    }


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "name": "".join(word.capitalize() for word in rule.title.split() if word.isalpha()),
        "shortDescription": {"text": plain(rule.title)},
        "fullDescription": {"text": plain(rule.help, MOST_DESCRIPTION)},
        "help": {"text": plain(rule.help, 10_000), "markdown": _markdown(rule)},
        "defaultConfiguration": {"level": str(rule.severity)},
        "properties": {
            "tags": ["security", "privacy", "data-transfer"],
            "precision": "high",
            "problem.severity": _PROBLEM[rule.severity],
            "security-severity": _SECURITY_SEVERITY[rule.severity],
        },
    }


def _markdown(rule: Rule) -> str:
    """The help of a rule, a paragraph per question it answers."""
    text = "\n\n".join(plain(part, 10_000) for part in paragraphs(rule.help))
    for question in QUESTIONS:
        text = text.replace(question, f"**{question}**")
    return f"# {rule.id}: {plain(rule.title)}\n\n{text}\n"


def _notifications(report: Report, left_out: int) -> list[dict[str, Any]]:
    notes = [_notification("error", plain(text, 1_000)) for text in report.errors]
    if left_out:
        notes.append(_notification("warning", f"{left_out} further results are left out, none graver than those shown"))
    for file, reason in report.coverage.skipped[:MOST_NOTIFICATIONS]:
        notes.append(_notification("warning", f"Not read: {plain(file)}: {plain(reason)}", file))
    more = len(report.coverage.skipped) - MOST_NOTIFICATIONS
    if more > 0:
        notes.append(_notification("warning", f"{more} further files were not read"))
    return notes


def _notification(level: str, text: str, file: str = "") -> dict[str, Any]:
    note: dict[str, Any] = {"level": level, "message": {"text": text}}
    if file:
        note["locations"] = [{"physicalLocation": {"artifactLocation": artifact(file)}}]
    return note


def _properties(report: Report, left_out: int) -> dict[str, Any]:
    document = report_document(report)
    return {
        "target": document["target"],
        "package": document["package"],
        "home": document["home"],
        "catalogDate": report.catalog_date,
        "resultsLeftOut": left_out,
        "coverage": {name: value for name, value in document["coverage"].items() if name != "skipped"}
        | {"skipped": len(report.coverage.skipped)},
    }


def _categories(reports: tuple[Report, ...]) -> list[str]:
    """A category per run: GitHub refuses two runs of one tool in the same category."""
    names: list[str] = []
    for report in reports:
        name = f"{TOOL}/{quote(report.name or report.target, safe='', errors='replace')}"
        double = sum(name == other or other.startswith(f"{name}~") for other in names)
        names.append(f"{name}~{double + 1}" if double else name)
    return names
