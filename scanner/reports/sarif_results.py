"""One finding as a SARIF result: message, location, code flows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from scanner.reports.json_report import finding_document
from scanner.reports.sarif_words import plain

if TYPE_CHECKING:
    from scanner.flows.records import Gate, SinkSite, Step
    from scanner.policy.records import Finding
    from scanner.reports.sarif_taxonomy import Taxonomies

MOST_PATHS = 20
MOST_STEPS = 1_000
"""Thread flow locations GitHub shows per result, over all its paths."""
MOST_RELATED = 20
MOST_MESSAGE = 2_000

_PROPERTIES = ("kind", "scenario", "confidence", "trigger", "default_on", "data", "sdk_adds", "destinations", "gates")
_MORE_PROPERTIES = ("assessments", "verdicts", "remedies", "role")
_ESSENTIAL = frozenset({"entry", "source", "gate", "sink"})


def result(finding: Finding, rule_index: int | None, taxonomies: Taxonomies) -> dict[str, Any]:
    """The result; its first location is the call that sends."""
    related = _related(finding)
    document: dict[str, Any] = {
        "ruleId": finding.rule,
        "level": str(finding.severity),
        "message": {"text": _message(finding, related)},
        "locations": [_sink_location(finding.flow.sink)],
        "codeFlows": _code_flows(finding),
        "relatedLocations": related,
        "partialFingerprints": {"primaryLocationLineHash": finding.id},
        "properties": _properties(finding),
        **taxonomies.of_result(finding),
    }
    if rule_index is not None:
        document["ruleIndex"] = rule_index
    if finding.suppressed:
        text = plain(finding.suppressed)
        document["suppressions"] = [{"kind": "inSource", "status": "accepted", "justification": text}]
    if finding.baseline_state != "new":
        document["baselineState"] = finding.baseline_state
    return document


def artifact(file: str) -> dict[str, str]:
    """A path relative to the root of the scanned tree, as a URI reference."""
    parts = [part for part in file.split("/") if part not in ("", ".", "..")]
    uri = "/".join(quote(part, safe="", errors="surrogatepass") for part in parts)
    return {"uri": uri or "_", "uriBaseId": "%SRCROOT%"}


def _message(finding: Finding, related: list[dict[str, Any]]) -> str:
    """Title as first sentence (GitHub's headline), then the whole message with links to entry and switches."""
    links = [f"[{place['message']['text']}]({place['id']})" for place in related]
    along = f" Path: {', '.join(links)}." if links else ""
    title = plain(finding.title).rstrip(".")
    return f"{title}. {plain(finding.message, MOST_MESSAGE)}{along}"


def _related(finding: Finding) -> list[dict[str, Any]]:
    steps = finding.flow.chain.steps
    found = []
    if len(steps) > 1:
        found.append((steps[0].file, steps[0].line, f"enters at {plain(steps[0].function, 120)}"))
    found += [(gate.file, gate.line, f"switch {plain(gate.name, 120)}") for gate in _placed(finding.flow.gates)]
    return [
        {"id": number, **_place(file, line), "message": {"text": text}}
        for number, (file, line, text) in enumerate(found[:MOST_RELATED], start=1)
    ]


def _placed(gates: Iterable[Gate]) -> list[Gate]:
    return [gate for gate in gates if gate.file]


def _sink_location(sink: SinkSite) -> dict[str, Any]:
    location = _place(sink.file, sink.line)
    location["physicalLocation"]["region"] = _region(sink)
    location["logicalLocations"] = [_logical(sink.function)]
    return location


def _region(sink: SinkSite) -> dict[str, int]:
    """The span of the call; without its exact source the end column is left to the viewer (the end of the line)."""
    line, column = max(1, sink.line), max(1, sink.column)
    region = {"startLine": line, "startColumn": column, "endLine": max(line, sink.end_line)}
    lines = sink.source.splitlines()
    if lines and len(lines) == region["endLine"] - line + 1:
        region["endColumn"] = (column if len(lines) == 1 else 1) + max(1, len(lines[-1]))
    return region


def _place(file: str, line: int) -> dict[str, Any]:
    return {"physicalLocation": {"artifactLocation": artifact(file), "region": {"startLine": max(1, line)}}}


def _logical(function: str) -> dict[str, str]:
    return {"fullyQualifiedName": plain(function), "kind": "function"}


def _code_flows(finding: Finding) -> list[dict[str, Any]]:
    """The path to show first, then those from other entry points, as many as a viewer takes."""
    flows, steps = [], 0
    for chain in (finding.flow.chain, *finding.flow.others)[:MOST_PATHS]:
        steps += len(chain.steps)
        if chain.steps and steps <= MOST_STEPS:
            flows.append({"threadFlows": [{"locations": _thread(chain.steps, finding.flow.sink.api)}]})
    return flows


def _thread(steps: tuple[Step, ...], api: str) -> list[dict[str, Any]]:
    return [
        {
            "location": {
                **_place(step.file, step.line),
                "logicalLocations": [_logical(step.function)],
                "message": {"text": _step_text(step, api)},
            },
            "kinds": [step.role],
            "importance": "essential" if step.role in _ESSENTIAL else "important",
            "nestingLevel": depth,
        }
        for depth, step in enumerate(steps)
    ]


def _step_text(step: Step, api: str) -> str:
    what = f"{step.function} calls {api}" if step.role == "sink" else f"{step.role}: {step.function}"
    return plain(f"{what} ({step.note})" if step.note else what)


def _properties(finding: Finding) -> dict[str, Any]:
    document = finding_document(finding)
    return {name: document[name] for name in (*_PROPERTIES, *_MORE_PROPERTIES)}
