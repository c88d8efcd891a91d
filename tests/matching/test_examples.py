"""`rules test`: own rules are told what is wrong with them, by file, line and field."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanner.errors import CatalogError
from scanner.matching import bundled_rules, load_rules, with_own
from scanner.matching.examples import check_rules, validate
from scanner.matching.pages import pages

RULE = """rules:
  - id: calls-home
    languages: [python]
    severity: WARNING
    message: It calls home.
    metadata:
      datacustoms: {kind: telemetry, gate: {roots: [], leaves: [call_home]}}
    pattern: call_home(...)
"""


def checked(folder: Path, rule: str, example: str) -> list[tuple[str, str]]:
    (folder / "a").mkdir(exist_ok=True)
    (folder / "a" / "calls-home.yaml").write_text(rule)
    (folder / "a" / "calls-home.py").write_text(example)
    return [(c.field, c.problem) for c in check_rules(folder, load_rules(folder))]


GOOD = "# ok: calls-home\nx()\n# ruleid: calls-home\ncall_home()\n"


def test_nothing_is_said_of_a_good_rule(tmp_path: Path) -> None:
    assert checked(tmp_path, RULE, GOOD) == []


@pytest.mark.parametrize(
    ("example", "problem"),
    [
        (GOOD + "# ruleid: calls-home\nx()\n", "calls-home.py:6 is not found."),
        (GOOD + "call_home()\n", "calls-home.py:5 is found and is not marked."),
        ("x()\n", "no example beside it marks both what to find and what not."),
    ],
)
def test_an_example_that_does_not_hold(tmp_path: Path, example: str, problem: str) -> None:
    assert checked(tmp_path, RULE, example) == [("example", problem)]


def test_a_pattern_that_is_no_python(tmp_path: Path) -> None:
    found = checked(tmp_path, RULE.replace("call_home(...)", "call_home("), GOOD)
    assert [field for field, _ in found] == ["pattern"] and found[0][1].startswith("Invalid pattern for Python")


def test_a_gate_that_loses_matches(tmp_path: Path) -> None:
    found = checked(tmp_path, RULE.replace("leaves: [call_home]", "leaves: [home]"), GOOD)
    assert (
        "metadata.datacustoms.gate.leaves",
        "a match need not contain any of these words, and would be lost.",
    ) in found


def test_an_error_names_file_line_and_field(tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_text(RULE.replace("kind: telemetry", "kind: gossip"))
    with pytest.raises(CatalogError, match=r"b\.yaml:2: rule 'calls-home': kind is one of"):
        load_rules(tmp_path)


def test_own_rules_stand_beside_the_bundled_and_take_no_name_of_theirs(tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_text(RULE)
    assert {rule.id for rule in with_own((tmp_path,))} == {rule.id for rule in bundled_rules()} | {"calls-home"}
    (tmp_path / "b.yaml").write_text(RULE.replace("calls-home", bundled_rules()[0].id))
    with pytest.raises(CatalogError, match="two rule folders"):
        with_own((tmp_path,))


def test_semgrep_has_nothing_against_the_bundled_rules() -> None:
    assert len(bundled_rules()) >= 80
    assert validate(bundled_rules()) == ()


def test_every_rule_has_a_page() -> None:
    text = "".join(pages(bundled_rules()).values())
    assert all(f"## {rule.id}\n" in text for rule in bundled_rules())


def test_the_pages_in_the_documentation_are_those_of_the_rules() -> None:
    folder = Path(__file__).parents[2] / "docs" / "rules"
    assert {path.name: path.read_text("utf-8") for path in folder.glob("*.md")} == pages(bundled_rules())
