#!/usr/bin/env python3
"""Microseconds a host costs, and how the table of expected hosts is answered.

    python benchmarks/host_speed.py [--repeat N]

Resolves every text of ``fixtures/destinations/hosts.csv`` and every operator suffix, in one process, without the time
the catalog takes to load. Exit status 1 when a host costs more than 50 microseconds or a country is wrong.
"""

from __future__ import annotations

import argparse
import csv
import sys
import time
from pathlib import Path

from scanner.catalog import load
from scanner.destinations import Resolver
from scanner.destinations.checking import country_share, verified_share

TABLE = Path(__file__).resolve().parents[1] / "fixtures" / "destinations" / "hosts.csv"
LIMIT = 50.0


def measure(resolver: Resolver, texts: list[str], repeat: int) -> float:
    """Microseconds a text, the best of ``repeat`` rounds."""
    best = float("inf")
    for _ in range(repeat):
        start = time.perf_counter()
        for text in texts:
            resolver.resolve(text)
        best = min(best, time.perf_counter() - start)
    return best / len(texts) * 1e6


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeat", type=int, default=7)
    repeat = parser.parse_args().repeat
    catalog = load()
    start = time.perf_counter()
    resolver = Resolver(catalog)
    built = (time.perf_counter() - start) * 1e3
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    answers = [resolver.first(row["input"]) for row in rows]
    asked = [(row["operator"], row["operator_country"], row["country"]) for row in rows]
    given = [(a.operator, a.operator_country, a.country) for a in answers]
    right = sum(a == g for a, g in zip(asked, given, strict=True))
    wrong = sum(bool(a.country) and a.country != row["country"] for a, row in zip(answers, rows, strict=True))
    table = measure(resolver, [row["input"] for row in rows], repeat)
    suffixes = measure(resolver, [row.host_suffix for row in catalog.operators], repeat)
    print(f"table of expected hosts: {len(rows)}, right {right / len(rows):.3f}, wrong countries {wrong}")
    print(
        f"microseconds a host: {table:.1f} (table), {suffixes:.1f} (operator suffixes); index built in {built:.0f} ms"
    )
    print(f"operator suffixes: {len(catalog.operators)}, verified {verified_share(catalog):.3f} of the watched,")
    print(f"  data countries verified {country_share(catalog):.3f}")
    return 1 if wrong or max(table, suffixes) > LIMIT else 0


if __name__ == "__main__":
    sys.exit(main())
