"""The scenarios of a run as a SARIF taxonomy (2.1.0, 3.19.3), so that viewers can sort results by them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scanner.policy.texts import load_texts
from scanner.reports.sarif_words import plain

if TYPE_CHECKING:
    from scanner.policy.records import Report

NAME = "datacustoms-scenarios"
_REFERENCE = {"name": NAME, "index": 0}


def scenario_taxonomy(report: Report) -> dict[str, Any]:
    """``taxonomies`` of the run with the scenarios its findings name; nothing when none does."""
    names = sorted({finding.scenario for finding in report.findings if finding.scenario})
    if not names:
        return {}
    texts = load_texts(report.language)
    taxa = [{"id": plain(name), "shortDescription": {"text": plain(texts.word("scenario", name))}} for name in names]
    return {"taxonomies": [{"name": NAME, "version": report.tool_version, "isComprehensive": False, "taxa": taxa}]}


def supported(report: Report) -> dict[str, Any]:
    """What the driver says about it."""
    return {"supportedTaxonomies": [_REFERENCE]} if scenario_taxonomy(report) else {}


def taxon(scenario: str) -> dict[str, Any]:
    """The scenario of a result."""
    return {"id": plain(scenario), "toolComponent": _REFERENCE}
