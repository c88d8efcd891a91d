"""CycloneDX: valid by the strict schemas, deterministic, with direction, provider and what is not known."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from scanner.policy.records import Report
from scanner.reports import render
from tests.reports.builder import NOWHERE, PLACE, make_finding, make_flow, make_note, make_report

FORMATS = {"cyclonedx": SchemaVersion.V1_6, "cyclonedx-1.7": SchemaVersion.V1_7}
HOSTILE = 'x"\x1b</script>\u202e {?} \udcff http://[::1'


def full() -> Report:
    hub = "https://huggingface.co/org/model-7b/resolve/main/model.safetensors"
    findings = (
        make_finding(id="a" * 20),
        make_finding(id="b" * 20, destinations=(NOWHERE,), flow_payload=(), flow_sdk_adds=()),
        make_note(1),
        make_note(2, destinations=(replace(PLACE, url=hub, host="huggingface.co", operator="Hugging Face"),)),
        make_finding(id="c" * 20, kind="remote-inference", scenario="genai_service"),
        make_finding(id="d" * 20, flow_role="test", destinations=(replace(PLACE, host="only.in.tests"),)),
        make_finding(id="e" * 20, suppressed="agreed", destinations=(replace(PLACE, host="accepted.io"),)),
    )
    return make_report(*findings, home=("CN",))


def hostile() -> Report:
    place = replace(PLACE, url=HOSTILE, host=HOSTILE, operator=HOSTILE, evidence=HOSTILE)
    return make_report(make_finding(destinations=(place,)), target=HOSTILE, name=HOSTILE, version=HOSTILE)


def bom(report: Report, name: str = "cyclonedx") -> dict[str, Any]:
    document: dict[str, Any] = json.loads(render(report, name))
    return document


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize(
    "report", [make_report(), full(), hostile(), make_report(make_finding(), name="", target="a b/ü")]
)
def test_it_is_valid(name: str, report: Report) -> None:
    assert JsonStrictValidator(FORMATS[name]).validate_str(render(report, name)) is None
    assert bom(report, name)["specVersion"] == FORMATS[name].to_version()


def test_code_that_is_not_in_use_and_accepted_paths_are_left_out() -> None:
    names = {one["name"] for one in bom(full())["services"]}
    assert names == {"huggingface.co", "unknown", "us.i.posthog.com"}


def test_data_sent_is_inbound_to_the_service_and_inference_goes_both_ways() -> None:
    (service,) = [one for one in bom(full())["services"] if one["name"] == "us.i.posthog.com"]
    assert {one["flow"] for one in service["data"]} == {"inbound", "bi-directional"}
    classes = {(one["classification"], one["flow"]) for one in service["data"]}
    assert ("user_identifier", "inbound") in classes
    hub = next(one for one in bom(full())["services"] if one["name"] == "huggingface.co")
    assert {one["flow"] for one in hub["data"]} == {"outbound"}


def test_provider_country_boundary_and_unknown_are_said() -> None:
    services = {one["name"]: one for one in bom(full())["services"]}
    posthog = services["us.i.posthog.com"]
    assert posthog["provider"] == {"name": "PostHog", "address": {"country": "US"}}
    assert posthog["x-trust-boundary"] is True and posthog["endpoints"] == ["https://us.i.posthog.com"]
    unknown = services["unknown"]
    assert "provider" not in unknown and "endpoints" not in unknown
    assert {"name": "datacustoms:country", "value": "unknown"} in unknown["properties"]


def test_models_and_hub_targets_are_components() -> None:
    document = bom(full())
    assert [one["purl"] for one in document["components"]] == ["pkg:huggingface/org/model-7b"]
    main = bom(make_report(target="hf://org/name@main", name="org/name"))["metadata"]["component"]
    assert (main["type"], main["purl"]) == ("machine-learning-model", "pkg:huggingface/org/name@main")


def test_every_reference_leads_somewhere() -> None:
    document = bom(full())
    refs = {one["bom-ref"] for key in ("components", "services") for one in document[key]}
    refs.add(document["metadata"]["component"]["bom-ref"])
    assert {one["ref"] for one in document["dependencies"]} == refs
    assert {ref for one in document["dependencies"] for ref in one.get("dependsOn", ())} <= refs


def test_two_renderings_are_equal_and_the_serial_number_follows_the_content() -> None:
    assert render(full(), "cyclonedx") == render(full(), "cyclonedx")
    assert bom(full())["serialNumber"] != bom(make_report())["serialNumber"]


def test_an_address_is_cut_before_what_nobody_knows() -> None:
    place = replace(PLACE, url="https://us.i.posthog.com/v1/{?}/x")
    flow = make_flow()
    (service,) = bom(make_report(make_finding(destinations=(place,), flow_trigger=flow.trigger)))["services"]
    assert service["endpoints"] == ["https://us.i.posthog.com/v1/"]
