"""The language a text report is drawn in.

Every line of the drawing needs it and no function decides by it, so it is a context variable rather than an argument of
forty functions; ``speaking`` sets it for one rendering.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from scanner.policy.texts import Texts, load_texts

_CURRENT: ContextVar[Texts | None] = ContextVar("texts", default=None)


@contextmanager
def speaking(language: str) -> Iterator[Texts]:
    """Within it, ``spoken`` gives the texts of ``language``."""
    token = _CURRENT.set(load_texts(language))
    try:
        yield spoken()
    finally:
        _CURRENT.reset(token)


def spoken() -> Texts:
    """The texts of the rendering that is going on; English outside of one."""
    return _CURRENT.get() or load_texts()


def say(key: str, **values: object) -> str:
    """A text in the language that is spoken."""
    return spoken().say(key, **values)


def word(area: str, name: str) -> str:
    """A word in the language that is spoken, or the name itself."""
    return spoken().word(area, name)
