"""Findings about switches themselves: one nothing depends on, one that does not close every way.

They are of kind ``switch``, role ``switch`` and without any destination, so that no document counts them as a transfer.
"""

from __future__ import annotations

from collections.abc import Iterable

from scanner.flows.records import Chain, Flow, Gate, SinkSite, Step
from scanner.flows.unread import Unread
from scanner.policy.identity import identify
from scanner.policy.judging import order
from scanner.policy.records import Finding
from scanner.policy.rules import SWITCH_KIND, is_return, rule_of
from scanner.policy.texts import Texts
from scanner.policy.wording import notice
from scanner.vocabulary import Certainty, Confidence

UNREAD, PARTIAL = "DC051", "DC052"
_SECONDARY = frozenset({"test", "example", "docs"})
_SCENARIO = "oss_return"
_SET_BY_PEOPLE = frozenset({"env", "setting"})


def with_switches(findings: tuple[Finding, ...], unread: Iterable[Unread], texts: Texts) -> tuple[Finding, ...]:
    """The findings, and those about switches; sorted as ``judge`` sorts."""
    own = [_unread(one, texts) for one in unread]
    running = [f for f in findings if f.flow.default_on and is_return(f.flow, f.kind) and f.flow.role not in _SECONDARY]
    for finding in running:
        missing = _promised(finding, running)
        if missing is not None:
            gate, where = missing
            place = f"{where.flow.sink.file}:{where.flow.sink.line}"
            own.append(_finding(PARTIAL, finding.flow.sink, gate.name, place, texts))
    return tuple(sorted((*findings, *identify(own)), key=order))


def _promised(finding: Finding, others: list[Finding]) -> tuple[Gate, Finding] | None:
    """A switch that silences another way to the same recipient and not this one."""
    here = {g.name for g in finding.flow.gates}
    hosts = {d.host for d in finding.destinations if d.host}
    for other in others:
        if not hosts.intersection(d.host for d in other.destinations):
            continue
        for gate in other.flow.gates:
            # What an SDK honours by itself (no place in the program) is no promise of the program.
            promised = gate.kind in _SET_BY_PEOPLE and gate.polarity == "opt-out" and gate.off_value and gate.file
            if promised and gate.name not in here:
                return gate, other
    return None


def _unread(one: Unread, texts: Texts) -> Finding:
    site = SinkSite(one.file, one.line, 1, one.line, one.function, one.name, "", "", "unknown", "default", "switch")
    return _finding(UNREAD, site, one.name, one.kept_as, texts)


def _finding(rule_id: str, at: SinkSite, name: str, other: str, texts: Texts) -> Finding:
    rule = rule_of(rule_id)
    site = SinkSite(
        at.file, at.line, at.column, at.end_line, at.function, name, "", "", "unknown", "default", "switch", other
    )  # fmt: skip
    chain = Chain((Step(at.file, at.line, at.function, "sink"),), "switch", Certainty.EXACT)
    flow = Flow(site, SWITCH_KIND, chain, (), "call", (), (), (), (), None, "switch")
    words, why = notice(rule.id, flow, texts)
    return Finding(
        "", rule.id, SWITCH_KIND, _SCENARIO, rule.severity, Confidence.MEDIUM, words, why, flow, (), (),
        (texts.say(f"rule.{rule.id}.stop"),),
    )  # fmt: skip
