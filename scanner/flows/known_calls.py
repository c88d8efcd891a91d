"""Calls whose result is computed, not run: conversions, string methods, ``isinstance``, all on our own literals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scanner.flows.worlds import UNKNOWN, Missing, Result, Thing

STRING_METHODS = frozenset({
    "lower", "upper", "strip", "lstrip", "rstrip", "casefold", "title", "capitalize", "startswith", "endswith",
})  # fmt: skip

_TYPES = {"<builtin>.str": str, "<builtin>.bool": bool, "<builtin>.int": int, "<builtin>.float": float}
_TRUE_WORDS = frozenset({"y", "yes", "t", "true", "on", "1"})
_FALSE_WORDS = frozenset({"n", "no", "f", "false", "off", "0"})


def _strtobool(value: Any) -> bool:
    """As ``distutils.util.strtobool`` documents it."""
    word = value.lower() if isinstance(value, str) else ""
    if word not in _TRUE_WORDS | _FALSE_WORDS:
        raise ValueError(word)
    return word in _TRUE_WORDS


CONVERSIONS: dict[str, Callable[[Any], object]] = {
    **_TYPES,
    "distutils.util.strtobool": _strtobool,
    "setuptools._distutils.util.strtobool": _strtobool,
}


def converted(name: str, value: Result) -> Result:
    """``bool(value)`` and its kin; UNKNOWN where the call would raise."""
    if isinstance(value, Missing):
        return UNKNOWN
    if isinstance(value, Thing):
        return True if name == "<builtin>.bool" else UNKNOWN
    try:
        out = CONVERSIONS[name](value)
    except (TypeError, ValueError, OverflowError):
        return UNKNOWN
    return out if isinstance(out, str | int | float) else UNKNOWN


def is_instance(value: Result, names: set[str]) -> Result:
    """``isinstance`` of a known value; ``names`` are the qualified names of the classes."""
    known = [_TYPES[n] for n in names if n in _TYPES]
    if isinstance(value, Missing | Thing) or not known or len(known) != len(names):
        return UNKNOWN
    return isinstance(value, tuple(known))


def string_method(value: Result, method: str, arguments: list[Result]) -> Result:
    """``value.method(*arguments)`` for methods without side effects."""
    if not isinstance(value, str) or method not in STRING_METHODS or any(isinstance(a, Missing) for a in arguments):
        return UNKNOWN
    try:
        out = getattr(value, method)(*arguments)
    except (TypeError, ValueError):
        return UNKNOWN
    return out if isinstance(out, str | bool) else UNKNOWN
