"""JUnit XML as Jenkins, GitLab and most others read it: a suite per target, a test case per finding.

Errors and warnings are failures, notes pass with what they say, accepted findings are skipped, and a case about the
analysis itself fails when it stopped half-way; so a suite is never empty.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.reports.columns import line_about, path_text
from scanner.reports.gitlab import relative
from scanner.reports.html_data import target_name
from scanner.reports.markup import tag, xml_text
from scanner.reports.speech import speaking
from scanner.vocabulary import Severity

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from scanner.policy.records import Finding, Report


def render_junit(reports: tuple[Report, ...]) -> str:
    """The document; ends with a newline."""
    return xml_text(tag("testsuites", *(_suite(report) for report in reports), name="datacustoms"))


def _suite(report: Report) -> Element:
    with speaking(report.language):
        cases = [_analysis(report), *(_case(finding) for finding in report.findings)]
    seen = report.coverage
    facts: dict[str, str | int] = {
        "target": report.target,
        "tool": report.tool_version,
        "catalog": report.catalog_date,
        "files": seen.files,
        "parsed": seen.parsed,
        "skipped": len(seen.skipped),
    }
    return tag(
        "testsuite",
        tag("properties", *(tag("property", name=name, value=value) for name, value in facts.items())),
        *cases,
        name=target_name(report),
        tests=len(cases),
        failures=sum(case.find("failure") is not None for case in cases),
        errors=sum(case.find("error") is not None for case in cases),
        skipped=sum(case.find("skipped") is not None for case in cases),
        time="0",
    )


def _analysis(report: Report) -> Element:
    problem = "; ".join(report.errors)
    error = tag("error", message=problem, type="analysis") if problem else None
    return tag("testcase", error, classname="datacustoms", name="analysis", time="0")


def _case(finding: Finding) -> Element:
    sink = finding.flow.sink
    return tag(
        "testcase",
        _outcome(finding),
        classname=f"datacustoms.{finding.rule}",
        name=f"{finding.title} [{finding.id[:12]}]",
        file=relative(sink.file),
        line=max(1, sink.line),
        time="0",
    )


def _outcome(finding: Finding) -> Element:
    if finding.suppressed or finding.baseline_state == "absent":
        return tag("skipped", message=finding.suppressed or finding.baseline_state)
    if finding.severity is Severity.NOTE:
        return tag("system-out", line_about(finding))
    text = f"{finding.message} ({path_text(finding)})"
    return tag("failure", text, message=line_about(finding), type=f"{finding.severity}:{finding.kind}")
