"""Findings as the data of the page: compact JSON, every distinct row once, findings naming rows by number.

20,000 findings share most of their steps, places and switches; told once each, the page stays small and opens at once.
Every text in it is made visible here, and the page puts it in as text, never as markup.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Any

from scanner.policy.legal_classes import data_name
from scanner.policy.retelling import evidence, field_name, note
from scanner.policy.rules import RETURNS
from scanner.policy.wording import switches
from scanner.reports.crossing import METADATA, UNKNOWN, classes, countries, operators
from scanner.reports.markup import inert
from scanner.reports.pages import paragraphs
from scanner.reports.paths import function_name
from scanner.reports.speech import say, spoken, word
from scanner.reports.switches import explanation, setting

if TYPE_CHECKING:
    from scanner.destinations.records import Destination
    from scanner.flows.records import Chain, Flow, Gate, PayloadField
    from scanner.policy.records import Assessment, Finding, Report, Rule

MOST_PATHS = 20
"""Further paths told of a finding."""
_DEFAULTS = {True: "on", False: "off", None: "unknown"}
_WORDS = "html.js."

COLUMNS = (
    "id", "rule", "kind", "scenario", "severity", "confidence", "title", "target", "trigger", "default", "role", "api",
    "place", "source", "fields", "sdk", "places", "off", "on", "chain", "others", "assessments", "remedies", "verdicts",
    "suppressed", "state", "classes", "countries", "operators",
)  # fmt: skip
"""Cells of a finding, in order."""


class Rows:
    """Distinct rows, numbered in the order they came."""

    def __init__(self) -> None:
        self.numbers: dict[Any, int] = {}

    def number(self, row: Any) -> int:
        """The number of a row; the row itself is hashable."""
        return self.numbers.setdefault(row, len(self.numbers))

    def told(self) -> list[Any]:
        """The rows."""
        return list(self.numbers)


class Data:
    """The tables of one page."""

    def __init__(self) -> None:
        self.text, self.steps, self.fields, self.places, self.gates, self.assessments = (Rows() for _ in range(6))
        self._shown = cache(inert)

    def say(self, text: str) -> int:
        """The number of a text, which is made visible."""
        return self.text.number(self._shown(text))

    def says(self, texts: Iterable[str]) -> list[int]:
        """Numbers of texts."""
        return [self.say(text) for text in texts]

    def step(self, file: str, line: int, role: str, name: str, note: str) -> int:
        """The number of a step."""
        at = self.say(f"{file}:{line}" if file else "")
        return self.steps.number((self.say(role), self.say(name), at, self.say(note)))

    def chain(self, chain: Chain, flow: Flow) -> list[int]:
        """The steps of a path, entry first; switches the path does not name stand before the call that sends."""
        named = {(step.file, step.line) for step in chain.steps if step.role == "gate"}
        path: list[int] = []
        for step in chain.steps:
            if step.role == "sink":
                missing = (gate for gate in switches(flow) if gate.file and (gate.file, gate.line) not in named)
                path += [self.step(gate.file, gate.line, "gate", gate.name, "") for gate in missing]
            name = step.note or step.function if step.role == "gate" else function_name(step.function)
            said = "" if step.role in ("gate", "sink") else note(step.note, spoken())
            path.append(self.step(step.file, step.line, step.role, name, said))
        return path

    def field(self, part: PayloadField) -> int:
        """The number of a payload field."""
        guards = spoken().listed(word("safeguard", guard) for guard in part.safeguards)
        at = f"{part.file}:{part.line}" if part.file else ""
        name = data_name(part.data_class or "unknown", spoken())
        field = field_name(part.name, spoken())
        return self.fields.number((self.say(name), self.say(field), self.say(at), self.say(guards)))

    def place(self, where: Destination) -> int:
        """The number of a destination."""
        how = word("resolved", where.resolved_by)
        home, country = spoken().country(where.operator_country), spoken().country(where.country)
        known = "; ".join(evidence(where.evidence, spoken()))
        cells = (where.url or where.host, where.operator, home, country, where.region, how, known)
        return self.places.number((*self.says(cells), self.say(spoken().listed(where.overrides))))

    def gate(self, gate: Gate) -> int:
        """The number of a switch."""
        shown = setting(gate) if gate.polarity == "opt-out" else gate.name
        return self.gates.number((self.say(shown), self.say(explanation(gate))))

    def assessment(self, one: Assessment) -> int:
        """The number of an assessment."""
        cited = spoken().listed(part for part in (one.citation, say("text.as_of", date=one.as_of)) if part)
        cells = (spoken().country(one.home), word("status", one.status), one.needs, cited)
        return self.assessments.number(tuple(self.says(cells)))

    def finding(self, one: Finding, target: int) -> list[Any]:
        """The cells of a finding, in the order of ``COLUMNS``."""
        flow, sink = one.flow, one.flow.sink
        head = [self.say(one.id), self.say(one.rule), self.say(one.kind), self.say(word("scenario", one.scenario))]
        grade = [one.severity.rank, self.say(word("confidence", one.confidence)), self.say(one.title), target]
        when = [self.say(say("when.unknown") if not flow.trigger else word("when", flow.trigger))]
        call = [_DEFAULTS[flow.default_on], self.say(flow.role), self.say(sink.api)]
        source = [self.say(f"{sink.file}:{sink.line}"), self.say(" ".join(sink.source.split()))]
        leaving = [
            [self.field(part) for part in flow.payload],
            self.says(data_name(n, spoken()) for n in flow.sdk_adds),
        ]
        places = [self.place(where) for where in one.destinations]
        off = [self.gate(gate) for gate in switches(flow) if gate.polarity == "opt-out"]
        on = [self.gate(gate) for gate in switches(flow) if gate.polarity != "opt-out"]
        others = [self.chain(chain, flow) for chain in flow.others[:MOST_PATHS]]
        needs = [self.assessment(item) for item in one.assessments]
        advice = [self.says(one.remedies), self.says(verdict.text for verdict in one.verdicts)]
        state = [self.say(one.suppressed), self.say(one.baseline_state)]
        found = [self.says(names) for names in (classes(one), countries(one), operators(one))]
        return [*head, *grade, *when, *call, *source, *leaving, places, off, on, self.chain(flow.chain, flow), others,
                needs, *advice, *state, *found]  # fmt: skip


def page_data(reports: tuple[Report, ...]) -> str:
    """The data block: JSON in ASCII in which nothing can end the element that holds it."""
    data = Data()
    found = sorted(
        ((one, number) for number, report in enumerate(reports) for one in report.findings),
        key=lambda pair: (pair[0].severity.rank, pair[0].kind not in RETURNS),
    )
    rows = [data.finding(one, target) for one, target in found]
    rules = {rule.id: rule for report in reports for rule in report.rules}
    document = {
        "words": _words(),
        "targets": [inert(target_name(report)) for report in reports],
        "rules": {inert(name): _rule(rule) for name, rule in sorted(rules.items())},
        "names": _names(found),
        "columns": COLUMNS,
        "findings": rows,
        "text": data.text.told(),
        "steps": data.steps.told(),
        "fields": data.fields.told(),
        "places": data.places.told(),
        "gates": data.gates.told(),
        "assessments": data.assessments.told(),
    }
    text = json.dumps(document, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def target_name(report: Report) -> str:
    """Package and version, or the target as it was given."""
    return f"{report.name} {report.version}".strip() or report.target


def _words() -> dict[str, str]:
    return {key.removeprefix(_WORDS): text for key, text in sorted(spoken().entries.items()) if key.startswith(_WORDS)}


def _rule(rule: Rule) -> list[Any]:
    return [inert(rule.title), [inert(part) for part in paragraphs(rule.help)]]


def _names(found: list[tuple[Finding, int]]) -> dict[str, dict[str, str]]:
    """What people call the values one can filter by."""
    every: dict[str, set[str]] = {"kind": set(), "role": set(), "class": set(), "country": set()}
    for one, _ in found:
        every["kind"].add(one.kind)
        every["role"].add(one.flow.role)
        every["class"] |= set(classes(one))
        every["country"] |= set(countries(one))
    return {area: {inert(name): inert(_name(area, name)) for name in sorted(every[area])} for area in every}


def _name(area: str, name: str) -> str:
    if name == METADATA:
        return say("html.metadata")
    if name == UNKNOWN:
        return say("label.unknown")
    if area == "class":
        return data_name(name, spoken())
    return spoken().country(name) if area == "country" else word(area, name)
