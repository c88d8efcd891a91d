"""Which variables are set, and which are only named."""

from __future__ import annotations

from scanner.flows.records import Gate
from scanner.policy.records import Finding
from scanner.remedies import SwitchPlan, choose, switches
from tests.remedies.sources import report, sent_back, switch, used


def plan(*findings: Finding) -> SwitchPlan:
    return switches(choose(report(*findings)))


def states(*findings: Finding) -> dict[str, str]:
    return {one.name: one.state.value for one in plan(*findings).switches}


def test_switches_of_what_is_kept_are_not_touched() -> None:
    assert plan(used(1, "https://api.acme-models.com", switch("ACME_OFFLINE", "1"))).switches == ()


def test_an_argument_or_the_name_of_a_builder_is_no_variable() -> None:
    argument = switch("telemetry", "False", kind="argument")
    ci = switch("CI", "1", kind="ci")
    result = plan(sent_back(1, argument, ci))
    assert (result.switches, len(result.uncovered)) == ((), 1)


def test_an_address_is_not_set() -> None:
    assert states(sent_back(1, switch("ACME_SERVER_ADDRESS", "False"))) == {"ACME_SERVER_ADDRESS": "address"}


def test_a_variable_without_a_known_value_is_not_set() -> None:
    assert states(sent_back(1, switch("ACME_USAGE", ""))) == {"ACME_USAGE": "unknown"}


def test_an_opt_in_is_to_be_left_unset() -> None:
    opt_in = Gate("env", "ACME_SEND", "opt-in", "off unless set", "acme/t.py", 3)
    assert states(sent_back(1, opt_in, rule="DC004")) == {"ACME_SEND": "leave"}


def test_what_stops_more_than_it_should_is_named_only() -> None:
    broad = switch("ACME_OFFLINE", "1")
    found = states(sent_back(1, broad, switch()), used(2, "https://api.acme-models.com", broad))
    assert found == {"ACME_TELEMETRY": "set", "ACME_OFFLINE": "broad"}


def test_what_stops_more_than_it_should_is_set_where_nothing_else_stops_it() -> None:
    broad = switch("ACME_OFFLINE", "1")
    kept = used(2, "https://api.acme-models.com", broad)
    only = plan(sent_back(1, broad), kept).switches[0]
    assert (only.state.value, only.breaks) == ("set", (kept,))


def test_one_variable_is_enough() -> None:
    both = (switch("ACME_TELEMETRY", "0"), switch("_ACME_DEBUG", "1"))
    assert states(sent_back(1, *both), sent_back(2, *both)) == {"ACME_TELEMETRY": "set", "_ACME_DEBUG": "alternative"}


def test_the_value_is_the_one_that_was_evaluated() -> None:
    result = plan(sent_back(1, switch(off="off")), sent_back(2, switch(off="off")), sent_back(3, switch(off="no")))
    one = result.switches[0]
    assert (one.value, len(one.stops), [f.id for f in one.misses]) == ("off", 2, [f"a{3:019d}"])
    assert [f.id for f in result.uncovered] == [f"a{3:019d}"]


def test_two_variables_where_one_does_not_reach() -> None:
    result = plan(sent_back(1, switch("A_TELEMETRY")), sent_back(2, switch("B_TELEMETRY")), sent_back(3))
    assert [s.name for s in result.switches] == ["A_TELEMETRY", "B_TELEMETRY"]
    assert [f.id for f in result.uncovered] == [f"a{3:019d}"]


def test_a_name_about_sending_is_narrow_whatever_else_asks_it() -> None:
    own = switch()
    kept = used(2, "https://api.acme-models.com", own)
    found = plan(sent_back(1, own, switch("ACME_OFFLINE", "1")), kept)
    assert [(s.name, s.state.value, s.breaks) for s in found.switches] == [
        ("ACME_TELEMETRY", "set", (kept,)),
        ("ACME_OFFLINE", "alternative", ()),
    ]
