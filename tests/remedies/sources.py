"""Reports for the room: findings that stand for what is sent back, and for what a program is used for."""

from __future__ import annotations

from typing import Any

from scanner.flows.records import Gate
from scanner.policy.records import Finding, Report
from tests.reports.builder import make_finding, make_place, make_report


def switch(name: str = "ACME_TELEMETRY", off: str = "0", **changes: Any) -> Gate:
    """An opt-out variable."""
    told = {
        "kind": "env", "polarity": "opt-out", "rule": "one of '0' switches it off", "file": "acme/t.py", "line": 3,
    }  # fmt: skip
    return Gate(**{**told, "name": name, "off_value": off, **changes})


def sent_back(number: int, *gates: Gate, host: str = "t.acme-analytics.com", **changes: Any) -> Finding:
    """A finding to be stopped."""
    place = make_place(url=f"https://{host}", host=host)
    told = {"id": f"a{number:019d}", "title": f"Usage data {number}", "flow_gates": gates, "destinations": (place,)}
    return make_finding(**(told | changes))


def used(number: int, url: str = "https://api.acme-models.com", *gates: Gate, **changes: Any) -> Finding:
    """A finding the program is used for."""
    host = url.partition("://")[2].partition("/")[0].rpartition("]")[0].lstrip("[") or url.partition("://")[2]
    host = host.partition("/")[0] if host.count(":") > 1 else host.partition("/")[0].partition(":")[0]
    told = {
        "id": f"b{number:019d}", "rule": "DC010", "kind": "remote-inference", "title": f"Input {number}",
        "flow_gates": gates, "destinations": (make_place(url=url, host=host),),
    }  # fmt: skip
    return make_finding(**(told | changes))


def report(*findings: Finding, **changes: Any) -> Report:
    return make_report(*findings, **({"name": "acme"} | changes))
