"""What a commit changes, and whether it can matter: asked before every commit, so it imports next to nothing.

A change cannot matter when no file this tool reads is in it, or when the Python files in it do the same as before:
their syntax trees are equal but for positions and documentation. Everything else may matter, and the whole is read.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import NamedTuple

from scanner.errors import TargetError
from scanner.inputs.git_objects import blobs, run_git
from scanner.inputs.kinds import kind_of, may_be_script
from scanner.inputs.limits import FILE_BYTES
from scanner.inputs.records import FileKind

INDEX = "git::index"
_ACCEPTANCE = re.compile(rb"#[ \t]*datacustoms:[^\r\n]*")


class Sides(NamedTuple):
    """Targets of scan: what was there before (``""`` before the first commit), and what is to be judged."""

    base: str
    head: str


class Changed(NamedTuple):
    """A file that differs between two sides; ``old`` and ``new`` are None where it is not there or not in the store."""

    path: str
    old: bytes | None
    new: bytes | None


def sides_of_commit(folder: Path = Path()) -> Sides:
    """HEAD and the index; or the revisions pre-commit names when it checks a range."""
    start, end = os.environ.get("PRE_COMMIT_FROM_REF"), os.environ.get("PRE_COMMIT_TO_REF")
    if start and end:
        return Sides("" if set(start) == {"0"} else f"git:{start}", f"git:{end}")
    return Sides("git:HEAD" if _has_head(folder) else "", INDEX)


def changed_files(sides: Sides, folder: Path = Path()) -> tuple[Changed, ...]:
    """Files this tool reads that differ, by path, below ``folder``."""
    rows = [row for row in _rows(sides, folder) if kind_of(row[0]) or may_be_script(row[0])]
    names = [blob for _, *pair in rows for blob in pair if blob]
    known = dict(zip(names, blobs(folder, names), strict=True))
    return tuple(Changed(path, known.get(old), known.get(new)) for path, old, new in sorted(rows))


def can_matter(change: Changed) -> bool:
    """False when what the file does is the same on both sides."""
    if kind_of(change.path) is not FileKind.PYTHON:
        return change.old != change.new
    old, new = change.old or b"", change.new or b""
    if max(len(old), len(new)) > FILE_BYTES or _ACCEPTANCE.findall(old) != _ACCEPTANCE.findall(new):
        return True
    return _meaning(old) != _meaning(new) or (change.old is None and change.new is None)


def _has_head(folder: Path) -> bool:
    """Whether there is a commit yet."""
    try:
        return bool(run_git(folder, "rev-parse", "--quiet", "--verify", "HEAD^{commit}"))
    except TargetError:
        return False


def _rows(sides: Sides, folder: Path) -> list[tuple[str, str, str]]:
    """Path, blob before and blob after of each file that differs, ``""`` where there is none."""
    base, head = (side.removeprefix("git:") for side in sides)
    options = ("--raw", "-z", "--no-renames", "--no-abbrev", "--no-ext-diff", "--relative", "--ignore-submodules")
    if base.startswith("-") or head.startswith("-"):
        raise TargetError(f"{base!r} and {head!r} are no git revisions.")
    if sides.head == INDEX:
        against = ("--cached", base) if base else ("--cached",)
    else:
        against = (base or run_git(folder, "hash-object", "-t", "tree", os.devnull).decode("ascii").strip(), head)
    parts = run_git(folder, "diff", *options, *against, "--").split(b"\0")
    rows = []
    for facts, name in zip(parts[0::2], parts[1::2], strict=False):
        _, _, old, new, _ = facts.decode("ascii").split()
        rows.append((name.decode("utf-8", "surrogateescape"), _blob(old), _blob(new)))
    return rows


def _blob(name: str) -> str:
    return name if name.strip("0") else ""


def _meaning(source: bytes) -> str | bytes:
    """The syntax tree without positions and bare strings; the source where it is no Python of this interpreter."""
    import ast
    import warnings

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source)
        for node in ast.walk(tree):
            body = getattr(node, "body", None)
            if isinstance(body, list):
                node.body = [one for one in body if not _is_text(one)]  # type: ignore[attr-defined]
        return ast.dump(tree)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return source


def _is_text(statement: object) -> bool:
    import ast

    value = statement.value if isinstance(statement, ast.Expr) else None
    return isinstance(value, ast.Constant) and isinstance(value.value, str)
