"""The examples of the room."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from scanner.hardening import Hardened, harden
from scanner.pipeline import Options
from scanner.remedies import Wishes

WISHES = Wishes(pins=(("acme/model", f"{10:040x}"),))


@pytest.fixture(scope="session")
def examples(fixtures: Path) -> Path:
    return fixtures / "harden"


@pytest.fixture(scope="session")
def hardened(examples: Path) -> Callable[[str], Hardened]:
    """Scan, patch and second scan of one example, done once."""
    done: dict[str, Hardened] = {}

    def run(name: str) -> Hardened:
        if name not in done:
            wishes = Wishes() if name.startswith("untouched/") else WISHES
            done[name] = harden(str(examples / name), Options(semgrep=False), wishes, patch=True, verify=True)
        return done[name]

    return run
