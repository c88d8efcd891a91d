"""The transfer register: one row per path and recipient, with stable ids, so that two releases can be compared.

Codes stand in the columns (ISO countries, statuses, kinds); only what a regime would need is in the report's language.
"""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

from scanner.policy.wording import switches
from scanner.reports.transfers import Transfer, transfers
from scanner.reports.visible import dump_json, visible

if TYPE_CHECKING:
    from scanner.policy.records import Report

SCHEMA = "datacustoms-register/1"
_BOM = "\ufeff"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""First characters a spreadsheet would calculate with (CWE-1236)."""


def register_csv(reports: tuple[Report, ...]) -> str:
    """The register as CSV (RFC 4180, LF); with a byte order mark in Chinese, which spreadsheets need."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    rows = _rows(reports)
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([_cell(row[name]) for name in COLUMNS])
    chinese = any(report.language == "zh" for report in reports)
    return (_BOM if chinese else "") + out.getvalue()


def register_json(reports: tuple[Report, ...]) -> str:
    """The register as one JSON object."""
    return dump_json({"schema": SCHEMA, "columns": list(COLUMNS), "rows": _rows(reports)})


def _rows(reports: tuple[Report, ...]) -> list[dict[str, Any]]:
    return [_row(report, one) for report in reports for one in transfers(report.findings)]


COLUMNS: tuple[str, ...] = (
    "id",
    "package",
    "version",
    "scenario",
    "kind",
    "rule",
    "severity",
    "confidence",
    "data",
    "fields",
    "safeguards",
    "trigger",
    "default_on",
    "switches",
    "host",
    "url",
    "resolved_by",
    "operator",
    "operator_country",
    "parent",
    "parent_country",
    "country",
    "region",
    "tls",
    "verify",
    "homes",
    "statuses",
    "needs",
    "citations",
    "operator_reach",
    "questions",
    "file",
    "line",
    "function",
    "role",
    "suppressed",
)
"""Columns, in order; the first one is the key."""


_PLACE = ("host", "url", "resolved_by", "operator", "operator_country", "parent", "parent_country", "country", "region")


def _row(report: Report, one: Transfer) -> dict[str, Any]:
    finding, flow, where, asked = one.finding, one.finding.flow, one.where, one.finding.assessments
    values = {
        "id": one.id,
        "package": report.name or report.target,
        "version": report.version,
        "scenario": finding.scenario,
        "kind": finding.kind,
        "rule": finding.rule,
        "severity": str(finding.severity),
        "confidence": str(finding.confidence),
        "data": _distinct([*(part.data_class or "unknown" for part in flow.payload), *flow.sdk_adds]),
        "fields": _distinct(part.name for part in flow.payload),
        "safeguards": _distinct(guard for part in flow.payload for guard in part.safeguards),
        "trigger": flow.trigger,
        "default_on": flow.default_on,
        "switches": _distinct(gate.name for gate in switches(flow)),
        "homes": [item.home for item in asked],
        "statuses": [f"{item.home}:{item.regime or 'none'}:{item.status}" for item in asked],
        "needs": _distinct(item.needs for item in asked),
        "citations": _distinct(f"{item.citation} ({item.as_of})" for item in asked if item.citation),
        "operator_reach": _distinct(item.operator_reach for item in asked),
        "questions": _distinct(question for item in asked for question in item.questions),
        "tls": flow.sink.tls,
        "verify": flow.sink.verify,
        "file": flow.sink.file,
        "line": flow.sink.line,
        "function": flow.sink.function,
        "role": flow.role,
        "suppressed": finding.suppressed,
    }
    for name in _PLACE:
        values[name] = getattr(where, name) if where else ""
    return {name: _plain(values[name]) for name in COLUMNS}


def _distinct(items: Any) -> list[str]:
    return list(dict.fromkeys(one for one in items if one))


def _plain(value: Any) -> Any:
    """Unknown is null, a list stays a list."""
    return None if value in ("", None) else value


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return json.dumps(value)
    text = "; ".join(visible(one, 1_000) for one in value) if isinstance(value, list) else visible(str(value), 2_000)
    return f"'{text}" if text.startswith(_FORMULA) else text
