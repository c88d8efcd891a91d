"""The Python code of a Jupyter notebook (nbformat 3 and 4), read as JSON."""

from __future__ import annotations

import ast
import json
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from scanner.inputs.decoding import Undecodable

_MAGIC = re.compile(r"^(\s*)(?:[%!][^\s=]|\?{1,2}\w|[\w.]+\?{1,2}\s*$)")
_CAPTURED = re.compile(r"^(\s*[\w., \[\]\"']+=\s*)[%!]\S.*$")
_TIMED = re.compile(r"^(\s*)%time\s+(?=\S)")
_LONGEST_MAGIC = 2_000
COMMAND = "#>"
"""What a command of a notebook begins with where it stands in the text of its code."""
_PYTHON_CELL = re.compile(r"^\s*%%(?:time|timeit|capture|prun|python3?|pypy)\b")


@dataclass(frozen=True, slots=True)
class NotebookCode:
    """Code cells joined in order, and the numbers (from 1, among code cells) of those that are no Python."""

    text: str
    unreadable: tuple[int, ...]


def read_notebook(data: bytes) -> NotebookCode:
    """The code of a notebook, a line for every line of its code cells; magics are comments that begin with ``#>``.

    Raises ``Undecodable`` when the bytes are no notebook, or one of another language.
    """
    cells = _code_cells(_parse(data))
    read = [_python_of(cell) for cell in cells]
    text = "".join(f"{code}\n" for code, _ in read)
    return NotebookCode(text, tuple(i for i, (_, good) in enumerate(read, 1) if not good))


def _parse(data: bytes) -> dict[str, Any]:
    try:
        document = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise Undecodable("is no notebook: not JSON") from error
    if not isinstance(document, dict):
        raise Undecodable("is no notebook: no object at its top")
    language = _language(document)
    if language not in ("", "python"):
        raise Undecodable(f"is a notebook in {language[:20]}")
    return document


def _language(document: dict[str, Any]) -> str:
    metadata = _object(document.get("metadata"))
    for part, key in (("language_info", "name"), ("kernelspec", "language")):
        name = _object(metadata.get(part)).get(key)
        if isinstance(name, str) and name:
            return "python" if "python" in name.lower() else name
    return ""


def _code_cells(document: dict[str, Any]) -> list[str]:
    sheets = [_object(s) for s in _list(document.get("worksheets"))] or [document]
    cells = [_object(c) for sheet in sheets for c in _list(sheet.get("cells"))]
    return [_source(c) for c in cells if c.get("cell_type") == "code"]


def _source(cell: dict[str, Any]) -> str:
    source = cell.get("source", cell.get("input", ""))
    lines = source if isinstance(source, list) else [source]
    text = "".join(line for line in lines if isinstance(line, str))
    # A lone surrogate escape of JSON cannot be encoded again, nor hashed or printed.
    text = text.encode("utf-8", "replace").decode("utf-8")
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", " ").removesuffix("\n")


def _python_of(cell: str) -> tuple[str, bool]:
    """The cell with its magics as comments, as many lines as before, and whether it is Python."""
    if _parses(cell):
        return cell, True
    lines = cell.split("\n")
    first = next((i for i, line in enumerate(lines) if line.strip()), 0)
    if lines[first].lstrip().startswith("%%"):
        if not _PYTHON_CELL.match(lines[first]):
            return "\n".join(_remark(line) for line in lines), True
        lines[first] = ""
    code = "\n".join(_blanked(lines))
    return (code, True) if _parses(code) else ("\n" * (len(lines) - 1), False)


def _blanked(lines: list[str]) -> Iterator[str]:
    """The lines without magics; a magic goes on over lines that end in a backslash."""
    going_on = False
    for line in lines:
        blank = _remark(line) if going_on else _blank(line)
        going_on = line.endswith("\\") and (going_on or blank != line)
        yield blank


def _blank(line: str) -> str:
    """A line with its magic as a comment; ``pass`` keeps an indented block whole."""
    if len(line) > _LONGEST_MAGIC:
        return line
    line = _TIMED.sub(r"\1", line)
    captured = _CAPTURED.match(line)
    if captured:
        return f"{captured[1]}None  {_remark(line[captured.end(1) :])}"
    magic = _MAGIC.match(line)
    if magic:
        return f"{magic[1]}pass  {_remark(line.strip())}" if magic[1] else _remark(line)
    return line


def _remark(line: str) -> str:
    """A command as a comment, so that patterns can read what Python does not."""
    return f"{COMMAND}{line}" if line.strip() and len(line) <= _LONGEST_MAGIC else ""


def _parses(code: str) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast.parse(code)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False
    return True


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
