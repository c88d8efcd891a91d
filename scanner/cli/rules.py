"""``datacustoms rules``."""

from __future__ import annotations

import sys

import click

from scanner.cli.terminal import wants_color, width, write


@click.group(short_help="List and show rules.")
def rules() -> None:
    """The reporting rules, and the pattern rules handed to semgrep."""


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
