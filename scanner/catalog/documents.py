"""YAML files of rows: documents with a topic, defaults, and rows that list what differs.

Scalars are read as text and nothing else, so that ``no`` stays Norway and a date stays a date; the field they land in
says what they mean.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from scanner.catalog.rows import Place, Raw
from scanner.catalog.topics import TOPICS, Topic
from scanner.errors import CatalogError

if TYPE_CHECKING:
    from yaml.nodes import MappingNode

_KEYS = ("topic", "defaults", "rows")


def read_documents(file: str, text: str) -> Iterator[tuple[Topic, Raw, Place]]:
    """Rows of all documents of ``text``, defaults filled in; ``file`` is named in errors. Raises ``CatalogError``."""
    import yaml

    try:
        documents = list(yaml.load_all(text, Loader=_loader()))
    except yaml.YAMLError as error:
        raise CatalogError(f"{file}: no valid YAML: {error}.") from error
    number = 1
    for document in documents:
        topic, rows = _document(file, document)
        for row in rows:
            yield topic, row, Place(file, number, _name(topic, row))
            number += 1


def _document(file: str, document: object) -> tuple[Topic, list[dict[str, object]]]:
    if not isinstance(document, dict) or not isinstance(document.get("rows"), list):
        raise CatalogError(f"{file}: wants a mapping with 'topic' and a list of 'rows'.")
    for key in document:
        if key not in _KEYS:
            raise CatalogError(f"{file}: no such key {key!r}; known are {', '.join(_KEYS)}.")
    topic = TOPICS.get(str(document.get("topic")))
    if topic is None:
        raise CatalogError(f"{file}: no such topic {document.get('topic')!r}; known are {', '.join(TOPICS)}.")
    defaults = document.get("defaults") or {}
    if not isinstance(defaults, dict):
        raise CatalogError(f"{file}: 'defaults' wants a mapping.")
    for number, row in enumerate(document["rows"], start=1):
        if not isinstance(row, dict):
            raise CatalogError(f"{file}: row {number} of topic {topic.name!r} is no mapping of fields.")
    return topic, [{**defaults, **row} for row in document["rows"]]


def _name(topic: Topic, row: Raw) -> str:
    """What an error calls a row."""
    for key in reversed(topic.key):
        name = row.get(key)
        if name:
            return ", ".join(map(str, name)) if isinstance(name, list) else str(name)
    return ""


def _loader() -> Any:
    """A loader that reads every scalar as text and refuses a key that stands twice; in C where PyYAML has it."""
    import yaml

    base: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)

    class TextLoader(base):  # type: ignore[misc]
        def construct_mapping(self, node: MappingNode, deep: bool = False) -> dict[str, object]:
            built: dict[str, object] = super().construct_mapping(node, deep=deep)
            if len(built) != len(node.value):
                raise yaml.constructor.ConstructorError(None, None, "a key stands twice", node.start_mark)
            return built

    return TextLoader
