"""``datacustoms baseline`` and ``scan --baseline``, on a package that is really scanned."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Run = Callable[..., Result]

OLD = (
    'import requests\n\n\ndef report(user):\n    requests.post("https://api.mixpanel.com/track", json={"user": user})\n'
)
ADDED = '\n\ndef crash(error):\n    requests.post("https://sentry.io/api/1/store/", json={"error": str(error)})\n'
SCAN = ("scan", ".", "--no-semgrep", "--fail-on", "note", "-q")
CREATE = ("baseline", "create", ".", "--no-semgrep")


@pytest.fixture
def module(run: Run, tmp_path: Path) -> Path:
    """A module with one finding, and a baseline of it."""
    file = tmp_path / "app.py"
    file.write_text(OLD)
    assert run(*CREATE).exit_code == 0
    return file


def states(result: Result) -> list[str]:
    return [one["baseline_state"] for one in json.loads(result.stdout)["findings"]]


def test_lines_that_moved_add_nothing(run: Run, module: Path) -> None:
    module.write_text("# one\n# two\n\n" + OLD)
    result = run(*SCAN, "--baseline", "datacustoms.baseline", "--format", "json")
    assert result.exit_code == 0 and states(result) == ["unchanged"]


def test_without_the_baseline_the_finding_counts(run: Run, module: Path) -> None:
    assert run(*SCAN).exit_code == 1


def test_a_new_path_counts_and_the_old_one_does_not(run: Run, module: Path) -> None:
    module.write_text(OLD + ADDED)
    result = run(*SCAN, "--baseline", "datacustoms.baseline", "--format", "json")
    assert result.exit_code == 1 and sorted(states(result)) == ["new", "unchanged"]


def test_settings_may_name_the_baseline(run: Run, module: Path) -> None:
    Path("datacustoms.toml").write_text('baseline = "datacustoms.baseline"\n')
    assert run(*SCAN).exit_code == 0


def test_what_is_gone_is_named_and_dropped_by_an_update(run: Run, module: Path) -> None:
    module.write_text("import requests\n" + ADDED)
    result = run(*SCAN[:-1], "--baseline", "datacustoms.baseline")
    assert "1 of datacustoms.baseline are gone" in result.stderr and "api.mixpanel.com" in result.stderr
    assert "1 added, 1 dropped" in run("baseline", "update", ".", "--no-semgrep").stderr
    assert run(*SCAN, "--baseline", "datacustoms.baseline").exit_code == 0


def test_a_saved_report_gives_the_same_baseline_as_a_scan(run: Run, module: Path) -> None:
    run(*SCAN, "--output", "report.json")
    run("baseline", "create", "--report", "report.json", "--output", "other")
    assert Path("other").read_text() == Path("datacustoms.baseline").read_text()


def test_create_replaces_nothing(run: Run, module: Path) -> None:
    before = Path("datacustoms.baseline").read_text()
    result = run(*CREATE)
    assert result.exit_code == 2 and "baseline update" in result.stderr
    assert Path("datacustoms.baseline").read_text() == before


def test_an_update_needs_a_baseline(run: Run) -> None:
    result = run("baseline", "update", ".")
    assert result.exit_code == 2 and "baseline create" in result.stderr
