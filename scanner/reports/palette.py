"""Colours of the text report, in one place."""

from __future__ import annotations

from types import MappingProxyType

from scanner.vocabulary import Severity

BADGE = MappingProxyType(
    {Severity.ERROR: "bold white on red", Severity.WARNING: "bold black on yellow", Severity.NOTE: "black on cyan"}
)
HEADING = "bold"
LABEL = "dim"
PLACE = "cyan"
GUIDE = "bright_black"
SINK = "bold red"
GATE = "yellow"
SWITCH = "bold green"
ALARM = "bold red"
QUIET = "dim"
UNKNOWN = "bold magenta"
