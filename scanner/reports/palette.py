"""Colours and words of the text report, in one place."""

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

TRIGGERS = MappingProxyType(
    {
        "import": "at import",
        "call": "when called",
        "load": "when a model or data set is loaded",
        "generate": "when output is generated",
        "cli": "when the command is run",
        "exit": "when the program ends",
        "exception": "when an error occurs",
        "thread": "from a background thread",
        "schedule": "on a schedule",
        "endpoint": "when its inference endpoint is asked",
        "doc": "when an example of the documentation is followed",
    }
)
RESOLVED = MappingProxyType(
    {
        "literal": "written in the code",
        "constant": "from a constant",
        "env-default": "default of an environment variable",
        "argument-default": "default of an argument",
        "sdk-default": "default of the SDK",
        "config": "from a configuration file",
        "card": "from the model card",
        "code-string": "from a code string",
        "unknown": "could not be resolved",
    }
)
