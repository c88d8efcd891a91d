"""Facts of files by the hash of their bytes, in a SQLite file that somebody else opened."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scanner.facts.records import FileFacts

FACTS_TABLE = """
CREATE TABLE IF NOT EXISTS facts (digest TEXT, version TEXT, facts BLOB NOT NULL, PRIMARY KEY (digest, version))
    WITHOUT ROWID;
"""
_FACT_BYTES = 4_000_000
"""Facts larger than this are made anew rather than kept."""
_BATCH_BYTES = 8_000_000
"""Facts are written this many bytes at a time: a transaction each would cost more than reading the file."""


class Shelf:
    """Facts of one analyzer version. What is kept reaches the file in batches; ``flush`` writes the rest."""

    def __init__(self, base: sqlite3.Connection, version: str) -> None:
        self._base = base
        self._version = version
        self._waiting: dict[str, bytes] = {}
        self._bytes = 0
        self.hits = 0
        self.misses = 0

    def facts(self, path: str, digest: str) -> FileFacts | None:
        """Facts of the same bytes under another name, None when nobody has read them yet."""
        import msgspec

        from scanner.facts.records import FileFacts

        query = "SELECT facts FROM facts WHERE digest = ? AND version = ?"
        waiting = self._waiting.get(digest)
        found = (waiting,) if waiting else self._base.execute(query, (digest, self._version)).fetchone()
        try:
            decoded = msgspec.msgpack.decode(found[0], type=FileFacts) if found else None
        except (msgspec.DecodeError, msgspec.ValidationError):
            decoded = None
        if decoded is None:
            self.misses += 1
            return None
        self.hits += 1
        return msgspec.structs.replace(decoded, path=path)

    def keep_facts(self, facts: FileFacts) -> None:
        """Keep facts for whoever has a file of the same bytes."""
        import msgspec

        encoded = msgspec.msgpack.encode(facts)
        if len(encoded) > _FACT_BYTES:
            return
        self._waiting[facts.digest] = encoded
        self._bytes += len(encoded)
        if self._bytes >= _BATCH_BYTES:
            self.flush()

    def flush(self) -> None:
        """Write what waits, in one transaction."""
        waiting, self._waiting, self._bytes = self._waiting, {}, 0
        if waiting:
            with self._base:
                self._base.executemany(
                    "INSERT OR IGNORE INTO facts VALUES (?, ?, ?)",
                    [(digest, self._version, encoded) for digest, encoded in waiting.items()],
                )
