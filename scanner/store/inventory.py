"""Results and facts in one SQLite file; every result is one transaction, so a killed run loses at most its last."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import asdict
from pathlib import Path

from scanner.errors import UsageError
from scanner.store.records import Key, Row
from scanner.store.shelf import FACTS_TABLE, Shelf

_TABLES = """
CREATE TABLE IF NOT EXISTS results (id TEXT, commit_ TEXT, rules TEXT, row TEXT NOT NULL, report TEXT NOT NULL,
    PRIMARY KEY (id, commit_, rules)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS blobs (oid TEXT PRIMARY KEY, lasting INTEGER, data BLOB NOT NULL) WITHOUT ROWID;
"""


class Inventory:
    """A file of results; ``version`` names the analyzer whose facts may be used again.

    Raises ``UsageError`` when the file cannot be opened or is no such file.
    """

    def __init__(self, path: Path, version: str) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._base = sqlite3.connect(path, timeout=30)
            self._base.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;" + _TABLES + FACTS_TABLE)
        except (OSError, sqlite3.Error) as error:
            raise UsageError(f"{path} cannot keep results: {error}.", "Name another file with --state.") from error
        self.shelf = Shelf(self._base, version)

    def close(self) -> None:
        """Let go of the file."""
        self.shelf.flush()
        self._base.close()

    def find(self, key: Key) -> Row | None:
        """The row of an earlier run, None when there is none."""
        query = "SELECT row FROM results WHERE id = ? AND commit_ = ? AND rules = ?"
        found = self._base.execute(query, (key.id, key.commit, key.rules)).fetchone()
        return _row(found[0], key) if found else None

    def put(self, row: Row, report: str) -> None:
        """Keep a row and its report (JSON); what was fetched only for it is let go of."""
        self.shelf.flush()
        values = (row.key.id, row.key.commit, row.key.rules, json.dumps(asdict(row), sort_keys=True), report)
        with self._base:
            self._base.execute("INSERT OR REPLACE INTO results VALUES (?, ?, ?, ?, ?)", values)
            self._base.execute("DELETE FROM blobs WHERE lasting = 0")

    def reports(self) -> tuple[str, ...]:
        """Every report that is kept, by key."""
        rows = self._base.execute("SELECT report FROM results ORDER BY id, commit_, rules")
        return tuple(report for (report,) in rows)

    def blob(self, oid: str) -> bytes | None:
        """Bytes that were fetched before, by the id the hub gives them."""
        import zlib

        found = self._base.execute("SELECT data FROM blobs WHERE oid = ?", (oid,)).fetchone()
        return zlib.decompress(found[0]) if found else None

    def keep_blob(self, oid: str, data: bytes, lasting: bool) -> None:
        """Keep fetched bytes: code for good, as it stands in many repositories; the rest until its result is kept."""
        import zlib

        with self._base:
            values = (oid, int(lasting), zlib.compress(data, 3))
            self._base.execute("INSERT OR IGNORE INTO blobs VALUES (?, ?, ?)", values)


def _row(text: str, key: Key) -> Row:
    kept = json.loads(text)
    return Row(
        target=kept["target"], key=key, state=kept["state"], why=kept["why"],
        severities=tuple((str(s), int(n)) for s, n in kept["severities"]), places=tuple(kept["places"]),
        publisher=kept["publisher"], code_files=kept["code_files"], pickles=kept["pickles"], requests=0, bytes=0,
        kept=True,
    )  # fmt: skip
