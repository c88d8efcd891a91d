"""Several distributions as one target, side by side as when installed: a sender and the package that calls it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

from scanner.inputs.holders import Holder
from scanner.inputs.listing import Candidate, Listing
from scanner.inputs.records import Skipped


@dataclass(frozen=True, slots=True)
class JointHolder:
    """Asks the holder that lists a path."""

    holders: dict[str, Holder]

    def fetch(self, path: str, limit: int) -> bytes | Skipped:
        holder = self.holders.get(path)
        return Skipped(path, "cannot be read: not listed") if holder is None else holder.fetch(path, limit)

    def open(self, path: str) -> BinaryIO | Skipped:
        holder = self.holders.get(path)
        return Skipped(path, "cannot be read: not listed") if holder is None else holder.open(path)


def join(listings: Sequence[Listing]) -> Listing:
    """One listing of all files, named as the first; of a path that several list, the first one's counts."""
    holders: dict[str, Holder] = {}
    candidates: list[Candidate] = []
    for listing in listings:
        fresh = [c for c in listing.candidates if c.path not in holders]
        holders.update((c.path, listing.holder) for c in fresh)
        candidates += fresh
    first = listings[0]
    skipped = tuple(one for listing in listings for one in listing.skipped)
    budget = sum(listing.budget for listing in listings)
    return Listing(tuple(candidates), skipped, JointHolder(holders), first.name, first.version, budget)
