"""``datacustoms baseline``."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scanner.cli.door import tell
from scanner.cli.options import asked_options, scanning
from scanner.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.policy.baseline import Entry
    from scanner.policy.records import Finding, Report

FILE = "datacustoms.baseline"
LARGEST = 50_000_000
"""Bytes of a baseline file."""
LARGEST_REPORT = 500_000_000
"""Bytes of a saved report."""
SHOWN = 10
"""Gone entries named one by one."""


@click.group(short_help="Accept today's findings, so that a scan fails on new ones only.")
def baseline() -> None:
    """Keeps the findings of today in a reviewed file; `scan --baseline FILE` then fails on new ones only."""


def _options(command: Callable[..., None]) -> Callable[..., None]:
    """What both commands take."""
    file = click.Path(exists=True, dir_okay=False, path_type=Path)
    for option in (
        scanning,
        click.option("--report", type=file, metavar="FILE", help="Take a saved JSON report instead of scanning."),
        click.option(
            "--output", type=click.Path(dir_okay=False, path_type=Path), default=FILE, show_default=True,
            help="The baseline file.",
        ),
        click.argument("targets", nargs=-1, metavar="[TARGET]..."),
    ):  # fmt: skip
        command = option(command)
    return command


@baseline.command(short_help="Write a new baseline.")
@_options
def create(targets: tuple[str, ...], output: Path, report: Path | None, **asked: Any) -> None:
    """Writes a baseline of every finding of the targets; refuses to replace one."""
    if output.exists():
        raise UsageError(f"{output} exists.", "Bring it up to date with: datacustoms baseline update")
    findings = _findings(targets, report, asked)
    _save(output, findings, (), asked["quiet"])


@baseline.command(short_help="Bring a baseline up to date.")
@_options
def update(targets: tuple[str, ...], output: Path, report: Path | None, **asked: Any) -> None:
    """Adds what is new, drops what is gone, keeps the notes of what stays."""
    known = load_baseline(output)
    findings = _findings(targets, report, asked)
    _save(output, findings, known, asked["quiet"])


def read_reports(file: Path) -> tuple[Report, ...]:
    """A saved JSON report, or a list of them; raises ``UsageError`` when it is none."""
    from scanner.reports.reading import read_reports

    return read_reports(_text(file, LARGEST_REPORT, ""), str(file))


def load_baseline(file: Path) -> tuple[Entry, ...]:
    """The entries of a baseline file; raises ``UsageError`` when it cannot be read."""
    from scanner.policy.baseline import read_baseline

    return read_baseline(_text(file, LARGEST), str(file))


def against(reports: tuple[Report, ...], file: Path, quiet: bool) -> tuple[Report, ...]:
    """The reports with every finding marked new or unchanged; entries that are gone are named on stderr."""
    from dataclasses import replace

    from scanner.policy.baseline import absent, compare

    entries = load_baseline(file)
    gone = absent((finding for report in reports for finding in report.findings), entries)
    if gone and not quiet:
        tell(f"{len(gone)} of {file} are gone; drop them with: datacustoms baseline update")
        for entry in gone[:SHOWN]:
            tell(f"gone: {entry.rule} {entry.file} {entry.function} {entry.hosts} ({entry.id})")
    return tuple(replace(report, findings=compare(report.findings, entries)) for report in reports)


def _findings(targets: tuple[str, ...], report: Path | None, asked: dict[str, Any]) -> tuple[Finding, ...]:
    if report is not None:
        if targets:
            raise UsageError("Give either targets or --report.")
        return tuple(one for saved in read_reports(report) for one in saved.findings)
    from scanner.cli.scan import scan_all

    reports, failures = scan_all(targets or (".",), asked_options(asked), asked["quiet"])
    if failures:
        raise failures[0]
    return tuple(finding for one in reports for finding in one.findings)


def _save(file: Path, findings: tuple[Finding, ...], known: tuple[Entry, ...], quiet: bool) -> None:
    """Writes beside the file and then in its place, so that a baseline is never half written."""
    from scanner.policy.baseline import entries_of, write_baseline

    entries = entries_of(findings, known)
    beside = file.with_name(f"{file.name}.new")
    try:
        beside.write_text(write_baseline(entries), encoding="utf-8", newline="\n")
        beside.replace(file)
    except OSError as error:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise UsageError(f"{file} cannot be written: {error.strerror or error}.") from error
    if not quiet:
        added, gone = {e.id for e in entries} - {e.id for e in known}, {e.id for e in known} - {e.id for e in entries}
        tell(f"wrote {file}: {len(entries)} findings, {len(added)} added, {len(gone)} dropped")


def _text(file: Path, largest: int, step: str = "Write one with: datacustoms baseline create") -> str:
    try:
        if file.stat().st_size > largest:
            raise UsageError(f"{file} is larger than it may be ({largest:,} bytes).")
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file} cannot be read: {error}.", step) from error
