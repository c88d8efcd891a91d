"""``datacustoms where``."""

from __future__ import annotations

from pathlib import Path

import click

from scanner.cli.terminal import write


@click.command(short_help="Tell who runs a host, and in which country.")
@click.argument("asked", nargs=-1, required=True, metavar="HOST|URL...")
@click.option("--format", "name", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option(
    "--registry",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A delegated-*-latest file of an address registry: says where a block of addresses was registered.",
)
def where(asked: tuple[str, ...], name: str, registry: Path | None) -> None:
    """Tells who runs a host and in which country data arrives, with the evidence.

    Answered from the tables that ship with the tool; no network is used. What they do not know is Unknown.
    """
    from scanner.catalog import load
    from scanner.destinations import locate_text
    from scanner.destinations.registry import read_registry, with_registry
    from scanner.reports.places import places_json, places_text

    catalog = load()
    places = [(text, locate_text(text, catalog)) for text in asked]
    if registry is not None:
        blocks = read_registry(registry)
        places = [(text, with_registry(one, blocks)) for text, one in places]
    names = {country.code: country.english for country in catalog.countries}
    names |= {group.code: group.english for group in catalog.groups}
    write(places_json(places) if name == "json" else places_text(places, names))
