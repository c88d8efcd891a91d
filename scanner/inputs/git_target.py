"""A revision of a git repository, ``git:REV``, read from its object store; the work tree is neither read nor touched.

Asked are ``ls-tree`` and ``cat-file``, which run no hook, filter or file monitor of the repository. Blobs that a
partial clone lacks are not fetched. (``git archive`` would let attributes of the repository leave files out.)
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from scanner.errors import TargetError
from scanner.inputs.holders import MemoryHolder
from scanner.inputs.kinds import kind_of, limit_of, may_be_script
from scanner.inputs.limits import ARCHIVE_BYTES, ARCHIVE_MEMBERS, FILE_BYTES
from scanner.inputs.listing import Candidate, Listing, printable
from scanner.inputs.records import Skipped

SCHEME = "git:"
TIMEOUT = 120
"""Seconds one git command may take."""
_FILES = ("100644", "100755", "100664")
_SAFE = {
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "LC_ALL": "C",
}


def list_revision(target: str, folder: Path = Path()) -> Listing:
    """The files of ``git:REV`` below ``folder``; raises ``TargetError`` when git is missing or the revision unknown."""
    commit = _commit(target.removeprefix(SCHEME), folder)
    entries = _git(folder, "ls-tree", "-r", "-z", "--long", commit).split(b"\0")
    skipped: list[Skipped] = []
    wanted: list[tuple[str, int, str]] = []
    room = ARCHIVE_BYTES
    for entry in filter(None, entries[:ARCHIVE_MEMBERS]):
        path, size, blob, why = _read(entry, room)
        if why:
            skipped.append(Skipped(printable(path), why))
        elif blob:
            wanted.append((path, size, blob))
            room -= size
    if len(entries) > ARCHIVE_MEMBERS:
        skipped.append(Skipped("(rest of the revision)", f"more than {ARCHIVE_MEMBERS} files"))
    contents = _blobs(folder, wanted)
    found = tuple(Candidate(path, len(data)) for path, data in sorted(contents.items()))
    skipped += [Skipped(printable(path), "is not in the object store") for path, _, _ in wanted if path not in contents]
    return Listing(found, tuple(skipped), MemoryHolder(contents), folder.resolve().name, commit[:12])


def _commit(revision: str, folder: Path) -> str:
    """The full id of a commit; what could be taken for an option never reaches git."""
    if not revision or revision.startswith("-") or "\0" in revision:
        raise TargetError(f"{revision[:80]!r} is no git revision.")
    asked = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    try:
        return _git(folder, *asked).decode("ascii").strip()
    except TargetError as error:
        step = "Name a commit, branch or tag of the repository in the current folder."
        raise TargetError(f"{revision[:80]!r} is no git revision here.", step) from error


def _read(entry: bytes, room: int) -> tuple[str, int, str, str]:
    """Path, size, blob to fetch or ``""``, and why a file this tool would read is left out or ``""``."""
    facts, _, name = entry.partition(b"\t")
    mode, _, blob, size_text = facts.decode("ascii").split()
    path = name.decode("utf-8", "surrogateescape")
    kind = kind_of(path)
    if mode not in _FILES or (kind is None and not may_be_script(path)):
        return path, 0, "", ""
    size = int(size_text) if size_text.isdigit() else 0
    if size > (limit_of(kind) if kind else FILE_BYTES):
        return path, size, "", "is too large"
    return (path, size, blob, "") if size <= room else (path, size, "", "beyond what is read in all")


def _blobs(folder: Path, wanted: list[tuple[str, int, str]]) -> dict[str, bytes]:
    """Contents by path, from one ``cat-file --batch``."""
    asked = "".join(f"{blob}\n" for _, _, blob in wanted).encode("ascii")
    answer = memoryview(_git(folder, "cat-file", "--batch", given=asked))
    contents: dict[str, bytes] = {}
    at = 0
    for path, size, blob in wanted:
        head = f"{blob} blob {size}\n".encode("ascii")
        if answer[at : at + len(head)] != head:
            at += len(f"{blob} missing\n")
            continue
        at += len(head)
        contents[path] = bytes(answer[at : at + size])
        at += size + 1
    return contents


def _git(folder: Path, *arguments: str, given: bytes = b"") -> bytes:
    command = ("git", "-c", "core.fsmonitor=false", *arguments)
    environment = {**os.environ, **_SAFE}
    try:
        ran = subprocess.run(
            command, cwd=folder, input=given, capture_output=True, timeout=TIMEOUT, env=environment, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise TargetError(f"git cannot be run: {error}.", "Install git, or compare saved reports.") from error
    if ran.returncode:
        said = printable(ran.stderr.decode("utf-8", "replace").strip())[:200]
        raise TargetError(f"git {arguments[0]} failed: {said or 'no reason given'}.", "Run it in a git repository.")
    return ran.stdout
