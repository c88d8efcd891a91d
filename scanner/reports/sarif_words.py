"""Text for SARIF viewers, which read more into a string than plain text.

A message may hold embedded links ``[text](1)`` and placeholders ``{0}`` (SARIF 2.1.0, 3.11.5 and 3.11.6), and help is
Markdown; scanned text must form neither.
"""

from __future__ import annotations

from scanner.reports.visible import visible

_INERT = str.maketrans({"[": "(", "]": ")", "{": "(", "}": ")", "<": "‹", ">": "›", "`": "'", "|": "¦"})


def plain(text: str, limit: int = 300) -> str:
    """``text`` as a viewer shows it: visible, on one line, without links, placeholders, HTML or code marks."""
    return visible(text, limit).translate(_INERT)
