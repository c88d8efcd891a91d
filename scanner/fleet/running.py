"""Scan a list of targets one after the other and keep every result under (id, commit, rules).

A target that could not be read is a row with its reason, is not kept, and is tried again by the next run. What a
cluster would need is here already: a key per target, results that do not depend on their order.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING

import scanner
from scanner.errors import DatacustomsError, NothingToScan, UsageError
from scanner.inputs.hub import list_resolved, parse_name, resolve
from scanner.inputs.hub_cache import CACHE, cached_targets
from scanner.inputs.hub_names import HubName
from scanner.inputs.hub_records import Access
from scanner.inputs.listing import take
from scanner.inputs.records import Snapshot
from scanner.inputs.targets import collect
from scanner.pipeline import Options, judge_snapshot
from scanner.store import Inventory, Key, Row

if TYPE_CHECKING:
    from scanner.policy.records import Report

LIST_BYTES = 16_000_000


def read_list(path: Path) -> tuple[str, ...]:
    """Targets of a file: one a line, ``#`` begins a comment, doubles count once; ``-`` is not understood.

    Raises ``UsageError`` when it cannot be read or names nothing.
    """
    try:
        if path.stat().st_size > LIST_BYTES:
            raise UsageError(f"{path} is larger than {LIST_BYTES // 1_000_000} MB.", "Split the list.")
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, ValueError) as error:
        raise UsageError(f"{path} cannot be read: {error}.", "Name a text file with one target a line.") from error
    found = [line.partition("#")[0].strip() if line.lstrip().startswith("#") else line.strip() for line in lines]
    targets = tuple(dict.fromkeys(expand([t for t in found if t])))
    if not targets:
        raise UsageError(f"{path} names no target.", "Write one target a line, such as hf://ORG/NAME.")
    return targets


def expand(targets: Sequence[str]) -> tuple[str, ...]:
    """``hf-cache:`` stands for everything in the local cache."""
    return tuple(one for target in targets for one in (cached_targets() if target == CACHE else (target,)))


def rules_key(options: Options) -> str:
    """A hash of everything but the target that a result depends on."""
    parts = [scanner.__version__, ",".join(options.home), str(options.semgrep), str(options.follow)]
    digest = hashlib.sha256("\n".join(parts).encode())
    for path in _files(files("scanner.catalog").joinpath("data")):
        digest.update(path.read_bytes())
    for extra in (*options.catalogs, *options.rules):
        digest.update(str(extra).encode())
    return digest.hexdigest()[:16]


def _files(folder: Traversable) -> Iterator[Traversable]:
    for entry in sorted(folder.iterdir(), key=lambda e: e.name):
        if entry.is_dir():
            yield from _files(entry)
        else:
            yield entry


def run(targets: Sequence[str], options: Options, inventory: Inventory) -> Iterator[Row]:
    """One row per target, in order; a target that an earlier run finished costs at most one request."""
    rules = rules_key(options)
    for target in targets:
        try:
            yield _one(target, replace(options, shelf=inventory.shelf), inventory, rules)
        except NothingToScan as error:
            yield _failed(target, rules, "nothing to scan", error)
        except DatacustomsError as error:
            yield _failed(target, rules, "not read", error)


def _one(target: str, options: Options, inventory: Inventory, rules: str) -> Row:
    if target.startswith("hf://"):
        return _of_hub(parse_name(target), target, options, inventory, rules)
    snapshot = collect(target, options.access)
    commit = snapshot.repository.commit if snapshot.repository is not None else _hash(snapshot)
    key = Key(target.partition("@")[0], commit, rules)
    return inventory.find(key) or _scanned(target, key, snapshot, options, inventory)


def _of_hub(name: HubName, target: str, options: Options, inventory: Inventory, rules: str) -> Row:
    pinned = inventory.find(Key(name.page, name.revision, rules)) if name.pinned else None
    if pinned is not None:
        return pinned
    access: Access = options.access
    repository = resolve(target, access)
    key = Key(HubName(repository.kind, repository.id).page, repository.commit, rules)
    kept = inventory.find(key)
    if kept is not None:
        return replace(kept, requests=1)
    snapshot = take(target, list_resolved(repository, access, inventory))
    return _scanned(target, key, snapshot, options, inventory)


def _scanned(target: str, key: Key, snapshot: Snapshot, options: Options, inventory: Inventory) -> Row:
    from scanner.reports import render

    report = judge_snapshot(target, snapshot, options, lambda stage, done, total: None)
    row = _row(target, key, report)
    inventory.put(row, render(report, "json"))
    return row


def _hash(snapshot: Snapshot) -> str:
    lines = "\n".join(f"{f.path} {f.digest}" for f in snapshot.files)
    return hashlib.sha256(lines.encode("utf-8", "surrogatepass")).hexdigest()[:40]


def _row(target: str, key: Key, report: Report) -> Row:
    counted = Counter(str(f.severity) for f in report.findings)
    places = {f"{d.host} ({d.country or '?'})" for f in report.findings for d in f.destinations if d.host}
    p = report.repository
    skipped = sum(1 for _, reason in report.coverage.skipped if "429" in reason or "connection" in reason)
    why = f"{skipped} files could not be fetched" if skipped else ""
    return Row(
        target, key, "partly read" if skipped else "done", why, tuple(sorted(counted.items())), tuple(sorted(places)),
        f"{p.publisher} ({p.country})" if p and p.publisher else "", report.coverage.files,
        len(p.pickles) if p else 0, p.requests if p else 0, p.bytes if p else 0,
    )  # fmt: skip


def _failed(target: str, rules: str, state: str, error: DatacustomsError) -> Row:
    return Row(target, Key(target, "", rules), state, error.message, (), (), "", 0, 0, 0, 0)
