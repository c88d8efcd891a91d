"""A rich console that writes to memory and asks the environment nothing: same input, same text."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

NARROWEST, WIDEST = 40, 140


def canvas(width: int, color: bool) -> Console:
    """A console ``width`` cells wide, within 40 and 140; without ``color`` it writes no escape at all."""
    from rich.console import Console

    return Console(
        file=StringIO(),
        width=max(NARROWEST, min(width, WIDEST)),
        color_system="standard" if color else None,
        force_terminal=color,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
        _environ={},
    )


def finished(console: Console) -> str:
    """What was drawn, without blanks at the ends of lines."""
    assert isinstance(console.file, StringIO)
    return "\n".join(line.rstrip() for line in console.file.getvalue().split("\n"))
