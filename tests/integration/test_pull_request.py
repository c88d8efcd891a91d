"""``benchmarks/pull_request.py``: in a real repository, hook, diff, action and SARIF show the one path, or nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.network
def test_everybody_shows_the_added_path_and_nothing_of_moved_lines(repository: Path) -> None:
    command = [sys.executable, "benchmarks/pull_request.py", "--json"]
    ran = subprocess.run(command, cwd=repository, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    answers = json.loads(ran.stdout)
    assert answers["files"] >= 200
    expected = {"moved": [], "added": ["requests.post sphinx/util/usage.py"]}
    assert answers["paths"] == dict.fromkeys(("hook", "diff", "action", "sarif"), expected)
    assert answers["quick"] <= 30 * answers["bare"]
