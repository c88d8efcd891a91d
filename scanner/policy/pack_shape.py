"""The shape of a pack, checked against the shipped JSON Schema, with lines and with what to write instead.

Of JSON Schema only what ``schema/policy-1.schema.json`` uses is understood.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Any

from scanner.policy.pack_nodes import Place, Problem

_NAMES = {
    "object": "a mapping of fields",
    "array": "a list",
    "string": "a text",
    "integer": "a whole number",
    "boolean": "true or false",
    "null": "null",
}
_TYPES: dict[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "null": type(None),
}


@cache
def policy_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of policy packs."""
    text = files("scanner.policy").joinpath("schema", "policy-1.schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def check_shape(file: str, place: Place) -> Iterator[Problem]:
    """Every place where the pack does not have the shape of the schema."""
    return _check(file, place, policy_schema(), "the pack")


def suggestion(word: str, known: Iterable[str]) -> str:
    """What somebody probably meant, else what there is."""
    options = sorted(set(known))
    close = get_close_matches(word.lower(), [one.lower() for one in options], n=1, cutoff=0.6)
    if close:
        return f"Write {next(one for one in options if one.lower() == close[0])!r}."
    shown = ", ".join(options[:20])
    return f"Use one of {shown}{' and so on' if len(options) > 20 else ''}."


def _check(file: str, place: Place, schema: dict[str, Any], name: str) -> Iterator[Problem]:
    if "$ref" in schema:
        schema = policy_schema()["$defs"][schema["$ref"].rsplit("/", 1)[1]] | {
            k: v for k, v in schema.items() if k != "$ref"
        }
    wanted = schema.get("type")
    types = [wanted] if isinstance(wanted, str) else wanted or []
    if types and not any(_is(place.value, one) for one in types):
        yield Problem(
            file, place.line, f"{name} wants {' or '.join(_NAMES[one] for one in types)}.", _retype(place, types)
        )
        return
    if "enum" in schema and place.value not in schema["enum"]:
        shown = place.bare or str(place.value)
        yield Problem(file, place.line, f"{name} cannot be {shown[:40]!r}.", suggestion(shown, schema["enum"]))
    if isinstance(place.value, dict):
        yield from _check_fields(file, place, schema, name)
    elif isinstance(place.value, list):
        yield from _check_items(file, place, schema, name)
    else:
        yield from _check_scalar(file, place, schema, name)


def _check_fields(file: str, place: Place, schema: dict[str, Any], name: str) -> Iterator[Problem]:
    known, others = schema.get("properties", {}), schema.get("additionalProperties", True)
    for key, inner in place.inner.items():
        if key in known:
            yield from _check(file, inner, known[key], key)
        elif isinstance(others, dict):
            yield from _check(file, inner, others, f"{name}.{key[:40]}")
        elif others is False:
            yield Problem(file, place.key_lines[key], f"{name} has no field {key[:40]!r}.", suggestion(key, known))
    for key in schema.get("required", ()):
        if key not in place.inner:
            yield Problem(file, place.line, f"{name} lacks the field {key!r}.", f"Add '{key}:' here.")


def _check_items(file: str, place: Place, schema: dict[str, Any], name: str) -> Iterator[Problem]:
    items = schema.get("items", {})
    for inner in place.inner.values():
        yield from _check(file, inner, items, f"an entry of {name}")
    if len(place.value) < schema.get("minItems", 0):
        yield Problem(file, place.line, f"{name} is empty.", "Add an entry, or leave the field out.")
    if len(place.value) > schema.get("maxItems", len(place.value)):
        yield Problem(file, place.line, f"{name} has more than {schema['maxItems']:,} entries.", "Split the pack.")


def _check_scalar(file: str, place: Place, schema: dict[str, Any], name: str) -> Iterator[Problem]:
    value = place.value
    if isinstance(value, str):
        if len(value) < schema.get("minLength", 0) or len(value) > schema.get("maxLength", len(value)):
            yield Problem(file, place.line, f"{name} has a wrong length.", "Write between 1 and 200 characters.")
        if "pattern" in schema and not re.search(schema["pattern"], value[:200]):
            yield Problem(file, place.line, f"{name} cannot be {value[:40]!r}.", _pattern_remedy(schema["pattern"]))
    if isinstance(value, int) and not isinstance(value, bool) and value < schema.get("minimum", value):
        yield Problem(file, place.line, f"{name} cannot be {value}.", f"Write {schema['minimum']} or more.")


def _is(value: Any, name: str) -> bool:
    if name == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, _TYPES[name])


def _retype(place: Place, types: list[str]) -> str:
    if "string" in types and place.bare:
        return f'Put it in quotes: "{place.bare[:40]}".'
    if "array" in types and not isinstance(place.value, dict):
        return f"Put it in brackets: [{str(place.bare or place.value)[:40]}]."
    return f"Write {' or '.join(_NAMES[one] for one in types)}."


def _pattern_remedy(pattern: str) -> str:
    return "Write a day as 2026-12-31." if "{4}-" in pattern else "Use lower-case letters, digits and hyphens."
