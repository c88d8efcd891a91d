"""Rule files: what is refused, and with which words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scanner.errors import CatalogError
from scanner.matching import bundled_rules, load_rules

GOOD = "rules: [{id: a-b, languages: [python], message: M., severity: INFO, pattern: f()}]"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("rules: [", "not YAML"),
        ("[]", "expected a list"),
        ("rules: [3]", "a rule is a mapping"),
        (GOOD.replace("a-b", "no"), "an id is words"),
        (GOOD.replace("a-b", "A.b"), "an id is words"),
        (GOOD.replace("[python]", "python"), "languages is a list"),
        (GOOD.replace("pattern:", "metadata: {datacustoms: {kind: odd}}, pattern:"), "kind is one of"),
    ],
)
def test_a_malformed_rule_is_named(text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text(text)
    with pytest.raises(CatalogError, match=said) as raised:
        load_rules(tmp_path)
    assert "x.yaml" in raised.value.message


def test_a_rule_id_stands_once(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text(GOOD)
    (tmp_path / "y.yml").write_text(GOOD)
    with pytest.raises(CatalogError, match=r"also stands in x\.yaml"):
        load_rules(tmp_path)


def test_an_own_rule_needs_no_metadata(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "x.yaml").write_text(GOOD)
    (only,) = load_rules(tmp_path)
    assert (only.id, only.file, only.kind, only.confidence) == ("a-b", "deep/x.yaml", "telemetry", "low")
    assert json.loads(only.definition)["pattern"] == "f()"


def test_bundled_rules_are_sorted() -> None:
    ids = [rule.id for rule in bundled_rules()]
    assert ids == sorted(set(ids)) and len(ids) > 20
