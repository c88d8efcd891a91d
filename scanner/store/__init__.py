"""What outlives a run: results of targets, and facts, matches and reports by the hash of the bytes. SQLite."""

from __future__ import annotations

from scanner.store.cache import Cache, CacheInfo, report_key
from scanner.store.inventory import Inventory
from scanner.store.records import Key, Last, Row
from scanner.store.shelf import Shelf

__all__ = ["Cache", "CacheInfo", "Inventory", "Key", "Last", "Row", "Shelf", "report_key"]
