"""What outlives a run: results of targets, and facts of files by the hash of their bytes. SQLite, one file."""

from __future__ import annotations

from scanner.store.inventory import Inventory
from scanner.store.records import Key, Row

__all__ = ["Inventory", "Key", "Row"]
