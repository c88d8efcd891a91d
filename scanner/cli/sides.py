"""Two states of the same code: how ``diff`` and the commit hook come by the report of each."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from scanner.cli.baseline import load_baseline, read_reports
from scanner.errors import NothingToScan

if TYPE_CHECKING:
    from scanner.pipeline import Options
    from scanner.policy.differences import Change
    from scanner.policy.records import Report


def report_of(side: str, options: Options, quiet: bool) -> Report:
    """The report of a target or of a saved JSON report; one without findings where there is nothing to scan.

    Everything that compares scans here, so that what saves time here saves it for all.
    """
    if side.endswith(".json") and Path(side).is_file():
        reports = read_reports(Path(side))
        return replace(reports[0], findings=tuple(one for report in reports for one in report.findings))
    from scanner.cli.cache import open_cache
    from scanner.cli.scan import scan_all

    try:
        with open_cache(off=False, quiet=quiet) as cache:
            (report,), _ = scan_all((side,), replace(options, cache=cache), quiet)
    except NothingToScan:
        return _empty(side, options)
    return report


def not_accepted(changes: tuple[Change, ...], baseline: Path | None) -> tuple[Change, ...]:
    """The changes without those for the worse whose finding a baseline accepts."""
    known = {entry.id for entry in load_baseline(baseline)} if baseline else set()
    return tuple(one for one in changes if not one.worse or one.finding.id not in known)


def _empty(side: str, options: Options) -> Report:
    import scanner
    from scanner.catalog import load
    from scanner.policy.records import Coverage, Report

    seen = Coverage(0, 0, (), 0, 0, 0, 0, (), (), 0, ())
    date = load(options.catalogs).date
    return Report(side, "", "", scanner.__version__, date, options.home, (), (), seen, (), options.language)
