"""``datacustoms hook`` in real git repositories: silent first, then one path."""

from __future__ import annotations

import importlib
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from scanner import hook as door
from scanner.cli.hook import MARK
from tests.cli.test_diff import ADDED, OLD, git

Run = Callable[..., Result]
SWITCHED = OLD.replace("    requests", '    if os.environ.get("TRACK"):\n        requests').replace(
    "import requests", "import os\nimport requests"
)
HOME = ("--home", "DE", "--no-semgrep")


@pytest.fixture
def stage(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Commits ``OLD`` once; then stages a text under a name and runs the hook."""
    for name in ("PRE_COMMIT_FROM_REF", "PRE_COMMIT_TO_REF"):
        monkeypatch.delenv(name, raising=False)
    git(tmp_path, "init", "-q", "-b", "main")
    (tmp_path / "app.py").write_text(OLD)
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "x")

    def staged(text: str, name: str = "app.py", *options: str) -> Result:
        (tmp_path / name).write_text(text)
        git(tmp_path, "add", "-A")
        return run("hook", *HOME, *options, name)

    return staged


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("app.py", OLD),
        ("app.py", "# licence\n\n" + OLD),
        ("app.py", OLD.replace("def report(user):\n", 'def report(user):\n    """Tells."""\n')),
        ("new.py", '"""Nothing yet."""\n'),
        ("picture.png", "x"),
        ("notes.txt", "posts to https://sentry.io\n"),
        ("notes.md", "# Notes\n\nOnly words.\n"),
    ],
)
def test_what_cannot_matter_is_silent_and_reads_nothing(
    stage: Callable[..., Result], name: str, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        importlib.import_module("scanner.cli.sides"), "report_of", lambda *_: pytest.fail("the repository was read")
    )
    result = stage(text, name)
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")


def test_what_is_better_or_the_same_passes(stage: Callable[..., Result]) -> None:
    assert (result := stage(OLD + "\n\ndef add(a, b):\n    return a + b\n")).exit_code == 0 and result.stdout == ""
    assert (result := stage(SWITCHED)).exit_code == 0 and result.stdout == ""
    assert (result := stage("x = 1\n")).exit_code == 0 and result.stdout == ""


def test_an_added_path_is_shown_alone_and_explained_once(stage: Callable[..., Result], tmp_path: Path) -> None:
    result = stage(OLD + ADDED, "app.py", "--fail-on", "warning")
    assert result.exit_code == 1
    assert "NEW: to sentry.io" in result.stdout and "mixpanel" not in result.stdout
    assert result.stdout.endswith("1 for the worse, 0 removed\n")
    assert "compared with the last one" in result.stderr and (tmp_path / ".git" / MARK).is_file()
    again = stage(OLD + ADDED, "app.py", "--fail-on", "warning")
    assert again.exit_code == 1 and "compared with the last one" not in again.stderr


def test_only_what_is_staged_counts(stage: Callable[..., Result], run: Run, tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(OLD + ADDED)
    assert run("hook", *HOME, "--fail-on", "note").stdout == ""


def test_a_switch_that_goes_is_worse(stage: Callable[..., Result], tmp_path: Path) -> None:
    stage(SWITCHED)
    git(tmp_path, "commit", "-qm", "switched")
    result = stage(OLD, "app.py", "--fail-on", "warning")
    assert result.exit_code == 1 and "SWITCH REMOVED: TRACK" in result.stdout


def test_a_call_reaches_a_sender_in_a_file_that_did_not_change(stage: Callable[..., Result], tmp_path: Path) -> None:
    git(tmp_path, "mv", "app.py", "sender.py")
    git(tmp_path, "commit", "-qm", "moved")
    stage("x = 1\n", "main.py")
    git(tmp_path, "commit", "-qm", "main")
    text = 'import sender\nimport requests\n\nrequests.put("https://sentry.io/x", data=sender.report("me"))\n'
    result = stage(text, "main.py", "--fail-on", "note")
    assert result.exit_code == 1 and "sentry.io" in result.stdout


def test_a_baseline_accepts(stage: Callable[..., Result], run: Run, tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(OLD + ADDED)
    assert run("baseline", "create", ".", *HOME).exit_code == 0
    settings = 'baseline = "datacustoms.baseline"\nhome = ["DE"]\n'
    result = stage(settings, "datacustoms.toml", "--fail-on", "note")
    assert (result.exit_code, result.stdout) == (0, "")


def test_the_first_commit_and_a_removed_acceptance(run: Run, tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    accepted = OLD.replace("user})", "user})  # datacustoms: allow[DC001,DC004,DC005,DC011] agreed -- A")
    (tmp_path / "app.py").write_text(accepted)
    git(tmp_path, "add", "-A")
    assert run("hook", *HOME, "--fail-on", "warning").stdout == ""
    git(tmp_path, "commit", "-qm", "x")
    (tmp_path / "app.py").write_text(OLD)
    git(tmp_path, "add", "-A")
    assert "NEW: to api.mixpanel.com" in run("hook", *HOME, "--fail-on", "warning").stdout


def test_a_range_is_compared_at_its_ends(
    stage: Callable[..., Result], run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage(OLD + ADDED)
    git(tmp_path, "commit", "-qm", "more")
    assert run("hook", *HOME, "--fail-on", "note").stdout == ""
    monkeypatch.setenv("PRE_COMMIT_FROM_REF", "HEAD~1")
    monkeypatch.setenv("PRE_COMMIT_TO_REF", "HEAD")
    assert "sentry.io" in run("hook", *HOME, "--fail-on", "note").stdout
    monkeypatch.setenv("PRE_COMMIT_FROM_REF", "--output=owned")
    assert run("hook", *HOME).exit_code == 4 and not (tmp_path / "owned").exists()


def test_outside_of_a_repository_git_says_so(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    result = run("hook")
    assert result.exit_code == 4 and "git" in result.stderr


def test_the_quick_door_opens_only_for_what_can_matter(
    stage: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[list[str]] = []
    monkeypatch.setattr("scanner.cli.main", lambda arguments, prog_name: asked.append(arguments))
    monkeypatch.setattr(sys, "argv", ["datacustoms-hook", "app.py"])
    stage("# comment\n" + OLD)
    door.main()
    assert asked == []
    stage(OLD + ADDED)
    door.main()
    assert asked == [["hook", "app.py"]]


def test_the_quick_door_imports_neither_the_command_line_nor_the_analysis(
    stage: Callable[..., Result], tmp_path: Path
) -> None:
    (tmp_path / "app.py").write_text("# comment\n" + OLD)
    git(tmp_path, "add", "-A")
    ask = "import sys; sys.argv = ['x']; from scanner.hook import main; main(); print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", ask], cwd=tmp_path, capture_output=True, text=True, check=True)
    loaded = set(ran.stdout.split())
    assert "scanner.inputs.staged" in loaded
    assert loaded.isdisjoint({"click", "yaml", "msgspec", "networkx", "rich", "scanner.cli", "scanner.inputs.targets"})
