"""The report as Markdown for a pull request or a job summary: the gravest first, each with its path, cut with a note.

GitHub takes 64 KiB in a comment and 1 MiB in a job summary (github/docs, 2026-11); the limit here is the comment's.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scanner.reports.columns import switch_names
from scanner.reports.crossing import live
from scanner.reports.grouping import by_recipient, plural, severities
from scanner.reports.html_data import target_name
from scanner.reports.sheet_markdown import escaped
from scanner.reports.speech import say, speaking, spoken, word

if TYPE_CHECKING:
    from scanner.policy.records import Finding, Report

MOST_CHARACTERS = 60_000
"""Of one target's report; what does not fit is counted."""
MOST_RECIPIENTS = 30
_ROOM_FOR_END = 1_500


def render_markdown(reports: tuple[Report, ...]) -> str:
    """One report after the other; ends with a newline."""
    parts = []
    for report in reports:
        with speaking(report.language):
            parts.append(_report(report, MOST_CHARACTERS // len(reports)))
    return "\n\n".join(parts) + "\n"


def quoted(text: str) -> str:
    """Text without markup that names nobody: GitHub would notify ``@name`` and link ``#1`` even when escaped."""
    return escaped(text).replace("@", "@<!-- -->").replace("\\#", "\\#<!-- -->")


def _report(report: Report, room: int) -> str:
    found = sorted(live(report.findings), key=lambda one: one.severity.rank)
    parts = [f"## datacustoms: {quoted(target_name(report))}", f"**{quoted(severities(tuple(found)))}**"]
    if found:
        parts.append(_recipients(tuple(found)))
    left, end = room - _ROOM_FOR_END - sum(map(len, parts)), _end(report)
    shown = 0
    for text in map(_finding, found):
        left -= len(text) + 2
        if left < 0:
            break
        parts.append(text)
        shown += 1
    if shown < len(found):
        parts.append(f"*{quoted(say('label.and_more', number=len(found) - shown))}*")
    return "\n\n".join([*parts, end])


def _recipients(found: tuple[Finding, ...]) -> str:
    names = ("name", "home", "country", "findings")
    rows = [tuple(say(f"html.recipient.{name}") for name in names)]
    unknown = say("label.unknown")
    groups = by_recipient(found)
    for one in groups[:MOST_RECIPIENTS]:
        home, country = (spoken().country(code) or unknown for code in (one.operator_country, one.country))
        rows.append((one.operator or one.name or unknown, home, country, severities(one.findings)))
    if len(groups) > MOST_RECIPIENTS:
        rows.append((plural(len(groups) - MOST_RECIPIENTS, "more recipient"), "", "", ""))
    lines = [f"| {' | '.join(quoted(cell) for cell in row)} |" for row in rows]
    return "\n".join([lines[0], "|---|---|---|---|", *lines[1:]])


def _finding(finding: Finding) -> str:
    severity = word("severity", finding.severity)
    heading = f"### {quoted(severity)}: {quoted(finding.title)}"
    return "\n\n".join([heading, quoted(finding.message), "\n".join(_lines(finding))])


def _lines(finding: Finding) -> Iterator[str]:
    for number, step in enumerate(finding.flow.chain.steps, start=1):
        yield f"{number}. {quoted(step.function)} ({quoted(f'{step.file}:{step.line}')})"
    stop = [quoted(name) for name in switch_names(finding)]
    yield f"\n- {quoted(say('label.switch'))}: {', '.join(stop) or quoted(say('label.no_switch'))}"
    for one in finding.assessments:
        told = f"{one.home}: {word('status', one.status)}: {one.needs} ({one.citation})"
        yield f"- {quoted(told)}"
    yield f"- {quoted(finding.rule)} {quoted(finding.id[:12])}"


def _end(report: Report) -> str:
    seen = report.coverage
    read = say("text.read", parsed=f"{seen.parsed:,}", files=f"{seen.files:,}")
    problems = [f"- {quoted(error[:300])}" for error in report.errors[:3]]
    note = f"{quoted(say('label.files'))}: {quoted(read)}. {quoted(say('html.absence'))}"
    return "\n".join([*problems, "", f"*{note}*"]).lstrip("\n")
