"""A target becomes a snapshot of its files; nothing is extracted, built, imported or executed."""

from scanner.inputs.targets import collect

__all__ = ["collect"]
