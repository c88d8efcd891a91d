#!/usr/bin/env python3
"""Run all bundled pattern rules over real, pinned packages with and without their gates, and compare.

    python benchmarks/semgrep_gate.py [--only NAME ...] [--plain] [--jobs N] [--rules]

The wheels are those of ``corpus.py``, from the same cache. For each package the rules run twice as the scanner runs
them, once on the files that pass their gates and once on every file; the matches must be the same, place by place.
``--plain`` runs ``semgrep scan --config semgrep-rules/`` on the unpacked wheel besides, as anybody would type it, and
compares again. Times are CPU seconds of this process and its children. ``--rules`` prints what each rule's gate let
through. Exit status 1 when a match differs.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

sys.path.insert(0, str(Path(__file__).resolve().parent))

import corpus

from scanner.inputs import collect
from scanner.matching import GateInput, bundled_rules, match
from scanner.matching.gating import survivors
from scanner.matching.records import PatternRule
from scanner.parsing import read_all
from scanner.pipeline import texts_of

Place = tuple[str, str, int, int]
T = TypeVar("T")


@dataclass(frozen=True)
class Row:
    """One package: how much was read, what was found, what it cost, and which matches differ."""

    name: str
    files: int
    kept: int
    matches: int
    gated: float
    ungated: float
    plain: float
    lost: tuple[Place, ...]
    extra: tuple[Place, ...]


def main() -> int:
    options = _options()
    rules = bundled_rules()
    passed: Counter[str] = Counter()
    rows = []
    for package in json.loads((corpus.HERE / "corpus_manifest.json").read_text())["packages"]:
        if options.only and package["package"] not in options.only:
            continue
        rows.append(_compare(package, rules, passed, options))
        _print(rows[-1])
    _sum(rows, len(rules))
    if options.rules:
        for rule, files in sorted(passed.items(), key=lambda item: (-item[1], item[0])):
            print(f"{files:6} {rule}")
    return int(any(row.lost or row.extra for row in rows))


def _compare(
    package: dict[str, str], rules: Sequence[PatternRule], passed: Counter[str], options: argparse.Namespace
) -> Row:
    wheel = corpus.fetch_wheel(package, corpus.CACHE / "wheels", True)
    files = _files(wheel)
    kept = survivors(files, rules)
    for one in kept:
        passed.update(one.rules)
    ungated = tuple(replace(rule, roots=(), leaves=()) for rule in rules)
    gated_places, gated = _timed(lambda: _places(files, rules, options.jobs))
    all_places, whole = _timed(lambda: _places(files, ungated, options.jobs))
    plain_places, plain = (all_places, 0.0)
    if options.plain:
        known = {file.path for file in files if file.kind != "notebook"}
        plain_places, plain = _timed(lambda: _plain(wheel, known))
        gated_places = {place for place in gated_places if place[1] in known}
        all_places = {place for place in all_places if place[1] in known}
    wanted = all_places | plain_places
    return Row(
        package["package"], len(files), len(kept), len(gated_places), gated, whole, plain,
        tuple(sorted(wanted - gated_places)), tuple(sorted(gated_places - (all_places & plain_places))),
    )  # fmt: skip


def _files(wheel: Path) -> list[GateInput]:
    """The files of a wheel as the scanner hands them to the matching room."""
    snapshot = collect(str(wheel))
    texts, _ = texts_of(snapshot)
    facts, _ = read_all(snapshot, texts, 1, lambda stage, done, total: None)
    roots = {f.path: frozenset(m.split(".", 1)[0] for m in f.imports) for f in facts}
    kinds = {f.path: f.kind for f in snapshot.files}
    return [GateInput(p, texts[p], roots.get(p, frozenset()), kinds[p]) for p in sorted(texts)]


def _places(files: Sequence[GateInput], rules: Sequence[PatternRule], jobs: int) -> set[Place]:
    matches = match(files, rules, jobs=jobs)
    if matches.status.state not in ("used", "not-needed"):
        raise SystemExit(f"semgrep did not run: {matches.status.detail}")
    return {(m.rule, m.file, m.line, m.column) for m in matches.matches}


def _plain(wheel: Path, known: set[str]) -> set[Place]:
    """What ``semgrep scan`` finds in the unpacked wheel, in files the scanner reads too."""
    with TemporaryDirectory() as name:
        folder = Path(name).resolve()
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(folder / "src")
        quiet = {"SEMGREP_SEND_METRICS": "off", "SEMGREP_ENABLE_VERSION_CHECK": "0", "HOME": name}
        command = [str(Path(sys.executable).parent / "semgrep"), "scan", "--metrics=off", "--disable-version-check"]
        command += ["--no-git-ignore", "--disable-nosem", "--max-target-bytes=0", "--timeout=30", "--json", "--quiet"]
        command += ["--jobs=1", f"--config={corpus.REPOSITORY / 'semgrep-rules'}", "src"]
        done = subprocess.run(command, cwd=folder, env=os.environ | quiet, capture_output=True, text=True, check=False)
        found = json.loads(done.stdout)["results"]
    places = set()
    for one in found:
        path, place = one["path"].removeprefix("src/"), one["start"]
        if path in known:
            places.add((one["check_id"].rpartition(".")[2], path, place["line"], place["col"]))
    return places


def _timed(run: Callable[[], T]) -> tuple[T, float]:
    before = _cpu()
    result = run()
    return result, _cpu() - before


def _cpu() -> float:
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def _print(row: Row) -> None:
    plain = f"  plain {row.plain:6.1f} s" if row.plain else ""
    print(
        f"{row.name:24} {row.files:5} files {row.kept:5} kept {row.matches:5} matches  gated {row.gated:6.2f} s  "
        f"ungated {row.ungated:6.2f} s{plain}  {len(row.lost)} lost, {len(row.extra)} extra",
        flush=True,
    )
    for word, places in (("lost", row.lost), ("extra", row.extra)):
        for place in places[:20]:
            print(f"    {word}: {place[0]} {place[1]}:{place[2]}:{place[3]}")


def _sum(rows: Sequence[Row], rules: int) -> None:
    gated, ungated, plain = (sum(getattr(row, name) for row in rows) for name in ("gated", "ungated", "plain"))
    different = sum(len(row.lost) + len(row.extra) for row in rows)
    print(
        f"{rules} rules, {len(rows)} packages, {sum(r.files for r in rows)} files, {sum(r.matches for r in rows)} "
        f"matches, {different} differences; gated {gated:.1f} s, ungated {ungated:.1f} s "
        f"({gated / max(ungated, 1e-9):.2f} x)" + (f", plain {plain:.1f} s ({gated / plain:.2f} x)" if plain else "")
        + f"; {time.strftime('%Y-%m-%d')}"
    )  # fmt: skip


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--only", nargs="+", metavar="NAME")
    parser.add_argument("--plain", action="store_true", help="compare with `semgrep scan` as typed, too")
    parser.add_argument("--rules", action="store_true", help="print how many files passed each gate")
    parser.add_argument("--jobs", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
