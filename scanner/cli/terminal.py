"""What the terminal can show: width, colour, characters; and how far the scan is."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TextIO

import click

Progress = Callable[[str, int, int], None]
"""Called with the name of the stage, how much of it is done, and its total (0 when not known)."""

FILE_WIDTH = 100
_CHUNK = 1 << 16
_DRAWN = str.maketrans({"─": "-", "└": "`", "·": "-", "…": "~", "×": "x"})
"""Drawing characters for terminals that know ASCII only."""


def width() -> int:
    """Cells of the terminal, or ``COLUMNS``; 80 where nobody knows."""
    return shutil.get_terminal_size().columns


def wants_color(stream: TextIO, environment: Mapping[str, str] | None = None) -> bool:
    """``NO_COLOR`` wins, then ``FORCE_COLOR``; else colour belongs on a terminal that is not dumb."""
    known = os.environ if environment is None else environment
    if known.get("NO_COLOR"):
        return False
    if known.get("FORCE_COLOR"):
        return True
    return stream.isatty() and known.get("TERM") != "dumb"


def write(text: str) -> None:
    """The result on stdout, drawn in ASCII where the encoding has nothing better.

    In chunks: an unbuffered stdout whose reader leaves in the middle of one big write reports no error for it.
    """
    stream = sys.stdout
    encoding = stream.encoding or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        text = text.translate(_DRAWN).encode(encoding, "backslashreplace").decode(encoding)
    for start in range(0, len(text), _CHUNK):
        click.echo(text[start : start + _CHUNK], nl=False, color=True)


@contextmanager
def progress(quiet: bool) -> Iterator[Progress | None]:
    """A progress bar on stderr, if that is a terminal and talk is wanted; otherwise None."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True, highlight=False), transient=True) as bar:
        task = bar.add_task("", total=None)

        def step(stage: str, done: int, total: int) -> None:
            bar.update(task, description=stage[:40], completed=done, total=total or None)

        yield step
