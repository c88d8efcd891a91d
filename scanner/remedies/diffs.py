"""Unified diffs, written and applied: what is printed is what was checked."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

_HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+\d+(?:,\d+)? @@\n")
_NO_END = "\\ No newline at end of file\n"


class Misfit(ValueError):
    """A diff does not fit the text it is applied to."""


def unified(path: str, before: str, after: str) -> str:
    """The diff of one file, with ``a/`` and ``b/`` before its name, as ``patch -p1`` and ``git apply`` read it."""
    if before == after:
        return ""
    lines = difflib.unified_diff(_rows(before), _rows(after), _name("a", path), _name("b", path))
    return "".join(line if line.endswith("\n") else f"{line}\n{_NO_END}" for line in lines)


def apply(diff: str, before: str) -> str:
    """The text after the hunks of one file's diff; raises ``Misfit`` when a line is not where the diff says."""
    rows, out, at = _rows(before), [], 0
    for start, hunk in _hunks(diff):
        if start < at or start > len(rows):
            raise Misfit(f"a hunk begins at line {start + 1}, which is not there")
        out += rows[at:start]
        at = start
        for mark, text in hunk:
            if mark != "+" and (at >= len(rows) or rows[at] != text):
                raise Misfit(f"line {at + 1} is not what the diff says")
            at += mark != "+"
            out += [text] if mark != "-" else []
    return "".join(out + rows[at:])


def _rows(text: str) -> list[str]:
    """Lines with their ends; only ``\\n`` ends one, so that a form feed is a character like any other."""
    rows = [f"{row}\n" for row in text.split("\n")]
    rows[-1] = rows[-1][:-1]
    return rows if rows[-1] else rows[:-1]


def _hunks(diff: str) -> Iterator[tuple[int, list[tuple[str, str]]]]:
    rows = _rows(diff)
    number = 0
    while number < len(rows):
        found = _HUNK.fullmatch(rows[number])
        number += 1
        if found is None:
            continue
        hunk: list[tuple[str, str]] = []
        while number < len(rows) and rows[number][0] in " +-\\":
            if rows[number] == _NO_END:
                hunk[-1] = (hunk[-1][0], hunk[-1][1][:-1])
            else:
                hunk.append((rows[number][0], rows[number][1:]))
            number += 1
        # A hunk that only adds names the line before it.
        yield int(found[1]) - (found[2] != "0"), hunk


def _name(side: str, path: str) -> str:
    """A file name for a header: quoted as git does where it holds what a header could not."""
    name = f"{side}/{path}"
    if all(c.isprintable() and c not in '"\\' for c in name):
        return f"{name}\t" if " " in name else name
    return '"' + "".join(_quoted(byte) for byte in name.encode("utf-8", "surrogateescape")) + '"'


def _quoted(byte: int) -> str:
    character = chr(byte)
    if character in '"\\':
        return f"\\{character}"
    return character if 32 <= byte < 127 else f"\\{byte:03o}"
