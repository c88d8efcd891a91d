"""Acceptances written in the source, ``# datacustoms: allow[DC001] reason -- owner, until 2027-06-30``.

One that gives no reason, has ended or matches nothing accepts nothing and is a finding itself: of rule ``DC050``, kind
``suppression``, role ``comment``, without any destination, so that no document counts it as a transfer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from scanner.facts.comments import Suppression
from scanner.flows.records import Chain, Flow, SinkSite, Step
from scanner.policy.identity import identify
from scanner.policy.judging import order
from scanner.policy.records import Finding
from scanner.policy.rules import SUPPRESSION_KIND, SUPPRESSION_RULE, rule_of
from scanner.policy.texts import Texts
from scanner.policy.wording import suppression_message, suppression_title
from scanner.vocabulary import Certainty, Confidence

ANY_RULE_AT_MOST = 20
"""Rules one comment may name and still be shown by name."""

Placed = tuple[str, Suppression]
"""A comment and the path of its file."""


def accept(
    findings: Iterable[Finding], comments: Mapping[str, tuple[Suppression, ...]], day: str, texts: Texts
) -> tuple[Finding, ...]:
    """The findings, suppressed where a comment accepts them, and a finding per comment that accepts nothing.

    ``comments`` are by path; ``day`` (ISO) is what end dates are compared with.
    """
    placed = [(path, one) for path, ones in sorted(comments.items()) for one in ones]
    valid = [(path, one) for path, one in placed if not one.problem and not _ended(one, day)]
    used: set[Placed] = set()
    kept = tuple(_accepted(finding, valid, used) for finding in findings)
    void = [(path, one, _why(one, day)) for path, one in placed if (path, one) not in used]
    own = identify([_finding(path, one, why, texts) for path, one, why in void])
    return tuple(sorted((*kept, *own), key=order))


def _accepted(finding: Finding, valid: list[Placed], used: set[Placed]) -> Finding:
    matching = [(path, one) for path, one in valid if _matches(finding, path, one)]
    used.update(matching)
    if not matching or finding.suppressed:
        return finding
    return replace(finding, suppressed=_words(matching[0][1]))


def _matches(finding: Finding, path: str, comment: Suppression) -> bool:
    sink = finding.flow.sink
    names = {name.upper() for name in comment.rules}
    return path == sink.file and sink.line <= comment.applies_to <= sink.end_line and finding.rule in names


def _words(comment: Suppression) -> str:
    until = f"until {comment.until}" if comment.until else ""
    who = ", ".join(part for part in (comment.owner, until) if part)
    return f"{comment.reason} ({who})" if who else comment.reason


def _ended(comment: Suppression, day: str) -> bool:
    return bool(comment.until) and comment.until < day


def _why(comment: Suppression, day: str) -> str:
    """What makes a comment void, in the words ``facts`` uses, or ended or unused."""
    if comment.problem:
        return comment.problem
    return f"ended on {comment.until}" if _ended(comment, day) else "matches nothing"


def _finding(path: str, comment: Suppression, why: str, texts: Texts) -> Finding:
    rule = rule_of(SUPPRESSION_RULE)
    named = ", ".join(comment.rules[:ANY_RULE_AT_MOST])
    sink = SinkSite(
        path, comment.line, 1, comment.line, "<module>", f"datacustoms: allow[{named}]", "", "", "unknown", "default",
        "comment", why,
    )  # fmt: skip
    chain = Chain((Step(path, comment.line, "<module>", "sink"),), "comment", Certainty.EXACT)
    flow = Flow(sink, SUPPRESSION_KIND, chain, (), "call", (), (), (), (), None, "comment")
    return Finding(
        "", rule.id, SUPPRESSION_KIND, "", rule.severity, Confidence.HIGH, suppression_title(flow, texts),
        suppression_message(flow, texts), flow, (), (), (texts.say(f"rule.{rule.id}.stop"),),
    )  # fmt: skip
