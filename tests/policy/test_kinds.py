"""Kinds of flows whose call does not tell: what looks like telemetry and is not, then the kinds people name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from scanner.destinations.records import Destination
from scanner.flows.records import Chain, Endpoint, Flow, Gate, PayloadField, Step
from scanner.policy.kinds import KINDS, kind_of, words
from scanner.policy.weights import WEIGHTS
from scanner.vocabulary import Certainty

MakeFlow = Callable[..., Flow]
MakePlace = Callable[..., Destination]
GET: dict[str, Any] = {"sink_method": "GET", "payload": ()}
UNKNOWN = (PayloadField("unknown", "body", "a.py", 1),)


def _case(name: str, path: str = "/", *functions: str, gate: str = "", **changes: Any) -> dict[str, Any]:
    """A generic flow whose sink stands in ``module.py:function`` and is reached through ``functions``."""
    file, _, function = name.partition(":")
    steps = tuple(Step(file, 1, called, "call") for called in (*functions, function))
    gates = (Gate("env", gate, "opt-out", "", file, 1, "1"),) if gate else ()
    base = {"hint": "generic", "sink_file": file, "sink_function": function, "payload": UNKNOWN, "gates": gates}
    endpoints = (Endpoint(f"https://h.io{path}", "constant", "a.py:1"),)
    return base | {"chain_": Chain(steps, "public", Certainty.EXACT), "endpoints": endpoints} | changes


@pytest.mark.parametrize(
    ("kind", "host", "category", "case"),
    [
        ("download", "files.vendor.io", "", _case("pkg/loader.py:fetch_weights", "/w.bin", **GET)),
        ("download", "api.vendor.io", "llm_tracing", _case("pkg/validation.py:get_details", "/x", **GET)),
        ("download", "huggingface.co", "hub", _case("pkg/file_download.py:http_get", "/r/resolve/main", **GET)),
        ("download", "b.blob.core.windows.net", "storage", _case("pkg/load.py:read_file", "/v", "read_cached", **GET)),
        ("remote-inference", "api.vendor.ai", "llm_api", _case("pkg/client.py:Client.add", "/v1/memories")),
        ("remote-inference", "h.io", "", _case("pkg/llm/base.py:Chat.create", "/v1/chat/completions")),
        ("remote-inference", "maps.vendor.cn", "geo_tool", _case("pkg/tools/weather.py:Weather.call", **GET)),
        ("upload", "huggingface.co", "hub", _case("pkg/api.py:upload_file", "/commit")),
        ("upload", "", "", _case("pkg/oss.py:_sync_upload", sink_method="PUT")),
        ("log-upload", "otlp.vendor.ai", "llm_tracing", _case("pkg/tracing/core.py:setup", "/v1/traces")),
        ("error-reporting", "o1.ingest.us.sentry.io", "error_reporting", _case("pkg/init.py:set_sentry")),
        ("outsourcing", "api.vendor.com", "labelling", _case("pkg/label.py:create_task", "/v1/tasks")),
        ("telemetry", "us.i.posthog.com", "telemetry", _case("pkg/memory/telemetry.py:capture_event")),
        ("telemetry", "x.vendor.io", "", _case("pkg/main.py:_post", gate="VENDOR_TELEMETRY", trigger="thread")),
        ("telemetry", "x.vendor.io", "", _case("pkg/analytics.py:version_check", "/v", **GET)),
        ("telemetry", "vendor.cn", "package_telemetry", _case("pkg/downloader.py:Check.request", "/hub/stat")),
    ],
)
def test_kind(flow: MakeFlow, place: MakePlace, kind: str, host: str, category: str, case: dict[str, Any]) -> None:
    chain = case.pop("chain_")
    made = replace(flow(**case), chain=chain)
    assert kind_of(made, (place(host=host, category=category),)) == kind


def test_the_sink_row_decides_when_it_knows(flow: MakeFlow, place: MakePlace) -> None:
    assert kind_of(flow(hint="probe"), (place(),)) == "probe"


def test_words_split_camel_case_and_underscores() -> None:
    assert words("HTTPServer.sendUsage_stats2") == {"http", "server", "send", "usage", "stats", "2"}


def test_weights_name_known_kinds() -> None:
    assert {weight.kind for weight in WEIGHTS} <= set(KINDS)
