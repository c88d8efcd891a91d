"""Comments of switch files and allow-lists, from facts; every scanned text in them is inert."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from scanner.policy.records import Finding, Report
from scanner.remedies.records import Egress, OpenHost, Switch, SwitchPlan, SwitchState
from scanner.remedies.text import inert

MOST = 4
"""Findings named in one comment; the rest is a number."""

_STATES = {
    SwitchState.ALTERNATIVE: "not set: what it stops is stopped already",
    SwitchState.BROAD: "not set: it would also stop what the program is used for",
    SwitchState.ADDRESS: "not set: it holds an address or a key; point it at a server of your own",
    SwitchState.LEAVE: "leave it unset: the path is off until somebody sets it",
    SwitchState.UNKNOWN: "not set: no value could be evaluated that silences the path; see the code",
}

_VERBS = {SwitchState.LEAVE: "switches on", SwitchState.UNKNOWN: "decides about"}
"""What a variable does that no value is known to stop."""


def head(report: Report, subject: str) -> list[str]:
    """What the file is, of which target, and what was not seen."""
    coverage = report.coverage
    seen = f"{coverage.parsed} of {coverage.files} files read"
    hostless = f"{coverage.sinks_without_host} of {coverage.sinks} sending calls have no known host"
    return [
        f"{subject} for {inert(report.target)}, by datacustoms {inert(report.tool_version, 20)}.",
        f"Seen: {seen}; {hostless}. What was not seen is not stopped by this file.",
    ]


def named(findings: Sequence[Finding], most: int = MOST) -> str:
    """Findings in a comment: ids and title, those of one title together."""
    by_title: dict[str, list[str]] = {}
    for finding in findings:
        by_title.setdefault(finding.title, []).append(inert(finding.id[:8], 8))
    titles = list(by_title.items())
    parts = [f"[{_ids(ids)}] {inert(title, 90)}" for title, ids in titles[:most]]
    rest = sum(len(ids) for _, ids in titles[most:])
    return "; ".join([*parts, *([f"and {rest} more"] if rest else [])]) or "nothing"


def _ids(ids: Sequence[str]) -> str:
    return ", ".join(ids[:MOST]) + (f" and {len(ids) - MOST} more" if len(ids) > MOST else "")


def about(switch: Switch) -> list[str]:
    """What a variable stops, its value rule, and what it does not stop."""
    where = f" ({inert(switch.where, 120)})" if switch.where else ""
    lines = [f"{_VERBS.get(switch.state, 'stops')}: {named(switch.stops)}", f"rule: {inert(switch.rule)}{where}"]
    if switch.breaks:
        lines.append(f"also stops: {named(switch.breaks)}")
    if switch.state in _VERBS:
        return lines
    used = [] if switch.breaks else ["what the program is used for"]
    misses = [named(switch.misses)] if switch.misses else []
    return [*lines, f"does not stop: {'; and '.join([*misses, *used]) or 'paths this scan did not see'}"]


def state(switch: Switch) -> str:
    """Why a variable is not set."""
    return _STATES[switch.state]


def uncovered(plan: SwitchPlan) -> list[str]:
    """The findings no variable of the file stops."""
    if not plan.uncovered:
        return []
    lines = [f"No variable stops {len(plan.uncovered)} of the paths to be stopped; see --patch and the allow-lists:"]
    return lines + [f"  {named((f,))} at {_place(f)}" for f in plan.uncovered]


def about_host(host: OpenHost) -> list[str]:
    """Why a host stays open, and what else goes there."""
    kinds = ", ".join(sorted({f.kind for f in host.needed_by})) or "allowed by you"
    lines = [f"{inert(host.name)}: {inert(kinds)}; {named(host.needed_by, 2)}"]
    if host.shared_with:
        lines.append(f"  does not stop: {named(host.shared_with)}; the network cannot tell them apart")
    if 80 in host.ports:
        lines.append("  not encrypted on port 80")
    return lines


def not_listed(found: Egress) -> list[str]:
    """What is closed, and what the list cannot name."""
    lines = [f"closed: {inert(name)}: {named(findings, 2)}" for name, findings in found.closed]
    lines += [
        f"not opened, a part of the name is unknown (add it with --allow): {inert(name)}: {named(findings, 2)}"
        for name, findings in found.partly
    ]
    return lines + [f"not opened, host unknown: {named((f,))} at {_place(f)}" for f in found.unknown]


def commented(lines: Iterable[str], indent: str = "") -> str:
    """Lines as comments; no text in them can end one."""
    return "".join(f"{indent}# {line}".rstrip() + "\n" for line in lines)


def _place(finding: Finding) -> str:
    return inert(f"{finding.flow.sink.file}:{finding.flow.sink.line}")
