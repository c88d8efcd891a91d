"""Policy packs: YAML files with homes, profile, lists, safeguards, severities, exceptions; some are bundled.

``load_pack`` reads one and refuses it with line and remedy when something is wrong; ``check_pack`` lists what is wrong.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any

from scanner.errors import UsageError
from scanner.policy.pack_meaning import check_meaning
from scanner.policy.pack_nodes import LARGEST, PackProblems, Problem, compose
from scanner.policy.pack_nodes import Place as _Place
from scanner.policy.pack_shape import check_shape, suggestion
from scanner.policy.records import (
    Fact,
    MatrixRow,
    Pack,
    PackException,
    Recipient,
    Requirement,
    Scope,
)

_OFF = "off"


def bundled_packs() -> tuple[str, ...]:
    """Names of the packs that come with the package."""
    folder = files("scanner.policy").joinpath("data", "packs")
    return tuple(sorted(one.name.removesuffix(".yaml") for one in folder.iterdir() if one.name.endswith(".yaml")))


def bundled_text(name: str) -> str:
    """The text of a bundled pack; raises ``UsageError`` when there is none of that name."""
    if name not in bundled_packs():
        raise UsageError(f"{name[:60]!r} is no file and no bundled policy pack.", suggestion(name, bundled_packs()))
    return files("scanner.policy").joinpath("data", "packs", f"{name}.yaml").read_text(encoding="utf-8")


def load_pack(source: str, today: str) -> Pack:
    """The pack of a file, or a bundled one by name. ``today`` (ISO day) decides which exceptions have ended.

    Raises ``PackProblems`` for a pack that is wrong, ``UsageError`` for one that cannot be read.
    """
    file, text = _text(source)
    problems, place = _checked(file, text, today)
    if problems or place is None:
        raise PackProblems(problems)
    return _pack(place.value)


def check_pack(source: str, today: str) -> tuple[Problem, ...]:
    """What is wrong with a pack, sorted by line; empty when nothing is."""
    file, text = _text(source)
    return _checked(file, text, today)[0]


def _text(source: str) -> tuple[str, str]:
    path = Path(source)
    if not path.is_file():
        return f"{source}.yaml", bundled_text(source)
    try:
        if path.stat().st_size > LARGEST:
            raise UsageError(f"{source} is larger than a policy pack may be ({LARGEST:,} bytes).")
        return source, path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{source} cannot be read: {error}.", "Save it as UTF-8 text.") from error


def _checked(file: str, text: str, today: str) -> tuple[tuple[Problem, ...], _Place | None]:
    try:
        place = compose(file, text)
    except PackProblems as error:
        return error.problems, None
    found = tuple(check_shape(file, place)) or tuple(check_meaning(file, place, today))
    return tuple(sorted(set(found), key=lambda one: (one.line, one.message))), place


def _pack(raw: dict[str, Any]) -> Pack:
    where = raw.get("destinations") or {}
    classes = raw.get("data_classes") or {}
    return Pack(
        id=raw["id"],
        titles=tuple((raw.get("title") or {}).items()),
        as_of=raw["as_of"],
        review_by=raw["review_by"],
        home=tuple(raw.get("home") or ()),
        facts=_facts(raw.get("profile") or {}),
        recipients=_recipients(raw.get("recipients") or {}),
        data_classes=tuple((name, tuple(row["legal"])) for name, row in classes.items() if row.get("legal")),
        floors=tuple((name, row["severity_floor"]) for name, row in classes.items() if row.get("severity_floor")),
        allow=_scope(where.get("allow") or {}),
        deny=_scope(where.get("deny") or {}),
        otherwise=_level(where, "otherwise"),
        unknown_host=_level(where, "unknown_host"),
        unknown_country=_level(where, "unknown_country"),
        operator_reach=_level(where, "operator_reach"),
        requirements=_requirements(raw.get("safeguards") or {}),
        matrix=tuple(_matrix_row(row) for row in (raw.get("severity") or {}).get("matrix", ())),
        exceptions=tuple(_exception(row) for row in raw.get("exceptions") or ()),
        languages=tuple((raw.get("output") or {}).get("languages", ())),
    )


def _facts(profile: dict[str, Any]) -> tuple[tuple[str, Fact], ...]:
    known = ((name, value) for name, value in profile.items() if value is not None)
    return tuple((name, tuple(value) if isinstance(value, list) else value) for name, value in known)


def _recipients(rows: dict[str, Any]) -> tuple[Recipient, ...]:
    return tuple(
        Recipient(name, row.get("dpf"), row.get("safeguard") or "", row.get("contract") or "")
        for name, row in rows.items()
    )


def _scope(raw: dict[str, Any]) -> Scope:
    return Scope(
        frozenset(raw.get("countries", ())),
        frozenset(raw.get("operators", ())),
        tuple(one.lower() for one in raw.get("hosts", ())),
        frozenset(raw.get("categories", ())),
    )


def _level(where: dict[str, Any], name: str) -> str:
    level = where.get(name, "")
    return "" if level == _OFF else str(level)


def _requirements(rows: dict[str, Any]) -> tuple[Requirement, ...]:
    return tuple(Requirement(name, row["on_missing"], frozenset(row.get("data", ()))) for name, row in rows.items())


def _matrix_row(row: dict[str, Any]) -> MatrixRow:
    fields = {name: frozenset(row.get(name, ())) for name in ("data", "destination", "kind", "status", "default")}
    return MatrixRow(row["level"], **fields)


def _exception(row: dict[str, Any]) -> PackException:
    return PackException(
        row["reason"],
        row["owner"],
        row["until"],
        tuple(one.lower() for one in row.get("hosts", ())),
        frozenset(row.get("rules", ())),
        frozenset(row.get("kinds", ())),
        frozenset(row.get("data", ())),
        frozenset(row.get("functions", ())),
    )
