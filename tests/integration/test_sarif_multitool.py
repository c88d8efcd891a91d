"""SARIF as Microsoft's multitool judges it, with the rules of GitHub's code scanning."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from scanner.reports import render
from tests.reports.hostile import TEXTS, hostile_report
from tests.reports.test_text import wide_report


def judged(checkers: Path, folder: Path, text: str) -> list[tuple[str, str]]:
    """Rules that a report breaks, and how gravely; the exit code of the tool says nothing."""
    program = checkers / "node_modules" / "@microsoft" / "sarif-multitool-linux" / "Sarif.Multitool"
    (folder / "report.sarif").write_text(text, encoding="utf-8")
    command = [program, "validate", "report.sarif", "--rule-kind", "Sarif;Ghas", "--output", "said.sarif"]
    environment = os.environ | {"DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"}
    subprocess.run([*command, "--log", "ForceOverwrite"], cwd=folder, env=environment, capture_output=True, check=True)
    (run,) = json.loads((folder / "said.sarif").read_text(encoding="utf-8-sig"))["runs"]
    return [(one["ruleId"], one.get("level", "warning")) for one in run.get("results", [])]


@pytest.mark.network
def test_the_multitool_finds_no_error(checkers: Path, tmp_path: Path) -> None:
    for report in (wide_report(), *(hostile_report(text) for text in TEXTS[:4])):
        assert [one for one in judged(checkers, tmp_path, render(report, "sarif")) if one[1] == "error"] == []


@pytest.mark.network
def test_the_multitool_sees_an_error(checkers: Path, tmp_path: Path) -> None:
    broken = render(wide_report(), "sarif").replace('"ruleIndex": 0', '"ruleIndex": 99')
    assert ("SARIF1009", "error") in judged(checkers, tmp_path, broken)
