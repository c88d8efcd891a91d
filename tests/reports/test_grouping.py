"""Recipients: who comes first, and what belongs together."""

from __future__ import annotations

from scanner.reports.grouping import by_recipient, plural, severities
from scanner.vocabulary import Severity
from tests.reports.builder import NOWHERE, make_finding, make_note, make_place


def test_no_findings_give_no_recipients() -> None:
    assert by_recipient(()) == ()


def test_the_widest_problem_comes_first_and_unknown_after_its_equals() -> None:
    baidu = make_place(host="a.baidu.com", operator="Baidu", operator_country="CN", country="CN")
    findings = (
        make_note(1),
        make_finding(destinations=(NOWHERE,)),
        make_finding(destinations=(baidu,)),
        make_finding(),
        make_finding(id="2" * 20),
    )
    assert [one.name for one in by_recipient(findings)] == ["us.i.posthog.com", "a.baidu.com", "", "huggingface.co"]


def test_what_goes_back_unnoticed_comes_before_what_is_the_point_of_the_call() -> None:
    asked = make_place(host="api.llm.io", operator="LLM")
    findings = tuple(make_finding(kind="remote-inference", destinations=(asked,)) for _ in range(5))
    assert [one.name for one in by_recipient((*findings, make_finding()))] == ["us.i.posthog.com", "api.llm.io"]


def test_hosts_of_one_operator_in_one_country_stand_together() -> None:
    (group,) = by_recipient((make_finding(), make_finding(destinations=(make_place(host="eu.posthog.com"),))))
    assert group.hosts == ("eu.posthog.com", "us.i.posthog.com")
    assert group.name == "PostHog"


def test_one_operator_in_two_countries_is_two_recipients() -> None:
    assert len(by_recipient((make_finding(), make_finding(destinations=(make_place(country="DE"),))))) == 2


def test_a_known_host_beats_an_unknown_one() -> None:
    (group,) = by_recipient((make_finding(destinations=(NOWHERE, make_place())),))
    assert group.hosts == ("us.i.posthog.com",)


def test_order_of_findings_does_not_matter() -> None:
    findings = (make_note(1), make_finding(), make_finding(severity=Severity.WARNING, destinations=(NOWHERE,)))
    assert [one.name for one in by_recipient(findings)] == [one.name for one in by_recipient(findings[::-1])]


def test_numbers_read_like_words() -> None:
    assert (plural(1, "note"), plural(1200, "note"), plural(2, "switch")) == ("1 note", "1,200 notes", "2 switches")
    assert severities(()) == "nothing"
