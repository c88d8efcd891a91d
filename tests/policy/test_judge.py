"""Decision tables: first what must stay silent, then rule and severity, then words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from scanner.destinations.records import Destination
from scanner.flows.records import Endpoint, Flow, Gate, PayloadField
from scanner.policy import RULES, judge, threshold
from scanner.policy.records import Finding
from scanner.vocabulary import Certainty, Confidence, Severity

MakeFlow = Callable[..., Flow]
MakePlace = Callable[..., Destination]


def one(flow: Flow, *places: Destination, home: tuple[str, ...] = ()) -> Finding:
    (finding,) = judge((flow,), (places,), home)
    return finding


def test_a_local_destination_is_no_finding(flow: MakeFlow, place: MakePlace) -> None:
    assert judge((flow(),), ((place(local=True, host="127.0.0.1"),),), ("CN",)) == ()


def test_a_local_fallback_is_not_shown_beside_a_real_recipient(flow: MakeFlow, place: MakePlace) -> None:
    finding = one(flow(), place(), place(local=True, host="localhost"))
    assert [where.host for where in finding.destinations] == ["t.vendor.io"]


@pytest.mark.parametrize("role", ["test", "example", "docs"])
def test_tests_and_examples_are_at_most_notes(flow: MakeFlow, place: MakePlace, role: str) -> None:
    assert one(flow(role=role), place()).severity is Severity.NOTE


@pytest.mark.parametrize(
    ("changes", "where", "home", "rule", "severity"),
    [
        ({}, {}, (), "DC001", "error"),
        ({}, {}, ("CN",), "DC001", "error"),
        ({}, {"country": "", "operator": "", "operator_country": ""}, ("CN",), "DC001", "error"),
        ({}, {}, ("US",), "DC003", "note"),
        ({}, {"country": "DE"}, ("DE",), "DC001", "error"),
        ({}, {"country": "EU", "operator_country": "FR"}, ("DE",), "DC003", "note"),
        ({}, {"url": "http://t.vendor.io/x"}, ("US",), "DC002", "error"),
        ({"default_on": False}, {}, (), "DC004", "warning"),
        ({"default_on": None}, {}, (), "DC005", "warning"),
        ({"payload": (), "sink_method": "GET"}, {}, (), "DC006", "warning"),
        ({"payload": (PayloadField("package_metadata", "v", "a.py", 1),)}, {}, (), "DC006", "warning"),
        ({"payload": (PayloadField("unknown", "d", "a.py", 1),)}, {}, (), "DC001", "error"),
        ({"hint": "error-reporting"}, {}, (), "DC001", "error"),
        ({"hint": "upload", "trigger": "exit"}, {}, (), "DC001", "error"),
        ({"hint": "upload"}, {}, (), "DC011", "warning"),
        ({"hint": "remote-inference"}, {}, (), "DC010", "warning"),
        ({"hint": "remote-inference"}, {}, ("US",), "DC010", "note"),
        ({"hint": "remote-code"}, {}, ("US",), "DC021", "warning"),
        ({"hint": "download", "payload": (), "sink_method": "GET"}, {}, (), "DC020", "note"),
        ({"hint": "probe"}, {}, (), "DC030", "note"),
    ],
)
def test_rule_and_severity(
    flow: MakeFlow,
    place: MakePlace,
    changes: dict[str, Any],
    where: dict[str, Any],
    home: tuple[str, ...],
    rule: str,
    severity: str,
) -> None:
    finding = one(flow(**changes), place(**where), home=home)
    assert (finding.rule, finding.severity) == (rule, severity)


def test_a_filled_in_url_is_not_a_bare_request(flow: MakeFlow, place: MakePlace) -> None:
    endpoints = (Endpoint("https://t.vendor.io/x?id={?}", "constant", "a.py:1"),)
    assert one(flow(payload=(), sink_method="GET", endpoints=endpoints), place()).rule == "DC001"


def test_an_unmatched_pattern_is_named_as_such(flow: MakeFlow) -> None:
    assert one(flow(hint="generic", sink_found_by="semgrep:own.rule", gates=(), payload=())).rule == "DC040"


def test_words_say_what_to_whom_where_and_how_to_stop(flow: MakeFlow, place: MakePlace) -> None:
    finding = one(flow(), place(overrides=("VENDOR_URL",)), home=("CN",))
    assert finding.title == "Usage data goes to t.vendor.io (US) by default"
    assert "device id (uid)" in finding.message and "run by Vendor, home United States (US)" in finding.message
    assert finding.remedies == ('set NO_TRACK=1 (set to "1")', "point VENDOR_URL at a server of your own")
    assert "illegal" not in finding.message and "compliant" not in finding.message


def test_without_a_switch_the_network_is_named(flow: MakeFlow, place: MakePlace) -> None:
    ci_only = (Gate("ci", "CI", "opt-out", "", "a.py", 1, "1"),)
    finding = one(flow(gates=ci_only, payload=(), sink_method="GET"), place())
    assert finding.remedies == ("no switch was found on this path: block t.vendor.io at the network",)
    assert "request metadata and IP address" in finding.message


def test_confidence_is_the_weaker_of_chain_and_host(flow: MakeFlow, place: MakePlace) -> None:
    assert one(flow(), place()).confidence is Confidence.HIGH
    assert one(flow(certainty=Certainty.NAMED), place()).confidence is Confidence.MEDIUM
    assert one(flow(certainty=Certainty.GUESSED), place()).confidence is Confidence.LOW
    assert one(flow(), place(host="", operator="")).confidence is Confidence.LOW


def test_findings_are_sorted_gravest_first(flow: MakeFlow, place: MakePlace) -> None:
    note = flow(hint="download", payload=(), sink_file="a.py")
    flows = (note, flow(sink_file="z.py"), flow(sink_file="b.py"))
    found = judge(flows, ((place(),),) * 3, ())
    assert [(f.severity, f.flow.sink.file) for f in found] == [("error", "b.py"), ("error", "z.py"), ("note", "a.py")]
    assert judge(flows[::-1], ((place(),),) * 3, ()) == found


def test_threshold_counts_new_and_open_findings_only(flow: MakeFlow, place: MakePlace) -> None:
    warning = one(flow(default_on=False), place())
    assert not threshold((), "note")
    assert not threshold((warning,), "never")
    assert not threshold((warning,), "error")
    assert not threshold((replace(warning, suppressed="reason"),), "note")
    assert not threshold((replace(warning, baseline_state="unchanged"),), "note")
    assert threshold((warning,), "warning") and threshold((warning,), "note")


def test_rule_ids_are_unique_and_helpful() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)
    assert all("What:" in rule.help and "Why:" in rule.help and "How to" in rule.help for rule in RULES)
