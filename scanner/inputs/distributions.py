"""What a distribution says of itself: name, version, entry points.

Formats: core metadata (``METADATA``, ``PKG-INFO``), ``entry_points.txt`` (entry points specification of PyPA),
``pyproject.toml`` (PEP 621, Poetry, Flit) and ``setup.cfg`` (setuptools). A malformed file says nothing.
"""

from __future__ import annotations

import configparser
import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import Any

from scanner.inputs.records import DeclaredEntry

_REFERENCE = re.compile(r"([A-Za-z_][\w.]*)\s*(?::\s*([A-Za-z_][\w.]*))?")
_SCRIPTS = {"scripts": "console_scripts", "gui-scripts": "gui_scripts"}
_NAMES_ENTRIES = ("entry_points.txt", "pyproject.toml", "setup.cfg")
_NAMES_IDENTITY = ("METADATA", "PKG-INFO", "pyproject.toml", "setup.cfg")


def identity(texts: dict[str, str]) -> tuple[str, str]:
    """Name and version of the distribution at the top of a target, ``""`` for what is not said.

    ``texts`` maps the paths of metadata files to their text. Core metadata count before ``pyproject.toml`` before
    ``setup.cfg``; several distributions side by side have no one name.
    """
    for wanted in _NAMES_IDENTITY:
        found = {_identity_in(texts[p], wanted) for p in texts if PurePosixPath(p).name == wanted and _is_top(p)}
        found = {(name, version) for name, version in found if name}
        if found:
            return found.pop() if len(found) == 1 else ("", "")
    return "", ""


def declared_entries(texts: dict[str, str], paths: Iterable[str]) -> tuple[DeclaredEntry, ...]:
    """Entry points of every distribution in a target, and its ``__main__`` modules (group ``__main__``).

    ``paths`` are the Python files whose ``__main__`` counts; their ``module`` is the path with dots.
    """
    entries = {entry for path in texts for entry in _entries_in(path, texts[path])}
    entries |= {_main_entry(p) for p in paths if PurePosixPath(p).name == "__main__.py"}
    return tuple(sorted(entries, key=lambda e: (e.group, e.name, e.module, e.attribute, e.file)))


def _is_top(path: str) -> bool:
    """Whether a metadata file describes the target itself and not something deep inside it."""
    parts = PurePosixPath(path).parts
    if PurePosixPath(path).name == "METADATA":
        return len(parts) == 2 and parts[0].endswith(".dist-info")
    return len(parts) == 1


def _identity_in(text: str, name: str) -> tuple[str, str]:
    if name in ("METADATA", "PKG-INFO"):
        return _header(text, "Name"), _header(text, "Version")
    if name == "setup.cfg":
        section = dict(_ini(text)).get("metadata", {})
        version = section.get("version", "")
        return section.get("name", ""), "" if ":" in version else version
    document = _toml(text)
    project = _table(document, "project") or _table(document, "tool", "poetry")
    return _text(project.get("name")), _text(project.get("version"))


def _header(text: str, name: str) -> str:
    head = text.partition("\n\n")[0]
    found = re.search(rf"^{name}:[ \t]*(\S[^\n]*)$", head, re.MULTILINE)
    return found[1].strip() if found else ""


def _entries_in(path: str, text: str) -> Iterator[DeclaredEntry]:
    for group, name, reference in _references(PurePosixPath(path).name, text):
        found = _REFERENCE.match(reference.strip())
        if found:
            yield DeclaredEntry(group, name, found[1], found[2] or "", path)


def _references(file_name: str, text: str) -> Iterator[tuple[str, str, str]]:
    """Triples of group, name and object reference as written."""
    if file_name == "entry_points.txt":
        for group, options in _ini(text):
            yield from ((group, name, reference) for name, reference in options.items())
    elif file_name == "setup.cfg":
        for group, block in dict(_ini(text)).get("options.entry_points", {}).items():
            pairs = [line.partition("=") for line in block.splitlines()]
            yield from ((group, name.strip(), reference) for name, sign, reference in pairs if sign)
    elif file_name == "pyproject.toml":
        yield from _toml_references(_toml(text))


def _toml_references(document: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    project, tool = _table(document, "project"), _table(document, "tool")
    tables = [(_SCRIPTS[key], _table(project, key)) for key in _SCRIPTS]
    tables += [(group, _table(project, "entry-points", group)) for group in _table(project, "entry-points")]
    tables += [("console_scripts", _table(tool, builder, "scripts")) for builder in ("poetry", "flit")]
    tables += [(group, _table(tool, "poetry", "plugins", group)) for group in _table(tool, "poetry", "plugins")]
    for group, table in tables:
        yield from ((group, name, reference) for name, reference in table.items() if isinstance(reference, str))


def _main_entry(path: str) -> DeclaredEntry:
    parts = PurePosixPath(path).with_suffix("").parts
    parts = parts[1:] if parts[0] == "src" else parts
    return DeclaredEntry("__main__", ".".join(parts[:-1]), ".".join(parts), "", path)


def _ini(text: str) -> list[tuple[str, dict[str, str]]]:
    parser = configparser.RawConfigParser(delimiters=("=",), strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    try:
        parser.read_string(text)
    except configparser.Error:
        return []
    return [(section, dict(parser.items(section))) for section in parser.sections()]


def _toml(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError):
        return {}


def _table(document: dict[str, Any], *keys: str) -> dict[str, Any]:
    for key in keys:
        value = document.get(key)
        document = value if isinstance(value, dict) else {}
    return document


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


METADATA_READ = frozenset(_NAMES_ENTRIES) | frozenset(_NAMES_IDENTITY)
"""Names of the files this module reads."""
