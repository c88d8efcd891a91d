"""Findings as annotations of a workflow run: lines a runner obeys, so nothing of scanned text may look like one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

MOST_PER_LEVEL = 10
"""GitHub shows ten errors, ten warnings and ten notices of a step."""
_LEVELS = {"error": "error", "warning": "warning", "note": "notice"}
_LONGEST = 1_000


def annotation_lines(findings: Iterable[dict[str, Any]], prefix: str, changed: frozenset[str]) -> Iterator[str]:
    """A line per finding of a JSON report, the gravest first, and a plain one that counts what did not fit.

    ``prefix`` is the folder the paths are below, ``changed`` the files of the change: an annotation is shown beside
    the code only there.
    """
    shown: Counter[str] = Counter()
    left = 0
    for finding in sorted(findings, key=lambda one: list(_LEVELS).index(one["severity"])):
        level = _LEVELS[finding["severity"]]
        if shown[level] == MOST_PER_LEVEL:
            left += 1
            continue
        shown[level] += 1
        yield _line(level, finding, prefix, changed)
    if left:
        yield f"{left} more are in the summary and the reports."


def _line(level: str, finding: dict[str, Any], prefix: str, changed: frozenset[str]) -> str:
    file, line = _place(finding, prefix, changed)
    title = f"{finding['title']} ({finding['rule']})"
    return (
        f"::{level} file={_property(file)},line={line},title={_property(title[:200])}::"
        f"{_data(finding['message'][:_LONGEST])}"
    )


def _place(finding: dict[str, Any], prefix: str, changed: frozenset[str]) -> tuple[str, int]:
    """The call that sends, or else the last step on the way to it that is part of the change."""
    sink = finding["sink"]
    places = [(sink["file"], sink["line"]), *((step["file"], step["line"]) for step in reversed(finding["path"]))]
    placed = [(f"{prefix}{file}", line) for file, line in places]
    return next((place for place in placed if place[0] in changed), placed[0])


def _data(text: str) -> str:
    """Text as the runner takes it after ``::``; line ends and percent signs in its own notation."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
