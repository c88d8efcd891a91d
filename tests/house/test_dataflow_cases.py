"""The taint-query cases: readable labels, an up-to-date manifest, and labels that agree with what the cases do."""

from __future__ import annotations

import importlib
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest


@pytest.fixture(scope="module")
def labels(repository: Path) -> Iterator[ModuleType]:
    folder = str(repository / "benchmarks" / "dataflow")
    sys.path.insert(0, folder)
    yield importlib.import_module("labels")
    sys.path.remove(folder)


@pytest.fixture(scope="module")
def cases(labels: ModuleType) -> Any:
    return labels.load_cases()


def _case(labels: ModuleType, text: str) -> Any:
    rule = labels.load_rules()["name-taint"]
    path = labels.SUITE / "feature" / "case.py"
    return labels.Case(path, path, (rule,), text)


def test_label_without_reason_or_tag_is_refused(labels: ModuleType) -> None:
    for text in ("SINK(x)  # no flow\n", "SINK(x)  # flow from nowhere\n", "SINK(x)  # flows\n", "SINK(x)  # flow\n"):
        with pytest.raises(labels.BadLabel):
            _ = _case(labels, text).rows


def test_label_names_the_nearest_source_above(labels: ModuleType) -> None:
    text = "def f():\n    x = SOURCE\n    x = SOURCE\n    SINK(x)  # flow\n    SINK(SOURCE)  # taint\n"
    assert [(row.sink, row.sources) for row in _case(labels, text).rows] == [(4, (3,)), (5, (5,))]


def test_manifest_is_made_from_the_labels(labels: ModuleType, cases: Any) -> None:
    committed = (labels.SUITE / "manifest.json").read_text()
    assert committed == labels.manifest(cases), "run benchmarks/dataflow/own_cases.py --write"


def test_every_feature_has_rows_that_speak_and_rows_that_are_silent(cases: Any) -> None:
    rows = Counter((case.feature, row.expected) for case in cases for row in case.rows)
    for feature, expected in list(rows):
        assert rows[feature, not expected] >= 2, f"{feature} asks one side only"
    flow, no_flow = (sum(n for (_, kind), n in rows.items() if kind is side) for side in (True, False))
    assert flow + no_flow >= 250
    assert 0.45 < flow / (flow + no_flow) < 0.55


def test_labels_agree_with_a_run_of_the_cases(labels: ModuleType, cases: Any) -> None:
    """Executes our own cases, in processes of their own; nothing else is ever executed."""
    tracing = importlib.import_module("trace_truth")
    assert tracing.check_all(cases) == []
    lines = {f"{case.name}:{row.sink}" for case in cases for row in case.rows}
    assert set(tracing.STATIC_ONLY) <= lines


def test_scorer_counts_hits_misses_and_false_alarms(labels: ModuleType) -> None:
    scoring = importlib.import_module("own_cases")
    text = "def f():\n    x = SOURCE\n    SINK(x)  # flow\n    SINK('')  # no flow: a constant\n    SINK(x)  # flow\n"
    case = _case(labels, text)
    found = [scoring.Found(case.path, "name-taint", source, sink) for source, sink in ((2, 3), (2, 4), (9, 5))]
    assert [(row.sink, hit) for row, hit in scoring.hits(case, found)] == [(3, True), (4, True), (5, False)]
