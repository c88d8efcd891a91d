"""``datacustoms harden``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scanner.cli.door import tell
from scanner.cli.settings import use_settings
from scanner.cli.terminal import progress, write
from scanner.errors import UsageError

if TYPE_CHECKING:
    from scanner.hardening import Hardened
    from scanner.remedies.records import Patch, Wishes

STDOUT = "-"
_FORMATS = (
    "text", "json", "env", "shell", "dockerfile", "kubernetes", "kubernetes-env", "networkpolicy", "cilium",
    "nftables", "squid", "envoy",
)  # fmt: skip


@click.command(short_help="Write what stops the paths: switches, a patch, egress allow-lists.")
@click.argument("target", default=".")
@click.option(
    "--format",
    "forms",
    multiple=True,
    type=click.Choice(_FORMATS),
    help="What to write; may be repeated. Default: text.",
)
@click.option("--output", "places", multiple=True, metavar="FILE", help="Where it goes, in the order of --format.")
@click.option("--patch", is_flag=True, help="Print a unified diff of the code; nothing is written.")
@click.option("--apply", "write_it", is_flag=True, help="With --patch: change the files of the folder.")
@click.option("--verify", is_flag=True, help="With --patch: scan a patched copy and say what is gone and what remains.")
@click.option("--stop", multiple=True, metavar="ID", help="A further finding to stop (beginning of its id).")
@click.option("--keep", multiple=True, metavar="ID", help="A finding the program is used for.")
@click.option("--allow", multiple=True, metavar="HOST[:PORT]", help="A further host that stays open.")
@click.option("--opt-in", default="", metavar="NAME[=VALUE]", help="The variable that guards calls in the patch.")
@click.option("--pin", "pins", multiple=True, metavar="REPOSITORY=COMMIT", help="The commit a repository is pinned to.")
@click.option("--home", multiple=True, metavar="CC[,CC]", help="Home jurisdictions, as for scan.")
@click.option("--policy", "pack", metavar="FILE|NAME", help="Policy pack: what it denies is stopped as well.")
@click.option(
    "--catalog", "catalogs", multiple=True, metavar="FILE", help="Own catalog pack; may be repeated.",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)  # fmt: skip
@click.option("--jobs", "-j", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes to use.")
@click.option("--no-semgrep", is_flag=True, help="Leave the pattern rules out.")
@click.option("--rules", "own", multiple=True, hidden=True, type=click.Path(exists=True, path_type=Path))
@click.option("--config", type=click.Path(exists=True, dir_okay=False, path_type=Path), is_eager=True,
              callback=use_settings, help="Settings.")  # fmt: skip
@click.option("--quiet", "-q", is_flag=True, help="No progress, no remarks on stderr.")
@click.pass_context
def harden(
    ctx: click.Context,
    target: str,
    forms: tuple[str, ...],
    places: tuple[str, ...],
    patch: bool,
    write_it: bool,
    verify: bool,
    stop: tuple[str, ...],
    keep: tuple[str, ...],
    allow: tuple[str, ...],
    opt_in: str,
    pins: tuple[str, ...],
    home: tuple[str, ...],
    pack: str | None,
    catalogs: tuple[Path, ...],
    jobs: int,
    no_semgrep: bool,
    own: tuple[Path, ...],
    config: Path | None,
    quiet: bool,
) -> None:
    """Writes what stops the paths a scan of TARGET finds: what is sent back by default, and foreign code.

    Switch files (env, shell, dockerfile, kubernetes) hold the values that were evaluated to silence a path; each line
    says what it does not stop. Allow-lists (networkpolicy, cilium, nftables, squid, envoy) open exactly the known hosts
    of the other paths. A patch changes the code itself: it is printed, and written only with --apply. Exits with 1
    when --verify finds a path that remains.
    """
    from scanner.cli.scan import stance
    from scanner.hardening import harden as run
    from scanner.hardening import write_back
    from scanner.pipeline import Options
    from scanner.remedies.records import Wishes

    if (write_it or verify) and not patch:
        raise UsageError("--apply and --verify are about a patch.", "Add --patch.")
    wishes = Wishes(stop, keep, allow, _variable(opt_in), tuple(_pinned(pin) for pin in pins))
    given = stance(home, pack, None, quiet)
    options = Options(jobs=jobs, semgrep=not no_semgrep, catalogs=catalogs, rules=own, **given)
    pairs = _pairs(forms, places, patch)
    with progress(quiet) as step:
        done = run(target, options, wishes, patch=patch, verify=verify, progress=step)
    for form, place in pairs:
        _deliver(_written(form, done, wishes), place, quiet)
    if done.patch is not None:
        remains = _show(done, done.patch, shown=not pairs, quiet=quiet)
        if write_it:
            for path in write_back(target, done.patch):
                tell(f"changed {path}")
        ctx.exit(1 if remains else 0)


def _pairs(forms: tuple[str, ...], places: tuple[str, ...], patch: bool) -> list[tuple[str, str]]:
    """Each format with its place; nothing when only the patch is wanted."""
    names = forms or (() if patch and not places else ("text",))
    if len(places) > len(names):
        raise UsageError("There are more --output than --format.", "Give each --output its --format.")
    pairs = list(zip(names, (*places, *(STDOUT for _ in names[len(places) :])), strict=True))
    if sum(place == STDOUT for _, place in pairs) > 1:
        raise UsageError("Only one file can go to stdout.", "Give the other formats an --output.")
    return pairs


def _written(form: str, done: Hardened, wishes: Wishes) -> str:
    from scanner.remedies import render_file
    from scanner.remedies.overview import document, overview

    if form == "text":
        return overview(done.report, done.aim, wishes)
    if form == "json":
        return document(done.report, done.aim, wishes, done.patch, done.outcomes)
    return render_file(form, done.report, done.aim, wishes)


def _show(done: Hardened, patch: Patch, *, shown: bool, quiet: bool) -> bool:
    """The diff on stdout, after the proof as lines ``patch`` skips; whether a path remains."""
    from scanner.remedies.overview import proof, remarks
    from scanner.remedies.records import Fate

    outcomes = done.outcomes or ()
    if shown:
        if done.outcomes is not None:
            write("".join(f"# {line}\n" for line in proof(outcomes).splitlines()))
        write(_seen(patch.diff) if sys.stdout.isatty() else patch.diff)
    for line in () if quiet else remarks(patch):
        tell(line)
    return any(one.fate is Fate.REMAINS for one in outcomes)


def _seen(diff: str) -> str:
    """A diff for a terminal, which must not obey what it quotes."""
    from scanner.reports.visible import visible

    return "".join(f"{visible(line, 2_000)}\n" for line in diff.split("\n")[:-1])


def _deliver(text: str, place: str, quiet: bool) -> None:
    if place == STDOUT:
        return write(text)
    try:
        Path(place).write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise UsageError(f"{place} cannot be written: {error.strerror or error}.") from error
    if not quiet:
        tell(f"wrote {place}")


def _variable(text: str) -> str:
    from scanner.remedies.text import is_value, is_variable

    name, _, value = text.partition("=")
    if text and not (is_variable(name) and is_value(value)):
        raise UsageError(f"{text[:60]!r} names no variable.", "Write NAME or NAME=value.")
    return text


def _pinned(text: str) -> tuple[str, str]:
    repository, _, commit = text.rpartition("=")
    if not repository or len(commit) != 40 or set(commit) - set("0123456789abcdef"):
        raise UsageError(f"{text[:80]!r} names no commit.", "Write ORG/NAME= and the 40 digits of the commit.")
    return repository, commit
