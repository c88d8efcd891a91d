"""Many targets: each once, resumable, in the order given."""

from __future__ import annotations

from scanner.fleet.running import read_list, rules_key, run

__all__ = ["read_list", "rules_key", "run"]
