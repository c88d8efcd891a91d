"""The rows as a table, and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from scanner.dependencies.records import Egress
from scanner.inputs.records import Skipped
from scanner.reports.visible import dump_json, visible

_HEADINGS = ("package", "version", "returns", "ways out", "hosts", "countries", "switches")
_SWITCHES = 4


def table(rows: Sequence[Egress], skipped: Sequence[Skipped], *, width: int, color: bool) -> str:
    """Packages that return data first, by name; then what could not be scanned, and why."""
    from rich.table import Table
    from rich.text import Text

    from scanner.reports import palette
    from scanner.reports.canvas import canvas, finished

    console = canvas(width, color)
    grid = Table(box=None, padding=(0, 2, 0, 0), header_style=palette.HEADING)
    for heading in _HEADINGS:
        grid.add_column(heading, overflow="fold", justify="right" if heading in ("returns", "ways out") else "left")
    scanned = [row for row in rows if row.state in ("scanned", "other-version")]
    for row in sorted(scanned, key=lambda row: (-row.returns, -row.undecided, row.name)):
        grid.add_row(*(Text(visible(cell, 300)) for cell in _cells(row)))
    console.print(grid)
    for row in rows:
        if row.reason:
            console.print(Text(f"{visible(row.name)}: {row.state}: {visible(row.reason, 300)}", palette.QUIET))
    for one in skipped:
        console.print(Text(f"{visible(one.file)}: {visible(one.reason)}", palette.QUIET))
    return finished(console)


def _cells(row: Egress) -> tuple[str, ...]:
    name = f"{row.name} (+ {', '.join(row.companions)})" if row.companions else row.name
    countries = ", ".join(country or "unknown" for country in row.countries)
    hosts = ", ".join(row.hosts) or ("unknown" if row.returns or row.undecided else "")
    returns = f"{row.returns} (+{row.undecided} unsure)" if row.undecided else str(row.returns)
    more = f", and {len(row.switches) - _SWITCHES} more" if len(row.switches) > _SWITCHES else ""
    return name, row.version, returns, str(row.ways), hosts, countries, ", ".join(row.switches[:_SWITCHES]) + more


def as_json(rows: Sequence[Egress], skipped: Sequence[Skipped]) -> str:
    """``{"dependencies": [row], "skipped": [{"file", "reason"}]}``; an unknown country is null."""
    listed = []
    for row in rows:
        fields = asdict(row)
        fields["countries"] = [country or None for country in row.countries]
        listed.append(fields)
    return dump_json({"dependencies": listed, "skipped": [asdict(one) for one in skipped]})
