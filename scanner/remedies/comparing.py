"""What became of the paths that were to be stopped: two scans side by side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from scanner.policy.differences import hosts
from scanner.policy.records import Finding
from scanner.policy.wording import is_unverified
from scanner.remedies.records import Aim, Change, Fate, Outcome, Patch

_BY_CHANGE = {Change.ARGUMENT: Fate.ARGUMENT, Change.PIN: Fate.PINNED}
_STILL = "the second scan finds it as before"


def compare(aim: Aim, patch: Patch, after: Iterable[Finding]) -> tuple[Outcome, ...]:
    """The fate of each finding that was to be stopped or whose certificate was not checked, in order of the report.

    A finding is the same when file, function, API and hosts are; equals are paired in order of their lines.
    """
    changes: dict[str, set[Change]] = defaultdict(set)
    for file in patch.files:
        for edit in file.edits:
            for one in edit.findings:
                changes[one].add(edit.change)
    reasons = {one.finding.id: one.reason for one in patch.left}
    unchecked = [f for f in (*aim.keep, *aim.off) if is_unverified(f.flow)]
    pairs = _paired((*aim.stop, *aim.keep, *aim.off), after)
    return tuple(_outcome(f, pairs.get(f.id), changes[f.id], reasons.get(f.id, "")) for f in (*aim.stop, *unchecked))


def _outcome(before: Finding, after: Finding | None, changes: set[Change], reason: str) -> Outcome:
    if after is None:
        return Outcome(before, Fate.GONE)
    if changes == {Change.VERIFY} and not is_unverified(after.flow):
        return Outcome(before, Fate.CHECKED)
    if after.flow.default_on is False and before.flow.default_on is not False:
        return Outcome(before, Fate.GATED)
    fate = next((fate for change, fate in _BY_CHANGE.items() if change in changes), None)
    return Outcome(before, fate) if fate else Outcome(before, Fate.REMAINS, reason or _STILL)


def _paired(before: Iterable[Finding], after: Iterable[Finding]) -> dict[str, Finding]:
    waiting: dict[tuple[object, ...], list[Finding]] = defaultdict(list)
    for one in sorted(after, key=_place, reverse=True):
        waiting[_key(one)].append(one)
    pairs = {}
    for one in sorted(before, key=_place):
        if same := waiting.get(_key(one)):
            pairs[one.id] = same.pop()
    return pairs


def _key(finding: Finding) -> tuple[object, ...]:
    sink = finding.flow.sink
    return sink.file, sink.function, sink.api, hosts(finding)


def _place(finding: Finding) -> tuple[int, int]:
    return finding.flow.sink.line, finding.flow.sink.column
