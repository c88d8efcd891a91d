"""Git asked for objects and names: no hook, filter or file monitor of the repository runs, nothing is fetched."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from scanner.errors import TargetError

TIMEOUT = 120
"""Seconds one git command may take."""
_SAFE = {
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "LC_ALL": "C",
}


def run_git(folder: Path, *arguments: str, given: bytes = b"") -> bytes:
    """What a git command prints; raises ``TargetError`` with git's own words when it fails."""
    command = ("git", "-c", "core.fsmonitor=false", *arguments)
    environment = {**os.environ, **_SAFE}
    try:
        ran = subprocess.run(
            command, cwd=folder, input=given, capture_output=True, timeout=TIMEOUT, env=environment, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise TargetError(f"git cannot be run: {error}.", "Install git, or compare saved reports.") from error
    if ran.returncode:
        said = ran.stderr.decode("utf-8", "replace").strip()[:200]
        shown = "".join(one if one.isprintable() else "\ufffd" for one in said)
        raise TargetError(f"git {arguments[0]} failed: {shown or 'no reason given'}.", "Run it in a git repository.")
    return ran.stdout


def blobs(folder: Path, names: list[str]) -> list[bytes | None]:
    """Contents of blobs by their ids, from one ``cat-file --batch``; None for one that is not in the object store."""
    if not names:
        return []
    answer = memoryview(run_git(folder, "cat-file", "--batch", given="".join(f"{n}\n" for n in names).encode("ascii")))
    contents: list[bytes | None] = []
    at = 0
    for _ in names:
        end = at + bytes(answer[at : at + 200]).index(b"\n")
        facts = bytes(answer[at:end]).split()
        at = end + 1
        if len(facts) != 3 or facts[1] != b"blob":
            contents.append(None)
            continue
        size = int(facts[2])
        contents.append(bytes(answer[at : at + size]))
        at += size + 1
    return contents
