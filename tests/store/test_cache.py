"""The cache saves time and changes nothing; whatever is wrong with it, a scan goes on."""

from __future__ import annotations

import multiprocessing
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from scanner.pipeline import Options, scan
from scanner.policy.records import Report
from scanner.store import Cache
from scanner.store.cache import FILE

SENDER = """import requests


def report(prompt):
    requests.post("https://good-demo.dev/v1", json={"prompt": prompt})
"""
PLAIN = Options(semgrep=False)
QUIET = "def add(a, b):\n    return a + b\n"


@pytest.fixture
def package(tmp_path: Path) -> Path:
    root = tmp_path / "pkg"
    root.mkdir()
    (root / "__init__.py").write_text("from pkg.sender import report\n")
    (root / "sender.py").write_text(SENDER)
    (root / "quiet.py").write_text(QUIET)
    return root


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "kept"


def _scan(package: Path, folder: Path, options: Options = PLAIN) -> tuple[Report, Cache]:
    cache = Cache(folder, pytest.fail)
    try:
        return scan(str(package), replace(options, cache=cache)), cache
    finally:
        cache.close()


def test_a_warm_run_reads_nothing_and_says_the_same(
    package: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cold, _ = _scan(package, folder)
    assert cold == scan(str(package), PLAIN)
    monkeypatch.setattr("scanner.facts.reader.read_facts", lambda *a: pytest.fail("a file was parsed"))
    monkeypatch.setattr("scanner.program.link", lambda *a: pytest.fail("the program was linked"))
    warm, _ = _scan(package, folder)
    assert warm == cold


def test_only_what_changed_is_parsed(package: Path, folder: Path) -> None:
    _scan(package, folder)
    (package / "quiet.py").write_text(QUIET + "\n\nreport(1)\n")
    changed, cache = _scan(package, folder)
    assert cache.shelf.misses == 1
    assert changed == scan(str(package), Options(semgrep=False))


def test_what_is_asked_belongs_to_the_key(package: Path, folder: Path, tmp_path: Path) -> None:
    plain, _ = _scan(package, folder)
    chinese, _ = _scan(package, folder, Options(semgrep=False, language="zh", home=("CN",)))
    assert chinese.language == "zh" and plain.language == "en" and chinese.home == ("CN",)
    rows = tmp_path / "own.yaml"
    rows.write_text("")
    assert _scan(package, folder, Options(semgrep=False))[0] == plain


def test_semgrep_reads_no_file_twice(package: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (package / "card.py").write_text('import torch\n\nmodel = torch.hub.load("someone/repo", "m", trust_repo=True)\n')
    cold, _ = _scan(package, folder, Options())
    (package / "quiet.py").write_text(QUIET + "\n")
    monkeypatch.setattr("scanner.matching.matcher._run", lambda *a: pytest.fail("semgrep was started"))
    warm, _ = _scan(package, folder, Options())
    assert [f.id for f in warm.findings] == [f.id for f in cold.findings]
    assert dict(warm.coverage.semgrep)["files"] == dict(cold.coverage.semgrep)["files"]


@pytest.mark.parametrize("content", [b"no database at all" * 100, b""])
def test_a_broken_file_is_made_anew_with_one_line(package: Path, folder: Path, content: bytes) -> None:
    folder.mkdir()
    (folder / FILE).write_bytes(content)
    told: list[str] = []
    cache = Cache(folder, told.append)
    assert scan(str(package), Options(semgrep=False, cache=cache)).findings
    assert cache.info().reports == 1
    cache.close()
    assert len(told) == bool(content)


def test_the_file_of_another_program_is_not_used(folder: Path) -> None:
    folder.mkdir()
    base = sqlite3.connect(folder / FILE)
    base.execute("CREATE TABLE facts (digest TEXT)")
    base.commit()
    base.close()
    told: list[str] = []
    Cache(folder, told.append).close()
    assert len(told) == 1 and "another program" in told[0]


def test_a_row_that_does_not_decode_is_a_miss(package: Path, folder: Path) -> None:
    _scan(package, folder)
    base = sqlite3.connect(folder / FILE)
    base.execute("UPDATE reports SET report = x'93'")
    base.execute("UPDATE facts SET facts = x'c1ff'")
    base.commit()
    base.close()
    assert _scan(package, folder)[0].findings


def test_a_folder_nobody_can_write_costs_only_the_cache(package: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    told: list[str] = []
    cache = Cache(tmp_path / "file" / "below", told.append)
    assert scan(str(package), Options(semgrep=False, cache=cache)).findings
    assert len(told) == 1


def test_clear_empties(package: Path, folder: Path) -> None:
    _scan(package, folder)
    cache = Cache(folder, pytest.fail)
    cache.clear()
    info = cache.info()
    cache.close()
    assert (info.facts, info.matches, info.reports) == (0, 0, 0)


def _worker(package: str, folder: str) -> None:
    _scan(Path(package), Path(folder))


def test_two_processes_at_once(package: Path, folder: Path) -> None:
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_worker, args=(str(package), str(folder))) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0, 0]
    assert _scan(package, folder)[0].findings
