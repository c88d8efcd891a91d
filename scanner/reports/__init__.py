"""Reports: a finished scan becomes text, JSON or SARIF.

``FORMATS`` is the whole list: a new format is one module, one function and one line here. Rendering is pure: the same
report gives the same bytes, and nothing is printed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from scanner.errors import UsageError

if TYPE_CHECKING:
    from scanner.policy.records import Report

__all__ = ["FORMATS", "render", "render_all"]


def _text(reports: tuple[Report, ...]) -> str:
    from scanner.reports.text import render_text

    return "\n".join(render_text(report) for report in reports)


def _json(reports: tuple[Report, ...]) -> str:
    from scanner.reports.json_report import render_json

    return render_json(reports)


def _sarif(reports: tuple[Report, ...]) -> str:
    from scanner.reports.sarif import render_sarif

    return render_sarif(reports)


FORMATS: Mapping[str, Callable[[tuple[Report, ...]], str]] = MappingProxyType(
    {"text": _text, "json": _json, "sarif": _sarif}
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
