"""The cache: one SQLite file in the user's cache folder, written by as many processes as there are.

It holds facts by (bytes, analyzer), matches by (bytes, path, rules) and whole reports by everything they depend on, in
msgpack, read back into typed records: nothing is unpickled. Losing it costs time and nothing else, so whatever is wrong
with it, it is made anew.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from scanner.store.shelf import FACTS_TABLE, Shelf
from scanner.store.stamps import program_stamp

if TYPE_CHECKING:
    from scanner.inputs.records import Snapshot
    from scanner.matching.records import PatternMatch
    from scanner.policy.records import Report
    from scanner.store.records import Last

FILE = "cache.sqlite"
MOST_BYTES = 1_000_000_000
"""A larger cache is emptied when it is opened: what is needed comes back with the next scans."""
_APPLICATION = 0x64637573
"""SQLite's mark of the application a file belongs to: ``dcus``."""
_TABLES = """
CREATE TABLE IF NOT EXISTS matches (key TEXT PRIMARY KEY, matches BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS lasts (key TEXT PRIMARY KEY, last BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS reports (key TEXT PRIMARY KEY, day TEXT NOT NULL, report BLOB NOT NULL) WITHOUT ROWID;
"""
_BROKEN = (sqlite3.DatabaseError, OSError)


@dataclass(frozen=True, slots=True)
class CacheInfo:
    """What a cache holds: its file, bytes, and how many facts, files with matches, and reports."""

    path: Path
    bytes: int
    facts: int
    matches: int
    reports: int


class Cache:
    """An open cache. ``notice`` is told in one line when the file had to be made anew or cannot be used at all; then
    the cache lives in memory for this run."""

    def __init__(self, folder: Path, notice: Callable[[str], None]) -> None:
        self.path = folder / FILE
        self._base = _opened(self.path, notice)
        self.stamp = program_stamp()
        self.shelf = Shelf(self._base, self.stamp)

    def close(self) -> None:
        """Write what waits and let go of the file."""
        self.shelf.flush()
        self._base.close()

    def report(self, key: str, day: str) -> Report | None:
        """The report of an earlier run that anything it depends on is the same for, None when there is none."""
        import msgspec

        from scanner.policy.records import Report

        row = self._base.execute("SELECT day, report FROM reports WHERE key = ?", (key,)).fetchone()
        if row is None or row[0] not in ("", day):
            return None
        try:
            return msgspec.msgpack.decode(row[1], type=Report)
        except (msgspec.DecodeError, msgspec.ValidationError):
            return None

    def keep_report(self, key: str, report: Report, day: str) -> None:
        """Keep a report; with a day (ISO) it holds only on that day, with ``""`` for good."""
        import msgspec

        self.shelf.flush()
        values = (key, day, msgspec.msgpack.encode(report))
        with self._base:
            self._base.execute("INSERT OR REPLACE INTO reports VALUES (?, ?, ?)", values)

    def last(self, key: str) -> Last | None:
        """The last report of a target and what it depends on, None when there is none."""
        import msgspec

        from scanner.store.records import Last

        row = self._base.execute("SELECT last FROM lasts WHERE key = ?", (key,)).fetchone()
        try:
            return msgspec.msgpack.decode(row[0], type=Last) if row else None
        except (msgspec.DecodeError, msgspec.ValidationError):
            return None

    def keep_last(self, key: str, last: Last) -> None:
        """Keep it in the place of the one before."""
        import msgspec

        with self._base:
            self._base.execute("INSERT OR REPLACE INTO lasts VALUES (?, ?)", (key, msgspec.msgpack.encode(last)))

    def matches(self, keys: Sequence[str]) -> dict[str, tuple[PatternMatch, ...]]:
        """What semgrep saw in files before, by key; keys nobody knows are left out."""
        import msgspec

        from scanner.matching.records import PatternMatch

        decoder = msgspec.msgpack.Decoder(tuple[PatternMatch, ...])
        found = {}
        for key in keys:
            row = self._base.execute("SELECT matches FROM matches WHERE key = ?", (self._own(key),)).fetchone()
            if row is not None:
                found[key] = decoder.decode(row[0])
        return found

    def keep_matches(self, rows: Iterable[tuple[str, tuple[PatternMatch, ...]]]) -> None:
        """Keep what semgrep saw, by key."""
        import msgspec

        values = [(self._own(key), msgspec.msgpack.encode(matches)) for key, matches in rows]
        with self._base:
            self._base.executemany("INSERT OR REPLACE INTO matches VALUES (?, ?)", values)

    def _own(self, key: str) -> str:
        return f"{self.stamp}{key}"

    def info(self) -> CacheInfo:
        """What the cache holds."""
        counts = [
            self._base.execute(f"SELECT count(*) FROM {t}").fetchone()[0] for t in ("facts", "matches", "reports")
        ]
        return CacheInfo(self.path, _size(self.path), *counts)

    def clear(self) -> None:
        """Empty it."""
        _empty(self._base)


def report_key(stamp: str, target: str, snapshot: Snapshot, asked: Iterable[str]) -> str:
    """The key of a report: the program, the target as named, every file of it, and what was ``asked``; ``""`` when a
    report must not be kept, because model files are known by their first bytes only."""
    if any(file.digest.startswith("part:") for file in snapshot.files):
        return ""
    hashed = hashlib.sha256(stamp.encode())
    lines = [target, snapshot.name, *asked, *(f"{s.file} {s.reason}" for s in snapshot.skipped)]
    lines += [repr(entry) for entry in snapshot.entries]
    for line in lines:
        hashed.update(line.encode("utf-8", "surrogateescape") + b"\0")
    for file in snapshot.files:
        hashed.update(f"{file.path}\0{file.digest}\0{file.kind}\0{file.role}\n".encode("utf-8", "surrogateescape"))
    return hashed.hexdigest()


def _opened(path: Path, notice: Callable[[str], None]) -> sqlite3.Connection:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return _checked(path)
    except sqlite3.OperationalError as error:  # locked, read-only, no space: the file may be fine
        notice(f"the cache {path} cannot be used ({error}); this run goes without")
    except _BROKEN as error:
        notice(f"the cache {path} was unusable ({error}) and is made anew")
        try:
            for part in ("", "-wal", "-shm"):
                path.with_name(path.name + part).unlink(missing_ok=True)
            return _checked(path)
        except _BROKEN:
            pass
    return _furnished(sqlite3.connect(":memory:", check_same_thread=False))


def _checked(path: Path) -> sqlite3.Connection:
    base = sqlite3.connect(path, timeout=30, check_same_thread=False)
    try:
        owner = base.execute("PRAGMA application_id").fetchone()[0]
        tables = base.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if owner != _APPLICATION and tables:
            raise sqlite3.DatabaseError("it belongs to another program")
        _furnished(base)
        if _size(path) > MOST_BYTES:
            _empty(base)
    except BaseException:
        base.close()
        raise
    return base


def _furnished(base: sqlite3.Connection) -> sqlite3.Connection:
    settings = f"PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA application_id={_APPLICATION};"
    base.executescript(settings + FACTS_TABLE + _TABLES)
    for table, columns in (("facts", 3), ("matches", 2), ("lasts", 2), ("reports", 3)):
        if len(base.execute(f"PRAGMA table_info({table})").fetchall()) != columns:
            raise sqlite3.DatabaseError("its tables are of another version")
    return base


def _empty(base: sqlite3.Connection) -> None:
    with base:
        for table in ("facts", "matches", "lasts", "reports"):
            base.execute(f"DELETE FROM {table}")
    base.execute("VACUUM")


def _size(path: Path) -> int:
    parts = (path, path.with_name(path.name + "-wal"))
    return sum(part.stat().st_size for part in parts if part.exists())
