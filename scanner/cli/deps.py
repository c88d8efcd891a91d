"""``datacustoms deps``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from scanner.cli.settings import use_settings
from scanner.cli.terminal import progress, wants_color, width, write
from scanner.errors import NothingToScan


@click.command(short_help="Show what the packages a project depends on send, and where.")
@click.argument("files", nargs=-1, metavar="[FILE]...", type=click.Path(exists=True, path_type=Path))
@click.option("--installed", is_flag=True, help="Every distribution installed beside this tool.")
@click.option("--download", is_flag=True, help="Let pip fetch wheels of what is not installed.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--no-semgrep", is_flag=True, help="Leave the pattern rules out.")
@click.option("--no-cache", is_flag=True, help="Scan everything anew.")
@click.option("--jobs", "-j", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes to use.")
@click.option("--home", multiple=True, hidden=True)
@click.option("--catalog", "catalogs", multiple=True, hidden=True, type=click.Path(exists=True, path_type=Path))
@click.option("--rules", "own", multiple=True, hidden=True, type=click.Path(exists=True, path_type=Path))
@click.option("--config", type=click.Path(exists=True, dir_okay=False, path_type=Path), is_eager=True,
              callback=use_settings, help="Settings.")  # fmt: skip
@click.option("--quiet", "-q", is_flag=True, help="No progress on stderr.")
def deps(
    files: tuple[Path, ...],
    installed: bool,
    download: bool,
    form: str,
    no_semgrep: bool,
    no_cache: bool,
    jobs: int,
    home: tuple[str, ...],
    catalogs: tuple[Path, ...],
    own: tuple[Path, ...],
    config: Path | None,
    quiet: bool,
) -> None:
    """Shows what the packages a project depends on send by default, to which hosts and countries, and the switches.

    A FILE is requirements.txt, pyproject.toml, uv.lock, poetry.lock or pylock.toml, or a folder with one of them; the
    current folder when none is given. Packages installed beside this tool are scanned as they are; nothing is fetched
    without --download. A package is scanned again only when its files change.
    """
    from scanner.dependencies import examine
    from scanner.dependencies.table import as_json, table
    from scanner.inputs.declared import declaring_files, installed_distributions, read_declared
    from scanner.pipeline import Options

    folders = [file for file in files or (() if installed else (Path(),)) if file.is_dir()]
    named = [file for file in files if not file.is_dir()]
    declared = [read_declared(file) for file in (*named, *(f for folder in folders for f in declaring_files(folder)))]
    declared += [installed_distributions()] if installed else []
    if not declared:
        raise NothingToScan("No list of dependencies was found.", "Name a requirements, pyproject or lock file.")
    first = {one.name: one for each in reversed(declared) for one in reversed(each.dependencies)}
    skipped = [one for each in declared for one in each.skipped]
    options = Options(jobs=jobs, semgrep=not no_semgrep, catalogs=catalogs, rules=own)
    with progress(quiet) as step:
        tell = step or (lambda stage, done, total: None)
        ordered = [first[name] for name in sorted(first)]
        rows = examine(ordered, options, fetch=download, fresh=no_cache, tell=tell)
    if form == "json":
        write(as_json(rows, skipped))
    else:
        write(table(rows, skipped, width=width(), color=wants_color(sys.stdout)))
