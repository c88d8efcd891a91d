"""Findings as flat rows: the columns of the CSV report, and a line about a finding for formats that hold one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.policy.wording import switches
from scanner.reports.crossing import METADATA, UNKNOWN, classes, countries, operators
from scanner.reports.markup import inert
from scanner.reports.speech import spoken, word
from scanner.reports.switches import setting

if TYPE_CHECKING:
    from scanner.policy.records import Finding, Report

COLUMNS = (
    "target", "id", "severity", "rule", "kind", "scenario", "title", "data", "hosts", "operators", "countries",
    "default", "trigger", "switches", "statuses", "confidence", "file", "line", "function", "api", "path", "role",
    "baseline_state", "suppressed",
)  # fmt: skip
"""Columns, in order. A list is one cell, its items apart by ``; ``."""

_DEFAULTS = {True: "on", False: "off", None: ""}


def row(report: Report, finding: Finding) -> tuple[str, ...]:
    """The cells of a finding: ``Unknown`` stands among hosts, operators and countries where one is not known."""
    flow, sink = finding.flow, finding.flow.sink
    found = [_known(names) for names in (classes(finding), _hosts(finding), operators(finding), countries(finding))]
    statuses = [f"{one.home}:{one.regime}:{one.status}" for one in finding.assessments]
    head = (report.name or report.target, finding.id, str(finding.severity), finding.rule, finding.kind)
    told = (finding.scenario, finding.title, *found, _DEFAULTS[flow.default_on], flow.trigger)
    asked = ("; ".join(switch_names(finding)), "; ".join(statuses), str(finding.confidence))
    place = (sink.file, str(sink.line), sink.function, sink.api, path_text(finding), flow.role)
    return (*head, *told, *asked, *place, finding.baseline_state, finding.suppressed)


def switch_names(finding: Finding) -> list[str]:
    """What to set so that the path stays silent, or the names of what would switch it on."""
    gates = switches(finding.flow)
    return list(dict.fromkeys(setting(one) if one.polarity == "opt-out" else one.name for one in gates))


def path_text(finding: Finding) -> str:
    """``f (a.py:3) > g (b.py:9)``, entry first."""
    return " > ".join(f"{step.function} ({step.file}:{step.line})" for step in finding.flow.chain.steps)


def line_about(finding: Finding) -> str:
    """One line: title, confidence, path and switch, with nothing a log would obey."""
    stop = spoken().listed(switch_names(finding)) or spoken().say("label.no_switch")
    sure = spoken().say("label.confidence", confidence=word("confidence", finding.confidence))
    return inert(f"{finding.title} ({sure}). {spoken().say('label.switch')}: {stop}")


def _hosts(finding: Finding) -> tuple[str, ...]:
    return tuple(sorted({where.host or UNKNOWN for where in finding.destinations})) or (UNKNOWN,)


def _known(names: tuple[str, ...]) -> str:
    return "; ".join("Unknown" if name == UNKNOWN else name for name in names if name != METADATA)
