"""``datacustoms scan``."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scanner.cli.baseline import against
from scanner.cli.cache import open_cache
from scanner.cli.door import tell
from scanner.cli.policy import today
from scanner.cli.settings import SEVERITIES, use_settings
from scanner.cli.terminal import FILE_WIDTH, progress, wants_color, width, write
from scanner.errors import TargetError, UsageError
from scanner.reports import DOCUMENTS, FORMATS

if TYPE_CHECKING:
    from scanner.pipeline import Options
    from scanner.policy.records import Report
    from scanner.store import Row

INCOMPLETE = 4
STDOUT = "-"
HUB_CACHE = "hf-cache:"
_SUFFIXES = {
    ".json": "json",
    ".sarif": "sarif",
    ".csv": "register",
    ".docx": "factsheet-docx",
    ".html": "html",
    ".md": "markdown",
}
_SEMGREP_RAN = frozenset({"used", "not-needed", "off"})


@click.command(short_help="Show where data leaves a package, and how to stop it.")
@click.argument("targets", nargs=-1, metavar="[TARGET]...")
@click.option("--home", multiple=True, metavar="CC[,CC]", help="Home jurisdictions: ISO codes or EEA. None: no regime.")
@click.option(
    "--policy",
    "pack",
    metavar="FILE|NAME",
    help="A policy pack: homes, profile, lists, safeguards, exceptions. See: datacustoms policy list.",
)
@click.option(
    "--lang", "language", type=click.Choice(["en", "zh"]), help="Language of the texts. Default: en, or the pack's."
)
@click.option(
    "--format",
    "formats",
    multiple=True,
    type=click.Choice([*FORMATS, *DOCUMENTS]),
    help="Report format; may be repeated. Default: text, or what the name of --output says.",
)
@click.option(
    "--output",
    "outputs",
    multiple=True,
    metavar="FILE",
    help="Where the report goes, the first --output for the first --format and so on; - is stdout.",
)
@click.option(
    "--fail-on",
    type=click.Choice(SEVERITIES),
    default="error",
    show_default=True,
    help="Exit with 1 when a finding is at least this grave.",
)
@click.option(
    "--baseline",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Findings known before: only others count for --fail-on. See: datacustoms baseline.",
)
@click.option("--jobs", "-j", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes to use.")
@click.option("--from-file", type=click.Path(dir_okay=False, path_type=Path), help="Scan the targets of a list.")
@click.option("--state", type=click.Path(dir_okay=False, path_type=Path), help="Where results of a list are kept.")
@click.option("--plan", is_flag=True, help="Print what would be fetched, and fetch nothing else.")
@click.option("--follow", type=click.IntRange(0, 500), default=0, metavar="N", help="Walk N further repositories.")
@click.option(
    "--token", metavar="TOKEN", envvar="DATACUSTOMS_HUB_TOKEN", help="Token for the hub; otherwise none is sent."
)
@click.option(
    "--catalog",
    "catalogs",
    multiple=True,
    metavar="FILE",
    help="Own catalog pack; may be repeated.",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@click.option(
    "--rules",
    "own",
    multiple=True,
    metavar="FOLDER",
    help="Folder of own pattern rules; may be repeated.",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
)
@click.option("--no-semgrep", is_flag=True, help="Leave the pattern rules out.")
@click.option("--no-cache", is_flag=True, help="Read every file anew.")
@click.option("--strict", is_flag=True, help="Exit with 4 when something could not be read.")
@click.option(
    "--config",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    is_eager=True,
    callback=use_settings,
    help="Settings; otherwise datacustoms.toml or [tool.datacustoms] of pyproject.toml in the current folder.",
)
@click.option("--quiet", "-q", is_flag=True, help="No progress, no remarks on stderr.")
@click.option("--verbose", "-v", is_flag=True, help="Every finding and every path in full.")
@click.pass_context
def scan(
    ctx: click.Context,
    targets: tuple[str, ...],
    home: tuple[str, ...],
    pack: str | None,
    language: str | None,
    formats: tuple[str, ...],
    outputs: tuple[str, ...],
    fail_on: str,
    baseline: Path | None,
    jobs: int,
    from_file: Path | None,
    state: Path | None,
    plan: bool,
    follow: int,
    token: str | None,
    catalogs: tuple[Path, ...],
    own: tuple[Path, ...],
    no_semgrep: bool,
    no_cache: bool,
    strict: bool,
    config: Path | None,
    quiet: bool,
    verbose: bool,
) -> None:
    """Shows where data leaves a package, by which path, to whom, and how to stop it.

    A TARGET is a folder or file, a wheel, sdist or zip, pypi:NAME[==VERSION], installed:NAME, hf://ORG/NAME[@REV]
    (also hf://datasets/... and hf://spaces/...) or hf-cache: for the local cache of the hub; the current folder when
    none is given. Several targets give several reports in one document.
    """
    from scanner.cli.many import note_endpoint, plan_text
    from scanner.inputs.hub_records import Access
    from scanner.pipeline import Options
    from scanner.policy import threshold

    places = pair(formats, outputs)
    asked = {"access": Access(token=token or ""), "follow": follow}
    given = stance(home, pack, language, quiet) | asked
    options = Options(jobs=jobs, semgrep=not no_semgrep, catalogs=catalogs, rules=own, **given)
    if from_file is not None or HUB_CACHE in targets:
        if baseline is not None:
            raise UsageError("A baseline is for targets of the command line.", "Leave --baseline or --from-file out.")
        rows = _scan_list(targets, from_file, formats, options, state, plan, quiet)
        ctx.exit(_code_of(rows, fail_on, strict))
    note_endpoint(targets, quiet)
    if plan:
        return write(plan_text(targets or (".",), options))
    with open_cache(no_cache, quiet) as cache:
        reports, failures = scan_all(targets or (".",), replace(options, cache=cache), quiet)
    if baseline is not None:
        reports = against(reports, baseline, quiet)
    for name, place in places:
        _deliver(reports, name, place, verbose=verbose, quiet=quiet)
    found = any(threshold(report.findings, fail_on) for report in reports)
    ctx.exit(exit_code(found, failures, strict and not all(is_complete(report) for report in reports)))


def _scan_list(
    targets: tuple[str, ...],
    from_file: Path | None,
    formats: tuple[str, ...],
    options: Options,
    state: Path | None,
    plan: bool,
    quiet: bool,
) -> tuple[Row, ...]:
    """Scan many targets and write their summary; of a plan only what it would do, and no rows."""
    from scanner.cli.many import note_endpoint, only_summary, plan_text, run_many, summary_text
    from scanner.fleet.running import expand, read_list

    listed = (*(read_list(from_file) if from_file else ()), *expand(targets))
    note_endpoint(listed, quiet)
    if plan:
        write(plan_text(listed, options))
        return ()
    only_summary(formats)
    rows = run_many(listed, options, state, quiet)
    write(summary_text(rows))
    return rows


def _code_of(rows: tuple[Row, ...], fail_on: str, strict: bool) -> int:
    """The exit code of a list: 1 when a result has findings grave enough, 4 when a target could not be read."""
    grave = SEVERITIES[: SEVERITIES.index(fail_on) + 1] if fail_on != "never" else ()
    if any(number for row in rows for severity, number in row.severities if severity in grave):
        return 1
    unread = any(row.state == "not read" or (strict and row.state != "done") for row in rows)
    return INCOMPLETE if unread else 0


def stance(home: tuple[str, ...], pack: str | None, language: str | None, quiet: bool) -> dict[str, Any]:
    """Homes, policy pack, day and language of a scan; the command line wins over the pack."""
    from scanner.policy import parse_home
    from scanner.policy.packs import load_pack

    day = today()
    read = load_pack(pack, day) if pack else None
    if read and read.review_by < day and not quiet:
        tell(f"policy pack {read.id} was to be reviewed by {read.review_by}: its rules may be out of date")
    homes = parse_home(",".join(home)) or (read.home if read else ())
    spoken = language or next(iter(read.languages if read else ()), "en")
    return {"home": homes, "pack": read, "today": day if read else "", "language": spoken}


def pair(formats: tuple[str, ...], outputs: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Format and place, one pair per report to write; raises ``UsageError`` when they do not fit together."""
    if outputs and not formats:
        formats = tuple(_SUFFIXES.get(Path(output).suffix.lower(), "text") for output in outputs)
    if len(outputs) > len(formats):
        raise UsageError("There are more --output than --format.", "Give each --output its --format.")
    names = formats or ("text",)
    places = (*outputs, *(STDOUT for _ in names[len(outputs) :]))
    if places.count(STDOUT) > 1:
        raise UsageError("Only one report can go to stdout.", "Give the other formats an --output.")
    bytes_to_stdout = [name for name, place in zip(names, places, strict=True) if place == STDOUT and name in DOCUMENTS]
    if bytes_to_stdout:
        raise UsageError(f"{bytes_to_stdout[0]} is no text.", "Give it an --output.")
    for place in places:
        if place != STDOUT and not Path(place).parent.is_dir():
            raise UsageError(f"The folder of {place} does not exist.")
    return tuple(zip(names, places, strict=True))


def exit_code(found: bool, failures: tuple[TargetError, ...], incomplete: bool) -> int:
    """1 for findings, before 3 or 4 for what could not be read: a finding stands whatever else was missed."""
    if found:
        return 1
    if failures:
        return max(failure.exit_code for failure in failures)
    return INCOMPLETE if incomplete else 0


def is_complete(report: Report) -> bool:
    """True when every file was read and every stage ran."""
    state = dict(report.coverage.semgrep).get("state", "off")
    return not report.coverage.skipped and not report.errors and state in _SEMGREP_RAN


def scan_all(
    targets: tuple[str, ...], options: Options, quiet: bool
) -> tuple[tuple[Report, ...], tuple[TargetError, ...]]:
    """A report per target that could be read, and what kept the others from it; raises when none could be read."""
    from scanner.pipeline import scan as run

    reports: list[Report] = []
    failures: list[TargetError] = []
    for target in targets:
        try:
            with progress(quiet) as step:
                reports.append(run(target, options, step))
        except TargetError as error:
            failures.append(error)
    for failure in failures if reports else failures[:-1]:
        tell(str(failure))
    if not reports:
        raise failures[-1]
    return tuple(reports), tuple(failures)


def _deliver(reports: tuple[Report, ...], name: str, place: str, *, verbose: bool, quiet: bool) -> None:
    if place == STDOUT:
        write(_rendered(reports, name, columns=width(), color=wants_color(sys.stdout), verbose=verbose))
        return
    if name in DOCUMENTS:
        from scanner.reports import render_document

        content = render_document(reports, name)
    else:
        content = _rendered(reports, name, columns=FILE_WIDTH, color=False, verbose=verbose).encode("utf-8")
    try:
        Path(place).write_bytes(content)
    except OSError as error:
        raise UsageError(f"{place} cannot be written: {error.strerror or error}.") from error
    if not quiet:
        tell(f"wrote {place}")


def _rendered(reports: tuple[Report, ...], name: str, *, columns: int, color: bool, verbose: bool) -> str:
    if name != "text":
        from scanner.reports import render_all

        return render_all(reports, name)
    from scanner.reports.text import render_text

    return "\n".join(render_text(report, width=columns, color=color, verbose=verbose) for report in reports)
