"""Model files made by the scripts of ``fixtures/pickles``; nothing is loaded."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest


def _script(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def builder(fixtures: Path) -> ModuleType:
    """``fixtures/pickles/build.py``."""
    return _script(fixtures / "pickles" / "build.py")


@pytest.fixture(scope="session")
def attacker(fixtures: Path) -> ModuleType:
    """``fixtures/pickles/hostile.py``."""
    return _script(fixtures / "pickles" / "hostile.py")
