"""Findings as CSV (RFC 4180), a row each, for spreadsheets.

A cell that a spreadsheet would take for a formula (OWASP: CSV injection) begins with an apostrophe.
"""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING

from scanner.reports.columns import COLUMNS, row
from scanner.reports.markup import inert
from scanner.reports.speech import speaking

if TYPE_CHECKING:
    from _csv import Writer

    from scanner.policy.records import Report

_FORMULA = ("=", "+", "-", "@", "|", "%", "＝", "＋", "－", "＠")
_LONGEST = 4_000


def render_csv(reports: tuple[Report, ...]) -> str:
    """All findings of all targets under one row of column names; lines end with CR LF."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for report in reports:
        with speaking(report.language):
            _write(writer, report)
    return out.getvalue()


def _write(writer: Writer, report: Report) -> None:
    writer.writerows([cell(text) for text in row(report, finding)] for finding in report.findings)


def cell(text: str) -> str:
    """The text on one line, no formula in any spreadsheet."""
    shown = inert(text, _LONGEST)
    return f"'{shown}" if shown.lstrip().startswith(_FORMULA) else shown
