"""The egress of what a project depends on: each distribution scanned once, kept by the hash of its files."""

from scanner.dependencies.examining import examine
from scanner.dependencies.records import Egress

__all__ = ["Egress", "examine"]
