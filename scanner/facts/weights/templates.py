"""Chat templates: the expressions of a Jinja template, read as Python and never rendered.

An honest template loops over messages and joins strings. One that reaches the interpreter walks through double
underscores to a module; what it does there is written down as a call of that module.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from scanner.facts.weights.limits import CODE
from scanner.facts.weights.recording import Recorder
from scanner.facts.weights.values import Name

_OPEN = re.compile(r"\{[{%]")
_CLOSING = {"{{": "}}", "{%": "%}"}
_BLOCKS = 5_000
_LONGEST = 8_000
_QUOTED = re.compile(r"\[\s*['\"]([A-Za-z_]\w*)['\"]\s*\]")
_FILTER = re.compile(r"\|\s*attr\(\s*['\"]([A-Za-z_]\w*)['\"]\s*\)")
_GET = re.compile(r"\.(?:get|__getitem__|pop)\(\s*['\"]([A-Za-z_]\w*)['\"]\s*\)")
_IMPORT = re.compile(r"(?:__import__|import_module)\(\s*['\"]([\w.]+)['\"]\s*\)")
_HEX = re.compile(r"\\x([0-9a-fA-F]{2})")
_CALL = re.compile(r"([A-Za-z_][\w.]*)\(\s*(?:['\"]([^'\"]{0,4000})['\"])?")


def templates_in(text: str) -> Iterator[tuple[str, str]]:
    """Name and text of each chat template in a tokenizer's JSON settings."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return
    found = document.get("chat_template") if isinstance(document, dict) else None
    if isinstance(found, str):
        yield "chat template", found
    for entry in found if isinstance(found, list) else ():
        if isinstance(entry, dict) and isinstance(entry.get("template"), str):
            yield f"chat template {str(entry.get('name'))[:40]}", entry["template"]


def read_template(text: str, recorder: Recorder) -> None:
    """Write down the calls of a template that leave the template's own world."""
    for offset, block in _blocks(text[:CODE]):
        body = _plain(block)
        if "__" in body:
            recorder.note("template-reaches-interpreter", " ".join(body.split())[:120])
            _calls(body, offset, recorder)


def _blocks(text: str) -> Iterator[tuple[int, str]]:
    """Where each expression or statement stands, and its text."""
    at = 0
    for _ in range(_BLOCKS):
        start = _OPEN.search(text, at)
        end = text.find(_CLOSING[start[0]], start.end()) if start else -1
        if start is None or end < 0:
            return
        yield start.start(), text[start.end() : end][:_LONGEST]
        at = end + 2


def _plain(body: str) -> str:
    """Item access, filters and escapes as attributes."""
    body = _HEX.sub(lambda m: chr(int(m[1], 16)), body)
    body = _FILTER.sub(r".\1", body)
    body = _QUOTED.sub(r".\1", body)
    body = _GET.sub(r".\1", body)
    return _IMPORT.sub(r"__.\1", body)


def _calls(body: str, offset: int, recorder: Recorder) -> None:
    for match in list(_CALL.finditer(body))[:64]:
        parts = match[1].split(".")
        last = max((i for i, part in enumerate(parts) if part.startswith("__") or part.endswith("__")), default=-1)
        chain = parts[last + 1 :] if last >= 0 or len(parts) > 1 else []
        arguments: tuple[Any, ...] = (match[2],) if match[2] else ()
        if last >= 0 and len(chain) > 1:
            recorder.call(recorder.name(chain[0], ".".join(chain[1:]), 4), arguments, offset)
        elif last >= 0 and len(chain) == 1 and chain[0] in ("eval", "exec"):
            recorder.call(Name("builtins", chain[0]), arguments, offset)
