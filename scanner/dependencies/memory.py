"""Rows of earlier runs, one small JSON file each, named by a hash of everything the row depends on."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from importlib import metadata
from pathlib import Path

import msgspec

import scanner
from scanner.dependencies.records import Egress


def fingerprint(names: Sequence[str], salt: str) -> str:
    """Hash of the recorded files of installed distributions: their recorded hashes, and size and time as they are now.

    ``salt`` stands for what else decides the result. ``""`` when a distribution has no record.
    """
    digest = hashlib.sha256(f"{scanner.__version__}\0{salt}".encode())
    for name in names:
        try:
            found = metadata.distribution(name)
        except (metadata.PackageNotFoundError, ValueError):
            return ""
        record = found.read_text("RECORD")
        if not record:
            return ""
        digest.update(record.encode())
        root = Path(str(found.locate_file("")))
        for path in sorted(str(file) for file in found.files or ()):
            with suppress(OSError):
                seen = (root / path).stat()
                digest.update(f"{path}\0{seen.st_size}\0{seen.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def file_fingerprint(paths: Sequence[Path], salt: str) -> str:
    """The same of archives: hash of their bytes."""
    digest = hashlib.sha256(f"{scanner.__version__}\0{salt}".encode())
    for path in paths:
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()


def recall(folder: Path, key: str) -> Egress | None:
    """The row kept under a key; a file that is broken counts as none."""
    if not key:
        return None
    try:
        row = msgspec.json.decode((folder / f"{key}.json").read_bytes(), type=Egress)
        return replace(row, remembered=True)
    except (OSError, ValueError):
        return None


def keep(folder: Path, key: str, row: Egress) -> None:
    """Keep a row; a folder that cannot be written costs the next run its time, nothing else."""
    if key and row.state == "scanned":
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            part = folder / f".{key}.{os.getpid()}"
            part.write_bytes(msgspec.json.encode(row))
            part.replace(folder / f"{key}.json")
