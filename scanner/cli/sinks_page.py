"""``docs/sinks.md``: ``python -m scanner.cli.sinks_page > docs/sinks.md``."""

from __future__ import annotations

import click

from scanner.catalog.pages import sinks_page

if __name__ == "__main__":
    click.echo(sinks_page(), nl=False)
