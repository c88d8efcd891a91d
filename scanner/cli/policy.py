"""``datacustoms policy``."""

from __future__ import annotations

from datetime import date

import click

from scanner.cli.terminal import write

INVALID = 2


@click.group(short_help="Check and show policy packs.")
def policy() -> None:
    """Policy packs: homes, profile, destinations, safeguards, severities and exceptions as one YAML file."""


@policy.command("validate")
@click.argument("packs", nargs=-1, metavar="FILE|NAME...", required=True)
@click.pass_context
def validate(ctx: click.Context, packs: tuple[str, ...]) -> None:
    """Checks policy packs: a line per problem, with file, line number and what to write instead.

    Exit code 2 when there is any.
    """
    from scanner.policy.packs import check_pack
    from scanner.reports.visible import visible

    failed = False
    for pack in packs:
        problems = check_pack(pack, today())
        failed |= bool(problems)
        lines = [visible(str(problem), 600) for problem in problems] or [f"{visible(pack)}: valid"]
        write("\n".join(lines) + "\n")
    ctx.exit(INVALID if failed else 0)


@policy.command("list")
def list_packs() -> None:
    """Lists the packs that come with datacustoms."""
    from scanner.policy.packs import bundled_packs, load_pack

    for name in bundled_packs():
        write(f"{name}  {load_pack(name, today()).title('en')}\n")


@policy.command("show")
@click.argument("name", metavar="NAME|schema")
def show(name: str) -> None:
    """Prints a bundled pack to copy, or the JSON Schema of packs."""
    from scanner.policy.pack_shape import policy_schema
    from scanner.policy.packs import bundled_text
    from scanner.reports.visible import dump_json

    write(dump_json(policy_schema()) if name == "schema" else bundled_text(name))


@policy.command("regimes")
@click.argument("regime", metavar="[REGIME]", required=False)
@click.option("--lang", "language", type=click.Choice(["en", "zh"]), default="en", help="Language of the page.")
def regimes(regime: str | None, language: str) -> None:
    """Lists the transfer rules in the table, or shows the card of one: rules, citation, source, date, confidence."""
    from scanner.reports.regime_page import regime_page, regimes_text

    write(regime_page(regime, language) if regime else regimes_text(language))


def today() -> str:
    """The day end dates are compared with."""
    return date.today().isoformat()
