"""From located flows to findings: kind, rule, severity, words, assessments, verdicts of the policy pack, ids."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from scanner.destinations.records import Destination
from scanner.flows.loaded import FOUND_BY
from scanner.flows.records import Flow
from scanner.policy import verdicts
from scanner.policy.identity import identify
from scanner.policy.kinds import kind_of
from scanner.policy.legal_classes import legal_classes
from scanner.policy.records import Finding, Pack, Report
from scanner.policy.regimes import Case, assess, is_domestic
from scanner.policy.rules import NOTICES, choose, rules_in
from scanner.policy.texts import Texts, load_texts
from scanner.policy.wording import message, notice, remedies, title
from scanner.vocabulary import Certainty, Confidence

SCENARIOS: tuple[str, ...] = ("compute", "genai_service", "oss_return", "outsourcing", "hub_access", "build_time")
"""The top taxonomy of every report; the first four are those of the white paper on cross-border data of AI."""

_BY_KIND = {
    "remote-inference": "genai_service",
    "remote-compute": "compute",
    "outsourcing": "outsourcing",
    "download": "hub_access",
    "remote-code": "hub_access",
    "model-file": "hub_access",
}
_BY_CATEGORY = {"hub": "hub_access", "compute": "compute", "labelling": "outsourcing"}
"""Who receives an upload tells what it is for."""

_BUILD_FILES = ("setup.py", "hatch_build.py", "build.py")


@dataclass(frozen=True, slots=True)
class Stance:
    """How findings are judged: homes, policy pack, day (ISO; empty: the date of the tables), language of the words."""

    home: tuple[str, ...] = ()
    pack: Pack | None = None
    today: str = ""
    texts: Texts = field(default_factory=load_texts)


def judge(
    flows: tuple[Flow, ...],
    located: tuple[tuple[Destination, ...], ...],
    home: tuple[str, ...],
    stance: Stance | None = None,
) -> tuple[Finding, ...]:
    """Findings of all flows; ``located[i]`` are the destinations of ``flows[i]``.

    A flow whose destinations are all on the machine or the local network is no transfer and gives none. Sorted by
    severity (gravest first), file, line, id. ``home`` wins over the home of the stance.
    """
    asked = replace(stance or Stance(), home=home)
    pairs = zip(flows, located, strict=True)
    findings = [finding for flow, where in pairs if (finding := _finding(flow, where, asked)) is not None]
    judged = [verdicts.apply(one, asked.pack, asked.texts, home) if asked.pack else one for one in identify(findings)]
    return tuple(sorted(judged, key=order))


def retell(report: Report, language: str) -> Report:
    """The same report in another language: every text is made anew from the facts of the findings."""
    if report.language == language:
        return report
    texts = load_texts(language)
    findings = tuple(_retold(one, report, texts) for one in report.findings)
    used = {rule.id for rule in report.rules}
    rules = tuple(rule for rule in rules_in(texts) if rule.id in used)
    return replace(report, language=language, findings=findings, rules=rules)


def _retold(finding: Finding, report: Report, texts: Texts) -> Finding:
    if finding.kind in NOTICES:
        return _void(finding, texts)
    told = _said(finding, Stance(report.home, report.pack, report.today, texts))
    if report.pack is None:
        return told
    accepted = any(one.rule == verdicts.EXCEPTIONS for one in finding.verdicts)
    domestic = is_domestic(report.home, finding.destinations)
    severity = choose(finding.flow, finding.kind, finding.destinations, domestic)[1]
    bare = replace(told, severity=severity, suppressed="" if accepted else finding.suppressed)
    return verdicts.apply(bare, report.pack, texts, report.home)


def _void(finding: Finding, texts: Texts) -> Finding:
    """A comment that accepts nothing, or a switch, in other words."""
    flow, stop = finding.flow, texts.say(f"rule.{finding.rule}.stop")
    words, why = notice(finding.rule, flow, texts)
    return replace(finding, title=words, message=why, remedies=(stop,))


def _finding(flow: Flow, located: tuple[Destination, ...], stance: Stance) -> Finding | None:
    abroad = tuple(sorted({where for where in located if not where.local}))
    if located and not abroad and flow.sink.found_by != FOUND_BY:
        return None
    # A model file that calls the machine it is loaded on is news, whatever the address.
    abroad = abroad or tuple(sorted(set(located)))
    kind = kind_of(flow, abroad)
    rule, severity = choose(flow, kind, abroad, is_domestic(stance.home, abroad))
    bare = Finding(
        id="",
        rule=rule.id,
        kind=kind,
        scenario=_scenario(flow, kind, abroad),
        severity=severity,
        confidence=_confidence(flow, abroad),
        title="",
        message="",
        flow=flow,
        destinations=abroad,
        assessments=(),
        remedies=(),
    )
    return _said(bare, stance)


def _said(finding: Finding, stance: Stance) -> Finding:
    """The finding with its words and assessments."""
    flow, kind, places, texts = finding.flow, finding.kind, finding.destinations, stance.texts
    data = (*(part.data_class or "unknown" for part in flow.payload), *flow.sdk_adds)
    case = Case(legal_classes(data, stance.pack), kind, stance.pack, stance.today, texts)
    return replace(
        finding,
        title=title(flow, kind, places, texts),
        message=message(flow, kind, places, texts),
        assessments=assess(stance.home, places, case),
        remedies=remedies(flow, places, texts),
    )


def _scenario(flow: Flow, kind: str, destinations: tuple[Destination, ...]) -> str:
    if flow.sink.file in _BUILD_FILES:
        return "build_time"
    if kind == "upload":
        by_place = [_BY_CATEGORY[one.category] for one in destinations if one.category in _BY_CATEGORY]
        if by_place:
            return by_place[0]
    return _BY_KIND.get(kind, "oss_return")


def _confidence(flow: Flow, destinations: tuple[Destination, ...]) -> Confidence:
    """High needs a chain without guesses and every host known; a guessed edge or no host at all makes it low."""
    hosts = [where.host for where in destinations]
    certain = flow.chain.certainty in (Certainty.EXACT, Certainty.ANNOTATED)
    if certain and hosts and all(hosts):
        return Confidence.HIGH
    if flow.chain.certainty is Certainty.GUESSED or not any(hosts):
        return Confidence.LOW
    return Confidence.MEDIUM


def order(finding: Finding) -> tuple[int, str, int, str]:
    """Gravest first, then by file, line and id."""
    return finding.severity.rank, finding.flow.sink.file, finding.flow.sink.line, finding.id
