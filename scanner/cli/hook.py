"""``datacustoms hook``: what a commit adds or makes worse."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scanner.cli.door import tell
from scanner.cli.options import asked_options, scanning
from scanner.cli.settings import SEVERITIES
from scanner.cli.terminal import wants_color, width, write

if TYPE_CHECKING:
    from scanner.inputs.staged import Changed, Sides
    from scanner.pipeline import Options
    from scanner.policy.differences import Change

MARK = "datacustoms-explained"
"""File in the repository's own git folder: the first run has explained itself."""


@click.command(short_help="Before a commit: show the paths it adds or makes worse.")
@click.argument("files", nargs=-1, metavar="[FILE]...", type=click.Path(path_type=Path))
@scanning
@click.option(
    "--fail-on", type=click.Choice(SEVERITIES), default="error", show_default=True,
    help="Exit with 1 when a path that is new or worse is at least this grave.",
)  # fmt: skip
@click.option(
    "--baseline", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE",
    help="Findings that were accepted before.",
)  # fmt: skip
@click.pass_context
def hook(ctx: click.Context, /, files: tuple[Path, ...], fail_on: str, baseline: Path | None, **asked: Any) -> None:
    """Compares what is staged with HEAD, and shows the paths that are new or worse; nothing else.

    For pre-commit, which names the staged FILEs; what changed is asked of git, not of them. In a run over a range
    (pre-push, --from-ref), the ends of the range are compared. Work that is not staged is not looked at. The whole
    repository is read on both sides, because a call in one file may reach a sender in another; when the change
    cannot matter (comments, documentation, moved lines, files of other kinds) nothing is read at all.
    """
    from scanner.inputs.staged import can_matter, changed_files, sides_of_commit
    from scanner.policy.differences import grave

    sides = sides_of_commit()
    mattering = tuple(one for one in changed_files(sides) if can_matter(one))
    options = asked_options(asked)
    if not mattering or not _any_rule_reads(mattering, options):
        return
    worse = _worse(sides, options, baseline, asked["quiet"])
    told = tuple(one for one in worse if one.finding.severity.rank <= _limit(fail_on))
    if told or not asked["quiet"]:
        _explain_once(seen=bool(told) or sys.stderr.isatty(), quiet=asked["quiet"])
    if told:
        from scanner.reports.changes import changes_text

        write(changes_text(told, width=width(), color=wants_color(sys.stdout), language=options.language))
        _advise(len(worse) - len(told), asked["quiet"])
    ctx.exit(1 if grave(told, fail_on) else 0)


def _any_rule_reads(changed: tuple[Changed, ...], options: Options) -> bool:
    """False when only settings and documents change that set no variable and that no pattern rule reads."""
    from scanner.inputs.kinds import kind_of
    from scanner.inputs.records import FileKind
    from scanner.inputs.variables import read_variables
    from scanner.matching import GateInput, with_own
    from scanner.matching.gating import survivors

    if any(kind_of(one.path) not in (FileKind.SETTINGS, FileKind.CARD) for one in changed):
        return True
    texts = [(c.path, data.decode("utf-8", "replace")) for c in changed for data in (c.old, c.new) if data is not None]
    if any(read_variables(path, text) or text.lstrip("\ufeff \r\n").startswith("---") for path, text in texts):
        return True
    gated = [GateInput(path, text, frozenset(), FileKind.SETTINGS) for path, text in texts]
    return options.semgrep and bool(survivors(gated, with_own(options.rules)))


def _worse(sides: Sides, options: Options, baseline: Path | None, quiet: bool) -> tuple[Change, ...]:
    """The changes for the worse that no baseline accepts; the base is not read when nothing is found in the head."""
    from scanner.cli.sides import not_accepted, report_of
    from scanner.policy.differences import differences

    head = report_of(sides.head, options, quiet).findings
    if all(one.suppressed for one in head):
        return ()
    base = report_of(sides.base, options, quiet).findings if sides.base else ()
    return tuple(one for one in not_accepted(differences(base, head), baseline) if one.worse)


def _limit(fail_on: str) -> int:
    """Rank down to which changes are told: errors and warnings always, notes when they are asked for."""
    from scanner.vocabulary import Severity

    return Severity.NOTE.rank if fail_on == "note" else Severity.WARNING.rank


def _explain_once(*, seen: bool, quiet: bool) -> None:
    """What this is, on stderr, until a run was seen; pre-commit shows what a hook says only when it fails."""
    import contextlib

    from scanner.inputs.git_objects import run_git

    mark = Path(run_git(Path(), "rev-parse", "--git-path", MARK).decode("utf-8", "surrogateescape").strip())
    if mark.exists():
        return
    if not quiet:
        for line in (
            "this commit is compared with the last one: shown are paths by which data would newly leave, or leave",
            "more freely. The repository is read whole, as calls go across files; none of it is run or sent anywhere.",
            "(said once in this clone; more: datacustoms hook --help)",
        ):
            tell(line)
    if seen:
        with contextlib.suppress(OSError):
            mark.write_text("", encoding="utf-8")


def _advise(notes: int, quiet: bool) -> None:
    """What can be done about what was shown."""
    if quiet:
        return
    if notes:
        tell(f"{notes} further change{'s' if notes > 1 else ''} of little weight: datacustoms diff HEAD git::index")
    tell("to keep a path, give a reason at the call (# datacustoms: allow[RULE] reason -- owner) or use a baseline")
