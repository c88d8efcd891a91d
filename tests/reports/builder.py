"""Fabricated reports: a default finding, changed by naming what differs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from scanner.destinations.records import Destination
from scanner.flows.records import Chain, Flow, Gate, PayloadField, SinkSite, Step
from scanner.policy.records import Assessment, Coverage, Finding, Report
from scanner.policy.rules import RULES
from scanner.vocabulary import Certainty, Confidence, Severity

SINK = SinkSite(
    file="mem0/memory/telemetry.py",
    line=118,
    column=9,
    end_line=120,
    function="AnonymousTelemetry.capture_event",
    api="posthog.Posthog.capture",
    method="POST",
    scheme="https",
    tls="yes",
    verify="yes",
    found_by="catalog",
    source="self.posthog.capture(\n    distinct_id, event_name\n)",
)
CHAIN = Chain(
    (
        Step("mem0/memory/main.py", 488, "Memory.__init__", "entry"),
        Step("mem0/memory/telemetry.py", 192, "capture_event", "call"),
        Step("mem0/memory/telemetry.py", 118, "AnonymousTelemetry.capture_event", "sink"),
    ),
    "public",
    Certainty.EXACT,
)
OTHER = Chain(
    (
        Step("mem0/client/main.py", 260, "MemoryClient.__init__", "entry"),
        Step("mem0/memory/telemetry.py", 118, "AnonymousTelemetry.capture_event", "sink"),
    ),
    "public",
    Certainty.NAMED,
)
SWITCH = Gate(
    kind="env",
    name="MEM0_TELEMETRY",
    polarity="opt-out",
    rule='must stay "true", "1" or "yes"; anything else silences it',
    file="mem0/memory/telemetry.py",
    line=14,
    off_value="False",
    default='"True"',
)
PLACE = Destination(
    url="https://us.i.posthog.com",
    host="us.i.posthog.com",
    resolved_by="constant",
    operator="PostHog",
    operator_country="US",
    country="US",
    region="",
    category="telemetry",
    confidence="high",
    evidence="mem0/memory/telemetry.py:16; operator row posthog.com",
)
NOWHERE = replace(
    PLACE, url="", host="", resolved_by="unknown", operator="", operator_country="", country="", evidence="cfg.url"
)
ASSESSMENT = Assessment(
    home="DE",
    regime="eu-gdpr-v",
    status="adequate_if",
    needs="sending to US would need a recipient certified under the EU-US Data Privacy Framework under GDPR chapter V",
    citation="Regulation (EU) 2016/679 art. 44-50",
    as_of="2026-11-23",
)
FLOW = Flow(
    sink=SINK,
    hint="telemetry",
    chain=CHAIN,
    others=(OTHER,),
    trigger="call",
    endpoints=(),
    payload=(
        PayloadField("user_identifier", "distinct_id", "mem0/memory/telemetry.py", 101),
        PayloadField("environment", "os", "mem0/memory/telemetry.py", 95),
    ),
    sdk_adds=("library version",),
    gates=(SWITCH,),
    default_on=True,
    role="product",
)
FINDING = Finding(
    id="4f1c2a9b7d3e5f601122",
    rule="DC001",
    kind="telemetry",
    scenario="oss_return",
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    title="Usage data goes to us.i.posthog.com (US) by default",
    message="What leaves: user identifier. To: us.i.posthog.com, run by PostHog, home US; data received in US.",
    flow=FLOW,
    destinations=(PLACE,),
    assessments=(),
    remedies=("set MEM0_TELEMETRY=False",),
)
COVERAGE = Coverage(
    files=214,
    parsed=212,
    skipped=(("mem0/bad.py", "syntax error"), ("mem0/huge.py", "larger than 10 MB")),
    calls=9500,
    calls_resolved=8120,
    sinks=14,
    sinks_without_host=2,
    dynamic=(("getattr", 14), ("exec", 2)),
    roles=(("product", 200), ("test", 12)),
    rules=42,
    semgrep=(("state", "used"), ("version", "1.182.0"), ("files", "3")),
)


def make_flow(**changes: Any) -> Flow:
    """The default flow; ``sink_`` keys change its sink."""
    sink = {key.removeprefix("sink_"): value for key, value in changes.items() if key.startswith("sink_")}
    rest = {key: value for key, value in changes.items() if not key.startswith("sink_")}
    return replace(FLOW, sink=replace(SINK, **sink), **rest)


def make_place(**changes: Any) -> Destination:
    """The default destination with changes."""
    return replace(PLACE, **changes)


def make_finding(**changes: Any) -> Finding:
    """The default finding; ``flow_`` keys change its flow."""
    flow = {key.removeprefix("flow_"): value for key, value in changes.items() if key.startswith("flow_")}
    rest = {key: value for key, value in changes.items() if not key.startswith("flow_")}
    return replace(FINDING, flow=make_flow(**flow), **rest)


def make_note(number: int = 0, **changes: Any) -> Finding:
    """A download from the hub: a note."""
    hub = Destination(
        url="https://huggingface.co/{?}/resolve/main/config.json",
        host="huggingface.co",
        resolved_by="env-default",
        operator="Hugging Face",
        operator_country="US",
        country="",
        region="",
        category="hub",
        confidence="medium",
        evidence="huggingface_hub/constants.py:60",
        overrides=("HF_ENDPOINT",),
    )
    told = {
        "id": f"a{number:019d}",
        "rule": "DC020",
        "kind": "download",
        "severity": Severity.NOTE,
        "title": "Files are fetched from huggingface.co (country unknown)",
        "destinations": (hub,),
        "flow_gates": (),
        "flow_payload": (),
        "flow_sdk_adds": (),
    }
    return make_finding(**(told | changes))


def make_report(*findings: Finding, **changes: Any) -> Report:
    """A report with these findings and the rules they name."""
    used = {finding.rule for finding in findings}
    report = Report(
        target="pypi:mem0ai==2.2.1",
        name="mem0ai",
        version="2.2.1",
        tool_version="0.1.0",
        catalog_date="2026-11-23",
        home=(),
        findings=findings,
        rules=tuple(rule for rule in RULES if rule.id in used),
        coverage=COVERAGE,
        errors=(),
    )
    return replace(report, **changes)
