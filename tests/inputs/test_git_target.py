"""Revisions of git repositories as targets."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from scanner.errors import TargetError
from scanner.inputs import collect


def git(folder: Path, *arguments: str) -> None:
    who = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(("git", *who, *arguments), cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository whose first commit has files of every awkward kind."""
    monkeypatch.chdir(tmp_path)
    git(tmp_path, "init", "-q")
    (tmp_path / "sub").mkdir()
    for name, text in (("a.py", "x = 1\n"), ("sub/ü b.py", "y = 2\n"), ("empty.py", ""), ("notes.bin", "z")):
        (tmp_path / name).write_text(text)
    (tmp_path / "link.py").symlink_to("/etc/passwd")
    (tmp_path / ".gitattributes").write_text("a.py export-ignore\n")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "x")
    return tmp_path


def test_files_come_from_the_commit_and_links_are_not_followed(repository: Path) -> None:
    (repository / "a.py").write_text("changed")
    snapshot = collect("git:HEAD")
    assert {"a.py", "empty.py", "sub/ü b.py"} <= set(snapshot.names)
    assert "link.py" not in snapshot.names
    texts = {file.path: snapshot.read(file) for file in snapshot.files}
    assert (texts["a.py"], texts["sub/ü b.py"]) == ("x = 1\n", "y = 2\n")


def test_only_what_is_below_the_folder_is_read(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository / "sub")
    assert [file.path for file in collect("git:HEAD").files] == ["ü b.py"]


def test_no_program_named_by_the_repository_runs(repository: Path) -> None:
    trap = repository / "trap.sh"
    trap.write_text(f"#!/bin/sh\ntouch {repository}/sprung\n")
    trap.chmod(0o755)
    for key in ("core.fsmonitor", "diff.x.textconv", "filter.x.smudge", "core.sshCommand"):
        git(repository, "config", key, str(trap))
    (repository / "sprung").unlink(missing_ok=True)
    collect("git:HEAD")
    assert not (repository / "sprung").exists()


@pytest.mark.parametrize("revision", ["", "-h", "--all", "nowhere", "HEAD\0"])
def test_what_is_no_revision_is_an_error(repository: Path, revision: str) -> None:
    with pytest.raises(TargetError, match="is no git revision"):
        collect(f"git:{revision}")


def test_outside_of_a_repository_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(TargetError, match="is no git revision here"):
        collect("git:HEAD")
