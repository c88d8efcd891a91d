#!/usr/bin/env python3
"""Scan real, pinned packages and score what is found.

    python benchmarks/corpus.py [--only NAME ...] [--wheels DIR] [--no-semgrep] [--jobs N] [--write]

The wheels of ``corpus_manifest.json`` are fetched by pip into ``.cache/corpus`` beside this file and checked against
their SHA-256; ``--wheels`` takes them from a folder instead. Each is scanned by a process of its own, so that time and
peak memory are those of one ``datacustoms scan``. With ground truth (``../shared/bench/corpus`` beside the checkout, or
``--truth DIR``) its scorer prints recall; without, there is the table of findings only. ``--write`` puts the result
into ``docs/benchmarks.md``. Exit status 1 when a wheel could not be fetched or a scan failed.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

import page

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parent
CACHE = HERE / ".cache" / "corpus"
TRUTH = REPOSITORY.parent / "shared" / "bench" / "corpus"
TRUTH_KINDS = {"error-reporting": "telemetry"}
"""Kinds the ground truth does not tell apart: it counts crash reports as telemetry."""
NO_TRANSFER = frozenset({"suppression", "switch"})
SWITCHES = frozenset({"env", "setting", "argument", "ci", "consent-file", "flag"})

# Platform wheels are asked for as CPython 3.11 on x86-64 Linux, so that every machine gets the file of the manifest.
PLATFORM = ["--python-version", "3.11", "--implementation", "cp", "--abi", "cp311", "--abi", "abi3", "--abi", "none"]
for _name in ("manylinux2014_x86_64", "manylinux_2_17_x86_64", "manylinux_2_28_x86_64", "linux_x86_64", "any"):
    PLATFORM += ["--platform", _name]


@dataclass(frozen=True)
class Run:
    """One scan: its report (None when it failed), seconds, peak megabytes, what it said."""

    package: str
    version: str
    report: dict[str, Any] | None
    seconds: float
    megabytes: float
    talk: str


def main() -> int:
    options = _options()
    packages = _packages(options)
    runs = [_scan_one(p, options) for p in packages]
    folder = CACHE / "findings"
    folder.mkdir(parents=True, exist_ok=True)
    for run in runs:
        path = folder / f"{run.package}.json"
        path.unlink(missing_ok=True)
        if run.report is not None:
            path.write_text(json.dumps({"findings": neutral(run.report)}, indent=1))
    table = _table(runs)
    score = _score(packages, folder, options.truth)
    print(f"\n{table}\n\n{score}")
    if options.write:
        _write(table, score, options)
    return int(any(run.report is None for run in runs))


def neutral(report: dict[str, Any]) -> list[dict[str, Any]]:
    """The findings of a JSON report in the scorer's form: one for each path of a finding."""
    return [
        {
            "file": finding["sink"]["file"],
            "line": finding["sink"]["line"],
            "function": finding["sink"]["function"],
            "sink": finding["sink"]["api"],
            "hosts": sorted({d["host"] for d in finding["destinations"] if d["host"]}),
            "opt_outs": sorted({g["name"] for g in finding["gates"] if g["kind"] in SWITCHES}),
            "kind": TRUTH_KINDS.get(finding["kind"], finding["kind"]),
            "default_on": finding["default_on"],
            "path": [{key: step[key] for key in ("file", "line", "function")} for step in path],
        }
        for finding in report["findings"]
        if finding["kind"] not in NO_TRANSFER
        for path in [finding["path"], *finding.get("other_paths", [])]
    ]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="*", metavar="NAME", help="these packages only")
    parser.add_argument("--wheels", type=Path, metavar="DIR", help="a folder with the wheels; nothing is fetched")
    parser.add_argument("--truth", type=Path, default=TRUTH, metavar="DIR", help="ground truth and scorer")
    parser.add_argument("--no-semgrep", action="store_true", help="leave the pattern rules out")
    parser.add_argument("--jobs", type=int, default=1, help="processes of each scan")
    parser.add_argument("--write", action="store_true", help=f"put the result into {page.PAGE.name}")
    options = parser.parse_args()
    if options.write and options.only:
        parser.error("--write is for the whole corpus")
    return options


def _packages(options: argparse.Namespace) -> list[dict[str, str]]:
    packages: list[dict[str, str]] = json.loads((HERE / "corpus_manifest.json").read_text())["packages"]
    return [p for p in packages if not options.only or p["package"] in options.only]


def _scan_one(package: dict[str, str], options: argparse.Namespace) -> Run:
    try:
        wheel = fetch_wheel(package, options.wheels or CACHE / "wheels", fetch=options.wheels is None)
    except OSError as error:
        run = Run(package["package"], package["version"], None, 0, 0, str(error))
    else:
        run = _measured(package, wheel, options)
    found = "failed" if run.report is None else f"{len(run.report['findings'])} findings"
    print(f"{run.package} {run.version}: {found}, {run.seconds:.1f} s, {run.megabytes:.0f} MB", file=sys.stderr)
    if run.report is None:
        print(run.talk.strip(), file=sys.stderr)
    return run


def fetch_wheel(package: dict[str, str], folder: Path, fetch: bool) -> Path:
    """The wheel of a package, fetched when it is not there; raises ``OSError`` when it is not the pinned one."""
    path = folder / package["artifact"]
    if fetch and not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
        command += ["--only-binary", ":all:", *PLATFORM, "--dest", str(folder)]
        done = subprocess.run(
            [*command, f"{package['package']}=={package['version']}"], stderr=subprocess.PIPE, text=True, check=False
        )
        if done.returncode:
            raise OSError(f"pip fetched nothing: {done.stderr.strip()[-300:]}")
    if hashlib.sha256(path.read_bytes()).hexdigest() != package["sha256"]:
        raise OSError(f"{path.name} is not the pinned file: its SHA-256 differs")
    return path


def _measured(package: dict[str, str], wheel: Path, options: argparse.Namespace) -> Run:
    output, talk = CACHE / "report.json", CACHE / "stderr.txt"
    CACHE.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-P", "-m", "scanner", "scan", str(wheel), "--format", "json", "--fail-on", "never"]
    command += ["--jobs", str(options.jobs), "--quiet", *(["--no-semgrep"] if options.no_semgrep else [])]
    start = time.perf_counter()
    with output.open("wb") as out, talk.open("wb") as err:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, cwd=CACHE)
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - start
    report = json.loads(output.read_text()) if process.returncode == 0 else None
    return Run(
        package["package"],
        package["version"],
        report,
        seconds,
        usage.ru_maxrss / 1024,
        talk.read_text("utf-8", "replace"),
    )


def _score(packages: list[dict[str, str]], findings: Path, truth: Path) -> str:
    """What the scorer says, or why there is no score."""
    scorer = truth / "score_corpus.py"
    if not scorer.exists():
        return "No ground truth here: nothing was scored."
    manifest = CACHE / "manifest.json"
    whole = json.loads((truth / "manifest.json").read_text())
    wanted = {p["package"] for p in packages}
    whole["packages"] = [p for p in whole["packages"] if p["package"] in wanted]
    manifest.write_text(json.dumps(whole))
    command = [sys.executable, str(scorer), str(manifest), str(truth), str(findings), "-v"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return f"{(done.stdout + done.stderr).rstrip()}\n{_defaults(sorted(wanted), findings, truth)}"


def _defaults(packages: list[str], findings: Path, truth: Path) -> str:
    """How many rows have a finding that says rightly whether the path runs when nothing is set."""
    right = judged = unknown = 0
    wrong = []
    for package in packages:
        rows = json.loads((truth / f"{package}.json").read_text()).get("rows", [])
        path = findings / f"{package}.json"
        found = json.loads(path.read_text())["findings"] if path.exists() else []
        for row in rows:
            said = {one["default_on"] for one in found if _matches(row, one)}
            if not said:
                continue
            judged += 1
            right += row["default_on"] in said
            unknown += said == {None}
            if row["default_on"] not in said:
                wrong.append(row["id"])
    share = f"{right}/{judged} = {right / judged:.3f}" if judged else "0/0"
    return f"default_on right    {share}  undecided: {unknown}\nother default_on:   {', '.join(wrong)}"


def _matches(row: dict[str, Any], finding: dict[str, Any]) -> bool:
    """As the scorer matches: the same file, and the same function or a line close by."""
    if finding["file"] != row["file"]:
        return False
    ours, theirs = finding["function"], row["function"]
    same = ours == theirs or ours.endswith(f".{theirs}") or theirs.endswith(f".{ours}")
    return abs(finding["line"] - row["line"]) <= 3 or (theirs != "<module>" and same)


def _table(runs: list[Run]) -> str:
    return "\n".join(["| package | findings | hosts | s | MB |", "|---|---|---|---|---|", *_rows(runs)])


def _rows(runs: list[Run]) -> Iterator[str]:
    for run in runs:
        findings = run.report["findings"] if run.report else []
        hosts = sorted({d["host"] for f in findings for d in f["destinations"] if d["host"]})
        shown = ", ".join(hosts[:4]) + (f" and {len(hosts) - 4} more" if len(hosts) > 4 else "")
        count = len(findings) if run.report else "failed"
        yield f"| {run.package} {run.version} | {count} | {shown} | {run.seconds:.1f} | {run.megabytes:.0f} |"


def _write(table: str, score: str, options: argparse.Namespace) -> None:
    """Replace the section between the marks, or add it."""
    ways = f"{options.jobs} process{'es' if options.jobs > 1 else ''}, semgrep {'off' if options.no_semgrep else 'on'}"
    page.put(
        "corpus",
        f"## Corpus of real packages\n\nMeasured {datetime.now(UTC):%Y-%m-%d} by `make bench-corpus`, "
        f"{ways}; wall time and peak memory of the whole process.\n\n```\n{score}\n```\n\n{table}",
    )


if __name__ == "__main__":
    sys.exit(main())
