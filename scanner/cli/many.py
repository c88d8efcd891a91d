"""Targets of a hub and lists of targets, as ``scan`` shows them."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

from scanner.cli.door import tell
from scanner.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from scanner.pipeline import Options
    from scanner.store import Row

_GRAVE = ("error", "warning", "note")
_WIDEST = 48


def plan_text(targets: tuple[str, ...], options: Options) -> str:
    """What a scan would fetch of each target, by one request each; nothing for those that need no network."""
    from scanner.inputs.hub import plan
    from scanner.reports.visible import visible

    out = []
    for target in targets:
        if target.startswith("pypi:"):
            out.append(f"{visible(target)}: pip would be asked to download one wheel")
            continue
        if not target.startswith("hf://"):
            out.append(f"{visible(target)}: nothing is fetched")
            continue
        found = plan(target, options.access)
        r = found.repository
        out.append(f"{visible(target)}: {r.endpoint}, commit {visible(r.commit)}")
        out.append(f"  {found.requests + 1} requests, {found.bytes:,} bytes of {sum(f.size for f in r.files):,}")
        out += [f"  read  {f.size:>12,}  {visible(f.path)}" for f in found.chosen]
        out += [f"  peek  {f.size:>12,}  {visible(f.path)}  (ranged requests)" for f in found.peeked]
        out += [f"  leave {f.size:>12,}  {visible(f.path)}  {f.reason}" for f in found.files if f.action == "leave"]
    return "\n".join(out) + "\n"


def run_many(targets: tuple[str, ...], options: Options, state: Path | None, quiet: bool) -> tuple[Row, ...]:
    """Scan a list, with one line of progress; raises ``UsageError`` when results cannot be kept."""
    import scanner
    from scanner.fleet import run
    from scanner.inputs.downloads import cache_folder
    from scanner.store import Inventory

    inventory = Inventory(state or cache_folder() / "results.sqlite", scanner.__version__)
    rows: list[Row] = []
    live = not quiet and sys.stderr.isatty()
    try:
        for row in run(targets, options, inventory):
            rows.append(row)
            if live:
                sys.stderr.write(f"\r\x1b[K{len(rows)} of {len(targets)}  {row.target[:60]!r}")
                sys.stderr.flush()
    finally:
        inventory.close()
        if live:
            sys.stderr.write("\r\x1b[K")
    return tuple(rows)


def summary_text(rows: tuple[Row, ...]) -> str:
    """One line per target and a last one with the sums."""
    from scanner.reports.visible import visible

    lines: list[tuple[str, ...]] = [("target", "commit", "state", *_GRAVE, "requests", "bytes", "goes to")]
    for row in rows:
        counted = dict(row.severities)
        where = ", ".join(row.places[:3]) + (f" and {len(row.places) - 3} more" if len(row.places) > 3 else "")
        state = f"{row.state} (kept)" if row.kept else row.state
        numbers = [str(counted.get(s, 0)) if row.state in ("done", "partly read") else "?" for s in _GRAVE]
        cells = (_cut(row.target), row.key.commit[:12], state, *numbers, str(row.requests), str(row.bytes))
        lines.append((*(visible(c) for c in cells), visible(where or row.why, 200)))
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]) - 1)]
    text = "\n".join(
        "  ".join((*(c.ljust(w) for c, w in zip(li, widths, strict=False)), li[-1])).rstrip() for li in lines
    )
    return f"{text}\n\n{_sums(rows)}\n"


def _cut(text: str) -> str:
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 1]}…"


def _sums(rows: tuple[Row, ...]) -> str:
    done = sum(1 for r in rows if r.state == "done")
    kept = sum(1 for r in rows if r.kept)
    return (
        f"{done} of {len(rows)} targets read ({kept} kept from earlier), {sum(r.requests for r in rows):,} requests, "
        f"{sum(r.bytes for r in rows):,} bytes"
    )


def only_summary(formats: Iterable[str]) -> None:
    """A list is shown as one table; its reports are in the state file."""
    if any(name != "text" for name in formats):
        raise UsageError("A list gives one table as text.", "Leave --format out; each report is kept in --state.")


def note_endpoint(targets: tuple[str, ...], quiet: bool) -> None:
    """Say which hub is asked when it is not the public one."""
    from scanner.inputs.hub_client import DEFAULT_ENDPOINT, endpoint

    if not quiet and endpoint() != DEFAULT_ENDPOINT and any(t.startswith("hf://") for t in targets):
        tell(f"the hub asked is {endpoint()} (HF_ENDPOINT)")
