#!/usr/bin/env python3
"""Time and peak memory of a scan of a large tree, beside ``ast.parse`` of the same files in the same run.

    python benchmarks/large.py [--wheels DIR] [--no-semgrep] [--write]

The wheel of transformers 5.23.0 (53 MB of Python) is fetched by pip and checked against its SHA-256; ``--wheels`` takes
it from a folder. Parsing and scanning each run in a process of their own; ``--write`` puts the figures into
``docs/benchmarks.md``. Exit status 1 when the wheel is not the pinned one or the scan failed.
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import json
import os
import platform
import resource
import subprocess
import sys
import time
import warnings
import zipfile
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import page

HERE = Path(__file__).resolve().parent
NAME, VERSION = "transformers", "5.23.0"
ARTIFACT = f"{NAME}-{VERSION}-py3-none-any.whl"
SHA256 = "018e82fd07490ad5bb58414f65e31576033dc7f36bed10c574843f69b90991bf"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wheels", type=Path, default=HERE / ".cache" / "large", metavar="DIR")
    parser.add_argument("--no-semgrep", action="store_true")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--parse-only", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.parse_only:
        return parse_all(options.parse_only)
    wheel = fetched(options.wheels)
    parse, parse_mb, _ = measured([sys.executable, __file__, "--parse-only", str(wheel)])
    command = [sys.executable, "-m", "scanner", "scan", str(wheel), "--format", "json", "--fail-on", "never"]
    scan, scan_mb, out = measured(command + (["--no-semgrep"] if options.no_semgrep else []))
    coverage = json.loads(out)["coverage"]
    lines = [
        f"| `ast.parse` of all files | {parse:.1f} | 1.0 | {parse_mb:.0f} |",
        f"| `datacustoms scan` | {scan:.1f} | {scan / parse:.1f} | {scan_mb:.0f} |",
    ]
    table = "\n".join(["| what | CPU s | x `ast.parse` | peak MB |", "|---|---|---|---|", *lines])
    head = (
        f"{NAME} {VERSION}, {coverage['files']} files, "
        f"{coverage['calls']} calls, {coverage['calls_resolved']} resolved; "
        f"measured {datetime.now(UTC):%Y-%m-%d} by `make bench-large`, 1 process, "
        f"semgrep {'off' if options.no_semgrep else 'on'}, Python {platform.python_version()}, {os.cpu_count()} cores."
    )
    print(f"{head}\n\n{table}")
    if options.write:
        page.put("large", f"## A large tree\n\n{head}\n\n{table}")
    return 0


def fetched(folder: Path) -> Path:
    """The pinned wheel."""
    path = folder / ARTIFACT
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
        subprocess.run([*command, "--dest", str(folder), f"{NAME}=={VERSION}"], check=True)
    if hashlib.sha256(path.read_bytes()).hexdigest() != SHA256:
        raise SystemExit(f"{path.name} is not the pinned file; delete it and try again")
    return path


def parse_all(wheel: Path) -> int:
    """Parse every Python file of the wheel, as a scan must at least."""
    warnings.simplefilter("ignore")
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if name.endswith(".py"):
                ast.parse(archive.read(name))
    return 0


def measured(command: list[str]) -> tuple[float, float, str]:
    """CPU seconds, peak megabytes of the largest process so far, standard output."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.monotonic()
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False, cwd=HERE.parent)
    if done.returncode:
        raise SystemExit(f"{command[1:4]} failed after {time.monotonic() - started:.0f} s")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return spent, after.ru_maxrss / 1024, done.stdout


if __name__ == "__main__":
    sys.exit(main())
