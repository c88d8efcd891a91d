"""Patterns the catalog cannot name: semgrep rules run on the files that pass their gates, behind one narrow seam."""

from scanner.matching.loading import bundled_rules, load_rules
from scanner.matching.matcher import match
from scanner.matching.records import GateInput

__all__ = ["GateInput", "bundled_rules", "load_rules", "match"]
