"""CycloneDX 1.6 and 1.7: recipients as services, with endpoints, provider and country, data and its direction; models
that are fetched as components.

Direction is seen from the service, as the standard has it: what the code sends is ``inbound``. There is no time stamp,
and the serial number is made from the content, so that the same scan gives the same file. Written as plain JSON because
the Python model of CycloneDX knows no name of service data; that library checks the result in the tests.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from scanner.policy.legal_classes import data_name
from scanner.policy.texts import load_texts
from scanner.policy.wording import switches
from scanner.reports.json_report import TOOL
from scanner.reports.transfers import ASIDE, Transfer, transfers
from scanner.reports.visible import dump_json, visible

if TYPE_CHECKING:
    from scanner.policy.records import Report

VERSIONS: tuple[str, ...] = ("1.6", "1.7")
NAMESPACE = "datacustoms"
UNKNOWN = "unknown"
_SERIAL = uuid.UUID("6f6c1d3a-6c0b-5f0e-9a57-0d7a51c0a001")
_HUB_FILE = re.compile(r"https?://[\w.-]+/([\w.-]+/[\w.-]+)/(?:resolve|raw)/")
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://[A-Za-z0-9.\-:\[\]]+(?:/[\w.~!$&'()*+,;=:@%/-]*)?")
_HUB_TARGET = re.compile(r"hf://(?:datasets/|spaces/)?([\w.-]+/[\w.-]+)(?:@([\w.-]+))?")
_FLOWS = {
    "download": "outbound",
    "remote-code": "outbound",
    "remote-inference": "bi-directional",
    "probe": "bi-directional",
}


def render_cyclonedx(reports: tuple[Report, ...], version: str) -> str:
    """One BOM, or a list of them for several targets."""
    documents = [bom(report, version) for report in reports]
    return dump_json(documents[0] if len(documents) == 1 else documents)


def bom(report: Report, version: str) -> dict[str, Any]:
    """One BOM as plain JSON values."""
    used = [one for one in report.findings if one.flow.role not in ASIDE and not one.suppressed]
    rows = transfers(used)
    main, models = _main(report), _models(rows)
    services = [_service(host, group, report) for host, group in _by_host(rows)]
    document: dict[str, Any] = {
        "bomFormat": "CycloneDX",
        "specVersion": version,
        "serialNumber": "",
        "version": 1,
        "metadata": {
            "tools": {"components": [{"type": "application", "name": TOOL, "version": report.tool_version}]},
            "component": main,
            "properties": _properties(_facts(report)),
        },
        "components": models,
        "services": services,
        "dependencies": _dependencies(main, models, services),
    }
    content = json.dumps(document, sort_keys=True).encode("utf-8", "surrogatepass")
    document["serialNumber"] = f"urn:uuid:{uuid.uuid5(_SERIAL, content.hex())}"
    return document


def _main(report: Report) -> dict[str, Any]:
    hub = _HUB_TARGET.match(report.target)
    if hub:
        revision = f"@{_quoted(hub.group(2))}" if hub.group(2) else ""
        purl = f"pkg:huggingface/{hub.group(1)}{revision}"
        return {"type": "machine-learning-model", "bom-ref": purl, "name": hub.group(1), "purl": purl}
    name = visible(report.name or report.target, 200)
    if not report.name:
        return {"type": "application", "bom-ref": f"target:{_quoted(name)}", "name": name}
    plain = _quoted(re.sub(r"[-_.]+", "-", name).lower())
    purl = f"pkg:pypi/{plain}@{_quoted(report.version)}" if report.version else f"pkg:pypi/{plain}"
    return {"type": "library", "bom-ref": purl, "name": name, "version": visible(report.version, 80), "purl": purl}


def _quoted(text: str) -> str:
    return quote(text, errors="replace")


def _models(rows: Iterable[Transfer]) -> list[dict[str, Any]]:
    """Model repositories whose files the code names."""
    found = {match.group(1) for row in rows if row.where and (match := _HUB_FILE.match(row.where.url))}
    return [
        {
            "type": "machine-learning-model",
            "bom-ref": f"pkg:huggingface/{name}",
            "name": name,
            "purl": f"pkg:huggingface/{name}",
        }
        for name in sorted(found)
    ]


def _by_host(rows: tuple[Transfer, ...]) -> list[tuple[str, list[Transfer]]]:
    groups: dict[str, list[Transfer]] = {}
    for row in rows:
        host = (row.where.host or row.where.operator) if row.where else ""
        groups.setdefault(host or UNKNOWN, []).append(row)
    return sorted(groups.items())


def _service(host: str, rows: list[Transfer], report: Report) -> dict[str, Any]:
    where = next((row.where for row in rows if row.where), None)
    service: dict[str, Any] = {"bom-ref": f"service:{_quoted(host)}", "name": visible(host, 253)}
    if where is not None and where.operator:
        service["provider"] = {"name": visible(where.operator, 200)}
        if where.operator_country:
            service["provider"]["address"] = {"country": where.operator_country}
    endpoints = sorted({address for row in rows if row.where and (address := _endpoint(row.where.url, host))})
    if endpoints:
        service["endpoints"] = endpoints
    if any(_credential(row) for row in rows):
        service["authenticated"] = True
    service["x-trust-boundary"] = True
    service["data"] = _data(rows, report)
    service["properties"] = _properties(_service_facts(rows))
    return service


def _endpoint(url: str, host: str) -> str:
    """The address up to the first part nobody knows, else the bare host."""
    known = url.partition("{?}")[0]
    if _ADDRESS.fullmatch(known) and known.partition("://")[2].partition("/")[0].rpartition("@")[2].startswith(
        host[:1]
    ):
        return known
    return f"https://{host}" if re.fullmatch(r"[a-z0-9.-]+\.[a-z0-9-]+", host) else ""


def _credential(row: Transfer) -> bool:
    return any(part.data_class == "credential" for part in row.finding.flow.payload)


def _data(rows: list[Transfer], report: Report) -> list[dict[str, Any]]:
    """One entry per class and direction, with the names of its fields."""
    texts = load_texts(report.language)
    entries: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        flow, direction = row.finding.flow, _FLOWS.get(row.finding.kind, "inbound")
        for part in flow.payload:
            entries.setdefault((part.data_class or UNKNOWN, direction), []).append(part.name)
        for added in flow.sdk_adds:
            entries.setdefault((added, direction), [])
        if not flow.payload and not flow.sdk_adds:
            entries.setdefault(("request_metadata", direction), [])
    found = []
    for (data, direction), names in sorted(entries.items()):
        entry = {"flow": direction, "classification": data, "name": visible(data_name(data, texts), 200)}
        listed = ", ".join(dict.fromkeys(visible(name, 100) for name in names if name))
        found.append(entry | ({"description": listed[:2_000]} if listed else {}))
    return found


def _service_facts(rows: list[Transfer]) -> list[tuple[str, str]]:
    facts: list[tuple[str, str]] = []
    for row in rows:
        finding, where = row.finding, row.where
        facts += [
            ("country", where.country if where and where.country else UNKNOWN),
            ("operator-home", where.operator_country if where and where.operator_country else UNKNOWN),
            ("parent", where.parent if where else ""),
            ("parent-home", where.parent_country if where else ""),
            ("category", where.category if where else ""),
            ("evidence", where.evidence if where else ""),
            ("scenario", finding.scenario),
            ("finding", row.id),
            ("default-on", {True: "true", False: "false", None: UNKNOWN}[finding.flow.default_on]),
            *(("switch", gate.name) for gate in switches(finding.flow)),
            *(("status", f"{one.home}:{one.regime or 'none'}:{one.status}") for one in finding.assessments),
        ]
    return facts


def _facts(report: Report) -> list[tuple[str, str]]:
    seen = report.coverage
    return [
        ("catalog-date", report.catalog_date),
        ("home", ",".join(report.home)),
        ("policy", report.pack.id if report.pack else ""),
        ("files", f"{seen.parsed}/{seen.files}"),
        ("sinks-without-host", str(seen.sinks_without_host)),
    ]


def _properties(facts: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    distinct = sorted({(name, value) for name, value in facts if value})
    return [{"name": f"{NAMESPACE}:{name}", "value": visible(value, 500)} for name, value in distinct]


def _dependencies(main: dict[str, Any], *others: list[dict[str, Any]]) -> list[dict[str, Any]]:
    below = [one["bom-ref"] for group in others for one in group]
    return [{"ref": main["bom-ref"], "dependsOn": sorted(below)}, *({"ref": ref} for ref in sorted(below))]
