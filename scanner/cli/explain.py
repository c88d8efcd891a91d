"""``datacustoms explain``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scanner.cli.terminal import wants_color, width, write
from scanner.errors import UsageError

if TYPE_CHECKING:
    from scanner.policy.records import Finding

LARGEST = 500_000_000
"""Bytes of a saved report."""
SHORTEST = 4
"""Characters of an id that are enough, as long as they name one finding."""


@click.command(short_help="Explain a rule, or a finding of a saved report.")
@click.argument("subject", metavar="RULE|FINDING")
@click.option(
    "--report",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="A saved JSON report that holds the finding.",
)
@click.option("--lang", "language", type=click.Choice(["en", "zh"]), default="en", help="Language of the page.")
def explain(subject: str, report: Path | None, language: str) -> None:
    """Explains a rule (DC001), or one finding of a saved JSON report by its id or the beginning of it."""
    from scanner.reports.pages import is_policy_rule, rule_page

    if is_policy_rule(subject):
        write(rule_page(subject, width=width(), color=wants_color(sys.stdout), language=language))
        return
    if report is None:
        raise UsageError(f"{subject[:40]!r} is no rule.", "For a finding, name the saved JSON report: --report FILE.")
    from scanner.reports.text import render_finding

    finding = _chosen(subject, report)
    write(render_finding(finding, width=width(), color=wants_color(sys.stdout), language=language))


def _chosen(subject: str, report: Path) -> Finding:
    from scanner.reports.reading import read_findings

    if report.stat().st_size > LARGEST:
        raise UsageError(f"{report} is larger than a report may be ({LARGEST:,} bytes).")
    try:
        text = report.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{report} cannot be read: {error}.") from error
    findings = read_findings(text, str(report))
    chosen = [one for one in findings if len(subject) >= SHORTEST and one.id.startswith(subject.lower())]
    if len(chosen) == 1:
        return chosen[0]
    number = f"{len(chosen)} findings" if chosen else "no finding"
    raise UsageError(f"{report} holds {number} whose id begins with {subject[:40]!r}.", "Give more of the id.")
