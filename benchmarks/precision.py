#!/usr/bin/env python3
"""Count how many findings are true, by verdicts somebody gave after reading the code.

    python benchmarks/precision.py [--only NAME ...] [--wheels DIR] [--unread] [--write]

The wheels of ``precision.json`` are fetched by pip into ``.cache/precision`` beside this file and checked against their
SHA-256, then scanned. Every finding of severity error or warning is looked up by its fingerprint; one without a
verdict is listed and counts as false. ``--unread`` prints those in full, for reading. ``--write`` puts the result into
``docs/benchmarks.md``. Exit status 1 when a wheel could not be fetched, a scan failed, or the share is below 0.9.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

import page
from corpus import fetch_wheel

HERE = Path(__file__).resolve().parent
CACHE = HERE / ".cache" / "precision"
VERDICTS = HERE / "precision.json"
BAR = 0.9
GRAVE = frozenset({"error", "warning"})


@dataclass(frozen=True)
class Tally:
    """One package: its findings of severity error or warning, by what was said about them."""

    name: str
    true: int
    false: int
    unread: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.true + self.false + self.unread


def main() -> int:
    options = _options()
    listed = json.loads(VERDICTS.read_text(encoding="utf-8"))
    given = {one["id"]: one for one in listed["verdicts"]}
    tallies = []
    for package in listed["packages"]:
        if options.only and package["package"] not in options.only:
            continue
        findings = _findings(package, options.wheels)
        if options.unread:
            _show([one for one in findings if one["id"] not in given])
        tallies.append(_tally(package, findings, given))
    table = _table(tallies)
    print(table)
    if options.write:
        _write(table, listed)
    return int(_share(tallies) < BAR)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="*", metavar="NAME", help="these packages only")
    parser.add_argument("--wheels", type=Path, metavar="DIR", help="a folder with the wheels; nothing is fetched")
    parser.add_argument("--unread", action="store_true", help="print findings nobody has given a verdict on")
    parser.add_argument("--write", action="store_true", help=f"put the result into {page.PAGE.name}")
    options = parser.parse_args()
    if options.write and options.only:
        parser.error("--write is for all packages")
    return options


def _findings(package: dict[str, str], wheels: Path | None) -> list[dict[str, Any]]:
    """The findings of severity error or warning; ends the run when there is no wheel or no report."""
    try:
        wheel = fetch_wheel(package, wheels or CACHE, fetch=wheels is None)
    except OSError as error:
        sys.exit(str(error))
    command = [sys.executable, "-P", "-m", "scanner", "scan", str(wheel), "--format", "json", "--fail-on", "never"]
    done = subprocess.run([*command, "--jobs", "1", "--quiet"], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{package['package']}: {done.stderr.strip()}")
    return [one for one in json.loads(done.stdout)["findings"] if one["severity"] in GRAVE]


def _tally(package: dict[str, str], findings: list[dict[str, Any]], given: dict[str, dict[str, str]]) -> Tally:
    said = [given[one["id"]]["verdict"] if one["id"] in given else "unread" for one in findings]
    name = f"{package['package']} {package['version']}"
    return Tally(name, said.count("true"), said.count("false"), said.count("unread"))


def _share(tallies: list[Tally]) -> float:
    total = sum(one.total for one in tallies)
    return sum(one.true for one in tallies) / total if total else 1.0


def _table(tallies: list[Tally]) -> str:
    whole = Tally("all", *(sum(getattr(one, key) for one in tallies) for key in ("true", "false", "unread")))
    rows = [f"| {one.name} | {one.total} | {one.true} | {one.false} | {one.unread} |" for one in (*tallies, whole)]
    head = ["| package | errors and warnings | true | false | not read |", "|---|---|---|---|---|"]
    return "\n".join([*head, *rows, "", f"True: {_share(tallies):.3f}"])


def _show(findings: list[dict[str, Any]]) -> None:
    for one in findings:
        print(json.dumps(one, indent=1))


def _write(table: str, listed: dict[str, Any]) -> None:
    """Replace what stands after the introduction, which stays."""
    words = page.section("precision").split("\nMeasured ", 1)[0].rstrip()
    measured = (
        f"Measured {datetime.now(UTC):%Y-%m-%d} by `benchmarks/precision.py`; "
        "verdicts with reasons: `benchmarks/precision.json`."
    )
    page.put("precision", f"{words}\n\n{measured}\n\n{table}")


if __name__ == "__main__":
    sys.exit(main())
