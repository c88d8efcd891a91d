"""``docs/sinks.md``, made from the rows: ``python -m scanner.cli.sinks_page > docs/sinks.md``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from scanner.catalog.loading import load
from scanner.catalog.records import SinkRow

_HEAD = """# Calls that send

Generated from `scanner/catalog/data/sinks_*.yaml` by `python -m scanner.cli.sinks_page`; do not edit.

{apis} calls in {distributions} distributions. *Default host* is where a call sends when nobody says otherwise; `{{?}}`
is a part nobody knows, such as a region. *Redirected by* are variables; *silenced by* are variables the SDK itself
honours. A call marked `*` only arranges the sending. [catalog.md](catalog.md) describes every field;
`benchmarks/check_catalog.py` proves the names, hosts, variables and arguments against the releases named here.
"""
_COLUMNS = (
    "| calls | kind | default host | redirected by | silenced by | adds | read from |\n|---|---|---|---|---|---|---|\n"
)


def sinks_page() -> str:
    """The page: one section per distribution, one line for the calls that differ in their name alone."""
    sinks = load().sinks
    sections: dict[str, list[SinkRow]] = defaultdict(list)
    for row in sinks:
        sections[row.distribution].append(row)
    head = _HEAD.format(apis=len(sinks), distributions=len(sections) - ("stdlib" in sections))
    ordered = sorted(sections, key=lambda name: (name != "stdlib", name.lower()))
    return head + "".join(f"\n## {_title(name)}\n\n{_COLUMNS}{_lines(sections[name])}" for name in ordered)


def _title(distribution: str) -> str:
    return "The standard library" if distribution == "stdlib" else f"`{distribution}`"


def _lines(rows: Iterable[SinkRow]) -> str:
    alike: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for row in rows:
        alike[_facts(row)].append(f"`{row.name}`" + ("\\*" if row.constructor else ""))
    return "".join(f"| {' '.join(alike[facts])} | {' | '.join(facts)} |\n" for facts in alike)


def _facts(row: SinkRow) -> tuple[str, ...]:
    read = f"{row.source}, {row.date}" + (f", releases {row.versions}" if row.versions else "")
    listed = (row.default_hosts, (*row.environment_url, *row.environment_region), row.switches)
    return (row.kind, *(_code(texts) for texts in listed), ", ".join(row.adds), read.replace("|", "\\|"))


def _code(texts: Iterable[str]) -> str:
    return " ".join(f"`{text}`" for text in texts)
