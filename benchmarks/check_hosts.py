#!/usr/bin/env python3
"""Prove that the hosts graded ``sdk`` stand in the distribution their row names.

    python benchmarks/check_hosts.py [--wheels DIR ...] [--only OPERATOR]

The source of such a row is ``distribution version file:line``, or ``npm:package version file:line``. The pinned files
are fetched by pip and npm (or found in ``--wheels``), read in place, and the named line is searched for the host.
Nothing is installed or run. Exit status 1 when a host does not stand where its row says.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from scanner.catalog import load
from scanner.catalog.records import OperatorRow
from scanner.destinations.checking import verified_share

CACHE = Path(__file__).resolve().parent / ".cache" / "hosts"
PIN = re.compile(r"(?P<npm>npm:)?(?P<name>[@A-Za-z0-9][\w./@-]*) (?P<version>\d\S*) (?P<file>\S+):(?P<line>\d+)(?= |$)")


def pinned(only: str) -> Iterator[tuple[OperatorRow, re.Match[str]]]:
    """The rows to check, with their source taken apart."""
    for row in load().operators:
        match = PIN.match(row.source) if row.attribution == "sdk" else None
        if match is not None and only.lower() in row.operator.lower():
            yield row, match


def fetch(match: re.Match[str], folders: list[Path]) -> Path | None:
    """The archive of a pinned distribution, from a folder or from its registry."""
    name, version = match["name"], match["version"]
    pattern = _npm_file(name, version) if match["npm"] else f"{name}-{version}-*.whl"
    for folder in folders:
        found = sorted(folder.glob(pattern))
        if found:
            return found[0]
    CACHE.mkdir(parents=True, exist_ok=True)
    if match["npm"]:
        command = ["npm", "pack", "--silent", f"{name}@{version}"]
    else:
        command = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "-q",
            "--no-deps",
            "--only-binary",
            ":all:",
            f"{name}=={version}",
        ]
    subprocess.run(command, cwd=CACHE, capture_output=True, check=False, timeout=300)
    return next(iter(sorted(CACHE.glob(pattern))), None)


def _npm_file(name: str, version: str) -> str:
    return f"{name.removeprefix('@').replace('/', '-')}-{version}.tgz"


def line_of(archive: Path, file: str, number: int) -> str:
    """One line of one member; empty when there is none."""
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            data = wheel.read(file) if file in wheel.namelist() else b""
    else:
        with tarfile.open(archive) as tar:
            member = tar.extractfile(f"package/{file}") if f"package/{file}" in tar.getnames() else None
            data = member.read() if member is not None else b""
    lines = data.split(b"\n")
    return lines[number - 1].decode("utf-8", "replace").lower() if 0 < number <= len(lines) else ""


def stands(host: str, line: str) -> bool:
    """A host stands in a line when no letter, digit or hyphen glues it to something else."""
    return re.search(rf"(?<![a-z0-9-]){re.escape(host)}(?![a-z0-9-])", line) is not None


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--wheels", type=Path, action="append", default=[])
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    missing = unread = checked = 0
    for row, match in pinned(options.only):
        archive = fetch(match, [*options.wheels, CACHE])
        if archive is None:
            unread += 1
            print(f"not to be had: {match['name']} {match['version']} ({row.host_suffix})")
        elif stands(row.host_suffix, line_of(archive, match["file"], int(match["line"]))):
            checked += 1
        else:
            missing += 1
            print(f"missing: {row.host_suffix} in {row.source}")
    print(f"{checked} hosts stand where their row says, {missing} do not, {unread} could not be read")
    print(f"operators verified in the watched categories: {verified_share(load()):.3f}")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
