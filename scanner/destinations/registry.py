"""The country a block of addresses was registered in, from a file of a regional registry the user brings.

The registries publish ``delegated-*-latest`` files, one block a line: ``apnic|CN|ipv4|1.0.1.0|256|20110414|allocated``.
Where a block was registered is not where its machines stand: the answer is evidence of low weight and never a country.
"""

from __future__ import annotations

import ipaddress
from bisect import bisect_right
from dataclasses import dataclass, replace
from pathlib import Path

from scanner.destinations.addresses import Address, embedded, read_address
from scanner.destinations.records import Destination
from scanner.errors import UsageError

MOST_BYTES = 64_000_000
"""The largest registry publishes some 20 MB."""

_ASSIGNED = frozenset({"allocated", "assigned"})


@dataclass(frozen=True, slots=True)
class Registry:
    """Blocks of one file, by version and first address; ``name`` is the name of the file."""

    name: str
    starts: tuple[tuple[int, int], ...]
    blocks: tuple[tuple[int, str], ...]
    """Last address and country of each block, in the order of ``starts``."""

    def country(self, address: Address) -> str:
        """Country of registration (ISO 3166-1 alpha-2), ``""`` when the file has no block for it."""
        inner = embedded(address)
        at = bisect_right(self.starts, (inner.version, int(inner))) - 1
        if at < 0 or self.starts[at][0] != inner.version or int(inner) > self.blocks[at][0]:
            return ""
        return self.blocks[at][1]


def read_registry(path: Path) -> Registry:
    """A registry file. Raises ``UsageError`` when it cannot be read or holds no block."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise UsageError(f"{path} is larger than a registry file.", "Name a delegated-*-latest file.")
        lines = path.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.", "Name a delegated-*-latest file.") from error
    found = sorted(block for line in lines if (block := _block(line.split("|"))) is not None)
    if not found:
        raise UsageError(f"{path} holds no block of addresses.", "Name a delegated-*-latest file of a registry.")
    return Registry(path.name, tuple(block[:2] for block in found), tuple(block[2:] for block in found))


def with_registry(where: Destination, registry: Registry) -> Destination:
    """A numeric destination with the registry's word in its evidence; anything else as it is."""
    address = read_address(where.host) if where.host and not where.local else None
    country = registry.country(address) if address is not None else ""
    if not country:
        return where
    said = f"registry: {country} by {registry.name}, where the block was registered and not where it answers"
    return replace(where, evidence=f"{where.evidence}; {said}")


def _block(fields: list[str]) -> tuple[int, int, int, str] | None:
    """Version, first and last address, country; None for headers, other resources and what is malformed."""
    if len(fields) < 7 or fields[2] not in ("ipv4", "ipv6") or fields[6] not in _ASSIGNED or len(fields[1]) != 2:
        return None
    try:
        first = ipaddress.ip_address(fields[3])
        size = int(fields[4]) if first.version == 4 else 1 << (128 - int(fields[4]))
    except ValueError:
        return None
    return (first.version, int(first), int(first) + size - 1, fields[1].upper()) if size > 0 else None
