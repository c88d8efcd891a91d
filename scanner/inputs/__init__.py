"""A target becomes a snapshot of its files; nothing is extracted, built, imported or executed.

``collect`` is imported on use: its kinds of target bring a client of the model hub and archives along, which the
commit hook has no use for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scanner.inputs.targets import collect

__all__ = ["collect"]


def __getattr__(name: str) -> Any:
    if name != "collect":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from scanner.inputs.targets import collect

    return collect
