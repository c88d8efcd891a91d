"""Scenarios and regimes of a run as SARIF taxonomies (2.1.0, 3.19.3), so that viewers can sort results by them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scanner.policy.regime_table import load_regimes
from scanner.policy.texts import load_texts
from scanner.reports.sarif_words import plain

if TYPE_CHECKING:
    from scanner.policy.records import Finding, Report

SCENARIOS, REGIMES = "datacustoms-scenarios", "datacustoms-regimes"


class Taxonomies:
    """The taxonomies of one run: those of its findings' scenarios and regimes that are named at all."""

    def __init__(self, report: Report) -> None:
        scenarios = sorted({one.scenario for one in report.findings if one.scenario})
        regimes = sorted({said.regime for one in report.findings for said in one.assessments if said.regime})
        named = ((SCENARIOS, [_scenario(name, report.language) for name in scenarios]),
                 (REGIMES, [_regime(name, report.language) for name in regimes]))  # fmt: skip
        self._taxa = {name: taxa for name, taxa in named if taxa}
        self._version = report.tool_version

    def of_run(self) -> dict[str, Any]:
        """``taxonomies`` of the run, if there are any."""
        told = [
            {"name": name, "version": self._version, "isComprehensive": False, "taxa": taxa}
            for name, taxa in self._taxa.items()
        ]
        return {"taxonomies": told} if told else {}

    def of_driver(self) -> dict[str, Any]:
        """What the driver says about them."""
        return {"supportedTaxonomies": [self._component(name) for name in self._taxa]} if self._taxa else {}

    def of_result(self, finding: Finding) -> dict[str, Any]:
        """Scenario and regimes of a result, each once."""
        named = [(SCENARIOS, finding.scenario)] if finding.scenario else []
        named += [(REGIMES, name) for name in dict.fromkeys(one.regime for one in finding.assessments if one.regime)]
        taxa = [{"id": plain(name), "toolComponent": self._component(table)} for table, name in named]
        return {"taxa": taxa} if taxa else {}

    def _component(self, name: str) -> dict[str, Any]:
        return {"name": name, "index": list(self._taxa).index(name)}


def _scenario(name: str, language: str) -> dict[str, Any]:
    return {"id": plain(name), "shortDescription": {"text": plain(load_texts(language).word("scenario", name))}}


def _regime(name: str, language: str) -> dict[str, Any]:
    """A regime with the instrument, the citation and where it can be read; of one not in the table only the name."""
    known = {one.id: one for one in load_regimes().regimes}.get(name)
    if known is None:
        return {"id": plain(name), "shortDescription": {"text": plain(name)}}
    instrument = plain(dict(known.instrument).get(language) or name)
    told: dict[str, Any] = {"id": plain(name), "shortDescription": {"text": instrument}}
    told["fullDescription"] = {"text": plain(known.citation)}
    return told | ({"helpUri": known.source} if known.source.startswith("https://") else {})
