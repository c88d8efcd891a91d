"""What one dependency sends, in one row."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Egress:
    """One distribution of a project.

    ``state``: scanned, other-version (installed in another version than declared, and that one scanned), missing (not
    installed, not downloaded) or failed, with ``reason``. ``returns`` counts the ways data goes back to somebody by
    default, ``undecided`` those of which it is not known whether they do, ``ways`` all ways out of product code.
    ``hosts``, ``countries`` (``""`` for Unknown) and ``switches`` are those of the first two. ``companions`` were read
    with it as one program. ``remembered``: not scanned anew.
    """

    name: str
    version: str
    state: str
    reason: str
    returns: int
    undecided: int
    ways: int
    hosts: tuple[str, ...]
    countries: tuple[str, ...]
    switches: tuple[str, ...]
    companions: tuple[str, ...]
    remembered: bool
