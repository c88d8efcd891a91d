"""Every sink row has its line in ``fixtures/catalog``, and the scanner finds there what the line says and no more."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

import pytest

from scanner.catalog import load
from scanner.catalog.documents import read_documents
from scanner.catalog.rows import spread
from scanner.pipeline import Options, scan

ROOT = Path(__file__).resolve().parents[2] / "fixtures" / "catalog"
PACKS = sorted(f.name for f in files("scanner.catalog").joinpath("data").iterdir() if f.name.startswith("sinks_"))
ELSEWHERE = {"loading": "names calls in model files, which no source text makes; fixtures/pickles speaks for them"}
TOPICS = [topic for name in PACKS if (topic := name.removeprefix("sinks_").removesuffix(".yaml")) not in ELSEWHERE]
STAYS_HERE = {
    row.name
    for row in load().sinks
    if row.default_hosts and all(host.split(":")[0] in ("localhost", "127.0.0.1") for host in row.default_hosts)
}
"""Calls that reach this machine unless somebody says otherwise: no finding without an address."""
_SINK = re.compile(r"# sink: (\S+)$")
_SILENT = re.compile(r"# silent: \S")


def _rows(topic: str) -> list[str]:
    pack = files("scanner.catalog").joinpath("data", f"sinks_{topic}.yaml")
    documents = read_documents(pack.name, pack.read_text(encoding="utf-8"))
    return sorted(str(single["name"]) for _, raw, place in documents for single in spread(raw, place))


def _lines(topic: str) -> list[str]:
    return (ROOT / f"{topic}.py").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("topic", TOPICS)
def test_each_pack_says_what_stays_silent(topic: str) -> None:
    assert any(_SILENT.search(line) for line in _lines(topic))


@pytest.mark.parametrize("topic", TOPICS)
def test_each_row_has_one_line(topic: str) -> None:
    assert sorted(found[1] for line in _lines(topic) if (found := _SINK.search(line))) == _rows(topic)


@pytest.mark.parametrize("topic", TOPICS)
def test_the_scanner_finds_these_lines_and_no_others(topic: str) -> None:
    marked = {n: found[1] for n, line in enumerate(_lines(topic), 1) if (found := _SINK.search(line))}
    report = scan(str(ROOT / f"{topic}.py"), Options(semgrep=False))
    found = {(f.flow.sink.line, f.flow.sink.api) for f in report.findings}
    assert {line: name for line, name in marked.items() if name not in STAYS_HERE and (line, name) not in found} == {}
    strange = {(line, api) for line, api in found if not f"{marked.get(line, '')}.".startswith(f"{api}.")}
    assert strange == set()  # the constructor of the receiver, on the same line, may be a sink as well
