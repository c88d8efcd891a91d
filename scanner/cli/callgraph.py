"""``datacustoms callgraph``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from scanner.cli.door import tell
from scanner.cli.terminal import write
from scanner.errors import TargetError, UsageError

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command(short_help="Export who calls whom.")
@click.argument("entries", nargs=-1, metavar="[ENTRY]...")
@click.option("--root", type=_FOLDER, metavar="DIR", help="Folder whose modules are named from.")
@click.option("--all-in", type=_FOLDER, metavar="DIR", help="A folder of many roots: prints {root: graph}.")
@click.option("--format", "name", type=click.Choice(["json", "dot", "graphml"]), default="json", show_default=True)
def callgraph(entries: tuple[str, ...], root: Path | None, all_in: Path | None, name: str) -> None:
    """Exports who calls whom in the code reachable from the ENTRY files; all files of the root when none is given.

    With --all-in, an ENTRY is looked for in every root.
    """
    from scanner.queries import call_graph

    if all_in is not None and root is None:
        if name != "json":
            raise UsageError("--all-in prints JSON only.", "Use --root for one graph in another format.")
        write(_many(all_in, entries))
    elif root is not None and all_in is None:
        write(_ended(call_graph(root, entries, name)))
    else:
        raise UsageError("Give either --root or --all-in.")


def _many(folder: Path, entries: tuple[str, ...]) -> str:
    from scanner.queries import call_graph

    graphs: dict[str, Any] = {}
    for root in find_roots(folder):
        here = tuple(entry for entry in entries if (root / entry).is_file())
        name = root.relative_to(folder).as_posix()
        try:
            graphs[name] = json.loads(call_graph(root, here, "json"))
        except TargetError as error:
            tell(f"{name}: {error}")
    return json.dumps(graphs, ensure_ascii=True) + "\n"


def find_roots(folder: Path) -> list[Path]:
    """The uppermost folders below ``folder`` that hold Python files, sorted; of a package, the folder it lies in."""
    roots: set[Path] = set()
    waiting = [path for path in folder.iterdir() if path.is_dir() and not path.is_symlink()]
    while waiting:
        here = waiting.pop()
        names = {path.name for path in here.glob("*.py")}
        if not names:
            waiting += [path for path in here.iterdir() if path.is_dir() and not path.is_symlink()]
        elif "__init__.py" in names and "main.py" not in names and here.parent != folder:
            roots.add(here.parent)
        else:
            roots.add(here)
    return sorted(root for root in roots if not any(other in root.parents for other in roots))


def _ended(text: str) -> str:
    return text if text.endswith("\n") else f"{text}\n"
