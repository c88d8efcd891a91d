#!/usr/bin/env python3
"""Patch real, pinned packages and prove it: ``datacustoms harden --patch --verify`` on the wheels of the corpus.

    python benchmarks/harden.py [--only NAME ...] [--wheels DIR] [--semgrep] [--write]

For each package: the paths to be stopped, what a second scan of the patched copy shows of them, what was changed.
The printed diff is also applied by ``git apply`` to the unpacked wheel, and every changed file parsed there.
``--write`` puts the table into ``docs/benchmarks.md``. Exit status 1 when a diff does not apply or a file is broken.
"""

from __future__ import annotations

import argparse
import ast
import json
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

import page

HERE = Path(__file__).resolve().parent
WHEELS = HERE / ".cache" / "corpus" / "wheels"
PACKAGES = ("gradio", "mem0ai", "dagster", "ragas", "agno", "paddlenlp")
COLUMNS = (
    "package", "paths to stop", "off by default", "switched off by argument", "gone", "remain: host or commit unknown",
    "remain: other", "files, lines", "applies, parses", "s",
)  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="*", metavar="NAME", default=PACKAGES, help="these packages only")
    parser.add_argument(
        "--wheels", type=Path, default=WHEELS, metavar="DIR", help="where benchmarks/corpus.py put them"
    )
    parser.add_argument("--semgrep", action="store_true", help="with the pattern rules")
    parser.add_argument("--write", action="store_true", help=f"put the table into {page.PAGE.name}")
    options = parser.parse_args()
    rows, good = [], True
    for name in options.only:
        row, fine = _row(name, next(options.wheels.glob(f"{name}-*.whl")), options.semgrep)
        print(row, flush=True)
        rows.append(row)
        good &= fine
    if options.write:
        _write("\n".join([f"| {' | '.join(COLUMNS)} |", "|---" * len(COLUMNS) + "|", *rows]), options.semgrep)
    return 0 if good else 1


def _row(name: str, wheel: Path, semgrep: bool) -> tuple[str, bool]:
    command = [
        sys.executable,
        "-P",
        "-m",
        "scanner",
        "harden",
        str(wheel),
        "--patch",
        "--verify",
        "--format",
        "json",
        "-q",
    ]
    start = time.perf_counter()
    done = subprocess.run(
        [*command, *([] if semgrep else ["--no-semgrep"])], capture_output=True, text=True, check=False
    )
    seconds = time.perf_counter() - start
    if done.returncode not in (0, 1):
        return f"| {name} | failed: {done.stderr.strip()[-200:]} |", False
    told: dict[str, Any] = json.loads(done.stdout)
    fates = Counter(one["fate"] for one in told["verified"])
    hostless = sum(
        one["fate"] == "remains" and ("host is not known" in one["reason"] or "no commit" in one["reason"])
        for one in told["verified"]
    )
    diff = told["patch"]["diff"]
    files = sum(line.startswith("+++ ") for line in diff.split("\n"))
    added = sum(line.startswith("+") and not line.startswith("+++ ") for line in diff.split("\n"))
    removed = sum(line.startswith("-") and not line.startswith("--- ") for line in diff.split("\n"))
    problem = _applied(wheel, diff)
    cells = [
        wheel.name.split("-py")[0].replace("-", " "), len(told["verified"]), fates["gated"], fates["argument"],
        fates["gone"], hostless, fates["remains"] - hostless, f"{files}, +{added} −{removed}", problem or "yes",
        f"{seconds:.0f}",
    ]  # fmt: skip
    return f"| {' | '.join(map(str, cells))} |", not problem


def _applied(wheel: Path, diff: str) -> str:
    """What is wrong with the diff on the unpacked wheel, ``""`` when nothing is."""
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(folder)
        git = ["git", "apply", "-"]
        done = subprocess.run(git, input=diff, text=True, cwd=folder, capture_output=True, check=False)
        if diff and done.returncode:
            return f"no: {done.stderr.strip()[:100]}"
        for line in diff.split("\n"):
            if line.startswith("+++ b/"):
                try:
                    ast.parse((Path(folder) / line.removeprefix("+++ b/").rstrip("\t")).read_bytes())
                except SyntaxError as error:
                    return f"no: {error}"
    return ""


def _write(table: str, semgrep: bool) -> None:
    how = "--semgrep`, with" if semgrep else "`, without"
    day = datetime.now(UTC).date().isoformat()
    note = f"Measured {day} by `python benchmarks/harden.py {how} pattern rules; s: both scans.".replace(" `,", "`,")
    page.put("harden", f"{table}\n\n{note}")


if __name__ == "__main__":
    sys.exit(main())
