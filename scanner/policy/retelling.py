"""Facts the engine words in English, told in another language: evidence, notes of steps, why a file was not read.

The English templates of an area of the texts are read as patterns; what they caught is put into the template of the
other language. A fact of a shape nobody translated stays as it is: nothing is dropped, and nothing is made up.
"""

from __future__ import annotations

import re
from functools import cache

from scanner.destinations.records import evidence_parts
from scanner.policy.texts import Texts, load_texts

_NESTED = {"why": "why", "known": "known", "opaque": "opaque", "place": "where"}
"""Placeholders whose content is a fact of its own, and the area it is looked up in."""

_WORDS = {"how": "resolved", "grade": "grade"}
"""Placeholders that hold a word with a name in every language."""

_VALUES = frozenset({"value", "values"})
"""Placeholders that hold alternatives joined by ``or``."""

_NARROW = {"grade": "[a-z]+", "country": "[A-Z]+"}
"""Placeholders that hold one word, where any text would take in what follows."""

_LONGEST = 2_000


def retold(area: str, text: str, texts: Texts) -> str:
    """One fact of an area (``evidence``, ``note``, ``skip``, ``gaterule``) in the language of ``texts``."""
    if texts.language == load_texts().language or len(text) > _LONGEST:
        return text
    for key, shape in _shapes(area):
        found = shape.fullmatch(text)
        if found:
            return texts.say(key, **{name: _inside(name, part, texts) for name, part in found.groupdict().items()})
    return text


def evidence(text: str, texts: Texts) -> tuple[str, ...]:
    """The parts of the evidence of a destination, in order."""
    return tuple(retold("evidence", part, texts) for part in evidence_parts(text))


def note(text: str, texts: Texts) -> str:
    """The note of a step."""
    return retold("note", text, texts) if text else text


def field_name(name: str, texts: Texts) -> str:
    """The name of a payload field; arguments nobody named are counted."""
    return retold("field", name, texts) if name else name


def reason(text: str, texts: Texts) -> str:
    """Why a file was not read."""
    return retold("skip", text, texts)


def _inside(name: str, part: str, texts: Texts) -> str:
    if name == "country":
        return texts.country(part)
    if name in _VALUES:
        return part.replace(" or ", ", ")
    if name in _WORDS:
        return texts.word(_WORDS[name], part)
    return retold(_NESTED[name], part, texts) if name in _NESTED else part


@cache
def _shapes(area: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The English templates of an area as patterns; the one with most fixed text first."""
    english = load_texts().entries
    keys = [key for key in english if key.startswith(f"{area}.")]
    fixed = {key: len(re.sub(r"\{\w+\}", "", english[key])) for key in keys}
    return tuple((key, _shape(english[key])) for key in sorted(keys, key=lambda key: (-fixed[key], key)))


def _shape(template: str) -> re.Pattern[str]:
    def group(found: re.Match[str]) -> str:
        return f"(?P<{found[1]}>{_NARROW.get(found[1], '.+')})"

    return re.compile(re.sub(r"\\\{(\w+)\\\}", group, re.escape(template)), re.DOTALL)
