"""A command line whose scan is a fabricated report."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from click.testing import CliRunner, Result

from scanner.cli import main
from scanner.pipeline import Options
from scanner.policy.records import Report
from tests.reports.builder import make_report


@dataclass
class FakePipeline:
    """Stands in for ``scanner.pipeline``: gives ``reports`` by target, raises what is an exception."""

    reports: dict[str, Report | BaseException] = field(default_factory=dict)
    asked: list[tuple[str, Any]] = field(default_factory=list)

    def scan(self, target: str, options: Any, progress: Any = None) -> Report:
        self.asked.append((target, options))
        answer = self.reports.get(target, make_report(target=target))
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def call_graph(self, root: Path, entries: tuple[str, ...], format: str) -> str:
        return f'{{"{root.name}": {list(entries)!r}}}'.replace("'", '"') if format == "json" else f"{format} of graph"


@pytest.fixture
def pipeline(monkeypatch: pytest.MonkeyPatch) -> FakePipeline:
    fake = FakePipeline()
    module = ModuleType("scanner.pipeline")
    vars(module).update(scan=fake.scan, Options=Options)
    monkeypatch.setitem(sys.modules, "scanner.pipeline", module)
    queries = ModuleType("scanner.queries")
    vars(queries).update(call_graph=fake.call_graph)
    monkeypatch.setitem(sys.modules, "scanner.queries", queries)
    return fake


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Runs the command in an empty folder."""
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "DATACUSTOMS_DEBUG"):
        monkeypatch.delenv(name, raising=False)

    def invoke(*arguments: str, **options: Any) -> Result:
        return CliRunner().invoke(main, arguments, prog_name="datacustoms", **options)

    return invoke
