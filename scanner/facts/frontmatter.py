"""The metadata in front of a card, read whatever state it is in.

On 54 real cards the official parser raised on four: placeholders of templates, tabs, broken indices. Here the block is
read as YAML; when that fails each top-level entry is read by itself, and an entry that is no YAML is dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

METADATA_BYTES = 64_000
"""What is longer is no metadata; YAML is slow."""
_DEEPEST = 40
_TOP = re.compile(r"[A-Za-z_][\w.-]*[ \t]*:(?=[ \t]|$)", re.MULTILINE)
_PAIR = re.compile(r"([^:#'\"][^:]{0,200}):\s+(\S.{0,200})")
_END = re.compile(r"(?:---|\.\.\.)[ \t]*")
_PLACEHOLDER = re.compile(r"[{}]|\[\[|<[a-z_ ]+>")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The entries by name; ``state`` is whole, repaired or absent; ``body`` begins at line ``body_line``."""

    state: str
    fields: tuple[tuple[str, Any], ...]
    raw: str
    body: str
    body_line: int

    def get(self, *names: str) -> Any:
        """The first of several names that stands there."""
        known = dict(self.fields)
        return next((known[name] for name in names if name in known), None)


def split(text: str) -> FrontMatter:
    """Metadata and body of a card; line ends and a byte order mark do not matter."""
    lines = text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    first = next((i for i, line in enumerate(lines) if line.strip()), 0)
    if not lines or lines[first].strip() != "---":
        return FrontMatter("absent", (), "", "\n".join(lines), 1)
    last = next((i for i in range(first + 1, len(lines)) if _END.fullmatch(lines[i])), None)
    closed = last is not None
    if last is None:
        last = next((i for i in range(first + 1, len(lines)) if not _like_metadata(lines[i])), len(lines))
    raw = "\n".join(lines[first + 1 : last])
    body = "\n".join(lines[last + 1 if closed else last :])
    state, fields = _read(raw[:METADATA_BYTES])
    return FrontMatter(state, fields, raw, body, last + (2 if closed else 1))


def _like_metadata(line: str) -> bool:
    return not line.strip() or (line[0] in " \t-#" and not line.startswith("# ")) or _TOP.match(line) is not None


def _read(raw: str) -> tuple[str, tuple[tuple[str, Any], ...]]:
    whole = _yaml(raw)
    if isinstance(whole, dict):
        return "whole", tuple((str(k), v) for k, v in whole.items())
    if whole is None and not raw.strip():
        return "whole", ()
    fields: dict[str, Any] = {}
    for entry in _entries(raw):
        part = _yaml(entry)
        if isinstance(part, dict):
            fields.update({str(k): v for k, v in part.items()})
        elif (plain := _plain(entry)) is not None:
            fields[plain[0]] = plain[1]
    return "repaired", tuple(fields.items())


def _entries(raw: str) -> Iterator[str]:
    """Top-level entries, each with the lines that belong to it."""
    entry: list[str] = []
    for line in raw.replace("\t", "  ").split("\n"):
        if _TOP.match(line) and entry:
            yield "\n".join(entry)
            entry = []
        entry.append(line)
    yield "\n".join(entry)


def _plain(entry: str) -> tuple[str, Any] | None:
    """An entry that is no YAML: the words after its colon, its list items or its pairs, as text."""
    head, colon, rest = entry.partition(":")
    if not colon or not _TOP.match(entry):
        return None
    first, *below = [line.strip() for line in rest.split("\n")]
    items = [line[1:].strip().strip("'\"") for line in below if line.startswith("- ")]
    pairs = {match[1]: match[2] for line in below if (match := _PAIR.fullmatch(line))}
    return head.strip(), first.strip("'\"") or items or pairs


def _yaml(text: str) -> Any:
    """The document, or None; never an object, never deeper than the interpreter likes."""
    import yaml

    if _nests_too_deep(text):
        return None
    try:
        return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
    except (yaml.YAMLError, ValueError, TypeError, RecursionError, AttributeError, KeyError, OverflowError):
        return None


def _nests_too_deep(text: str) -> bool:
    """Whether a document nests deeper than cards do: its events are counted first, as loading recurses in C."""
    import yaml

    depth = 0
    try:
        for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > _DEEPEST:
                return True
    except yaml.YAMLError:
        return False  # loading says what is wrong, and gets no further than this
    return False


def texts(value: Any) -> tuple[str, ...]:
    """One text or a list of texts, in the order given, without doubles and placeholders of templates."""
    items = value if isinstance(value, (list, tuple)) else [value]
    found = [str(item).strip() for item in items if isinstance(item, (str, int, float)) and not isinstance(item, bool)]
    return tuple(dict.fromkeys(t for t in found if t and len(t) < 500 and not _PLACEHOLDER.search(t)))


def text(value: Any) -> str:
    """One text, ``""`` for everything else; booleans and numbers as YAML writes them."""
    if isinstance(value, bool):
        return "true" if value else "false"
    found = texts(value)
    return found[0] if len(found) == 1 else ", ".join(found)
