"""The JSON report, ``datacustoms/1``: every other tool reads this one.

The shape is fixed by ``schema/datacustoms-1.schema.json``; fields may be added, never renamed. ``null`` stands where
the answer is not known. Object keys keep the order of the schema, maps are sorted, lists keep the report's order.
"""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Any

from scanner.reports.repository import repository_document
from scanner.reports.visible import dump_json

if TYPE_CHECKING:
    from scanner.destinations.records import Destination
    from scanner.flows.records import Flow, Gate, PayloadField, SinkSite, Step
    from scanner.policy.records import Assessment, Coverage, Finding, Report

SCHEMA = "datacustoms/1"
"""Name and version of the shape, the first field of every report."""

TOOL = "datacustoms"


def render_json(reports: tuple[Report, ...]) -> str:
    """One report as an object, several as a list."""
    documents = [report_document(report) for report in reports]
    return dump_json(documents[0] if len(documents) == 1 else documents)


def json_schema() -> str:
    """The text of the JSON Schema (draft 2020-12) that ships with the package."""
    return files("scanner.reports").joinpath("schema", "datacustoms-1.schema.json").read_text(encoding="utf-8")


def report_document(report: Report) -> dict[str, Any]:
    """One report as plain JSON values."""
    return {
        "schema": SCHEMA,
        "tool": {"name": TOOL, "version": report.tool_version, "catalog_date": report.catalog_date},
        "target": report.target,
        "package": {"name": report.name or None, "version": report.version or None},
        "home": list(report.home),
        "language": report.language,
        "policy": _pack(report),
        "findings": [finding_document(finding) for finding in report.findings],
        "repository": None if report.repository is None else repository_document(report.repository),
        "coverage": _coverage(report.coverage),
        "errors": list(report.errors),
    }


def finding_document(finding: Finding) -> dict[str, Any]:
    """One finding as plain JSON values."""
    flow = finding.flow
    return {
        "id": finding.id,
        "rule": finding.rule,
        "kind": finding.kind,
        "scenario": finding.scenario or None,
        "severity": str(finding.severity),
        "confidence": str(finding.confidence),
        "title": finding.title,
        "message": finding.message,
        "role": flow.role,
        "sink": _sink(flow.sink),
        "path": [_step(step) for step in flow.chain.steps],
        "other_paths": [[_step(step) for step in chain.steps] for chain in flow.others],
        **_sending(flow),
        "destinations": [_destination(where) for where in finding.destinations],
        "gates": [_gate(gate) for gate in flow.gates],
        "default_on": flow.default_on,
        "assessments": [_assessment(one) for one in finding.assessments],
        "remedies": list(finding.remedies),
        "verdicts": [{"rule": one.rule, "level": one.level or None, "text": one.text} for one in finding.verdicts],
        "baseline_state": finding.baseline_state,
        "suppressed": {"reason": finding.suppressed} if finding.suppressed else None,
    }


def _sending(flow: Flow) -> dict[str, Any]:
    return {
        "trigger": flow.trigger,
        "data": [_field(part) for part in flow.payload],
        "sdk_adds": list(flow.sdk_adds),
    }


def _sink(sink: SinkSite) -> dict[str, Any]:
    return {
        "file": sink.file,
        "line": sink.line,
        "column": sink.column,
        "end_line": sink.end_line,
        "function": sink.function,
        "api": sink.api,
        "method": sink.method or None,
        "transport": {"scheme": sink.scheme or None, "tls": sink.tls or None, "verify": sink.verify or None},
        "found_by": sink.found_by or None,
        "source": sink.source or None,
    }


def _step(step: Step) -> dict[str, Any]:
    return {"file": step.file, "line": step.line, "function": step.function, "role": step.role, "note": step.note}


def _field(part: PayloadField) -> dict[str, Any]:
    return {
        "class": part.data_class or "unknown",
        "name": part.name or None,
        "source": {"file": part.file, "line": part.line} if part.file else None,
        "safeguards": list(part.safeguards),
    }


def _destination(where: Destination) -> dict[str, Any]:
    return {
        "url": where.url or None,
        "host": where.host or None,
        "resolved_by": where.resolved_by or "unknown",
        "operator": where.operator or None,
        "operator_country": where.operator_country or None,
        "parent": where.parent or None,
        "parent_country": where.parent_country or None,
        "country": where.country or None,
        "region": where.region or None,
        "category": where.category or None,
        "confidence": where.confidence or None,
        "evidence": where.evidence or None,
        "supplied_by": where.supplied_by or None,
        "overrides": list(where.overrides),
    }


def _gate(gate: Gate) -> dict[str, Any]:
    return {
        "kind": gate.kind,
        "name": gate.name,
        "polarity": gate.polarity,
        "rule": gate.rule,
        "file": gate.file or None,
        "line": gate.line or None,
        "off_value": gate.off_value or None,
        "default": gate.default or None,
        "set_in": gate.set_in or None,
    }


def _assessment(one: Assessment) -> dict[str, Any]:
    return {
        "home": one.home,
        "regime": one.regime or None,
        "status": one.status,
        "needs": one.needs,
        "citation": one.citation or None,
        "as_of": one.as_of,
        "confidence": one.confidence or None,
        "operator_status": one.operator_status or None,
        "operator_reach": one.operator_reach or None,
        "questions": list(one.questions),
    }


def _pack(report: Report) -> dict[str, Any] | None:
    pack = report.pack
    if pack is None:
        return None
    return {"id": pack.id, "title": pack.title(report.language), "as_of": pack.as_of, "review_by": pack.review_by}


def _coverage(seen: Coverage) -> dict[str, Any]:
    return {
        "files": seen.files,
        "parsed": seen.parsed,
        "skipped": [{"file": file, "reason": reason} for file, reason in seen.skipped],
        "calls": seen.calls,
        "calls_resolved": seen.calls_resolved,
        "sinks": seen.sinks,
        "sinks_without_host": seen.sinks_without_host,
        "dynamic": dict(sorted(seen.dynamic)),
        "roles": dict(sorted(seen.roles)),
        "rules": seen.rules,
        "semgrep": dict(sorted(seen.semgrep)),
    }
