#!/usr/bin/env python3
"""Score ``datacustoms flows`` on the taint-query cases of ``fixtures/dataflow``.

    python benchmarks/dataflow/own_cases.py [--findings FILE | --command TEXT] [--only NAME ...] [-v]
    python benchmarks/dataflow/own_cases.py --write | --check

Prints recall and precision per feature and mode. Each program (a file, or a folder with a ``main.py``) is asked about
in a process of its own; ``--command`` is another tool's command with ``{rules}`` and ``{root}`` in it, ``--findings`` a
file with findings already made. A row with a flow is found when a finding has its rule, its sink line and one of its
source lines; a row without is a false alarm when a finding has its sink line and no row with a flow explains it.
Findings may leave the rule out, as the scorer of other suites allows. ``-v`` names each row that is wrong.

The labels are the comments (``labels.py``); ``--write`` derives ``manifest.json`` from them, in the format of the
dataflow scorer, and ``--check`` says whether it is up to date.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import subprocess
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from labels import SUITE, Case, Row, load_cases, manifest

REPOSITORY = SUITE.parent.parent
OURS = f"{shlex.quote(sys.executable)} -m scanner flows --rules {{rules}} --json {{root}}"
SECONDS = 120


@dataclass(frozen=True, slots=True)
class Found:
    """One finding; ``rule`` is empty when the tool does not say."""

    path: Path
    rule: str
    source: int
    sink: int


@dataclass(slots=True)
class Tally:
    """Rows of one line of the table."""

    found: int = 0
    missed: int = 0
    alarms: int = 0
    silent: int = 0

    def add(self, expected: bool, hit: bool) -> None:
        if expected:
            self.found, self.missed = self.found + hit, self.missed + (not hit)
        else:
            self.alarms, self.silent = self.alarms + hit, self.silent + (not hit)

    def line(self, name: str, mode: str) -> str:
        recall = _share(self.found, self.found + self.missed)
        precision = _share(self.found, self.found + self.alarms)
        counts = f"{self.found:5} {self.missed:6} {self.alarms:6} {self.silent:6}"
        return f"{name:<20} {mode:<5} {counts} {recall:>7} {precision:>9}"


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.3f}" if whole else "-"


def located(finding: dict[str, Any], root: Path) -> Found:
    """A finding as printed; its file is absolute, or relative to the target, its folder, or the suite."""
    name = Path(finding["file"])
    bases = (root, root.parent, SUITE, Path.cwd())
    path = next((base / name for base in bases if (base / name).is_file()), root)
    return Found(path.resolve(), finding.get("rule", ""), finding.get("source_line", 0), finding["sink_line"])


def parse(text: str, root: Path) -> list[Found]:
    """Findings out of what a tool prints."""
    told = json.loads(text)
    return [located(one, root) for one in (told["findings"] if isinstance(told, dict) else told)]


def ask(command: str, root: Path) -> tuple[list[Found], str]:
    """Run a tool on one program; the second part says what went wrong."""
    rules = shlex.quote(str(SUITE / "rules.json"))
    line = command.replace("{rules}", rules).replace("{root}", shlex.quote(str(root)))
    try:
        done = subprocess.run(
            shlex.split(line), cwd=REPOSITORY, capture_output=True, text=True, timeout=SECONDS, check=False
        )
        return parse(done.stdout, root), ""
    except subprocess.TimeoutExpired:
        return [], f"{root.relative_to(SUITE)}: no answer within {SECONDS} s"
    except (ValueError, KeyError, TypeError):
        return [], f"{root.relative_to(SUITE)}: exit {done.returncode}: {done.stderr.strip()[-200:]}"


def hits(case: Case, findings: Iterable[Found]) -> Iterator[tuple[Row, bool]]:
    """Every row of a case, with whether a finding hits it."""
    here = [f for f in findings if f.path == case.path.resolve()]
    for row in case.rows:
        at = [f for f in here if f.sink == row.sink and f.rule in ("", row.rule)]
        if row.expected:
            yield row, any(_from(f, row) for f in at)
            continue
        explaining = [r for r in case.rows if r.expected and (r.rule, r.sink) == (row.rule, row.sink)]
        yield row, any(_from(f, row) and not any(_from(f, r) for r in explaining) for f in at)


def _from(found: Found, row: Row) -> bool:
    return row.sources is None or found.source in row.sources


def score(cases: list[Case], findings: list[Found], *, verbose: bool) -> str:
    """The table as text."""
    tallies: dict[tuple[str, str], Tally] = {}
    wrong = []
    for case in cases:
        for row, hit in hits(case, findings):
            for name in (case.feature, "TOTAL"):
                tallies.setdefault((name, row.mode), Tally()).add(row.expected, hit)
            if hit != row.expected:
                kind = "missed" if row.expected else "false alarm"
                wrong.append(f"{kind}: {case.path.relative_to(REPOSITORY)}:{row.sink} {row.rule}")
    head = f"{'feature':<20} {'mode':<5} found missed alarms silent  recall precision"
    order = sorted(tallies, key=lambda key: (key[0] == "TOTAL", key))
    table = [head, *(tallies[key].line(*key) for key in order)]
    return "\n".join([*(wrong if verbose else ()), *table])


def main() -> int:
    options = _options()
    cases = load_cases()
    if options.write or options.check:
        return _manifest(cases, write=options.write)
    cases = [c for c in cases if not options.only or any(name in c.name for name in options.only)]
    failures: list[str] = []
    if options.findings:
        findings = parse(options.findings.read_text(), SUITE)
    else:
        roots = sorted({case.root for case in cases})
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            answers = list(pool.map(lambda root: ask(options.command, root), roots))
        findings = [found for answer, _ in answers for found in answer]
        failures = [failure for _, failure in answers if failure]
    print(score(cases, findings, verbose=options.verbose))
    for failure in failures:
        print(f"failed: {failure}", file=sys.stderr)
    return 1 if failures else 0


def _manifest(cases: list[Case], *, write: bool) -> int:
    path = SUITE / "manifest.json"
    text = manifest(cases)
    if write:
        path.write_text(text)
        return 0
    if not path.exists() or path.read_text() != text:
        print("manifest.json differs from the labels; run own_cases.py --write", file=sys.stderr)
        return 1
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--findings", type=Path, help="JSON with findings already made")
    parser.add_argument("--command", default=OURS, help="command of a tool, with {rules} and {root}")
    parser.add_argument("--only", nargs="+", help="only cases whose name contains one of these")
    parser.add_argument("--write", action="store_true", help="write manifest.json from the labels")
    parser.add_argument("--check", action="store_true", help="exit 1 when manifest.json differs from the labels")
    parser.add_argument("-v", "--verbose", action="store_true", help="name the rows that are wrong")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
