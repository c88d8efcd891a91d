"""The local cache of the hub client, read without a request: repositories, and custom code that was already loaded.

Layout (huggingface_hub 2.4.0 ``file_download.py``): ``HUB_CACHE/models--ORG--NAME/snapshots/COMMIT/...`` are links
into ``blobs`` beside it. transformers copies remote code to ``HF_HOME/modules/transformers_modules/ORG/NAME/COMMIT``.
"""

from __future__ import annotations

import io
import os
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from scanner.errors import NothingToScan, TargetError, UsageError
from scanner.inputs.folders import list_folder
from scanner.inputs.holders import FolderHolder
from scanner.inputs.hub_client import endpoint
from scanner.inputs.hub_plan import is_safe
from scanner.inputs.hub_records import HubFile, Repository
from scanner.inputs.listing import Candidate, Listing, printable
from scanner.inputs.records import Skipped

CACHE = "hf-cache:"
_MODULES = "modules"
_KINDS = ("models", "datasets", "spaces")
_MOST = 100_000


def cached_targets() -> tuple[str, ...]:
    """One target per repository and commit in the cache, and one for loaded code, sorted.

    Raises ``NothingToScan`` when the cache is empty or not there.
    """
    out = []
    for kind, folder in _repositories():
        for snapshot in _folders(folder / "snapshots"):
            name = folder.name.partition("--")[2].replace("--", "/", 1)
            out.append(f"{CACHE}{kind}/{name}@{snapshot.name}")
    if modules_folder().is_dir() and any(modules_folder().rglob("*.py")):
        out.append(f"{CACHE}{_MODULES}")
    if not out:
        raise NothingToScan(f"{hub_folder()} holds no repository.", "Set HF_HOME or HF_HUB_CACHE.")
    return tuple(sorted(out))


def list_cached(target: str) -> Listing:
    """Files of one cached repository (``hf-cache:models/ORG/NAME@COMMIT``), or of loaded code (``hf-cache:modules``).

    Raises ``UsageError`` for a bare ``hf-cache:``, which means many targets, ``TargetError`` for what is not there.
    """
    name = target.removeprefix(CACHE)
    if name == _MODULES:
        return list_folder(modules_folder())
    kind, _, rest = name.partition("/")
    repository, _, commit = rest.rpartition("@")
    if kind not in _KINDS or not repository or not is_safe(repository) or not is_safe(commit) or "/" in commit:
        raise UsageError(f"{target[:120]!r} names nothing in the cache.", "Use hf-cache: alone to scan all of it.")
    folder = hub_folder() / f"{kind}--{repository.replace('/', '--')}"
    root = folder / "snapshots" / commit
    if not root.is_dir():
        raise TargetError(f"{target} is not in the cache.", f"Look into {hub_folder()}.")
    return _snapshot(folder.resolve(), root, Repository(endpoint(), kind[:-1], repository, commit, commit, ()))


def hub_folder() -> Path:
    """``HF_HUB_CACHE``, else ``hub`` below ``HF_HOME``."""
    own = os.environ.get("HF_HUB_CACHE") or os.environ.get("HUGGINGFACE_HUB_CACHE")
    return Path(own).expanduser() if own else _home() / "hub"


def modules_folder() -> Path:
    """Where transformers keeps the remote code it imported."""
    own = os.environ.get("HF_MODULES_CACHE")
    return (Path(own).expanduser() if own else _home() / "modules") / "transformers_modules"


def _home() -> Path:
    own = os.environ.get("HF_HOME")
    if own:
        return Path(own).expanduser()
    shared = os.environ.get("XDG_CACHE_HOME")
    return (Path(shared) if shared else Path.home() / ".cache") / "huggingface"


def _repositories() -> list[tuple[str, Path]]:
    found = [(f.name.partition("--")[0], f) for f in _folders(hub_folder())]
    return [(kind, folder) for kind, folder in found if kind in _KINDS]


def _folders(path: Path) -> list[Path]:
    try:
        return sorted(p for p in path.iterdir() if p.is_dir() and not p.is_symlink())
    except OSError:
        return []


@dataclass(frozen=True, slots=True)
class CacheHolder:
    """Files of a cached snapshot; a link leads into the folder of its own repository or is not read."""

    folder: Path
    root: Path

    def fetch(self, path: str, limit: int) -> bytes | Skipped:
        try:
            real = (self.root / path).resolve(strict=True)
        except (OSError, RuntimeError):
            return Skipped(path, "is not in the cache")
        if not real.is_relative_to(self.folder):
            return Skipped(path, "symbolic link that leaves the cached repository")
        got = FolderHolder(self.folder).fetch(real.relative_to(self.folder).as_posix(), limit)
        return Skipped(path, got.reason) if isinstance(got, Skipped) else got

    def open(self, path: str) -> BinaryIO | Skipped:
        """A seekable stream of a file; the caller closes it."""
        try:
            real = (self.root / path).resolve(strict=True)
            if not real.is_relative_to(self.folder) or not real.is_file():
                return Skipped(path, "symbolic link that leaves the cached repository")
            return cast(BinaryIO, io.FileIO(real, "rb"))
        except (OSError, RuntimeError):
            return Skipped(path, "is not in the cache")


def _snapshot(folder: Path, root: Path, repository: Repository) -> Listing:
    candidates: list[Candidate] = []
    skipped: list[Skipped] = []
    files: list[HubFile] = []
    for found in sorted(root.rglob("*"))[:_MOST]:
        path = found.relative_to(root).as_posix()
        if found.is_dir():
            continue
        try:
            real = found.resolve(strict=True)
            size = real.stat().st_size
        except (OSError, RuntimeError):
            skipped.append(Skipped(printable(path), "symbolic link to nothing"))
            continue
        candidates.append(Candidate(path, size))
        files.append(HubFile(path, size, real.name))
    whole = Repository(
        repository.endpoint, repository.kind, repository.id, repository.commit, repository.asked, tuple(files)
    )
    holder = CacheHolder(folder, root)
    return Listing(tuple(candidates), tuple(skipped), holder, repository.id, repository.commit[:12], repository=whole)
