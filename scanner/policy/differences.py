"""What a change does to the paths on which data leaves: added, removed, redirected, or let through more freely."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Literal

from scanner.policy.judging import order
from scanner.policy.records import Finding
from scanner.vocabulary import Severity

ChangeKind = Literal["new", "removed", "redirected", "gate-removed", "default-on", "data-added"]
KINDS: tuple[ChangeKind, ...] = ("new", "redirected", "default-on", "gate-removed", "data-added", "removed")
"""In the order they are told."""


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. ``finding`` is that of the head (of the base when removed); ``before`` and ``after`` are hosts,
    switches, defaults or data classes, as the kind says."""

    kind: ChangeKind
    finding: Finding
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()

    @property
    def worse(self) -> bool:
        """Whether more leaves than before, or more freely, or to somebody else."""
        return self.kind != "removed"


def differences(base: Iterable[Finding], head: Iterable[Finding]) -> tuple[Change, ...]:
    """Changes from base to head, worst kind first; suppressed findings count as absent, moved lines as no change."""
    old = [one for one in base if not one.suppressed]
    new = [one for one in head if not one.suppressed]
    changes: list[Change] = []
    for key in (_id, _place_and_hosts, _hosts_elsewhere, _place):
        pairs, old, new = _paired(old, new, key)
        for before, after in pairs:
            changes += _compared(before, after)
    changes += [Change("new", one, (), hosts(one)) for one in new]
    changes += [Change("removed", one, hosts(one), ()) for one in old]
    return tuple(sorted(changes, key=lambda c: (KINDS.index(c.kind), order(c.finding))))


def grave(changes: Iterable[Change], fail_on: str) -> bool:
    """Whether a change for the worse has a finding at or above ``fail_on`` (error, warning, note or never)."""
    if fail_on == "never":
        return False
    limit = Severity(fail_on).rank
    return any(change.worse and change.finding.severity.rank <= limit for change in changes)


def hosts(finding: Finding) -> tuple[str, ...]:
    """Hosts of a finding, sorted; ``?`` for one nobody knows."""
    return tuple(sorted({where.host or "?" for where in finding.destinations})) or ("?",)


def _id(finding: Finding) -> Hashable:
    return finding.id


def _place(finding: Finding) -> Hashable:
    sink = finding.flow.sink
    return sink.file, sink.function, sink.api


def _place_and_hosts(finding: Finding) -> Hashable:
    return _place(finding), hosts(finding)


def _hosts_elsewhere(finding: Finding) -> Hashable:
    """The same call in a file that was renamed."""
    return finding.flow.sink.function, finding.flow.sink.api, hosts(finding)


def _paired(
    old: list[Finding], new: list[Finding], key: Callable[[Finding], Hashable]
) -> tuple[list[tuple[Finding, Finding]], list[Finding], list[Finding]]:
    """Pairs with equal keys in order of their lines, and what is left of both sides."""
    waiting: dict[Hashable, list[Finding]] = defaultdict(list)
    for one in sorted(old, key=lambda f: f.flow.sink.line, reverse=True):
        waiting[key(one)].append(one)
    pairs: list[tuple[Finding, Finding]] = []
    left: list[Finding] = []
    for one in sorted(new, key=lambda f: f.flow.sink.line):
        if known := waiting.get(key(one)):
            pairs.append((known.pop(), one))
        else:
            left.append(one)
    return pairs, [one for rest in waiting.values() for one in rest], left


def _compared(before: Finding, after: Finding) -> list[Change]:
    """What differs between two findings of the same call."""
    changes: list[Change] = []
    if hosts(before) != hosts(after):
        changes.append(Change("redirected", after, hosts(before), hosts(after)))
    if after.flow.default_on and not before.flow.default_on:
        was = "off" if before.flow.default_on is False else "unknown"
        changes.append(Change("default-on", after, (was,), ("on",)))
    if gone := _switches(before) - _switches(after):
        changes.append(Change("gate-removed", after, tuple(sorted(gone)), tuple(sorted(_switches(after)))))
    if added := _data(after) - _data(before):
        changes.append(Change("data-added", after, tuple(sorted(_data(before))), tuple(sorted(added))))
    return changes


def _switches(finding: Finding) -> set[str]:
    return {gate.name for gate in finding.flow.gates}


def _data(finding: Finding) -> set[str]:
    return {part.data_class for part in finding.flow.payload if part.data_class} | set(finding.flow.sdk_adds)
