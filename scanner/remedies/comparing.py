"""What became of the paths that were to be stopped: two scans side by side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from scanner.policy.differences import hosts
from scanner.policy.records import Finding
from scanner.policy.wording import is_unverified
from scanner.remedies.planning import trusts_code
from scanner.remedies.records import Aim, Change, Fate, Outcome, Patch

_BY_CHANGE = {Change.ARGUMENT: Fate.ARGUMENT, Change.PIN: Fate.PINNED}
_STILL = "the second scan finds it as before"


def compare(aim: Aim, patch: Patch, after: Iterable[Finding]) -> tuple[Outcome, ...]:
    """The fate of each finding that was to be stopped or made safer, in order of the report.

    A finding is the same when file, function and API are; equals are paired by hosts, then in order of their lines.
    """
    changes: dict[str, set[Change]] = defaultdict(set)
    for file in patch.files:
        for edit in file.edits:
            for one in edit.findings:
                changes[one].add(edit.change)
    reasons = {one.finding.id: one.reason for one in patch.left}
    unsafe = [f for f in (*aim.keep, *aim.off) if is_unverified(f.flow) or trusts_code(f)]
    pairs = _paired((*aim.stop, *aim.keep, *aim.off), after)
    return tuple(_outcome(f, pairs.get(f.id), changes[f.id], reasons.get(f.id, "")) for f in (*aim.stop, *unsafe))


def _outcome(before: Finding, after: Finding | None, changes: set[Change], reason: str) -> Outcome:
    if after is None:
        return Outcome(before, Fate.GONE)
    if changes == {Change.VERIFY} and not is_unverified(after.flow):
        return Outcome(before, Fate.CHECKED)
    if after.flow.default_on is False and before.flow.default_on is not False:
        return Outcome(before, Fate.GATED)
    if changes == {Change.PIN} and trusts_code(after):
        return Outcome(before, Fate.REMAINS, reason or _STILL)
    fate = next((fate for change, fate in _BY_CHANGE.items() if change in changes), None)
    return Outcome(before, fate) if fate else Outcome(before, Fate.REMAINS, reason or _STILL)


def _paired(before: Iterable[Finding], after: Iterable[Finding]) -> dict[str, Finding]:
    """Findings of the second scan by the id they had in the first: same hosts first, then the same call elsewhere."""
    pairs: dict[str, Finding] = {}
    left, new = sorted(before, key=_place), sorted(after, key=_place)
    for key in (_key, _call):
        waiting: dict[tuple[object, ...], list[Finding]] = defaultdict(list)
        for one in reversed(new):
            waiting[key(one)].append(one)
        for one in left:
            if same := waiting.get(key(one)):
                pairs[one.id] = same.pop()
        left = [one for one in left if one.id not in pairs]
        new = sorted((one for rest in waiting.values() for one in rest), key=_place)
    return pairs


def _key(finding: Finding) -> tuple[object, ...]:
    return *_call(finding), hosts(finding)


def _call(finding: Finding) -> tuple[object, ...]:
    sink = finding.flow.sink
    return sink.file, sink.function, sink.api


def _place(finding: Finding) -> tuple[int, int]:
    return finding.flow.sink.line, finding.flow.sink.column
