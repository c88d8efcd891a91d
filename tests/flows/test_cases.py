"""Every taint-query case, exactly: what is found is what its labels say, no more and no less."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from scanner.cli import main

SUITE = Path(__file__).resolve().parent.parent.parent / "fixtures" / "dataflow"
CASES = json.loads((SUITE / "manifest.json").read_text(encoding="utf-8"))["cases"]
Triple = tuple[str, int, int | None]
KNOWN = frozenset((SUITE / "known_misses.txt").read_text(encoding="utf-8").split())
"""Cases the engine does not get exactly right yet. One that it does must leave the list."""


@cache
def _findings(root: str) -> tuple[dict[str, Any], ...]:
    asked = ["flows", "--rules", str(SUITE / "rules.json"), "--json", str(SUITE / root)]
    answer = CliRunner().invoke(main, asked)
    assert answer.exit_code in (0, 1), answer.output
    return tuple(json.loads(answer.stdout)["findings"])


def _expected(rows: list[dict[str, Any]]) -> set[Triple]:
    """Rule, sink line, source line; the source line is None where it stands in another file."""
    return {
        (row["rule"], row["sink_lines"][0], line)
        for row in rows
        if row["expected"]
        for line in row["source_lines"] or [None]
    }


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_findings_are_the_labelled_flows(case: dict[str, Any]) -> None:
    expected = _expected(case["rows"])
    rules = {row["rule"] for row in case["rows"]}
    found: set[Triple] = set()
    for one in _findings(case["root"]):
        if one["rule"] in rules and (SUITE.parent / one["file"]).resolve() == SUITE / case["file"]:
            elsewhere = (one["rule"], one["sink_line"], None)
            found.add(elsewhere if elsewhere in expected else (one["rule"], one["sink_line"], one["source_line"]))
    if case["case"] in KNOWN:
        assert found != expected, "this case is exact now: take it off known_misses.txt"
    else:
        assert found == expected
