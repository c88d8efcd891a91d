"""``datacustoms flows``: findings, and whether the run saw everything."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Run = Callable[..., Result]
RULES = {"rules": [{"id": "r", "mode": "value", "sources": [{"name": "SOURCE"}], "sinks": [{"call": "SINK"}]}]}


def _asked(run: Run, folder: Path, text: str) -> Result:
    (folder / "rules.json").write_text(json.dumps(RULES))
    (folder / "a.py").write_text(text)
    return run("flows", "--rules", str(folder / "rules.json"), "--json", str(folder / "a.py"))


def test_a_small_file_is_answered_whole(run: Run, tmp_path: Path) -> None:
    answer = json.loads(_asked(run, tmp_path, "def f():\n    SINK(SOURCE)\n").stdout)
    assert answer["complete"] is True
    assert [(f["rule"], f["source_line"], f["sink_line"]) for f in answer["findings"]] == [("r", 2, 2)]


def test_a_run_that_met_a_bound_says_so(run: Run, tmp_path: Path) -> None:
    result = _asked(run, tmp_path, "def f(x):\n    return x\n" + "f(1)\n" * 200)
    assert json.loads(result.stdout) == {"complete": False, "findings": []}
    assert "findings may be missing" in result.stderr


@pytest.mark.parametrize("source", [{"named": "x"}, {"name": 1}, {}])
def test_a_source_of_no_known_form_is_an_error(run: Run, tmp_path: Path, source: dict[str, object]) -> None:
    rules = {"rules": [{"id": "r", "sources": [source], "sinks": []}]}
    (tmp_path / "rules.json").write_text(json.dumps(rules))
    (tmp_path / "a.py").write_text("x = 1\n")
    result = run("flows", "--rules", str(tmp_path / "rules.json"), str(tmp_path / "a.py"))
    assert result.exit_code == 2
    assert "rule r" in result.stderr
