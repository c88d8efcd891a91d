"""``datacustoms cache``; and how the other commands open it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from scanner.cli.door import tell
from scanner.cli.terminal import write

if TYPE_CHECKING:
    from scanner.store import Cache


@contextmanager
def open_cache(off: bool, quiet: bool) -> Iterator[Cache | None]:
    """The user's cache, closed again afterwards; None when it is switched off."""
    if off:
        yield None
        return
    from scanner.inputs.downloads import cache_folder
    from scanner.store import Cache

    opened = Cache(cache_folder(), lambda text: None if quiet else tell(text))
    try:
        yield opened
    finally:
        opened.close()


@click.group(short_help="Show or empty the cache.")
def cache() -> None:
    """What earlier scans left in $DATACUSTOMS_CACHE, else in the user's cache folder: facts, matches and reports by the
    hash of the files they were made of. Losing it costs time, nothing else."""


@cache.command("info")
def info() -> None:
    """Prints where the cache is and what it holds."""
    with open_cache(False, False) as opened:
        assert opened is not None
        held = opened.info()
    write(f"{held.path}\n{held.bytes / 1_000_000:.1f} MB\n")
    write(f"{held.facts} files with facts, {held.matches} with matches, {held.reports} reports\n")


@cache.command("clear")
def clear() -> None:
    """Empties the cache."""
    with open_cache(False, False) as opened:
        assert opened is not None
        opened.clear()
    write("cleared\n")
