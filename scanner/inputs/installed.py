"""An installed distribution, by the record of its files; nothing of it is imported."""

from __future__ import annotations

import json
from importlib import metadata
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from scanner.errors import TargetError
from scanner.inputs.folders import list_folder
from scanner.inputs.holders import FolderHolder
from scanner.inputs.listing import Candidate, Listing, printable
from scanner.inputs.records import Skipped


def list_installed(name: str) -> Listing:
    """The files of a distribution installed beside this tool; of an editable install, the folder it points to.

    Raises ``TargetError`` when it is not installed or has no record of its files.
    """
    try:
        found = metadata.distribution(name)
    except (metadata.PackageNotFoundError, ValueError) as error:
        raise TargetError(
            f"{printable(name)!r} is not installed beside this tool.", f"Use pypi:{printable(name)}, or a folder."
        ) from error
    folder = _editable_folder(found)
    if folder is not None:
        return list_folder(folder)
    if found.files is None:
        raise TargetError(f"{name} has no record of its files.", "Scan the folder it is installed in.")
    return _list_record(found, [str(PurePosixPath(p)) for p in found.files])


def _list_record(found: metadata.Distribution, paths: list[str]) -> Listing:
    root = Path(str(found.locate_file(""))).resolve()
    candidates, skipped = [], []
    for path in sorted(set(paths)):
        reason = _why_not(root, path)
        if reason:
            skipped.append(Skipped(printable(path), reason))
        elif "__pycache__" not in path.split("/"):
            candidates.append(Candidate(path, (root / path).stat().st_size))
    holder = FolderHolder(root)
    return Listing(tuple(candidates), tuple(skipped), holder, found.metadata["Name"] or "", found.version)


def _why_not(root: Path, path: str) -> str:
    full = root / path
    try:
        if not full.resolve().is_relative_to(root):
            return "outside the folder of installed packages"
        if full.is_symlink():
            return "symbolic link"
        return "" if full.is_file() else "recorded, but not there"
    except (OSError, RuntimeError, ValueError):
        return "cannot be read"


def _editable_folder(found: metadata.Distribution) -> Path | None:
    """The folder of an editable install (``direct_url.json``, PEP 610), else None."""
    try:
        document = json.loads(found.read_text("direct_url.json") or "{}")
        if document["dir_info"]["editable"] is True and document["url"].startswith("file://"):
            return Path(unquote(urlsplit(document["url"]).path))
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return None
