"""What a cached result depends on besides the bytes that were read: this program, its data and its rules."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

_CODE = (".py", ".pym", ".yaml", ".csv", ".json")


def program_stamp() -> str:
    """A hash of this program as it is installed: names, sizes and times of its files, and Python's version, whose
    grammar decides what parses. Reading the files would take longer than it saves."""
    package = Path(__file__).resolve().parent.parent
    lines = [f"{sys.version_info[:3]}", *_described(package), *_described(package.parent / "semgrep-rules")]
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogateescape")).hexdigest()[:24]


def _described(folder: Path) -> Iterator[str]:
    stack = [str(folder)] if folder.is_dir() else []
    while stack:
        with os.scandir(stack.pop()) as entries:
            for entry in sorted(entries, key=lambda e: e.name):
                if entry.is_dir(follow_symlinks=False):
                    if entry.name != "__pycache__":
                        stack.append(entry.path)
                elif entry.name.endswith(_CODE):
                    found = entry.stat()
                    yield f"{entry.path} {found.st_size} {found.st_mtime_ns}"
