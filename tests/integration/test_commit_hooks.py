"""The hooks under the real ``pre-commit`` and ``prek``, from a local clone; after the install, without a network."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_diff import ADDED, OLD, git
from tests.integration.conftest import Tool

CONFIG = """\
repos:
  - repo: {repo}
    rev: {rev}
    hooks:
      - id: datacustoms
        args: [--home, DE, --fail-on, warning]
      - id: datacustoms-full
        args: [--home, DE, --fail-on, warning, --no-semgrep, --quiet]
        stages: [manual]
"""
NOWHERE = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), "http://127.0.0.1:9")
NOWHERE |= {"PIP_NO_INDEX": "1", "UV_OFFLINE": "1"}


@pytest.fixture(scope="module")
def clone(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of the checkout as a repository of their own, committed."""
    folder = tmp_path_factory.mktemp("clone") / "datacustoms"
    folder.mkdir()
    for name in git(repository, "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0"):
        if name and (repository / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(repository / name, folder / name)
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "x")
    return folder


@pytest.fixture(scope="module", params=["pre-commit", "prek"])
def runner(
    request: Any, clone: Path, tool: Tool, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Path]]:
    """A repository with one sender committed, whose hooks the tool of this name has installed."""
    name = request.param
    folder = tmp_path_factory.mktemp(name)
    cache = tmp_path_factory.mktemp("cache")
    kept = {key: os.environ.get(key) for key in ("PRE_COMMIT_HOME", "PREK_HOME")}
    os.environ |= {"PRE_COMMIT_HOME": str(cache), "PREK_HOME": str(cache)}
    git(folder, "init", "-q", "-b", "main")
    revision = git(clone, "rev-parse", "HEAD").strip()
    (folder / ".pre-commit-config.yaml").write_text(CONFIG.format(repo=clone, rev=revision))
    (folder / "app.py").write_text(OLD)
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "x")
    installed = tool(name, "install-hooks" if name == "pre-commit" else "prepare-hooks", cwd=folder)
    assert installed.returncode == 0, installed.stdout + installed.stderr
    yield name, folder
    for key, value in kept.items():
        os.environ.pop(key)
        os.environ |= {key: value} if value is not None else {}


@pytest.mark.network
def test_the_manifest_is_valid(tool: Tool, repository: Path) -> None:
    for name in ("pre-commit", "prek"):
        checked = tool(name, "validate-manifest", repository / ".pre-commit-hooks.yaml")
        assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.network
def test_a_commit_is_judged_without_a_network(runner: tuple[str, Path], tool: Tool) -> None:
    name, folder = runner

    def stage(text: str) -> Any:
        (folder / "app.py").write_text(text)
        git(folder, "add", "-A")
        return tool(name, "run", cwd=folder, **NOWHERE)

    moved = stage("# licence\n\n" + OLD)
    assert moved.returncode == 0 and "Passed" in moved.stdout
    added = stage("# licence\n\n" + OLD + ADDED)
    assert added.returncode == 1, added.stdout + added.stderr
    assert "NEW: to sentry.io" in added.stdout and "mixpanel" not in added.stdout
    assert "compared with the last one" in added.stdout
    full = tool(name, "run", "--hook-stage", "manual", "datacustoms-full", cwd=folder, **NOWHERE)
    assert full.returncode == 1 and "mixpanel" in full.stdout and "sentry" in full.stdout
