"""What ``import scanner`` offers is small, documented and costs nothing."""

from __future__ import annotations

import subprocess
import sys

import pytest

import scanner

HEAVY = ("libcst", "networkx", "rich", "huggingface_hub", "yaml", "click", "asyncio")


def test_everything_public_exists_and_is_documented() -> None:
    for name in scanner.__all__:
        assert hasattr(scanner, name)
        assert name == "__version__" or getattr(scanner, name).__doc__


def test_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no_such_name"):
        scanner.no_such_name  # noqa: B018


@pytest.mark.parametrize("module", ["scanner", "scanner.inputs", "scanner.catalog", "scanner.reports"])
def test_import_loads_nothing_heavy(module: str) -> None:
    code = f"import sys, {module}; print(*[m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
