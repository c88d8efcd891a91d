"""Patterns the catalog cannot name: semgrep rules run on the files that pass their gates, behind one narrow seam."""

from scanner.matching.loading import bundled_folder, bundled_rules, load_rules, with_own
from scanner.matching.matcher import match
from scanner.matching.records import GateInput

__all__ = ["GateInput", "bundled_folder", "bundled_rules", "load_rules", "match", "with_own"]
