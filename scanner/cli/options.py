"""Options that every command that scans takes, by the names the settings use, and what they ask of a scan."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scanner.cli.settings import use_settings

if TYPE_CHECKING:
    from scanner.pipeline import Options

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


def scanning(command: Callable[..., None]) -> Callable[..., None]:
    """Adds them; the command receives them as keywords and hands them to ``asked_options``."""
    for option in (
        click.option("--quiet", "-q", is_flag=True, help="No progress, no remarks on stderr."),
        click.option("--config", type=_FILE, is_eager=True, callback=use_settings, help="Settings, as for scan."),
        click.option("--no-semgrep", is_flag=True, help="Leave the pattern rules out."),
        click.option(
            "--jobs", "-j", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes to use."
        ),
        click.option("--rules", "own", multiple=True, metavar="FOLDER", type=_FOLDER, help="Own pattern rules."),
        click.option("--catalog", "catalogs", multiple=True, metavar="FILE", type=_FILE, help="Own catalog pack."),
        click.option("--lang", "language", type=click.Choice(["en", "zh"]), help="Language of the texts."),
        click.option("--policy", "pack", metavar="FILE|NAME", help="Policy pack, as for scan."),
        click.option("--home", multiple=True, metavar="CC[,CC]", help="Home jurisdictions, as for scan."),
    ):
        command = option(command)
    return command


def asked_options(asked: dict[str, Any]) -> Options:
    """The options of a scan, from the keywords that ``scanning`` adds."""
    from scanner.cli.scan import stance
    from scanner.pipeline import Options

    given = stance(asked["home"], asked["pack"], asked["language"], asked["quiet"])
    return Options(
        jobs=asked["jobs"], semgrep=not asked["no_semgrep"], catalogs=asked["catalogs"], rules=asked["own"], **given
    )
