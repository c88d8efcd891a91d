"""``datacustoms rules``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from scanner.cli.settings import use_settings
from scanner.cli.terminal import wants_color, width, write


@click.group(short_help="List, show and test rules.")
def rules() -> None:
    """The reporting rules, and the pattern rules handed to semgrep: bundled ones and your own."""


@rules.command("list")
@click.option("--format", "name", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option(
    "--lang", "language", type=click.Choice(["en", "zh"]), default="en", help="Language of the reporting rules."
)
def list_rules(name: str, language: str) -> None:
    """Lists every rule."""
    from scanner.matching import bundled_rules
    from scanner.policy import load_texts, rules_in
    from scanner.reports.pages import rules_json, rules_text

    patterns, reporting = bundled_rules(), rules_in(load_texts(language))
    if name == "json":
        write(rules_json(reporting, patterns))
    else:
        write(rules_text(reporting, patterns, width=width(), color=wants_color(sys.stdout)))


@rules.command("show")
@click.argument("rule", metavar="RULE")
@click.option("--lang", "language", type=click.Choice(["en", "zh"]), default="en", help="Language of the page.")
def show_rule(rule: str, language: str) -> None:
    """Shows one rule: what it says, why, how to stop it; of a pattern rule, what it looks for and where it stands."""
    from scanner.reports.pages import is_policy_rule, pattern_page, rule_page

    columns, color = width(), wants_color(sys.stdout)
    if is_policy_rule(rule):
        write(rule_page(rule, width=columns, color=color, language=language))
        return
    from scanner.matching import bundled_rules

    write(pattern_page(rule, bundled_rules(), width=columns, color=color))


@rules.command("test")
@click.argument(
    "folders", nargs=-1, metavar="[FOLDER]...", type=click.Path(exists=True, file_okay=False, path_type=Path)
)
@click.option(
    "--catalog",
    "catalogs",
    multiple=True,
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A catalog pack to check; may be repeated. Default: `catalogs` of the settings.",
)
@click.option(
    "--rules",
    "own",
    multiple=True,
    metavar="FOLDER",
    hidden=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
)
@click.option(
    "--config",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    is_eager=True,
    callback=use_settings,
    help="Settings; otherwise datacustoms.toml or [tool.datacustoms] of pyproject.toml in the current folder.",
)
@click.pass_context
def test_rules(
    ctx: click.Context,
    folders: tuple[Path, ...],
    catalogs: tuple[Path, ...],
    own: tuple[Path, ...],
    config: Path | None,
) -> None:
    """Tests rule folders and catalog packs: is each valid, is its gate sound, does it do what its examples say.

    Without a FOLDER: `rules` of the settings, and the bundled rules. Exits with 1 when something is wrong.
    """
    from scanner.catalog import load
    from scanner.matching import bundled_folder, load_rules
    from scanner.matching.examples import check_rules

    load(catalogs)
    wrong = 0
    for folder in folders or (*own, bundled_folder()):
        loaded = load_rules(folder)
        complaints = check_rules(folder, loaded)
        wrong += len(complaints)
        for one in complaints:
            write(f"{visible(folder)}/{visible(one.file)}: {visible(one.rule)}: {one.field}: {visible(one.problem)}\n")
        write(f"{visible(folder)}: {len(loaded)} rules, {len(complaints)} complaints\n")
    if catalogs:
        write(f"{len(catalogs)} catalog packs, no complaints\n")
    ctx.exit(1 if wrong else 0)


def visible(text: object) -> str:
    """Text of a file that was read, safe to print."""
    from scanner.reports.visible import visible as safe

    return safe(str(text), 400)
