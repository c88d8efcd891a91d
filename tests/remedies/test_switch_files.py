"""Switch files: what stays out of them, what their readers see, and what the comments say."""

from __future__ import annotations

import pytest
import yaml

from scanner.policy.records import Finding, Report
from scanner.remedies import choose, render_file
from tests.remedies.sources import report, sent_back, switch, used
from tests.remedies.validators import active, read_env, read_image, read_kubernetes, read_shell

FORMATS = ("env", "shell", "dockerfile", "kubernetes", "kubernetes-env")
VALUES = ("0", "", "a b", "$HOME", '"', "#x", "a\\", "`id`", "$(id)", "it's", "%s!{}", "a;b|c&d", "yes", "null", "=")


def written(name: str, told: Report) -> str:
    return render_file(name, told, choose(told))


def one(value: str) -> Report:
    return report(sent_back(1, switch("ACME_TELEMETRY", value)))


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("findings", [(), (used(1),), (sent_back(1),)])
def test_nothing_is_set_where_nothing_stops_a_path(name: str, findings: tuple[Finding, ...]) -> None:
    told = report(*findings)
    text = written(name, told)
    if name.startswith("kubernetes"):
        document = yaml.safe_load(text)
        assert document.get("data", document.get("env")) in ({}, [])
    else:
        assert active(text) == []


@pytest.mark.parametrize("value", ["a\nexport X=1", "a\x00", "é", "\u202e"])
@pytest.mark.parametrize("name", FORMATS)
def test_a_value_no_format_can_hold_is_not_written(name: str, value: str) -> None:
    assert "ACME_TELEMETRY" not in "".join(active(written(name, one(value))))


@pytest.mark.parametrize("bad", ["A B", "A;id", "1A", "A$B", "A\nB", "Ä"])
@pytest.mark.parametrize("name", FORMATS)
def test_a_name_that_is_none_is_not_written(name: str, bad: str) -> None:
    told = report(sent_back(1, switch(bad, "0")))
    assert not [line for line in active(written(name, told)) if "A" in line.partition(":")[0] and "=" in line]
    assert (
        active(written(name, told)) == active(written(name, report(sent_back(1))))[: len(active(written(name, told)))]
    )


@pytest.mark.parametrize("value", VALUES[2:])
def test_a_shell_sees_the_very_value(value: str) -> None:
    assert read_shell(written("shell", one(value)), ("ACME_TELEMETRY",)) == {"ACME_TELEMETRY": value}


@pytest.mark.parametrize("value", VALUES[2:])
def test_a_env_file_holds_the_very_value_or_says_that_it_cannot(value: str) -> None:
    text = written("env", one(value))
    found = read_env(text)
    assert found == {"ACME_TELEMETRY": value} or (found == {} and "cannot be written here" in text)
    assert found or "'" in value or "\\" in value


@pytest.mark.parametrize("value", [v for v in VALUES[2:] if v != "a\\"])
def test_an_image_sees_the_very_value(value: str) -> None:
    assert read_image(written("dockerfile", one(value))) == {"ACME_TELEMETRY": value}


@pytest.mark.parametrize("value", VALUES[2:])
def test_kubernetes_sees_the_very_value(value: str) -> None:
    assert read_kubernetes(written("kubernetes", one(value)))["data"] == {"ACME_TELEMETRY": value}
    container = yaml.safe_load(written("kubernetes-env", one(value)))
    assert container == {"env": [{"name": "ACME_TELEMETRY", "value": value}]}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": {"containers": [{"name": "a"}]}}
    pod["spec"]["containers"][0] |= {"image": "a", **container}  # type: ignore[index]
    assert read_kubernetes(yaml.safe_dump(pod)) == pod


@pytest.mark.parametrize("name", FORMATS)
def test_every_line_says_what_it_stops_by_which_rule_and_what_not(name: str) -> None:
    told = report(sent_back(1, switch()), sent_back(2), used(3))
    lines = [line.strip() for line in written(name, told).splitlines()]
    place = next(n for n, line in enumerate(lines) if "ACME_TELEMETRY" in line and not line.startswith("#"))
    assert lines[place - 3 : place] == [
        "# stops: [a0000000] Usage data 1",
        "# rule: one of '0' switches it off (acme/t.py:3)",
        "# does not stop: [a0000000] Usage data 2; and what the program is used for",
    ]


def test_what_no_variable_stops_is_said_at_the_top() -> None:
    text = written("env", report(sent_back(1, switch()), sent_back(2)))
    assert "# No variable stops 1 of the paths to be stopped" in text
    assert "Usage data 2 at mem0/memory/telemetry.py:118" in text


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_report_gives_the_same_file(name: str) -> None:
    told = report(sent_back(1, switch()), sent_back(2, switch("B_TELEMETRY")), used(3))
    assert written(name, told) == written(name, told) and written(name, told).endswith("\n")
