"""What a change does, for people and for tools: each difference with its path, or as one document.

Every format of a report is one of a change as well: a report that holds what the change makes worse and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from scanner.reports.json_report import finding_document
from scanner.reports.speech import say, speaking
from scanner.reports.visible import dump_json, visible

if TYPE_CHECKING:
    from scanner.policy.differences import Change
    from scanner.policy.records import Report

SCHEMA = "datacustoms-diff/1"


def changes_text(changes: Iterable[Change], *, width: int, color: bool, language: str = "en") -> str:
    """Every change with its path, and a last line with the sums."""
    from scanner.reports.text import render_finding

    told = tuple(changes)
    with speaking(language):
        parts = [
            f"{headline(one)}\n{render_finding(one.finding, width=width, color=color, language=language)}"
            for one in told
        ]
        worse = sum(one.worse for one in told)
        return "\n".join((*parts, say("change.sum", worse=worse, removed=len(told) - worse) + "\n"))


def headline(change: Change) -> str:
    """One line: what kind of change, from what to what."""
    nothing = say("text.nothing")
    before, after = (visible(", ".join(texts), 200) or nothing for texts in (change.before, change.after))
    return say(f"change.{change.kind}", before=before, after=after)


def changes_json(changes: Iterable[Change], base: str, head: str) -> str:
    """The document ``datacustoms-diff/1``; both sides as they were named."""
    rows = [
        {"kind": c.kind, "before": c.before, "after": c.after, "finding": finding_document(c.finding)} for c in changes
    ]
    return dump_json({"schema": SCHEMA, "base": base, "head": head, "changes": rows})


def worsened(report: Report, changes: Iterable[Change]) -> Report:
    """The report of the head with the findings that are new or worse, each once."""
    from scanner.policy.rules import rules_in
    from scanner.policy.texts import load_texts

    found = tuple({id(c.finding): replace(c.finding, baseline_state="new") for c in changes if c.worse}.values())
    named = {finding.rule for finding in found}
    rules = tuple(rule for rule in rules_in(load_texts(report.language)) if rule.id in named)
    return replace(report, findings=found, rules=rules)
