"""What every command shares at the way out: errors become one line and an exit code, never a traceback."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click

from scanner.errors import DatacustomsError

OUR_FAULT = 70
INTERRUPTED = 130
PIPE_CLOSED = 141
"""What a shell shows for a program that SIGPIPE ended; no finding and no fault."""

DEBUG_VARIABLE = "DATACUSTOMS_DEBUG"


class Door(click.Group):
    """A group whose commands may raise anything: the exit codes of the documentation are decided here alone.

    ``lines`` names the commands, each with its line of help; the file of one is imported when it is asked for.
    """

    def __init__(self, *args: Any, lines: Mapping[str, str], **more: Any) -> None:
        super().__init__(*args, **more)
        self.lines = lines

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of all commands, sorted."""
        return sorted(self.lines)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """A command, its file imported."""
        if name not in self.lines:
            return None
        command: click.Command = getattr(import_module(f"scanner.cli.{name}"), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands in the help, from ``lines`` alone."""
        with formatter.section("Commands"):
            formatter.write_dl(sorted(self.lines.items()))

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the command; see the class."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit):
            raise
        except DatacustomsError as error:
            tell(str(error))
            ctx.exit(error.exit_code)
        except BrokenPipeError:
            _close_quietly()
            ctx.exit(PIPE_CLOSED)
        except (KeyboardInterrupt, click.Abort):
            tell("interrupted")
            ctx.exit(INTERRUPTED)
        except Exception as error:
            _admit(error, debug=ctx.params.get("debug", False) or os.environ.get(DEBUG_VARIABLE) == "1")
            ctx.exit(OUR_FAULT)


def tell(text: str) -> None:
    """One line of talk on stderr; scanned text in it is made safe."""
    from scanner.reports.visible import visible

    click.echo(f"datacustoms: {visible(text, 2_000)}", err=True)


def _admit(error: Exception, *, debug: bool) -> None:
    """One line that says where the details are: on stderr when asked for, else in a file."""
    import traceback

    if debug:
        traceback.print_exception(error)
        tell(f"our own fault: {type(error).__name__}: {error}")
        return
    details = _details(error)
    tell(f"our own fault: {type(error).__name__}: {error} (details: {details}; or run with --debug)")


def _details(error: Exception) -> str:
    import tempfile
    import traceback

    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="datacustoms-", suffix=".log", delete=False, encoding="utf-8", errors="backslashreplace"
        ) as file:
            file.writelines(traceback.format_exception(error))
            return file.name
    except OSError:
        return "no file could be written"


def _close_quietly() -> None:
    """Points stdout at nothing, or the interpreter complains when it flushes at the end."""
    with contextlib.suppress(OSError, ValueError):
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, sys.stdout.fileno())
