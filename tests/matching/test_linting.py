"""The lint of gates: which words every match contains, and what a gate that misses them loses."""

from __future__ import annotations

import pytest

from scanner.matching import bundled_rules
from scanner.matching.linting import lint
from scanner.matching.mentions import always_mentions
from scanner.matching.paths import selects

WORDS = frozenset({"curl", "HTTP_PROXY", "HTTPS_PROXY"})


@pytest.mark.parametrize(
    "rule",
    [
        {"pattern": "$CURL(...)"},
        {"pattern": "curling(...)"},
        {"pattern-either": [{"pattern": "curl(...)"}, {"pattern": "wget(...)"}]},
        {"patterns": [{"pattern-not": "curl(...)"}, {"pattern": "$X(...)"}]},
        {"pattern-regex": "(?:curl|wget) x"},
        {"pattern-regex": "(?:curl )?x"},
        {"pattern-regex": "(?i)curl "},
        {"pattern-regex": "(?!curl )x"},
        {"pattern-regex": "(curl"},
        {"mode": "taint", "pattern-sources": [{"pattern": "$X"}], "pattern-sinks": [{"pattern": "y()"}]},
    ],
)
def test_a_match_may_lack_the_words(rule: dict[str, object]) -> None:
    assert not always_mentions(rule, WORDS)


@pytest.mark.parametrize(
    "rule",
    [
        {"pattern": "curl.get(...)"},
        {"patterns": [{"pattern": "$X(...)"}, {"pattern-inside": "import curl\n..."}]},
        {"patterns": [{"pattern": "$X(...)"}, {"metavariable-regex": {"metavariable": "$X", "regex": "^.?curl.?$"}}]},
        {"pattern-either": [{"pattern": "curl(...)"}, {"pattern-regex": "[ \\t]*curl[ \\t]"}]},
        {"pattern-regex": "(?m)^x?(?P<N>HTTPS?_PROXY)="},
        {"pattern-regex": "(?:curl |(?:a|b) curl )+"},
        {"mode": "taint", "pattern-sources": [{"pattern": "curl()"}], "pattern-sinks": [{"pattern": "y()"}]},
    ],
)
def test_every_match_has_one_of_the_words(rule: dict[str, object]) -> None:
    assert always_mentions(rule, WORDS)


def test_no_bundled_rule_defeats_its_gate() -> None:
    assert lint(bundled_rules()) == ()


@pytest.mark.parametrize(
    ("path", "glob", "selected"),
    [
        ("a/setup.py.txt", "setup.py", False),
        ("x.github/workflows/a.yml", ".github/workflows/*.yml", False),
        ("a/b/x.yml", "a/*.yml", False),
        ("setup.py", "setup.py", True),
        ("a/setup.py", "setup.py", True),
        ("a/x.yml", "*.yml", True),
        ("a/.github/workflows/b.yml", ".github/workflows/*.yml", True),
        ("a/b/c/x.yml", "a/**/x.yml", True),
        ("a/x.yml", "/a/[xy].yml", True),
        ("b/a/x.yml", "/a/x.yml", False),
    ],
)
def test_paths_are_those_semgrep_selects(path: str, glob: str, selected: bool) -> None:
    assert selects(path, (glob,), ()) is selected
    assert selects(path, (), (glob,)) is not selected
