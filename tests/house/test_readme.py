"""README and help never tell different stories."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scanner import errors
from scanner.cli import COMMANDS


@pytest.fixture(scope="module")
def readme(repository: Path) -> str:
    return (repository / "README.md").read_text(encoding="utf-8")


def test_every_command_is_listed(readme: str) -> None:
    listed = re.findall(r"^\| `datacustoms ([a-z]+)", readme, re.MULTILINE)
    assert sorted(set(listed)) == sorted(COMMANDS)


def test_every_exit_code_is_listed(readme: str) -> None:
    classes = [c for c in vars(errors).values() if isinstance(c, type) and issubclass(c, errors.DatacustomsError)]
    codes = {c.exit_code for c in classes} | {0, 1}
    assert {int(code) for code in re.findall(r"^\| (\d+) \|", readme, re.MULTILINE)} == codes


def test_every_link_to_a_file_leads_somewhere(readme: str, repository: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", readme)
    assert [link for link in links if not (repository / link).exists()] == []
