"""What the corpus benchmark hands to its scorer."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest


@pytest.fixture(scope="module")
def corpus(repository: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("corpus_benchmark", repository / "benchmarks" / "corpus.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def _step(line: int, role: str) -> dict[str, Any]:
    return {"file": "p/a.py", "line": line, "function": "f", "role": role, "note": ""}


def test_every_path_of_a_finding_is_one_neutral_finding(corpus: ModuleType) -> None:
    finding = {
        "kind": "telemetry",
        "sink": {"file": "p/a.py", "line": 3, "column": 1, "function": "f", "api": "requests.post"},
        "path": [_step(1, "entry"), _step(3, "sink")],
        "other_paths": [[_step(2, "entry")]],
        "destinations": [{"host": "b.io"}, {"host": None}, {"host": "a.io"}],
        "default_on": True,
        "gates": [{"kind": "env", "name": "OFF"}, {"kind": "precondition", "name": "x"}],
    }
    found = corpus.neutral({"findings": [finding]})
    assert [[step["line"] for step in one["path"]] for one in found] == [[1, 3], [2]]
    for one in found:
        assert (one["hosts"], one["opt_outs"], one["kind"]) == (["a.io", "b.io"], ["OFF"], "telemetry")
        assert (one["file"], one["line"], one["function"], one["sink"]) == ("p/a.py", 3, "f", "requests.post")


def test_every_package_is_pinned(repository: Path) -> None:
    packages = json.loads((repository / "benchmarks" / "corpus_manifest.json").read_text())["packages"]
    assert len({p["package"] for p in packages}) == len(packages) == 28
    for package in packages:
        assert f"-{package['version']}-" in package["artifact"]
        assert len(bytes.fromhex(package["sha256"])) == 32


def test_wrong_wheel_is_refused(corpus: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "x-1-py3-none-any.whl").write_bytes(b"other")
    package = {"package": "x", "version": "1", "artifact": "x-1-py3-none-any.whl", "sha256": "0" * 64}
    with pytest.raises(OSError, match="SHA-256"):
        corpus.fetch_wheel(package, tmp_path, fetch=False)
