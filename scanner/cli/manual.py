"""``docs/commands.md``, made from the help texts: ``python -m scanner.cli.manual > docs/commands.md``."""

from __future__ import annotations

import click

WIDTH = 100
_HEAD = """# Commands

Generated from `--help` by `python -m scanner.cli.manual`; do not edit.

Settings may stand in `datacustoms.toml`, or under `[tool.datacustoms]` in `pyproject.toml`, of the current folder:
`home`, `policy`, `lang`, `fail-on`, `format`, `baseline`, `jobs`, `catalogs`, `rules`. An option on the command line
wins. The result goes to stdout, everything else to stderr; `NO_COLOR` and `FORCE_COLOR` are honoured.
"""


def manual() -> str:
    """The page: every command with its help, in the order of the help."""
    from scanner.cli import main

    return _HEAD + "".join(_sections(main, "datacustoms", None))


def _sections(command: click.Command, name: str, parent: click.Context | None) -> list[str]:
    settings = {**command.context_settings, "terminal_width": WIDTH, "max_content_width": WIDTH}
    ctx = click.Context(command, info_name=name, parent=parent, **settings)
    sections = [f"\n## `{ctx.command_path}`\n\n```\n{command.get_help(ctx)}\n```\n"]
    if isinstance(command, click.Group):
        for below in command.list_commands(ctx):
            found = command.get_command(ctx, below)
            sections += _sections(found, below, ctx) if found is not None else []
    return sections


if __name__ == "__main__":
    click.echo(manual(), nl=False)
