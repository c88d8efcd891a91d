"""The whole way: same answer every time, nothing sent, bad files cost only themselves."""

from __future__ import annotations

import dataclasses
import random
import re
from pathlib import Path
from typing import Any

import pytest

from scanner import inputs, parsing
from scanner.errors import NothingToScan, TargetError
from scanner.inputs.records import Snapshot
from scanner.pipeline import Options, scan
from scanner.policy import SCENARIOS, retell
from scanner.policy.packs import load_pack
from scanner.reports import render

FLOWS = Path(__file__).resolve().parents[2] / "fixtures" / "flows"


def _json(target: Path, jobs: int = 1) -> str:
    return render(scan(str(target), Options(home=("CN",), jobs=jobs, semgrep=False)), "json")


def test_two_runs_are_byte_equal() -> None:
    assert _json(FLOWS) == _json(FLOWS)


def test_the_number_of_jobs_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    alone = _json(FLOWS)
    monkeypatch.setattr(parsing, "_POOL_BYTES", 0)
    assert _json(FLOWS, jobs=2) == alone


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_files_changes_nothing(monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    expected = _json(FLOWS)
    collect = inputs.collect

    def shuffled(target: str, access: Any) -> Snapshot:
        snapshot = collect(target)
        files = list(snapshot.files)
        random.Random(seed).shuffle(files)
        return dataclasses.replace(snapshot, files=tuple(files))

    monkeypatch.setattr(inputs, "collect", shuffled)
    assert _json(FLOWS) == expected


def _package(tmp_path: Path) -> Path:
    (tmp_path / "good.py").write_text('import requests\nrequests.post("https://good-demo.dev/x", json={"a": 1})\n')
    return tmp_path


BAD: dict[str, bytes] = {
    "syntax.py": b"def f(:\n",
    "encoding.py": b"# -*- coding: utf-8 -*-\nx = '\xff\xfe'\n",
    "nul.py": b"x = 1\0\n",
    "nested.py": b"(" * 5_000 + b")" * 5_000,
    "huge.py": b"x = 1\n" * 2_000_000,
    "unknown_codec.py": b"# coding: no-such-codec\n",
}


@pytest.mark.parametrize("name", sorted(BAD))
def test_a_bad_file_is_skipped_with_its_reason(tmp_path: Path, name: str) -> None:
    root = _package(tmp_path)
    (root / name).write_bytes(BAD[name])
    report = scan(str(root), Options(semgrep=False))
    assert [f.flow.sink.file for f in report.findings] == ["good.py"]
    skipped = dict(report.coverage.skipped)
    assert list(skipped) == [name]
    assert len(skipped[name]) > 10


def test_a_missing_path_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(TargetError) as caught:
        scan(str(tmp_path / "nowhere"))
    assert caught.value.next_step


def test_an_empty_folder_is_nothing_to_scan(tmp_path: Path) -> None:
    with pytest.raises(NothingToScan):
        scan(str(tmp_path))


def test_identities_survive_blank_lines(tmp_path: Path) -> None:
    def spaced(gap: str) -> set[str]:
        root = tmp_path / str(len(gap))
        for path in (FLOWS / "default_on").rglob("*.py"):
            copy = root / path.relative_to(FLOWS / "default_on")
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(gap + path.read_text().replace("\n\n\n", "\n\n\n" + gap))
        return {f.id for f in scan(str(root), Options(semgrep=False)).findings}

    assert spaced("\n") == spaced("\n" * 7) != set()


def test_progress_is_told(tmp_path: Path) -> None:
    told: list[tuple[Any, ...]] = []
    scan(str(_package(tmp_path)), Options(semgrep=False), lambda *step: told.append(step))
    assert [s[0] for s in told if s[0] != "parsing"] == ["reading", "linking", "tracing", "locating"]
    assert told[1] == ("parsing", 1, 1)


def test_coverage_counts_what_was_not_seen(tmp_path: Path) -> None:
    root = _package(tmp_path)
    (root / "dynamic.py").write_text("import requests\ndef f(u):\n    exec(u)\n    requests.get(u)\n")
    coverage = scan(str(root), Options(semgrep=False)).coverage
    assert (coverage.files, coverage.parsed, coverage.sinks, coverage.sinks_without_host) == (2, 2, 2, 1)
    assert dict(coverage.dynamic)["exec"] == 1
    assert dict(coverage.semgrep)["state"] == "off"


def test_a_policy_pack_and_a_language_change_words_and_verdicts_but_no_ids() -> None:
    plain = scan(str(FLOWS), Options(home=("CN",), semgrep=False))
    pack = load_pack("cn-genai-deployer", "2026-11-24")
    judged = scan(str(FLOWS), Options(pack.home, semgrep=False, pack=pack, today="2026-11-24", language="zh"))
    assert {one.id for one in judged.findings} == {one.id for one in plain.findings}
    assert any(one.verdicts for one in judged.findings)
    assert all(re.search("[\u4e00-\u9fff]", one.title) for one in judged.findings)
    assert {one.scenario for one in judged.findings} <= set(SCENARIOS)
    told = {one.id: one for one in retell(judged, "en").findings}
    assert {one.id: one.title for one in plain.findings} == {key: one.title for key, one in told.items()}
    assert [told[one.id].severity for one in judged.findings] == [one.severity for one in judged.findings]
