#!/usr/bin/env python3
"""Run real packages where they reach nobody, and compare what they send with what ``datacustoms scan`` says.

    python benchmarks/observe/observe.py [--only NAME ...] [--write]

Each package of ``packages.json`` gets an environment of its own under ``benchmarks/.cache/observe`` (pip, the versions
of ``locks``), and its driver runs inside a network namespace with ``sink.py``, which answers every name and takes every
request. Names of hosts and fields are compared with those the scan of the same wheel reports for the same senders;
then every switch the report names for a sender is set to the reported value, and the run is repeated. ``--write`` puts
the tables into ``docs/benchmarks.md`` and what was seen into ``expected.json``. Where namespaces or ``openssl`` are not
to be had it says so and ends with status 0. Status 1 when a package sends what ``expected.json`` does not have.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import page

HERE = Path(__file__).resolve().parent
BENCHMARKS = HERE.parent
CACHE = BENCHMARKS / ".cache" / "observe"
WHEELS = BENCHMARKS / ".cache" / "corpus" / "wheels"
EXPECTED = HERE / "expected.json"
SECONDS = 300


@dataclass(frozen=True)
class Sender:
    """One sender of a package: where its requests go, and the functions whose sinks make them."""

    name: str
    host: str
    path: str
    sinks: tuple[str, ...]

    def made(self, request: dict[str, Any]) -> bool:
        return request["host"] == self.host and str(request["path"]).startswith(self.path)

    def findings(self, report: dict[str, Any]) -> list[dict[str, Any]]:
        return [f for f in report["findings"] if f"{f['sink']['file']}:{f['sink']['function']}" in self.sinks]


@dataclass(frozen=True)
class Row:
    """Fields of one sender: seen, of these the SDK's own, and reported."""

    package: str
    sender: Sender
    requests: int
    seen: frozenset[str]
    by_sdk: frozenset[str]
    reported: frozenset[str]
    hosts: frozenset[str]


@dataclass(frozen=True)
class Silence:
    """One switch of one sender and the requests without and with it; ``after`` None when it was not set."""

    package: str
    sender: str
    switch: str
    value: str
    before: int
    after: int | None
    note: str = ""


def main() -> int:
    options = _options()
    reason = _impossible()
    if reason:
        print(f"skipped: {reason}")
        return 0
    rows: list[Row] = []
    silences: list[Silence] = []
    trouble: list[str] = []
    for package in _packages(options.only):
        name = package["package"]
        print(f"{name} ...", file=sys.stderr)
        try:
            _environment(package)
            requests = _run(package, {})
            report = _report(package)
        except (OSError, subprocess.SubprocessError) as error:
            trouble.append(f"{name}: not run here ({str(error).splitlines()[0][:160]})")
            continue
        found = _rows(package, requests, report)
        trouble += [f"{name}: the driver did not make `{r.sender.name}` send" for r in found if not r.requests]
        rows += [r for r in found if r.requests]
        silences += _silences(package, requests, report)
    tables = _tables(rows, silences, trouble)
    print(tables)
    drift = _drift(rows)
    print("\n".join(drift), file=sys.stderr)
    if options.write:
        EXPECTED.write_text(json.dumps(_golden(rows), indent=1) + "\n")
        _write(tables)
        return 0
    return int(bool(drift))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="*", metavar="NAME", default=[], help="these packages only")
    parser.add_argument(
        "--write", action="store_true", help=f"put the result into {page.PAGE.name} and {EXPECTED.name}"
    )
    options = parser.parse_args()
    if options.write and options.only:
        parser.error("--write is for all packages")
    return options


def _impossible() -> str:
    """Why nothing can be observed here, ``""`` when it can."""
    for program in ("unshare", "openssl"):
        if shutil.which(program) is None:
            return f"{program} is not installed"
    tried = subprocess.run(["unshare", "-rnm", "true"], capture_output=True, text=True, check=False)
    return "" if tried.returncode == 0 else f"no namespaces here: {tried.stderr.strip()}"


def _packages(only: list[str]) -> list[dict[str, Any]]:
    pinned = {p["package"]: p for p in json.loads((BENCHMARKS / "corpus_manifest.json").read_text())["packages"]}
    return [
        pinned[p["package"]] | p
        for p in json.loads((HERE / "packages.json").read_text())
        if not only or p["package"] in only
    ]


# -- running


def _environment(package: dict[str, Any]) -> None:
    """A virtual environment with the wheel and its pinned dependencies; kept for the next time."""
    folder = CACHE / package["package"]
    stamp = folder / "installed"
    wanted = f"{package['artifact']}\n{(HERE / 'locks' / (package['package'] + '.txt')).read_text()}"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    wheel = WHEELS / package["artifact"]
    if not wheel.exists():
        raise OSError(f"{package['artifact']} is not there: run `make bench-corpus` first")
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run([sys.executable, "-m", "venv", str(folder / "venv")], check=True)
    command = [str(folder / "venv/bin/python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    lock = HERE / "locks" / f"{package['package']}.txt"
    done = subprocess.run(
        [*command, "--no-deps", "-r", str(lock), str(wheel)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise OSError(f"pip: {done.stderr.strip().splitlines()[-1]}")
    stamp.write_text(wanted)


def _run(package: dict[str, Any], more: dict[str, str]) -> list[dict[str, Any]]:
    """The requests of one run of the driver, in an empty home and an empty environment."""
    with tempfile.TemporaryDirectory(prefix="observe-") as name:
        scratch = Path(name)
        home, record, answers = scratch / "home", scratch / "record", scratch / "answers"
        home.mkdir()
        answers.write_text(json.dumps(package.get("answers", {})))
        environment = {
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME": str(home),
            "TMPDIR": str(scratch),
            "LANG": "C.UTF-8",
        }
        environment |= {key: value.replace("{home}", str(home)) for key, value in package["environment"].items()} | more
        command = ["unshare", "-rnm", sys.executable, str(HERE / "sink.py"), "--record", str(record)]
        command += ["--folder", str(scratch), "--answers", str(answers), "--"]
        command += [
            str(CACHE / package["package"] / "venv/bin/python"),
            "-P",
            str(HERE / "drivers" / f"{package['package']}.py"),
        ]
        done = subprocess.run(
            command,
            env=environment,
            cwd=home,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=SECONDS,
            check=False,
        )
        if done.returncode:
            raise OSError(f"the driver failed: {(done.stderr.strip().splitlines() or ['no word'])[-1]}")
        return [json.loads(line) for line in record.read_text().splitlines()] if record.exists() else []


def _report(package: dict[str, Any]) -> dict[str, Any]:
    command = [sys.executable, "-P", "-m", "scanner", "scan", str(WHEELS / package["artifact"])]
    command += ["--format", "json", "--fail-on", "never", "--quiet"]
    done = subprocess.run(command, capture_output=True, cwd=CACHE, check=True)
    report: dict[str, Any] = json.loads(done.stdout)
    (CACHE / package["package"] / "report.json").write_bytes(done.stdout)
    return report


# -- comparing


def _senders(package: dict[str, Any]) -> list[Sender]:
    return [Sender(s["name"], s["host"], s["path"], tuple(s["sinks"])) for s in package["senders"]]


def _rows(package: dict[str, Any], requests: list[dict[str, Any]], report: dict[str, Any]) -> list[Row]:
    known = json.loads((HERE / "sdk_fields.json").read_text())
    by_sdk = frozenset(known["every"]["fields"]) | frozenset(known.get(package["sdk"], {"fields": []})["fields"])
    rows = []
    for sender in _senders(package):
        made = [r for r in requests if sender.made(r)]
        seen = frozenset(field.lower() for r in made for field in r["fields"])
        findings = sender.findings(report)
        reported = frozenset(part["name"].lower() for f in findings for part in f["data"] if part["name"])
        hosts = frozenset(d["host"] or "" for f in findings for d in f["destinations"])
        rows.append(Row(package["package"], sender, len(made), seen - by_sdk, seen & by_sdk, reported, hosts))
    return rows


def _silences(package: dict[str, Any], requests: list[dict[str, Any]], report: dict[str, Any]) -> list[Silence]:
    """Every switch the report names for a sender, set to the reported value."""
    out = []
    runs: dict[tuple[str, str, str], list[dict[str, Any]] | str] = {}
    for sender in _senders(package):
        before = sum(map(sender.made, requests))
        gates = {(g["kind"], g["name"], g["off_value"] or "") for f in sender.findings(report) for g in f["gates"]
                 if g["polarity"] == "opt-out"}  # fmt: skip
        for gate in sorted(gates):
            kind, name, value = gate
            if not value or not before:
                out.append(
                    Silence(package["package"], sender.name, name, value or "-", before, None, "no value reported")
                )
                continue
            if gate not in runs:
                runs[gate] = _switched(package, kind, name, value)
            after = runs[gate]
            if isinstance(after, str):
                out.append(Silence(package["package"], sender.name, name, value, before, None, after))
            else:
                out.append(Silence(package["package"], sender.name, name, value, before, sum(map(sender.made, after))))
    return out


def _switched(package: dict[str, Any], kind: str, name: str, value: str) -> list[dict[str, Any]] | str:
    """The requests with one switch set, or why that could not be tried."""
    more = {name: value}
    if kind in ("argument", "setting"):
        try:
            more = {f"OBSERVE_{kind.upper()}S": json.dumps({name: ast.literal_eval(value)})}
        except (ValueError, SyntaxError):
            return f"no literal: {value}"
    try:
        return _run(package, more)
    except OSError as error:
        return str(error)[:80]


# -- telling


def _tables(rows: list[Row], silences: list[Silence], trouble: list[str]) -> str:
    lines = ["| package | sender | host seen (reported) | requests | fields seen | reported | missed | not seen |"]
    lines.append("|---|---|---|---|---|---|---|---|")
    for r in rows:
        right = "yes" if r.sender.host in r.hosts else "no"
        missed, extra = sorted(r.seen - r.reported), sorted(r.reported - r.seen - r.by_sdk)
        lines.append(
            f"| {r.package} | {r.sender.name} | {r.sender.host} ({right}) | {r.requests} | {len(r.seen)} | "
            f"{len(r.seen & r.reported)} | {_few(missed)} | {_few(extra)} |"
        )
    lines += ["", _figures(rows), ""]
    lines += ["| package | sender | switch | value | requests without | requests with |", "|---|---|---|---|---|---|"]
    for s in silences:
        after = f"not tried: {s.note}" if s.after is None else str(s.after)
        lines.append(f"| {s.package} | {s.sender} | `{s.switch}` | `{s.value}` | {s.before} | {after} |")
    tried = [s for s in silences if s.after is not None]
    lines += [
        "",
        f"Silent: {sum(s.after == 0 for s in tried)} of {len(tried)} switches tried, {len(silences)} reported.",
    ]
    return "\n".join([*lines, *(f"\n{t}" for t in trouble)])


def _few(names: list[str]) -> str:
    return ", ".join(f"`{n}`" for n in names[:6]) + (f" and {len(names) - 6} more" if len(names) > 6 else "")


def _figures(rows: list[Row]) -> str:
    seen = sum(len(r.seen) for r in rows)
    right = sum(len(r.seen & r.reported) for r in rows)
    reported = sum(len(r.reported - r.by_sdk) for r in rows)
    hosts = sum(r.sender.host in r.hosts for r in rows)
    named = sum(len(r.hosts - {""}) for r in rows)
    return (
        f"Hosts: recall {hosts}/{len(rows)}, precision {hosts}/{named}. "
        f"Fields: recall {right}/{seen} = {right / max(seen, 1):.2f}, precision {right}/{reported} = "
        f"{right / max(reported, 1):.2f}; "
        f"{sum(len(r.by_sdk) for r in rows)} more that SDKs add by themselves are not counted."
    )


def _golden(rows: list[Row]) -> dict[str, dict[str, Any]]:
    out: dict[str, dict[str, Any]] = {}
    for r in rows:
        out.setdefault(r.package, {})[r.sender.name] = {"host": r.sender.host, "fields": sorted(r.seen)}
    return out


def _drift(rows: list[Row]) -> list[str]:
    """Fields seen that ``expected.json`` does not have."""
    known = json.loads(EXPECTED.read_text()) if EXPECTED.exists() else {}
    out = []
    for r in rows:
        fields = known.get(r.package, {}).get(r.sender.name, {}).get("fields", [])
        out += [f"new: {r.package} sends {field} to {r.sender.host}" for field in sorted(r.seen - set(fields))]
    return out


def _write(tables: str) -> None:
    day, cores = datetime.now(UTC).date().isoformat(), os.cpu_count()
    machine = f"Python {sys.version.split()[0]}, {cores} cores"
    head = f"## What packages really send\n\nMeasured {day} by `make bench-observe`, {machine}."
    page.put("observe", f"{head}\n\n{tables}")


if __name__ == "__main__":
    sys.exit(main())
