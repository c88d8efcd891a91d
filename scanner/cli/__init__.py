"""The command line: one small file per command, each parse -> call -> render -> exit.

Only click is imported until a command is known: its file is imported when it is asked for, so that ``--version``,
``--help`` and completion are quick.
"""

from __future__ import annotations

import click

from scanner import __version__
from scanner.cli.door import Door

__all__ = ["main"]

COMMANDS = {
    "scan": "Show where data leaves a package, and how to stop it.",
    "harden": "Write what stops the paths: switches, a patch, egress allow-lists.",
    "baseline": "Accept today's findings, so that a scan fails on new ones only.",
    "diff": "Show what a change adds, removes or redirects.",
    "hook": "Before a commit: show the paths it adds or makes worse.",
    "deps": "Show what the packages a project depends on send, and where.",
    "explain": "Explain a rule, or a finding of a saved report.",
    "where": "Tell who runs a host, and in which country.",
    "rules": "List, show and test rules.",
    "policy": "Check and show policy packs.",
    "callgraph": "Export who calls whom.",
    "flows": "Follow values from your own sources to your own sinks.",
    "cache": "Show or empty the cache.",
}
"""Each stands in the file of its name; the line is its help in the list of commands."""


@click.group(
    cls=Door, lines=COMMANDS, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, prog_name="datacustoms")
@click.option("--debug", is_flag=True, help="Show the whole traceback of a fault of ours.")
def main(debug: bool) -> None:
    """Shows where data leaves Python code: by which path, to whom, in which country, and how to stop it.

    Nothing that is scanned is run, and nothing is sent anywhere.

    \b
    Exit codes:
      0   nothing at or above --fail-on
      1   findings at or above --fail-on
      2   wrong usage or configuration
      3   nothing to scan
      4   analysis incomplete (--strict, or a target could not be read)
      70  our own fault
    """
