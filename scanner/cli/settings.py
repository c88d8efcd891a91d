"""Settings from ``[tool.datacustoms]`` in ``pyproject.toml`` or from ``datacustoms.toml``.

They become click's defaults, so an option on the command line wins. A key nobody knows is an error: a misspelt
``fail-on`` must not pass for a setting.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from scanner.errors import UsageError

OWN_FILE = "datacustoms.toml"
PROJECT_FILE = "pyproject.toml"
LARGEST = 1_000_000
"""Bytes; a configuration beyond that is a mistake."""

SEVERITIES = ("error", "warning", "note", "never")


def use_settings(ctx: click.Context, parameter: click.Parameter, value: Path | None) -> Path | None:
    """Callback of ``--config``: reads the file named, else the one in the current folder, into click's defaults."""
    file = value or _found(Path())
    if file is not None:
        ctx.default_map = {**read_settings(file), **(ctx.default_map or {})}
    return file


def _found(folder: Path) -> Path | None:
    """The tool's own file before the project's; a project file without our table does not count."""
    candidates = (folder / OWN_FILE, folder / PROJECT_FILE)
    return next((file for file in candidates if file.is_file() and _names_us(file)), None)


def _names_us(file: Path) -> bool:
    return file.name == OWN_FILE or "tool.datacustoms" in _text(file)


def read_settings(file: Path) -> dict[str, Any]:
    """Option name to value; raises ``UsageError`` naming file and key for anything unknown or of the wrong kind."""
    table = _table(file)
    for key, value in table.items():
        if key not in _KEYS:
            raise UsageError(f"{file}: unknown key {key!r}.", f"Known keys are {', '.join(sorted(_KEYS))}.")
        fits, wanted = _KEYS[key]
        if not fits(value):
            raise UsageError(f"{file}: {key} must be {wanted}.")
    return {_OPTION.get(key, key): _listed(key, value) for key, value in table.items()}


def _table(file: Path) -> dict[str, Any]:
    try:
        document = tomllib.loads(_text(file))
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{file} is not valid TOML: {error}.") from error
    tool = document.get("tool", {})
    if file.name == PROJECT_FILE or (isinstance(tool, dict) and "datacustoms" in tool):
        document = tool.get("datacustoms", {}) if isinstance(tool, dict) else {}
    if not isinstance(document, dict):
        raise UsageError(f"{file}: tool.datacustoms must be a table.")
    return document


def _text(file: Path) -> str:
    try:
        if file.stat().st_size > LARGEST:
            raise UsageError(f"{file} is larger than a configuration may be ({LARGEST:,} bytes).")
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file} cannot be read: {error}.") from error


def _texts(value: object) -> bool:
    return isinstance(value, str) or (isinstance(value, list) and all(isinstance(one, str) for one in value))


def _formats(value: object) -> bool:
    from scanner.reports import DOCUMENTS, FORMATS

    names = value if isinstance(value, list) else [value]
    return bool(names) and all(isinstance(name, str) and name in (*FORMATS, *DOCUMENTS) for name in names)


def _count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _listed(key: str, value: Any) -> Any:
    return [value] if key in _REPEATED and isinstance(value, str) else value


_KEYS: dict[str, tuple[Callable[[object], bool], str]] = {
    "home": (_texts, "a text or a list of texts"),
    "fail-on": (lambda value: value in SEVERITIES, f"one of {', '.join(SEVERITIES)}"),
    "format": (_formats, "a report format or a list of them"),
    "baseline": (lambda value: isinstance(value, str), "the name of a file"),
    "policy": (lambda value: isinstance(value, str), "the name of a file or of a bundled policy pack"),
    "lang": (lambda value: value in ("en", "zh"), "en or zh"),
    "jobs": (_count, "a whole number above 0"),
    "catalogs": (_texts, "a file or a list of files"),
    "rules": (_texts, "a folder or a list of folders"),
}
_OPTION = {"format": "formats", "fail-on": "fail_on", "policy": "pack", "lang": "language", "rules": "own"}
"""Click's parameter names where they differ from the key."""
_REPEATED = frozenset({"home", "format", "catalogs", "rules"})
