"""Every bundled rule against the annotated example beside it: ``# ok:`` and ``# ruleid:`` speak of the next line."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from scanner.matching import GateInput, bundled_rules, match
from scanner.matching.gating import survivors
from scanner.matching.paths import selects
from scanner.matching.records import PatternMatch, PatternRule

ROOT = Path(__file__).parents[2] / "semgrep-rules"
RULES = bundled_rules()
MARK = re.compile(r"^\s*(?:#|//|<!--)\s*(ok|ruleid):\s*([\w-]+)\s*(?:-->)?$")
IMPORT = re.compile(r"^\s*(?:import|from)\s+(\w+)", re.M)


def as_input(rule: PatternRule, path: Path) -> GateInput:
    """The example as a file the rule is for: where its ``paths`` ask for a name of its own, it goes by that name."""
    text, python = path.read_text("utf-8"), path.suffix == ".py"
    name = path.name
    if not selects(name, rule.include, rule.exclude):
        name = f"{path.stem}/{rule.include[0].replace('*', 'example')}"
    roots = frozenset(IMPORT.findall(text)) if python else frozenset()
    kind = "python" if python else "settings"
    return GateInput(f"{rule.id}/{name}", text, roots, kind)


EXAMPLES = tuple(
    as_input(rule, path)
    for rule in RULES
    for path in sorted((ROOT / rule.file).parent.glob(f"{rule.id}.*"))
    if path.name != f"{rule.id}.yaml"
)


def marks(file: GateInput, word: str) -> set[tuple[str, str, int]]:
    lines = file.text.splitlines()
    return {(m[2], file.path, n + 1) for n, line in enumerate(lines, 1) if (m := MARK.match(line)) and m[1] == word}


@pytest.fixture(scope="module")
def found() -> set[tuple[str, str, int]]:
    matches = match(EXAMPLES, RULES)
    assert (matches.status.state, matches.status.detail) == ("used", "")
    return {(m.rule, m.file, m.line) for m in matches.matches}


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.path)
def test_a_rule_is_silent_and_speaks_where_its_example_says(file: GateInput, found: set[tuple[str, str, int]]) -> None:
    own = {m for m in found if m[1] == file.path and m[0] == file.path.partition("/")[0]}
    assert own & marks(file, "ok") == set()
    assert own == marks(file, "ruleid")


def test_every_rule_has_an_example_of_both_kinds() -> None:
    for rule in RULES:
        own = [file for file in EXAMPLES if file.path.startswith(f"{rule.id}/")]
        assert Path(rule.file).stem == rule.id
        assert any(marks(file, "ok") for file in own) and any(marks(file, "ruleid") for file in own), rule.id


def test_every_rule_explains_itself_in_two_languages() -> None:
    for rule in RULES:
        assert rule.message.endswith(".") and re.search(r"[\u4e00-\u9fff]", rule.message_zh), rule.id
        assert all(reference.startswith("https://") for reference in rule.references) and rule.references, rule.id


def test_every_rule_has_a_gate_that_keeps_a_plain_file_out() -> None:
    plain = GateInput("a.py", "import torch\nimport logging\nx = open('a').read()\n", frozenset({"torch"}), "python")
    assert survivors([plain], RULES) == ()
    assert all(rule.leaves for rule in RULES)


def test_the_gate_changes_no_result_of_the_examples() -> None:
    ungated = tuple(_without_gate(rule) for rule in RULES)

    def seen(matches: tuple[PatternMatch, ...]) -> list[tuple[str, str, int]]:
        return [(m.rule, m.file, m.line) for m in matches]

    assert seen(match(EXAMPLES, RULES).matches) == seen(match(EXAMPLES, ungated).matches)


def _without_gate(rule: PatternRule) -> PatternRule:
    return replace(rule, roots=(), leaves=())
