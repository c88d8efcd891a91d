"""Texts with unknown parts, and how they are put together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urljoin

from scanner.vocabulary import UNKNOWN_PART

MAX_TEXTS = 24
MAX_LENGTH = 2_000
Join = Callable[[str, str], str]


@dataclass(frozen=True, slots=True, order=True)
class Text:
    """A string with unknown parts; ``how`` is literal, constant, env-default, argument-default, config or unknown."""

    template: str
    how: str
    file: str
    line: int
    overrides: tuple[str, ...] = ()

    @property
    def known(self) -> bool:
        return self.template.replace(UNKNOWN_PART, "").strip() != ""


UNKNOWN_TEXT = Text(UNKNOWN_PART, "unknown", "", 0)


def join_url(base: str, path: str) -> str:
    if UNKNOWN_PART in base[:8] or UNKNOWN_PART in path[:1]:
        return f"{base}/{path.lstrip('/')}" if UNKNOWN_PART not in base[:8] else base + path
    try:
        return urljoin(base, path)
    except ValueError:
        return base


def joined(a: tuple[str, ...], b: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted({*a, *b}))


def concatenate(parts: list[tuple[Text, ...]], join: Join = str.__add__) -> tuple[Text, ...]:
    """All combinations, at most a few; the evidence is that of the first part that is known."""
    out: list[Text] = []
    for i, part in enumerate(parts):
        if i == 0:
            out = list(part)
            continue
        # Few endings for many beginnings: which host it is matters more than which path.
        endings = part[: max(1, MAX_TEXTS // max(len(out), 4))]
        out = [_pair(a, b, join) for a in out[:MAX_TEXTS] for b in endings][:MAX_TEXTS]
    return tuple(out)


def _pair(a: Text, b: Text, join: Join) -> Text:
    lead = a if a.known else b
    how = lead.how
    if "env-default" in (a.how, b.how) and how == "constant":
        how = "env-default" if a.how == "env-default" else how
    template = join(a.template, b.template)[:MAX_LENGTH]
    return Text(template, how, lead.file, lead.line, joined(a.overrides, b.overrides))


def limited(texts: tuple[Text, ...]) -> tuple[Text, ...]:
    """At most ``MAX_TEXTS``; where there are more, every beginning (a host) keeps one before any keeps two."""
    unique = tuple(dict.fromkeys(texts))
    if len(unique) <= MAX_TEXTS:
        return unique
    turns: Counter[str] = Counter()
    order = []
    for text in sorted(unique):
        head = _head(text.template)
        order.append((turns[head], text))
        turns[head] += 1
    return tuple(text for _, text in sorted(order)[:MAX_TEXTS])


def _head(template: str) -> str:
    """Scheme and host of a URL, the first part of any other text."""
    start = template.find("://") + 3 if "://" in template else 0
    return template[: template.find("/", start)] if "/" in template[start:] else template


def sliced(template: str, bounds: list[int | str | None]) -> str:
    """A slice that takes known characters off one end; ``{?}`` for any other."""
    lower, upper, step = bounds
    if step not in (None, 1) or isinstance(lower, str) or isinstance(upper, str):
        return UNKNOWN_PART
    out = template[lower:upper]
    head = template[: len(template) - len(template[lower:])] if lower else ""
    tail = template[len(template[:upper]) :] if upper is not None else ""
    counted_over = upper is not None and upper >= 0 and UNKNOWN_PART in template
    whole = UNKNOWN_PART not in head + tail and out.count(UNKNOWN_PART) == template.count(UNKNOWN_PART)
    return UNKNOWN_PART if not whole or (counted_over and UNKNOWN_PART in out) else out
