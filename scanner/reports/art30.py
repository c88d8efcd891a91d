"""Rows for a record of processing activities (GDPR article 30(1)(d), (e) and (g)): one per recipient of a scenario.

Letters (a) to (c) and (f) belong to the controller and stand as placeholders.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from scanner.policy.texts import Texts, load_texts
from scanner.reports import cards
from scanner.reports.transfers import Importer, importers, select
from scanner.reports.visible import visible

if TYPE_CHECKING:
    from scanner.policy.records import Report

COLUMNS: tuple[str, ...] = (
    "package",
    "art30_1_a_controller",
    "art30_1_b_purposes",
    "art30_1_c_data_subjects",
    "art30_1_c_data",
    "art30_1_d_recipient",
    "art30_1_d_recipient_home",
    "art30_1_d_recipient_parent",
    "art30_1_d_hosts",
    "art30_1_e_country",
    "art30_1_e_status",
    "art30_1_e_safeguards",
    "art30_1_f_time_limits",
    "art30_1_g_security",
    "scenario",
    "citations",
    "ids",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def art30_csv(reports: tuple[Report, ...]) -> str:
    """The rows as CSV (RFC 4180, LF)."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for report in reports:
        texts = load_texts(report.language)
        for one in importers(select(report).transfers):
            writer.writerow([_cell(text) for text in _row(report, one, texts)])
    return ("\ufeff" if any(report.language == "zh" for report in reports) else "") + out.getvalue()


def _row(report: Report, one: Importer, texts: Texts) -> tuple[str, ...]:
    fill, unknown = texts.say("sheet.fill", what=texts.say("art30.fill")), texts.say("label.unknown")
    asked = cards.assessments(one.transfers)
    kept = cards.on_file(one, report, texts)
    return (
        f"{report.name or report.target} {report.version}".strip(),
        fill,
        fill,
        fill,
        cards.data_items(one.transfers, texts),
        one.name or unknown,
        one.operator_country or unknown,
        cards.parent(one, texts),
        cards.shortened(one.hosts, texts) or unknown,
        one.country or unknown,
        texts.listed(dict.fromkeys(f"{item.home}: {texts.word('status', item.status)}" for item in asked)),
        kept[0][1] if kept else fill,
        fill,
        "\n".join(dict.fromkeys(cards.link(row, texts) for row in one.transfers)),
        texts.word("scenario", one.scenario),
        texts.listed(dict.fromkeys(f"{item.citation} ({item.as_of})" for item in asked if item.citation)),
        texts.listed(row.id for row in one.transfers),
    )


def _cell(text: str) -> str:
    shown = "; ".join(visible(line, 2_000) for line in text.split("\n"))
    return f"'{shown}" if shown.startswith(_FORMULA) else shown
