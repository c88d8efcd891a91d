"""YAML of a policy pack as nodes that know their lines, bounded before it is composed.

A pack may come with code nobody trusts: its size, depth and number of nodes are limited, aliases are refused, and no
tag builds an object.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scanner.errors import PolicyError

if TYPE_CHECKING:
    from yaml.events import Event
    from yaml.nodes import Node

LARGEST = 1_000_000
"""Bytes of a pack."""
DEEPEST = 12
MOST_NODES = 50_000

_INTEGER = re.compile(r"[+-]?[0-9][0-9_]*")
_TRUTH = {"true": True, "false": False}
"""As in YAML 1.2: ``NO`` is Norway, and ``off`` a level."""
_PREFIX = "tag:yaml.org,2002:"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """What is wrong in a pack, at which line, and what to write instead."""

    file: str
    line: int
    message: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message} {self.remedy}".strip()


class PackProblems(PolicyError):
    """A policy pack cannot be used; ``problems`` are sorted by line."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        first, more = problems[0], len(problems) - 1
        others = f" ({more} more: datacustoms policy validate shows all)" if more else ""
        super().__init__(f"{first.file}:{first.line}: {first.message}", f"{first.remedy}{others}")
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Place:
    """A value of the pack: plain data, its line, and the places inside it by key or index."""

    value: Any
    line: int
    inner: dict[Any, Place]
    key_lines: dict[str, int]
    bare: str = ""
    """Text of an unquoted scalar that YAML read as something else."""


def compose(file: str, text: str) -> Place:
    """The document of a pack. Raises ``PackProblems`` for what is no YAML, or no YAML a pack may use."""
    import yaml

    try:
        _bounded(file, text)
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        remedy = "Check indentation, quotes and colons on this line and the one above."
        raise _refusal(file, line, f"this is no valid YAML: {error.problem}.", remedy) from error
    except (yaml.YAMLError, ValueError) as error:
        raise _refusal(file, 1, f"this is no valid YAML: {error}.", "Save it as UTF-8 text.") from error
    if node is None:
        raise _refusal(file, 1, "the pack is empty.", "Start from a bundled one: datacustoms policy show NAME")
    return _place(file, node)


def _bounded(file: str, text: str) -> None:
    import yaml

    depth = count = documents = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        count += 1
        depth += _step(event)
        documents += isinstance(event, yaml.DocumentStartEvent)
        if isinstance(event, yaml.AliasEvent):
            raise _refusal(file, line, "a pack may not use YAML aliases.", "Write the value out.")
        if depth > DEEPEST:
            raise _refusal(file, line, f"nested deeper than {DEEPEST} levels.", "No field of a pack is that deep.")
        if count > MOST_NODES:
            raise _refusal(file, line, f"more than {MOST_NODES:,} values.", "Split the pack.")
        if documents > 1:
            raise _refusal(file, line, "a second YAML document.", "One file holds one pack.")


def _step(event: Event) -> int:
    import yaml

    if isinstance(event, yaml.CollectionStartEvent):
        return 1
    return -1 if isinstance(event, yaml.CollectionEndEvent) else 0


def _place(file: str, node: Node) -> Place:
    import yaml

    line = node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode):
        inner = {number: _place(file, item) for number, item in enumerate(node.value)}
        return Place([one.value for one in inner.values()], line, inner, {})
    if not isinstance(node, yaml.MappingNode):
        value = _scalar(node.tag, node.value)
        bare = node.value if not isinstance(value, str) else ""
        return Place(value, line, {}, {}, bare)
    found: dict[Any, Place] = {}
    lines: dict[str, int] = {}
    for key, value_node in node.value:
        at = key.start_mark.line + 1
        name = str(key.value) if isinstance(key, yaml.ScalarNode) else ""
        if not name:
            raise _refusal(file, at, "a key that is no text.", "Write the name of a field.")
        if name in found:
            raise _refusal(file, at, f"{name!r} stands twice (first on line {lines[name]}).", "Keep one of them.")
        found[name] = _place(file, value_node)
        lines[name] = at
    return Place({key: one.value for key, one in found.items()}, line, found, lines)


def _scalar(tag: str, text: str) -> Any:
    kind = tag.removeprefix(_PREFIX)
    if kind == "null":
        return None
    if kind == "bool" and text.lower() in _TRUTH:
        return _TRUTH[text.lower()]
    if kind == "int" and _INTEGER.fullmatch(text) and len(text) < 20:
        return int(text.replace("_", ""))
    return text


def _refusal(file: str, line: int, message: str, remedy: str) -> PackProblems:
    return PackProblems((Problem(file, line, message, remedy),))
