"""A saved JSON report read back: the inverse of ``json_report`` as far as the shape carries them."""

from __future__ import annotations

import json
from typing import Any

from scanner.destinations.records import Destination
from scanner.errors import UsageError
from scanner.flows.records import Chain, Flow, Gate, PayloadField, SinkSite, Step
from scanner.policy.records import Assessment, Coverage, Finding, Report, Verdict
from scanner.policy.rules import rules_in
from scanner.policy.texts import LANGUAGES, load_texts
from scanner.reports.json_report import SCHEMA
from scanner.vocabulary import Certainty, Confidence, Severity


def read_findings(text: str, name: str) -> tuple[Finding, ...]:
    """Findings of a JSON report (or a list of reports); ``name`` is what to call the file in an error.

    Raises ``UsageError`` when the text is no such report.
    """
    return tuple(one for report in read_reports(text, name) for one in report.findings)


def read_reports(text: str, name: str) -> tuple[Report, ...]:
    """The reports of a JSON document, at least one; ``name`` is what to call the file in an error.

    Raises ``UsageError`` when the text is no such report. What JSON does not carry (the kind of the entry point, the
    certainty of the edges, unlocated endpoints, the policy pack, all of a repository) is left empty.
    """
    try:
        document = json.loads(text)
        reports = document if isinstance(document, list) else [document]
        if not reports or any(report["schema"] != SCHEMA for report in reports):
            raise UsageError(f"{name} is not a {SCHEMA} report.", "Write one with: scan --format json --output FILE")
        return tuple(_report(row) for row in reports)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UsageError(f"{name} is not a {SCHEMA} report: {error}.") from error


def _report(row: dict[str, Any]) -> Report:
    findings = tuple(_finding(one) for one in row["findings"])
    language = row.get("language", LANGUAGES[0])
    named = {finding.rule for finding in findings}
    package = row["package"]
    return Report(
        target=str(row["target"]),
        name=_text(package["name"]),
        version=_text(package["version"]),
        tool_version=str(row["tool"]["version"]),
        catalog_date=str(row["tool"]["catalog_date"]),
        home=_texts(row["home"]),
        findings=findings,
        rules=tuple(rule for rule in rules_in(load_texts(language)) if rule.id in named),
        coverage=_coverage(row["coverage"]),
        errors=_texts(row["errors"]),
        language=language,
    )


def _coverage(row: dict[str, Any]) -> Coverage:
    numbers = ("files", "parsed", "calls", "calls_resolved", "sinks", "sinks_without_host", "rules")
    return Coverage(
        **{name: int(row[name]) for name in numbers},
        skipped=tuple((str(one["file"]), str(one["reason"])) for one in row["skipped"]),
        dynamic=tuple((str(name), int(number)) for name, number in row["dynamic"].items()),
        roles=tuple((str(name), int(number)) for name, number in row["roles"].items()),
        semgrep=tuple((str(name), str(value)) for name, value in row["semgrep"].items()),
    )


def _finding(row: dict[str, Any]) -> Finding:
    return Finding(
        id=str(row["id"]),
        rule=str(row["rule"]),
        kind=str(row["kind"]),
        scenario=_text(row["scenario"]),
        severity=Severity(row["severity"]),
        confidence=Confidence(row["confidence"]),
        title=str(row["title"]),
        message=str(row["message"]),
        flow=_flow(row),
        destinations=tuple(_destination(one) for one in row["destinations"]),
        assessments=tuple(_assessment(one) for one in row["assessments"]),
        remedies=_texts(row["remedies"]),
        baseline_state=str(row["baseline_state"]),
        suppressed=_text(row["suppressed"]["reason"]) if row["suppressed"] else "",
        verdicts=tuple(
            Verdict(str(one["rule"]), _text(one["level"]), str(one["text"])) for one in row.get("verdicts", [])
        ),
    )


def _flow(row: dict[str, Any]) -> Flow:
    return Flow(
        sink=_sink(row["sink"]),
        hint=str(row["kind"]),
        chain=_chain(row["path"]),
        others=tuple(_chain(path) for path in row["other_paths"]),
        trigger=_text(row["trigger"]),
        endpoints=(),
        payload=tuple(_field(one) for one in row["data"]),
        sdk_adds=_texts(row["sdk_adds"]),
        gates=tuple(_gate(one) for one in row["gates"]),
        default_on={True: True, False: False}.get(row["default_on"]),
        role=_text(row["role"]),
    )


def _sink(row: dict[str, Any]) -> SinkSite:
    transport = row["transport"]
    return SinkSite(
        file=str(row["file"]),
        line=int(row["line"]),
        column=int(row["column"]),
        end_line=int(row["end_line"]),
        function=str(row["function"]),
        api=str(row["api"]),
        method=_text(row["method"]),
        scheme=_text(transport["scheme"]),
        tls=_text(transport["tls"]),
        verify=_text(transport["verify"]),
        found_by=_text(row["found_by"]),
        source=_text(row["source"]),
    )


def _chain(path: list[dict[str, Any]]) -> Chain:
    steps = (
        Step(str(row["file"]), int(row["line"]), str(row["function"]), str(row["role"]), _text(row["note"]))
        for row in path
    )
    return Chain(tuple(steps), "", Certainty.GUESSED)


def _field(row: dict[str, Any]) -> PayloadField:
    place = row["source"] or {"file": "", "line": 0}
    safeguards = _texts(row["safeguards"])
    return PayloadField(str(row["class"]), _text(row["name"]), str(place["file"]), int(place["line"]), safeguards)


def _gate(row: dict[str, Any]) -> Gate:
    return Gate(
        kind=str(row["kind"]),
        name=str(row["name"]),
        polarity=str(row["polarity"]),
        rule=_text(row["rule"]),
        file=_text(row["file"]),
        line=int(row["line"] or 0),
        off_value=_text(row["off_value"]),
        default=_text(row["default"]),
        set_in=_text(row.get("set_in")),
    )


def _destination(row: dict[str, Any]) -> Destination:
    return Destination(
        url=_text(row["url"]),
        host=_text(row["host"]),
        resolved_by=_text(row["resolved_by"]),
        operator=_text(row["operator"]),
        operator_country=_text(row["operator_country"]),
        country=_text(row["country"]),
        region=_text(row["region"]),
        category=_text(row["category"]),
        confidence=_text(row["confidence"]),
        evidence=_text(row["evidence"]),
        overrides=_texts(row["overrides"]),
        parent=_text(row.get("parent")),
        parent_country=_text(row.get("parent_country")),
        supplied_by=_text(row.get("supplied_by")),
    )


def _assessment(row: dict[str, Any]) -> Assessment:
    return Assessment(
        home=str(row["home"]),
        regime=_text(row["regime"]),
        status=str(row["status"]),
        needs=str(row["needs"]),
        citation=_text(row["citation"]),
        as_of=_text(row["as_of"]),
        confidence=_text(row.get("confidence")),
        operator_status=_text(row.get("operator_status")),
        operator_reach=_text(row.get("operator_reach")),
        questions=_texts(row.get("questions", [])),
    )


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _texts(values: list[Any]) -> tuple[str, ...]:
    return tuple(str(value) for value in values)
