"""From located flows to findings: kind, rule, severity, words, assessments, ids."""

from __future__ import annotations

from scanner.destinations.records import Destination
from scanner.flows.loaded import FOUND_BY
from scanner.flows.records import Flow
from scanner.policy.identity import identify
from scanner.policy.kinds import kind_of
from scanner.policy.records import Finding
from scanner.policy.regimes import assess, is_domestic
from scanner.policy.rules import choose
from scanner.policy.wording import message, remedies, title
from scanner.vocabulary import Certainty, Confidence

_SCENARIOS = {
    "remote-inference": "genai_service",
    "remote-compute": "compute",
    "outsourcing": "outsourcing",
    "download": "hub_access",
    "remote-code": "hub_access",
    "model-file": "hub_access",
}
_BUILD_FILES = ("setup.py", "hatch_build.py", "build.py")


def judge(
    flows: tuple[Flow, ...], located: tuple[tuple[Destination, ...], ...], home: tuple[str, ...]
) -> tuple[Finding, ...]:
    """Findings of all flows; ``located[i]`` are the destinations of ``flows[i]``.

    A flow whose destinations are all on the machine or the local network is no transfer and gives none. Sorted by
    severity (gravest first), file, line, id.
    """
    pairs = zip(flows, located, strict=True)
    findings = [finding for flow, where in pairs if (finding := _finding(flow, where, home)) is not None]
    return tuple(sorted(identify(findings), key=_order))


def _finding(flow: Flow, located: tuple[Destination, ...], home: tuple[str, ...]) -> Finding | None:
    abroad = tuple(sorted({where for where in located if not where.local}))
    if located and not abroad and flow.sink.found_by != FOUND_BY:
        return None
    # A model file that calls the machine it is loaded on is news, whatever the address.
    abroad = abroad or tuple(sorted(set(located)))
    kind = kind_of(flow, abroad)
    rule, severity = choose(flow, kind, abroad, is_domestic(home, abroad))
    return Finding(
        id="",
        rule=rule.id,
        kind=kind,
        scenario=_scenario(flow, kind, abroad),
        severity=severity,
        confidence=_confidence(flow, abroad),
        title=title(flow, kind, abroad),
        message=message(flow, kind, abroad),
        flow=flow,
        destinations=abroad,
        assessments=assess(home, abroad),
        remedies=remedies(flow, abroad),
    )


def _scenario(flow: Flow, kind: str, destinations: tuple[Destination, ...]) -> str:
    if flow.sink.file in _BUILD_FILES:
        return "build_time"
    if kind == "upload" and any(where.category == "hub" for where in destinations):
        return "hub_access"
    return _SCENARIOS.get(kind, "oss_return")


def _confidence(flow: Flow, destinations: tuple[Destination, ...]) -> Confidence:
    """High needs a chain without guesses and every host known; a guessed edge or no host at all makes it low."""
    hosts = [where.host for where in destinations]
    certain = flow.chain.certainty in (Certainty.EXACT, Certainty.ANNOTATED)
    if certain and hosts and all(hosts):
        return Confidence.HIGH
    if flow.chain.certainty is Certainty.GUESSED or not any(hosts):
        return Confidence.LOW
    return Confidence.MEDIUM


def _order(finding: Finding) -> tuple[int, str, int, str]:
    return finding.severity.rank, finding.flow.sink.file, finding.flow.sink.line, finding.id
