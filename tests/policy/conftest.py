"""Flows and destinations to judge, made from a default by naming what differs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from scanner.destinations.records import Destination
from scanner.flows.records import Chain, Endpoint, Flow, Gate, PayloadField, SinkSite, Step
from scanner.vocabulary import Certainty

SINK = SinkSite("pkg/a.py", 30, 5, 30, "Client.send", "requests.post", "POST", "https", "yes", "yes", "catalog")
CHAIN = Chain(
    (Step("pkg/a.py", 10, "run", "entry"), Step("pkg/a.py", 30, "Client.send", "sink")), "public", Certainty.EXACT
)
FLOW = Flow(
    sink=SINK,
    hint="telemetry",
    chain=CHAIN,
    others=(),
    trigger="call",
    endpoints=(Endpoint("https://t.vendor.io/x", "constant", "pkg/a.py:3"),),
    payload=(PayloadField("device_id", "uid", "pkg/a.py", 20),),
    sdk_adds=(),
    gates=(Gate("env", "NO_TRACK", "opt-out", 'set to "1"', "pkg/a.py", 12, "1"),),
    default_on=True,
    role="product",
)
PLACE = Destination(
    url="https://t.vendor.io/x",
    host="t.vendor.io",
    resolved_by="constant",
    operator="Vendor",
    operator_country="US",
    country="US",
    region="",
    category="telemetry",
    confidence="high",
    evidence="row",
)


def make_flow(**changes: Any) -> Flow:
    """The default flow; ``sink_`` keys change its sink, ``certainty`` its chain."""
    sink = {key.removeprefix("sink_"): value for key, value in changes.items() if key.startswith("sink_")}
    rest = {key: value for key, value in changes.items() if not key.startswith("sink_") and key != "certainty"}
    chain = replace(CHAIN, certainty=changes.get("certainty", Certainty.EXACT))
    return replace(FLOW, sink=replace(SINK, **sink), chain=chain, **rest)


def make_place(**changes: Any) -> Destination:
    """The default destination with changes."""
    return replace(PLACE, **changes)


@pytest.fixture
def flow() -> Callable[..., Flow]:
    return make_flow


@pytest.fixture
def place() -> Callable[..., Destination]:
    return make_place
