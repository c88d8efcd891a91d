"""Questions about a program that are no scan: who calls whom, and where a value goes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from scanner.catalog import load
from scanner.coverage import is_python
from scanner.facts.records import FileFacts
from scanner.parsing import collector_paused
from scanner.pipeline import texts_of

if TYPE_CHECKING:
    from scanner.callgraph import NamedGraph
    from scanner.execution import Rule, Run


def call_graph(root: Path, entries: tuple[str, ...], form: str) -> str:
    """The call graph of a folder as text; ``form`` is json, dot or graphml.

    It is what an abstract run of the entry files calls; where the run met a bound, the solved program adds the rest.
    """
    from scanner import callgraph

    with collector_paused():
        return callgraph.export(named_graph(root, entries), form)


def named_graph(root: Path, entries: tuple[str, ...]) -> NamedGraph:
    """The same as a graph of names."""
    from scanner import callgraph, execution, program

    catalog, facts, entered = load(()), _detailed(root, frozenset()), frozenset(entries)
    run = execution.execute(facts, catalog, entries=entered, library=True)
    if not run.cut:
        return callgraph.of_run(run)
    linked = program.link(facts, catalog, library=False, entries=entered)
    return callgraph.union([callgraph.of_run(run), callgraph.of_program(linked)])


def taint_query(path: Path, rules: Sequence[Rule]) -> Run:
    """The run of a file or folder that shows what arrives at the sinks of the rules; files are named from it.

    Of a single file, modules that it imports from beside itself are read as well.
    """
    from scanner import execution

    marked = execution.Taint(rules).marked
    find = _beside(path, marked) if path.is_file() else None
    with collector_paused():
        return execution.execute(_detailed(path, marked), load(()), rules=rules, library=True, find=find)


def _detailed(root: Path, marked: frozenset[str]) -> tuple[FileFacts, ...]:
    """Facts with everything abstract execution needs, of the Python files of a folder or of one file."""
    from scanner import inputs
    from scanner.facts.reader import read_facts

    snapshot = inputs.collect(str(root))
    texts, _ = texts_of(snapshot)
    found = [
        read_facts(f.path, f.digest, texts[f.path], bindings=True, marked=marked)
        for f in snapshot.files
        if is_python(f) and f.path in texts
    ]
    return tuple(f for f in found if isinstance(f, FileFacts))


def _beside(file: Path, marked: frozenset[str]) -> Callable[[str], FileFacts | None]:
    """Finds modules by dotted name below the folder of a file; links are not followed."""

    import msgspec

    def find(name: str) -> FileFacts | None:
        below = file.parent.joinpath(*name.split("."))
        for candidate in (below.with_suffix(".py"), below / "__init__.py"):
            if candidate.is_file() and not candidate.is_symlink() and candidate != file:
                found = _detailed(candidate, marked)
                label = candidate.relative_to(file.parent).as_posix()
                return msgspec.structs.replace(found[0], path=label) if found else None
        return None

    return find
