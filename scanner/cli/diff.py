"""``datacustoms diff``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scanner.cli.door import tell
from scanner.cli.options import asked_options, scanning
from scanner.cli.settings import SEVERITIES
from scanner.cli.terminal import FILE_WIDTH, wants_color, width, write
from scanner.errors import UsageError
from scanner.reports import FORMATS

if TYPE_CHECKING:
    from scanner.policy.differences import Change
    from scanner.policy.records import Report

_SCHEMES = ("pypi:", "installed:", "hf://", "hf-cache:", "git:")


@click.command(short_help="Show what a change adds, removes or redirects.")
@click.argument("base")
@click.argument("head", required=False)
@scanning
@click.option(
    "--format", "form", type=click.Choice([*FORMATS]), default="text", show_default=True,
    help="text and json tell every change, the other formats what is new or worse.",
)  # fmt: skip
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Instead of stdout.")
@click.option(
    "--fail-on", type=click.Choice(SEVERITIES), default="error", show_default=True,
    help="Exit with 1 when a change for the worse is at least this grave.",
)  # fmt: skip
@click.option(
    "--baseline", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE",
    help="Findings that were accepted before: they are no change for the worse.",
)  # fmt: skip
@click.pass_context
def diff(
    ctx: click.Context,
    /,
    base: str,
    head: str | None,
    form: str,
    output: Path | None,
    fail_on: str,
    baseline: Path | None,
    **asked: Any,
) -> None:
    """Compares two states: new, removed and redirected paths, switches removed, defaults turned on, data added.

    BASE and HEAD are saved JSON reports, targets of scan, or revisions of the git repository in the current folder
    (git:REV where a file has the same name; git::index is what the next commit holds). Without HEAD a revision is
    compared with the current folder. Lines that moved are no change.
    """
    from scanner.cli.sides import not_accepted, report_of
    from scanner.policy.differences import differences, grave

    first, second = _side(base), _side(head or _other(base))
    options = asked_options(asked)
    before, after = (report_of(side, options, asked["quiet"]) for side in (first, second))
    changes = not_accepted(differences(before.findings, after.findings), baseline)
    _deliver(_told(changes, after, form, first, second, output is None), output, asked["quiet"])
    ctx.exit(1 if grave(changes, fail_on) else 0)


def _side(text: str) -> str:
    """A target: what names a scheme or exists is taken as it is, anything else is a git revision."""
    return text if text.startswith(_SCHEMES) or Path(text).exists() else f"git:{text}"


def _other(base: str) -> str:
    if _side(base).startswith("git:"):
        return "."
    raise UsageError("There is nothing to compare with.", "Name a second report or target.")


def _told(changes: tuple[Change, ...], after: Report, form: str, base: str, head: str, to_screen: bool) -> str:
    from scanner.reports import changes as told
    from scanner.reports import render

    if form == "json":
        return told.changes_json(changes, base, head)
    if form != "text":
        return render(told.worsened(after, changes), form)
    columns, color = (width(), wants_color(sys.stdout)) if to_screen else (FILE_WIDTH, False)
    return told.changes_text(changes, width=columns, color=color, language=after.language)


def _deliver(text: str, output: Path | None, quiet: bool) -> None:
    if output is None:
        write(text)
        return
    try:
        output.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise UsageError(f"{output} cannot be written: {error.strerror or error}.") from error
    if not quiet:
        tell(f"wrote {output}")
