"""``datacustoms diff`` in real git repositories."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Run = Callable[..., Result]

OLD = (
    'import requests\n\n\ndef report(user):\n    requests.post("https://api.mixpanel.com/track", json={"user": user})\n'
)
ADDED = '\n\ndef crash(error):\n    requests.post("https://sentry.io/api/1/store/", json={"error": str(error)})\n'


def git(folder: Path, *arguments: str) -> str:
    who = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    return subprocess.run(("git", *who, *arguments), cwd=folder, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def commit(run: Run, tmp_path: Path) -> Callable[[str], None]:
    """Commits a text as ``app.py``."""
    git(tmp_path, "init", "-q", "-b", "main")

    def committed(text: str) -> None:
        (tmp_path / "app.py").write_text(text)
        git(tmp_path, "add", "-A")
        git(tmp_path, "commit", "-qm", "x")

    committed(OLD)
    return committed


def changes(result: Result) -> list[tuple[str, list[str], list[str]]]:
    return [(one["kind"], one["before"], one["after"]) for one in json.loads(result.stdout)["changes"]]


def ask(run: Run, *sides: str) -> Result:
    return run("diff", *sides, "--no-semgrep", "--format", "json", "--fail-on", "note", "-q")


def test_a_commit_that_moves_lines_is_silent(run: Run, commit: Callable[[str], None]) -> None:
    commit("# licence\n\n" + OLD)
    result = ask(run, "HEAD~1", "HEAD")
    assert result.exit_code == 0 and changes(result) == []


def test_a_commit_that_adds_a_path_shows_that_path_alone(run: Run, commit: Callable[[str], None]) -> None:
    commit("# moved\n" + OLD + ADDED)
    result = ask(run, "HEAD~1", "HEAD")
    assert result.exit_code == 1 and changes(result) == [("new", [], ["sentry.io"])]
    assert "NEW: to sentry.io" in run("diff", "HEAD~1", "HEAD", "--no-semgrep", "-q").stdout


def test_the_current_folder_is_the_head_when_none_is_named(
    run: Run, commit: Callable[[str], None], tmp_path: Path
) -> None:
    changed = OLD.replace("api.mixpanel.com", "api.segment.io")
    (tmp_path / "app.py").write_text(changed)
    assert changes(ask(run, "main")) == [("redirected", ["api.mixpanel.com"], ["api.segment.io"])]
    assert (tmp_path / "app.py").read_text() == changed


def test_reading_revisions_leaves_the_work_tree_alone(run: Run, commit: Callable[[str], None], tmp_path: Path) -> None:
    commit(OLD + ADDED)
    (tmp_path / "app.py").write_text("x = 1\n")
    before = git(tmp_path, "status", "--porcelain")
    assert changes(ask(run, "HEAD", "HEAD~1")) == [("removed", ["sentry.io"], [])]
    assert (git(tmp_path, "status", "--porcelain"), (tmp_path / "app.py").read_text()) == (before, "x = 1\n")


def test_saved_reports_and_folders(run: Run, tmp_path: Path) -> None:
    for name, text in (("one", OLD), ("two", OLD + ADDED)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "app.py").write_text(text)
        run("scan", name, "--no-semgrep", "--output", f"{name}.json", "-q")
    assert changes(ask(run, "one.json", "two.json")) == changes(ask(run, "one", "two")) == [("new", [], ["sentry.io"])]


@pytest.mark.parametrize("revision", ["nowhere", "--output=x", "git:-x"])
def test_what_is_no_revision_is_said(run: Run, commit: Callable[[str], None], revision: str) -> None:
    result = run("diff", "--no-semgrep", "--", revision, "main")
    assert result.exit_code == 4 and "is no git revision" in result.stderr


def test_one_report_is_not_enough(run: Run) -> None:
    assert run("diff", "pypi:x").exit_code == 2


def test_other_formats_hold_what_is_worse_and_nothing_else(
    run: Run, commit: Callable[[str], None], tmp_path: Path
) -> None:
    commit("# moved\n" + OLD + ADDED)
    for form, suffix in (("sarif", "sarif"), ("markdown", "md"), ("gitlab", "json"), ("html", "html"), ("csv", "csv")):
        result = run("diff", "HEAD~1", "HEAD", "--no-semgrep", "--format", form, "--output", f"worse.{suffix}")
        assert result.exit_code == 1 and result.stdout == ""
        text = (tmp_path / f"worse.{suffix}").read_text(encoding="utf-8")
        assert "sentry.io" in text and "mixpanel" not in text
    (sarif,) = json.loads((tmp_path / "worse.sarif").read_text())["runs"]
    assert len(sarif["results"]) == 1 and len(sarif["tool"]["driver"]["rules"]) == 1
    silent = run("diff", "HEAD", "HEAD", "--no-semgrep", "--format", "sarif", "-q")
    assert json.loads(silent.stdout)["runs"][0]["results"] == []


def test_settings_language_and_catalogs_are_those_of_scan(
    run: Run, commit: Callable[[str], None], tmp_path: Path
) -> None:
    commit(OLD + ADDED)
    (tmp_path / "datacustoms.toml").write_text('lang = "zh"\nfail-on = "note"\nhome = "CN"\njobs = 2\n')
    result = run("diff", "HEAD~1", "HEAD", "--no-semgrep", "-q")
    assert result.exit_code == 1 and "新增：去往 sentry.io" in result.stdout
    assert run("diff", "HEAD~1", "HEAD", "--no-semgrep", "-q", "--fail-on", "never").exit_code == 0
    (tmp_path / "pack.yaml").write_text("nonsense: [")
    assert run("diff", "HEAD~1", "HEAD", "--catalog", "pack.yaml").exit_code == 2


def test_saved_reports_can_be_told_in_every_format(run: Run, tmp_path: Path) -> None:
    for name, text in (("one", OLD), ("two", OLD + ADDED)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "app.py").write_text(text)
        run("scan", name, "--no-semgrep", "--output", f"{name}.json", "-q")
    written = run("diff", "one.json", "two.json", "--format", "markdown", "-q", "--fail-on", "never").stdout
    assert "sentry" in written and "mixpanel" not in written
