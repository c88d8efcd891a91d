"""The command line: one small file per command, each parse -> call -> render -> exit.

Only click and the standard library are imported until a command runs, so that ``--help`` and completion are quick.
"""

from __future__ import annotations

import click

from scanner import __version__
from scanner.cli.baseline import baseline
from scanner.cli.callgraph import callgraph
from scanner.cli.deps import deps
from scanner.cli.diff import diff
from scanner.cli.door import Door
from scanner.cli.explain import explain
from scanner.cli.flows import flows
from scanner.cli.hook import hook
from scanner.cli.policy import policy
from scanner.cli.rules import rules
from scanner.cli.scan import scan
from scanner.cli.where import where

__all__ = ["main"]


@click.group(cls=Door, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
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


for _command in (scan, baseline, diff, hook, deps, explain, where, rules, policy, callgraph, flows):
    main.add_command(_command)
