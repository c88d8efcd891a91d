"""Scanned text in files that other programs read: inert in comments, quoted in values, or left out."""

from __future__ import annotations

import json
import re

VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,120}")
_PLAIN = re.compile(r"[A-Za-z0-9_./:@%+,-]*")
_HOST_LABEL = r"(?!-)[a-z0-9_-]{1,63}(?<!-)"
HOST = re.compile(rf"(?=.{{1,253}}\Z)(?:\*\.)?{_HOST_LABEL}(?:\.{_HOST_LABEL})+")


def inert(text: str, limit: int = 160) -> str:
    """``text`` on one line in which nothing hides: what cannot be printed is written as an escape."""
    shown = text if len(text) <= limit else text[: limit - 1] + "…"
    return "".join(c if c.isprintable() else _escape(c) for c in shown).rstrip("\\")


def _escape(character: str) -> str:
    number = ord(character)
    return f"\\x{number:02x}" if number < 256 else f"\\u{number:04x}" if number < 65536 else f"\\U{number:08x}"


def is_variable(name: str) -> bool:
    """Whether every format can hold this name."""
    return VARIABLE.fullmatch(name) is not None


def is_value(value: str) -> bool:
    """Whether every format can hold this value: one printable line."""
    return value.isprintable() and value.isascii() and len(value) <= 200


def env_value(value: str) -> str | None:
    """A value for ``.env``; readers differ on quotes, so None for what needs more than single ones."""
    if _PLAIN.fullmatch(value):
        return value
    return None if "'" in value or "\\" in value else f"'{value}'"


def image_value(value: str) -> str:
    """A value for ``ENV`` of an image, without expansion: single quotes where they are enough, as in a shell."""
    if _PLAIN.fullmatch(value) and value:
        return value
    if "'" not in value and "\\" not in value:
        return f"'{value}'"
    return '"' + re.sub(r'(["\\$])', r"\\\1", value) + '"'


def yaml_text(value: str) -> str:
    """A YAML scalar in double quotes, in ASCII (JSON texts are YAML)."""
    return json.dumps(value, ensure_ascii=True)


def label(name: str) -> str:
    """A Kubernetes label value or object name made of a name nobody checked."""
    made = re.sub(r"[^a-z0-9-]+", "-", name.lower())[:50].strip("-")
    return made or "app"
