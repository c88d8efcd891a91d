"""What a pack does to a finding: what it leaves alone, then lists, safeguards, floors, matrix and exceptions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from scanner.destinations.records import Destination
from scanner.flows.records import Flow, Gate, PayloadField
from scanner.policy import Stance, judge, load_texts
from scanner.policy.packs import load_pack
from scanner.policy.records import Finding, MatrixRow, Pack, PackException, Requirement, Scope

MakeFlow = Callable[..., Flow]
MakePlace = Callable[..., Destination]
TODAY = "2026-11-24"


def pack(**fields: Any) -> Pack:
    return Pack("own", (), "2026-11-24", "2027-11-24", **fields)


def one(asked: Pack, flow: Flow, *places: Destination) -> Finding:
    (finding,) = judge((flow,), (places,), asked.home, Stance(pack=asked, today=TODAY))
    return finding


def said(finding: Finding) -> list[tuple[str, str]]:
    return [(verdict.rule, verdict.level) for verdict in finding.verdicts]


def test_an_empty_pack_changes_nothing(flow: MakeFlow, place: MakePlace) -> None:
    finding = one(pack(), flow(), place())
    (plain,) = judge((flow(),), ((place(),),), ())
    assert finding == plain and finding.verdicts == ()


@pytest.mark.parametrize(
    ("fields", "verdict"),
    [
        ({"deny": Scope(hosts=("*.vendor.io",))}, ("destinations.deny.hosts", "error")),
        ({"deny": Scope(hosts=("vendor.io",))}, None),
        ({"deny": Scope(operators=frozenset({"VENDOR"}))}, ("destinations.deny.operators", "error")),
        ({"deny": Scope(countries=frozenset({"US"}))}, ("destinations.deny.countries", "error")),
        ({"deny": Scope(countries=frozenset({"EEA"}))}, None),
        ({"deny": Scope(categories=frozenset({"telemetry"}))}, ("destinations.deny.categories", "error")),
        ({"otherwise": "error"}, ("destinations.otherwise", "error")),
        ({"otherwise": "error", "allow": Scope(hosts=("t.vendor.io",))}, ("destinations.allow", "note")),
        ({"unknown_country": "warning"}, None),
        ({"requirements": (Requirement("tls", "error"),)}, None),
        ({"requirements": (Requirement("opt_out", "warning"),)}, None),
        ({"requirements": (Requirement("opt_in", "error"),)}, ("safeguards.opt_in", "error")),
        (
            {"requirements": (Requirement("redaction", "warning", frozenset({"device_id"})),)},
            ("safeguards.redaction", "warning"),
        ),
        ({"requirements": (Requirement("redaction", "warning", frozenset({"prompt"})),)}, None),
        ({"floors": (("device_id", "error"),)}, ("data_classes.device_id.severity_floor", "error")),
        ({"floors": (("prompt", "error"),)}, None),
        ({"matrix": (MatrixRow("note", default=frozenset({"off"})),)}, None),
        ({"matrix": (MatrixRow("note", data=frozenset({"device_id"})),)}, ("severity.matrix.1", "note")),
        ({"matrix": (MatrixRow("note", data=frozenset({"identifier"})),)}, None),
        (
            {"home": ("CN",), "matrix": (MatrixRow("warning", status=frozenset({"threshold"})),)},
            ("severity.matrix.1", "warning"),
        ),
    ],
)
def test_verdict(flow: MakeFlow, place: MakePlace, fields: dict[str, Any], verdict: tuple[str, str] | None) -> None:
    finding = one(pack(**fields), flow(), place())
    assert said(finding) == ([verdict] if verdict else [])
    assert all(one.text for one in finding.verdicts)


def test_severity_after_the_pack_is_the_strictest(flow: MakeFlow, place: MakePlace) -> None:
    calm = pack(matrix=(MatrixRow("note"),))
    assert one(calm, flow(), place()).severity == "note"
    strict = pack(matrix=(MatrixRow("note"),), deny=Scope(countries=frozenset({"US"})))
    assert one(strict, flow(), place()).severity == "error"
    both = pack(matrix=(MatrixRow("note"), MatrixRow("warning")))
    assert one(both, flow(), place()).severity == "warning"


def test_a_harmless_class_does_not_excuse_what_goes_along(flow: MakeFlow, place: MakePlace) -> None:
    asked = pack(matrix=(MatrixRow("note", data=frozenset({"platform"})),))
    fields = (PayloadField("platform", "os", "a.py", 1), PayloadField("device_id", "uid", "a.py", 2))
    assert one(asked, flow(payload=fields), place()).severity == "error"
    assert one(asked, flow(payload=fields[:1]), place()).severity == "note"


def test_unknown_hosts_and_countries_are_spoken_of(flow: MakeFlow, place: MakePlace) -> None:
    asked = pack(unknown_host="error", unknown_country="warning")
    assert said(one(asked, flow())) == [("destinations.unknown_host", "error")]
    nowhere = place(host="", operator="", url="", country="", operator_country="")
    assert said(one(asked, flow(), nowhere)) == [("destinations.unknown_host", "error")]
    assert said(one(asked, flow(), place(country=""))) == [("destinations.unknown_country", "warning")]


def test_a_foreign_operator_at_home_is_reported(flow: MakeFlow, place: MakePlace) -> None:
    asked = pack(home=("CN",), allow=Scope(countries=frozenset({"CN"})), operator_reach="warning")
    assert said(one(asked, flow(), place(country="CN"))) == [("destinations.operator_reach", "warning")]
    assert said(one(asked, flow(), place(country="CN", operator_country="CN"))) == [("destinations.allow", "note")]


def test_a_parent_abroad_is_reported_where_the_operator_is_at_home(flow: MakeFlow, place: MakePlace) -> None:
    asked = pack(home=("CN",), allow=Scope(countries=frozenset({"CN"})), operator_reach="warning")
    owned = place(country="CN", operator_country="CN", parent="Owner", parent_country="US")
    assert said(one(asked, flow(), owned)) == [("destinations.operator_reach", "warning")]


def test_tls_certificate_and_switch_are_asked_for(flow: MakeFlow, place: MakePlace) -> None:
    asked = pack(requirements=tuple(Requirement(name, "error") for name in ("tls", "tls_verify", "opt_out")))
    bare = flow(sink_tls="no", sink_verify="False", gates=(Gate("ci", "CI", "opt-out", "", "a.py", 1),))
    assert [rule for rule, _ in said(one(asked, bare, place()))] == [
        "safeguards.tls",
        "safeguards.tls_verify",
        "safeguards.opt_out",
    ]


def test_masking_and_encryption_are_told_apart(flow: MakeFlow, place: MakePlace) -> None:
    both = (Requirement("redaction", "note"), Requirement("encryption", "note"))
    hashed = flow(payload=(PayloadField("device_id", "uid", "a.py", 1, ("hash",)),))
    sealed = flow(payload=(PayloadField("device_id", "uid", "a.py", 1, ("encrypt",)),))
    assert said(one(pack(requirements=both), hashed, place())) == [("safeguards.encryption", "note")]
    assert said(one(pack(requirements=both), sealed, place())) == [("safeguards.redaction", "note")]


@pytest.mark.parametrize(
    ("scope", "accepted"),
    [
        ({"hosts": ("t.vendor.io",)}, True),
        ({"hosts": ("*.vendor.io",)}, True),
        ({"hosts": ("other.io",)}, False),
        ({"hosts": ("t.vendor.io",), "rules": frozenset({"DC010"})}, False),
        ({"data": frozenset({"device_id", "usage"})}, True),
        ({"data": frozenset({"usage"})}, False),
        ({"functions": frozenset({"Client.send"})}, True),
        ({"kinds": frozenset({"probe"})}, False),
    ],
)
def test_exceptions_accept_what_they_name(
    flow: MakeFlow, place: MakePlace, scope: dict[str, Any], accepted: bool
) -> None:
    asked = pack(exceptions=(PackException("proxied", "platform team", "2027-06-30", **scope),))
    finding = one(asked, flow(), place())
    assert bool(finding.suppressed) is accepted
    assert not accepted or ("platform team" in finding.suppressed and "2027-06-30" in finding.suppressed)


def test_an_exception_needs_every_recipient(flow: MakeFlow, place: MakePlace) -> None:
    asked = pack(exceptions=(PackException("r", "o", "2027-06-30", hosts=("t.vendor.io",)),))
    assert not one(asked, flow(), place(), place(host="elsewhere.io")).suppressed


def test_nothing_leaves_makes_every_known_host_an_error(flow: MakeFlow, place: MakePlace) -> None:
    finding = one(load_pack("nothing-leaves", TODAY), flow(hint="download", payload=(), sink_method="GET"), place())
    assert finding.severity == "error" and said(finding) == [("destinations.otherwise", "error")]


def test_verdicts_are_told_in_chinese(flow: MakeFlow, place: MakePlace) -> None:
    asked = load_pack("nothing-leaves", TODAY)
    (finding,) = judge((flow(),), ((place(),),), (), Stance(pack=asked, today=TODAY, texts=load_texts("zh")))
    assert finding.verdicts[0].text == "t.vendor.io 不在任何允许清单上"
    assert finding.title == "使用数据默认发往t.vendor.io（US）"


def test_home_in_the_matrix_is_the_home_that_is_asked_about(flow: MakeFlow, place: MakePlace) -> None:
    asked = pack(home=("CN",), matrix=(MatrixRow("note", destination=frozenset({"home"})),))
    (finding,) = judge((flow(),), ((place(country="DE"),),), ("DE",), Stance(pack=asked, today=TODAY))
    assert said(finding) == [("severity.matrix.1", "note")]
    assert said(one(asked, flow(), place(country="DE"))) == []
