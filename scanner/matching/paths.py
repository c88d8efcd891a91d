"""Which files a rule's ``paths`` select: the globs semgrep reads, compared with the scanned path."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache


def selects(path: str, include: Sequence[str], exclude: Sequence[str]) -> bool:
    """Whether a POSIX path is among ``include`` (empty: all are) and not among ``exclude``."""
    if include and not any(_expression(glob).search(path) for glob in include):
        return False
    return not any(_expression(glob).search(path) for glob in exclude)


@cache
def _expression(glob: str) -> re.Pattern[str]:
    """A glob as semgrep means it: at any depth unless it begins with ``/``, and all that lies below what it names."""
    anchored = glob.startswith("/")
    body = glob.removeprefix("/").removeprefix("**/").removesuffix("/")
    text = "".join(_part(part) for part in re.split(r"(\*\*/|\*\*|\*|\?|\[!?[^\]]+\])", body))
    return re.compile(rf"{'^' if anchored else '(?:^|/)'}{text}(?:/|$)")


def _part(part: str) -> str:
    wild = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    if part in wild:
        return wild[part]
    if part.startswith("[") and part.endswith("]"):
        return f"[^{part[2:]}" if part.startswith("[!") else part
    return re.escape(part)
