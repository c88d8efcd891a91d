"""A revision of a git repository, ``git:REV``, read from its object store; the work tree is neither read nor touched.

Asked are ``ls-tree`` and ``cat-file``, which run no hook, filter or file monitor of the repository. Blobs that a
partial clone lacks are not fetched. (``git archive`` would let attributes of the repository leave files out.)
"""

from __future__ import annotations

from pathlib import Path

from scanner.errors import TargetError
from scanner.inputs.git_objects import blobs, run_git
from scanner.inputs.holders import MemoryHolder
from scanner.inputs.kinds import kind_of, limit_of, may_be_script
from scanner.inputs.limits import ARCHIVE_BYTES, ARCHIVE_MEMBERS, FILE_BYTES
from scanner.inputs.listing import Candidate, Listing, printable
from scanner.inputs.records import Skipped

SCHEME = "git:"
INDEX = ":index"
"""What stands for the index (the next commit) in place of a revision; no revision of git has such a name."""
_FILES = ("100644", "100755", "100664")


def list_revision(target: str, folder: Path = Path()) -> Listing:
    """The files of ``git:REV``, or of the index for ``git::index``, below ``folder``.

    Raises ``TargetError`` when git is missing or the revision unknown.
    """
    revision = target.removeprefix(SCHEME)
    commit = INDEX if revision == INDEX else _commit(revision, folder)
    entries = _staged(folder) if commit == INDEX else _committed(folder, commit)
    skipped: list[Skipped] = []
    wanted: list[tuple[str, int, str]] = []
    room = ARCHIVE_BYTES
    for entry in entries[:ARCHIVE_MEMBERS]:
        path, size, blob, why = _read(entry, room)
        if why:
            skipped.append(Skipped(printable(path), why))
        elif blob:
            wanted.append((path, size, blob))
            room -= size
    if len(entries) > ARCHIVE_MEMBERS:
        skipped.append(Skipped("(rest of the revision)", f"more than {ARCHIVE_MEMBERS} files"))
    found = zip((path for path, _, _ in wanted), blobs(folder, [blob for _, _, blob in wanted]), strict=True)
    contents = {path: data for path, data in sorted(found) if data is not None}
    candidates = tuple(Candidate(path, len(data)) for path, data in contents.items())
    skipped += [Skipped(printable(path), "is not in the object store") for path, _, _ in wanted if path not in contents]
    version = "" if commit == INDEX else commit[:12]
    return Listing(candidates, tuple(skipped), MemoryHolder(contents), folder.resolve().name, version)


def _committed(folder: Path, commit: str) -> list[bytes]:
    """One entry per file: mode, type, blob and size, a tab, the path."""
    return [entry for entry in run_git(folder, "ls-tree", "-r", "-z", "--long", commit).split(b"\0") if entry]


def _staged(folder: Path) -> list[bytes]:
    """The same of the index; of a file in a merge conflict our side counts."""
    entries: list[tuple[bytes, bytes, bytes]] = []
    for entry in filter(None, run_git(folder, "ls-files", "--stage", "-z").split(b"\0")):
        facts, _, path = entry.partition(b"\t")
        mode, blob, stage = facts.split()
        if stage in (b"0", b"2") and mode.decode("ascii") in _FILES:
            entries.append((mode, blob, path))
    asked = b"".join(blob + b"\n" for _, blob, _ in entries)
    sizes = run_git(folder, "cat-file", "--batch-check=%(objectsize)", given=asked).splitlines() if asked else []
    return [
        b"%b blob %b %b\t%b" % (mode, blob, size if size.isdigit() else b"0", path)
        for (mode, blob, path), size in zip(entries, sizes, strict=True)
    ]


def _commit(revision: str, folder: Path) -> str:
    """The full id of a commit; what could be taken for an option never reaches git."""
    if not revision or revision.startswith("-") or "\0" in revision:
        raise TargetError(f"{revision[:80]!r} is no git revision.")
    asked = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    try:
        return run_git(folder, *asked).decode("ascii").strip()
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
