"""``datacustoms diff``."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scanner.cli.baseline import read_report
from scanner.cli.settings import SEVERITIES
from scanner.cli.terminal import wants_color, width, write
from scanner.errors import UsageError

if TYPE_CHECKING:
    from scanner.policy.differences import Change
    from scanner.policy.records import Finding

SCHEMA = "datacustoms-diff/1"
_SCHEMES = ("pypi:", "installed:", "hf://", "hf-cache:", "git:")


@click.command(short_help="Show what a change adds, removes or redirects.")
@click.argument("base")
@click.argument("head", required=False)
@click.option("--home", multiple=True, metavar="CC[,CC]", help="Home jurisdictions, as for scan.")
@click.option("--policy", "pack", metavar="FILE|NAME", help="Policy pack, as for scan.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option(
    "--fail-on", type=click.Choice(SEVERITIES), default="error", show_default=True,
    help="Exit with 1 when a change for the worse is at least this grave.",
)  # fmt: skip
@click.option("--no-semgrep", is_flag=True, help="Leave the pattern rules out.")
@click.option("--quiet", "-q", is_flag=True, help="No progress, no remarks on stderr.")
@click.pass_context
def diff(
    ctx: click.Context,
    base: str,
    head: str | None,
    home: tuple[str, ...],
    pack: str | None,
    form: str,
    fail_on: str,
    no_semgrep: bool,
    quiet: bool,
) -> None:
    """Compares two states: new, removed and redirected paths, switches removed, defaults turned on, data added.

    BASE and HEAD are saved JSON reports, targets of scan, or revisions of the git repository in the current folder
    (git:REV where a file has the same name). Without HEAD a revision is compared with the current folder. Lines that
    moved are no change.
    """
    from scanner.policy.differences import differences, grave

    first, second = _side(base), _side(head or _other(base))
    sides = [_findings(one, home, pack, no_semgrep, quiet) for one in (first, second)]
    changes = differences(*sides)
    write(_document(changes, first, second) if form == "json" else _text(changes))
    ctx.exit(1 if grave(changes, fail_on) else 0)


def _side(text: str) -> str:
    """A target: what names a scheme or exists is taken as it is, anything else is a git revision."""
    return text if text.startswith(_SCHEMES) or Path(text).exists() else f"git:{text}"


def _other(base: str) -> str:
    if _side(base).startswith("git:"):
        return "."
    raise UsageError("There is nothing to compare with.", "Name a second report or target.")


def _findings(side: str, home: tuple[str, ...], pack: str | None, no_semgrep: bool, quiet: bool) -> tuple[Finding, ...]:
    if side.endswith(".json") and Path(side).is_file():
        return read_report(Path(side))
    from scanner.cli.scan import scan_all, stance
    from scanner.errors import NothingToScan
    from scanner.pipeline import Options

    try:
        reports, _ = scan_all((side,), Options(semgrep=not no_semgrep, **stance(home, pack, None, quiet)), quiet)
    except NothingToScan:
        return ()
    return reports[0].findings


def _text(changes: tuple[Change, ...]) -> str:
    """Every change with its path."""
    from scanner.reports.text import render_finding

    color = wants_color(sys.stdout)
    parts = [f"{_headline(c)}\n{render_finding(c.finding, width=width(), color=color)}" for c in changes]
    worse = sum(change.worse for change in changes)
    return "\n".join((*parts, f"{worse} for the worse, {len(changes) - worse} removed\n"))


def _headline(change: Change) -> str:
    from scanner.reports.visible import visible

    before, after = (visible(", ".join(texts), 200) or "nothing" for texts in (change.before, change.after))
    words = {
        "new": f"NEW: to {after}",
        "removed": f"REMOVED: no longer to {before}",
        "redirected": f"REDIRECTED: from {before} to {after}",
        "gate-removed": f"SWITCH REMOVED: {before}",
        "default-on": f"ON BY DEFAULT: was {before}",
        "data-added": f"DATA ADDED: {after}",
    }
    return words[change.kind]


def _document(changes: tuple[Change, ...], base: str, head: str) -> str:
    from scanner.reports.json_report import finding_document

    rows = [
        {"kind": c.kind, "before": c.before, "after": c.after, "finding": finding_document(c.finding)} for c in changes
    ]
    document = {"schema": SCHEMA, "base": base, "head": head, "changes": rows}
    return json.dumps(document, ensure_ascii=True, indent=2) + "\n"
