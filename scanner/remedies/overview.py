"""The answer of ``harden`` at a glance: what stops what, what stays open, what a second scan showed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from scanner.policy.records import Finding, Report
from scanner.remedies.egress import egress
from scanner.remedies.records import Aim, Fate, Outcome, Patch, SwitchState, Wishes
from scanner.remedies.switches import switches
from scanner.remedies.text import inert
from scanner.remedies.wording import about, about_host, named, not_listed, state, uncovered

SCHEMA = "datacustoms-harden/1"
_HOSTS = 40


def overview(report: Report, aim: Aim, wishes: Wishes) -> str:
    """Switches and hosts of a report, as text."""
    plan, found = switches(aim), egress(aim, wishes)
    lines = [f"{len(aim.stop)} paths to stop, {len(aim.keep)} the program is used for, {len(aim.off)} off by default"]
    for switch in plan.switches:
        active = switch.state is SwitchState.SET
        lines += ["", inert(f"{switch.name}={switch.value}" if switch.value else switch.name)]
        lines += [f"  {line}" for line in (*about(switch), *([] if active else [state(switch)]))]
    lines += ["", *uncovered(plan)] if plan.uncovered else []
    lines += ["", f"Hosts that stay open ({len(found.hosts)}):" if found.hosts else "No host has to stay open."]
    lines += [f"  {line}" for host in found.hosts[:_HOSTS] for line in about_host(host)]
    lines += [f"  and {len(found.hosts) - _HOSTS} more"] if len(found.hosts) > _HOSTS else []
    lines += [f"  {line}" for line in not_listed(found)[:_HOSTS]]
    return "\n".join(lines) + "\n"


def remarks(patch: Patch) -> list[str]:
    """What the patch does not change, and why, one line each."""
    return [
        f"left as it is: {named((one.finding,))} at {_place(one.finding)}: {inert(one.reason)}" for one in patch.left
    ]


def proof(outcomes: Sequence[Outcome]) -> str:
    """What the second scan showed: numbers, then one line per path."""
    numbers = Counter(one.fate for one in outcomes)
    told = ", ".join(f"{numbers[fate]} {fate.value}" for fate in Fate if numbers[fate]) or "nothing was to be stopped"
    lines = [f"after the patch: {told}"]
    for one in outcomes:
        why = f" ({inert(one.reason)})" if one.reason else ""
        lines.append(f"  {one.fate.value}: {named((one.finding,))} at {_place(one.finding)}{why}")
    return "\n".join(lines) + "\n"


def document(report: Report, aim: Aim, wishes: Wishes, patch: Patch | None, outcomes: Sequence[Outcome] | None) -> str:
    """Everything as JSON (``datacustoms-harden/1``), in ASCII; findings are named by their ids."""
    plan, found = switches(aim), egress(aim, wishes)
    told: dict[str, Any] = {
        "schema": SCHEMA,
        "target": report.target,
        "stop": _ids(aim.stop),
        "keep": _ids(aim.keep),
        "switches": [
            {
                "name": s.name, "value": s.value, "rule": s.rule, "where": s.where, "state": s.state.value,
                "stops": _ids(s.stops), "does_not_stop": _ids(s.misses), "also_stops": _ids(s.breaks),
            }
            for s in plan.switches
        ],
        "uncovered": _ids(plan.uncovered),
        "egress": {
            "open": [
                {
                    "host": h.name, "ports": list(h.ports), "needed_by": _ids(h.needed_by),
                    "shared_with": _ids(h.shared_with),
                }
                for h in found.hosts
            ],
            "closed": {name: _ids(findings) for name, findings in found.closed},
            "partly_known": {name: _ids(findings) for name, findings in found.partly},
            "unknown": _ids(found.unknown),
        },
        "patch": _patch(patch),
        "verified": None if outcomes is None else [
            {"id": o.finding.id, "fate": o.fate.name.lower(), "reason": o.reason} for o in outcomes
        ],
    }  # fmt: skip
    return json.dumps(told, ensure_ascii=True, indent=2) + "\n"


def _patch(patch: Patch | None) -> dict[str, Any] | None:
    if patch is None:
        return None
    edits = [
        {"file": f.path, "line": e.line, "change": e.change.name.lower(), "name": e.name, "findings": list(e.findings)}
        for f in patch.files
        for e in f.edits
    ]
    left = [{"id": one.finding.id, "reason": one.reason} for one in patch.left]
    return {"diff": patch.diff, "edits": edits, "left": left}


def _ids(findings: Sequence[Finding]) -> list[str]:
    return [finding.id for finding in findings]


def _place(finding: Finding) -> str:
    return inert(f"{finding.flow.sink.file}:{finding.flow.sink.line}")
