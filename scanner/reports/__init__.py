"""Reports: a finished scan becomes text, JSON, SARIF, or a document somebody has to sign.

``FORMATS`` lists what is text and ``DOCUMENTS`` what is bytes: a new format is one module, one function and one line
here. Rendering is pure: the same report gives the same bytes, and nothing is printed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from scanner.errors import UsageError

if TYPE_CHECKING:
    from scanner.policy.records import Report

__all__ = ["DOCUMENTS", "FORMATS", "render", "render_all", "render_document"]


def _text(reports: tuple[Report, ...]) -> str:
    from scanner.reports.text import render_text

    return "\n".join(render_text(report) for report in reports)


def _json(reports: tuple[Report, ...]) -> str:
    from scanner.reports.json_report import render_json

    return render_json(reports)


def _sarif(reports: tuple[Report, ...]) -> str:
    from scanner.reports.sarif import render_sarif

    return render_sarif(reports)


def _register(reports: tuple[Report, ...]) -> str:
    from scanner.reports.register import register_csv

    return register_csv(reports)


def _register_json(reports: tuple[Report, ...]) -> str:
    from scanner.reports.register import register_json

    return register_json(reports)


def _fact_sheet(reports: tuple[Report, ...]) -> str:
    from scanner.reports.factsheet import fact_sheet
    from scanner.reports.sheet_markdown import markdown

    return "\n".join(markdown(fact_sheet(report)) for report in reports)


def _tia(reports: tuple[Report, ...]) -> str:
    from scanner.reports.sheet_markdown import markdown
    from scanner.reports.tia import transfer_map

    return "\n".join(markdown(transfer_map(report)) for report in reports)


def _art30(reports: tuple[Report, ...]) -> str:
    from scanner.reports.art30 import art30_csv

    return art30_csv(reports)


def _cyclonedx(reports: tuple[Report, ...]) -> str:
    from scanner.reports.cyclonedx import render_cyclonedx

    return render_cyclonedx(reports, "1.6")


def _cyclonedx_17(reports: tuple[Report, ...]) -> str:
    from scanner.reports.cyclonedx import render_cyclonedx

    return render_cyclonedx(reports, "1.7")


def _html(reports: tuple[Report, ...]) -> str:
    from scanner.reports.html_report import render_html

    return render_html(reports)


def _markdown(reports: tuple[Report, ...]) -> str:
    from scanner.reports.markdown import render_markdown

    return render_markdown(reports)


def _csv(reports: tuple[Report, ...]) -> str:
    from scanner.reports.csv_report import render_csv

    return render_csv(reports)


def _junit(reports: tuple[Report, ...]) -> str:
    from scanner.reports.junit import render_junit

    return render_junit(reports)


def _gitlab(reports: tuple[Report, ...]) -> str:
    from scanner.reports.gitlab import render_gitlab

    return render_gitlab(reports)


def _fact_sheet_docx(report: Report) -> bytes:
    from scanner.reports.factsheet import fact_sheet
    from scanner.reports.sheet_docx import docx_bytes

    return docx_bytes(fact_sheet(report))


def _tia_docx(report: Report) -> bytes:
    from scanner.reports.sheet_docx import docx_bytes
    from scanner.reports.tia import transfer_map

    return docx_bytes(transfer_map(report))


DOCUMENTS: Mapping[str, Callable[[Report], bytes]] = MappingProxyType(
    {"factsheet-docx": _fact_sheet_docx, "tia-docx": _tia_docx}
)
"""Formats that are bytes and hold one report."""

FORMATS: Mapping[str, Callable[[tuple[Report, ...]], str]] = MappingProxyType(
    {
        "text": _text,
        "json": _json,
        "sarif": _sarif,
        "html": _html,
        "markdown": _markdown,
        "csv": _csv,
        "junit": _junit,
        "gitlab": _gitlab,
        "register": _register,
        "register-json": _register_json,
        "factsheet": _fact_sheet,
        "tia": _tia,
        "art30": _art30,
        "cyclonedx": _cyclonedx,
        "cyclonedx-1.7": _cyclonedx_17,
    }
)
"""Format name to renderer. Modules are imported on use, so that listing the names costs nothing."""


def render(report: Report, format: str) -> str:
    """One report in ``format`` (a key of ``FORMATS``); ends with a newline."""
    return render_all((report,), format)


def render_all(reports: tuple[Report, ...], format: str) -> str:
    """Several reports as one document: text after text, a JSON list, SARIF with one run each.

    A single report is rendered bare. Raises ``UsageError`` for an unknown format.
    """
    if format not in FORMATS:
        raise UsageError(f"{format[:20]!r} is no report format.", f"Use one of {', '.join(FORMATS)}.")
    return FORMATS[format](reports)


def render_document(reports: tuple[Report, ...], format: str) -> bytes:
    """One report as a file of bytes, ``format`` a key of ``DOCUMENTS``; raises ``UsageError`` for several reports."""
    if format not in DOCUMENTS:
        raise UsageError(f"{format[:20]!r} is no document format.", f"Use one of {', '.join(DOCUMENTS)}.")
    if len(reports) != 1:
        raise UsageError(f"{format} holds one target.", "Scan the targets one by one.")
    return DOCUMENTS[format](reports[0])
