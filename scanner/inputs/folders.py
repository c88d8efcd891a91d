"""A folder or a single file on disk, listed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scanner.errors import TargetError
from scanner.inputs.holders import FolderHolder
from scanner.inputs.listing import Candidate, Listing, printable
from scanner.inputs.records import Skipped

_SILENT = frozenset(
    {
        ".git", ".hg", ".svn", ".bzr", "__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis",
        ".ipynb_checkpoints",
    }
)  # fmt: skip
"""Folders of tools, which hold no code of their own and are many: passed over without a word."""

_FOREIGN = {
    "node_modules": "installed packages: not read",
    "bower_components": "installed packages: not read",
    ".tox": "test environment: not read",
    ".nox": "test environment: not read",
    ".eggs": "build cache: not read",
    "__pypackages__": "installed packages: not read",
}
_MARKED = (("pyvenv.cfg", "virtual environment: not read"), ("CACHEDIR.TAG", "cache: not read"))
_BUILD = "build output: not read"


@dataclass(frozen=True, slots=True)
class _Walk:
    """State of one walk."""

    root: Path
    candidates: list[Candidate]
    skipped: list[Skipped]


def list_file(path: Path) -> Listing:
    """One file; symbolic links the user named are followed."""
    real = _resolve(path)
    candidate = Candidate(real.name, _size(real))
    return Listing((candidate,), (), FolderHolder(real.parent), real.stem, one_file=True)


def list_folder(path: Path) -> Listing:
    """Every regular file below a folder.

    Version control, caches, virtual environments and build output are passed over; symbolic links are never followed:
    inside the target a link's file is read under its own name, outside it is not the target. Raises ``TargetError``
    when the folder itself cannot be listed.
    """
    walk = _Walk(_resolve(path), [], [])
    folders = [""]
    while folders:
        folders.extend(_visit(walk, folders.pop()))
    return Listing(tuple(walk.candidates), tuple(walk.skipped), FolderHolder(walk.root), walk.root.name)


def _visit(walk: _Walk, folder: str) -> Iterator[str]:
    """List one folder (relative, "" for the root) and give the folders below it that are to be visited."""
    try:
        with os.scandir(walk.root / folder) as entries:
            found = sorted(entries, key=lambda e: e.name)
    except OSError as error:
        if not folder:
            raise TargetError(f"{walk.root} cannot be listed: {error.strerror}.", "Check its permissions.") from error
        walk.skipped.append(Skipped(f"{printable(folder)}/", f"cannot be listed: {error.strerror}"))
        return
    names = {entry.name for entry in found}
    for entry in found:
        path = f"{folder}/{entry.name}" if folder else entry.name
        if entry.is_symlink():
            walk.skipped.append(Skipped(printable(path), _why_link(walk.root, path)))
        elif entry.is_dir(follow_symlinks=False):
            if entry.name in _SILENT:
                continue
            reason = _why_folder(entry, names)
            if reason:
                walk.skipped.append(Skipped(f"{printable(path)}/", reason))
            else:
                yield path
        else:
            _add_file(walk, entry, path)


def _add_file(walk: _Walk, entry: os.DirEntry[str], path: str) -> None:
    try:
        if entry.is_file(follow_symlinks=False):
            walk.candidates.append(Candidate(path, entry.stat(follow_symlinks=False).st_size))
        else:
            walk.skipped.append(Skipped(printable(path), "is no regular file"))
    except OSError as error:
        walk.skipped.append(Skipped(printable(path), f"cannot be read: {error.strerror}"))


def _why_folder(entry: os.DirEntry[str], beside: set[str]) -> str:
    """Why a folder is not visited; ``""`` when it is."""
    if entry.name in _FOREIGN:
        return _FOREIGN[entry.name]
    inside = Path(entry.path)
    for marker, reason in _MARKED:
        if (inside / marker).is_file():
            return reason
    is_build = entry.name == "build" and beside & {"setup.py", "pyproject.toml", "setup.cfg"}
    return _BUILD if is_build and not (inside / "__init__.py").exists() else ""


def _why_link(root: Path, path: str) -> str:
    try:
        real = (root / path).resolve(strict=True)
    except (OSError, RuntimeError):
        return "symbolic link to nothing, or to itself"
    if not real.is_relative_to(root):
        return "symbolic link that leaves the target"
    return "symbolic link: not followed, the target has the file itself"


def _resolve(path: Path) -> Path:
    try:
        return path.resolve(strict=True)
    except (OSError, RuntimeError) as error:
        raise TargetError(f"{path} cannot be resolved.", "Check the path.") from error


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError as error:
        raise TargetError(f"{path} cannot be read: {error.strerror}.", "Check its permissions.") from error
