"""Tools that read what this project ships; ``make .venv/.checkers`` installs them."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Tool = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def checkers(repository: Path) -> Path:
    """The folder of the tools; a test that needs them fails where they are missing."""
    folder = repository / ".venv" / "checkers"
    assert folder.is_dir(), "run: make .venv/.checkers"
    return folder


@pytest.fixture(scope="session")
def tool(checkers: Path) -> Tool:
    """Runs a tool by name and gives what it said, whatever its exit code."""

    def run(name: str, *arguments: str | Path, cwd: Path | None = None, **variables: str):  # type: ignore[no-untyped-def]
        places = (checkers / "bin" / name, checkers / "node_modules" / ".bin" / name)
        command = [next(str(place) for place in places if place.exists()), *map(str, arguments)]
        environment = {**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1", **variables}
        return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)

    return run
