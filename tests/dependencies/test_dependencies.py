"""Rows of dependencies: nothing is guessed of what is not there, nothing is scanned twice."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from scanner.dependencies import Egress, examine, examining
from scanner.dependencies.memory import fingerprint, keep, recall
from scanner.dependencies.table import as_json, table
from scanner.inputs import collect
from scanner.inputs.records import Dependency
from scanner.pipeline import Options, scan

ROW = Egress("a", "1", "scanned", "", 1, 0, 2, ("x.example.org",), ("",), ("OFF",), ("a-core",), False)
QUICK = Options(semgrep=False)


def wanted(name: str, version: str = "") -> Dependency:
    return Dependency(name, version, "", "requirements.txt", 1)


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DATACUSTOMS_CACHE", str(tmp_path))
    return tmp_path


def run(*dependencies: Dependency) -> tuple[Egress, ...]:
    return examine(dependencies, QUICK, fetch=False, fresh=False, tell=lambda stage, done, total: None)


def test_what_is_not_installed_is_missing_and_not_fetched() -> None:
    (row,) = run(wanted("no-such-distribution", "1.0"))
    assert (row.state, row.version, row.returns, row.hosts) == ("missing", "1.0", 0, ())
    assert "--download" in row.reason


def test_a_second_run_scans_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    (first,) = run(wanted("packaging"))
    monkeypatch.setattr(examining, "scan", None)
    (second,) = run(wanted("packaging"))
    assert first.state == "scanned" and not first.remembered
    assert second == replace(first, remembered=True)


def test_another_version_than_declared_is_said() -> None:
    (row,) = run(wanted("packaging", "0.0.1"))
    assert (row.state, row.reason) == ("other-version", "0.0.1 is declared") and row.version != "0.0.1"


def test_the_key_depends_on_what_decides_the_result() -> None:
    assert fingerprint(("no-such-distribution",), "") == ""
    keys = {
        fingerprint(("packaging",), "a"),
        fingerprint(("packaging",), "b"),
        fingerprint(("packaging", "click"), "a"),
    }
    assert len(keys) == 3 and "" not in keys


def test_a_broken_memory_is_no_memory(tmp_path: Path) -> None:
    keep(tmp_path, "k", ROW)
    assert recall(tmp_path, "k") == replace(ROW, remembered=True)
    for text in ("", "[]", "{", '{"name": 1}'):
        (tmp_path / "k.json").write_text(text)
        assert recall(tmp_path, "k") is None


def test_a_table_says_unknown_and_escapes() -> None:
    text = table([replace(ROW, name="e\x1b[31m")], (), width=140, color=False)
    assert "unknown" in text and "OFF" in text and "\x1b" not in text
    assert '"countries": [\n        null\n      ]' in as_json([ROW], ())


def test_a_sender_in_another_distribution_is_found_from_the_package_that_calls_it(tmp_path: Path) -> None:
    """Read alone, the caller sends nothing and the sister has no entry in it; read together there is a path."""
    from zipfile import ZipFile

    from scanner.inputs.archives import list_zip
    from scanner.inputs.joint import join
    from scanner.inputs.listing import take

    sources = {
        "caller": "from sister_telemetry import report\n\n\ndef train(data):\n    report('train')\n",
        "sister_telemetry": "import requests\n\n\ndef report(e):\n    requests.post('https://s.example.org')\n",
    }
    wheels = []
    for name, text in sources.items():
        wheels.append(tmp_path / f"{name}-1-py3-none-any.whl")
        with ZipFile(wheels[-1], "w") as archive:
            archive.writestr(f"{name}/__init__.py", text)
    assert scan(str(wheels[0]), QUICK).findings == ()
    joined = take("both", join([list_zip(wheel) for wheel in wheels]))
    assert (joined.name, [f.path for f in joined.files]) == (
        "caller",
        ["caller/__init__.py", "sister_telemetry/__init__.py"],
    )
    assert all("\n" in str(joined.read(file)) for file in joined.files)


def test_several_installed_distributions_are_one_target() -> None:
    paths = {f.path.partition("/")[0] for f in collect("installed:packaging,click").files}
    assert {"packaging", "click"} <= paths
