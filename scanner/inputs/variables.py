"""Environment variables a repository sets in its own settings files: name, value, file and line.

Read are ``.env`` files, shell ``export``, Dockerfile ``ENV``, and in YAML (Compose, workflows, Kubernetes)
``NAME: value``, ``- NAME=value`` and ``name:`` / ``value:`` pairs. Only names in upper case count; a value that refers
to another variable is left out. Lines are matched one by one, so a broken file gives what it can.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

_NAME = r"(?P<name>[A-Z][A-Z0-9_]{1,80})"
_SHELL = re.compile(rf"[ \t]*(?:export[ \t]+)?{_NAME}=(?P<value>[^\n]*)")
_IMAGE = re.compile(rf"[ \t]*(?:ENV|env)[ \t]+{_NAME}[= ](?P<value>[^\n]*)")
_YAML = re.compile(rf"[ \t]*(?:-[ \t]+)?[\"']?{_NAME}[\"']?(?::[ \t]+|=)(?P<value>[^\n]*)")
_PAIR = re.compile(rf"[ \t]*(?:-[ \t]+)?name:[ \t]*[\"']?{_NAME}[\"']?[ \t]*$")
_PAIR_VALUE = re.compile(r"[ \t]*value:[ \t]*(?P<value>[^\n]*)")
_LONGEST = 2_000


@dataclass(frozen=True, slots=True, order=True)
class SetVariable:
    """A variable one file of the target sets; ``value`` is its text without quotes."""

    name: str
    value: str
    file: str
    line: int


def read_variables(path: str, text: str) -> tuple[SetVariable, ...]:
    """The variables a settings file sets, in order of line; ``()`` for a file of another kind."""
    shape = _shape(path)
    if shape is None:
        return ()
    found: list[SetVariable] = []
    pending = ""
    for number, line in enumerate(text.split("\n"), 1):
        pair = _PAIR_VALUE.match(line) if pending else None
        match = shape.match(line) if len(line) <= _LONGEST else None
        if pair and len(line) <= _LONGEST:
            found += _set(pending, pair["value"], path, number)
        elif match:
            found += _set(match["name"], match["value"], path, number)
        named = _PAIR.match(line) if shape is _YAML and len(line) <= _LONGEST else None
        pending = named["name"] if named else ""
    return tuple(found)


def _shape(path: str) -> re.Pattern[str] | None:
    pure = PurePosixPath(path)
    if pure.name.startswith(("Dockerfile", "Containerfile")) or pure.suffix == ".dockerfile":
        return _IMAGE
    if pure.suffix in (".yml", ".yaml"):
        return _YAML
    return _SHELL if pure.suffix in (".env", ".sh", ".bash") or pure.name.startswith(".env") else None


def _set(name: str, value: str, path: str, line: int) -> Iterator[SetVariable]:
    text = _plain(value)
    if text is not None and "$" not in text and "{{" not in text:
        yield SetVariable(name, text, path, line)


def _plain(value: str) -> str | None:
    """The value without quotes and comment; None where it goes on over lines or is a mapping or list."""
    text = value.strip().removesuffix("\\").strip()
    if text[:1] in ("'", '"'):
        end = text.find(text[0], 1)
        return text[1:end] if end > 0 else None
    text = re.sub(r"(?:^|[ \t])#.*$", "", text).strip()
    return None if text[:1] in ("|", ">", "&", "[", "{", "(", "`") else text
