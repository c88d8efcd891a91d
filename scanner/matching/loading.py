"""Reads semgrep rule files into ``PatternRule`` records."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources.abc import Traversable
from pathlib import Path

from scanner.catalog.topics import KINDS
from scanner.errors import CatalogError
from scanner.matching.records import PatternRule

_ID = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_WORD = re.compile(r"\w+")
_SCENARIOS = frozenset("compute genai_service oss_return outsourcing hub_access build_time".split())
_SEVERITIES = frozenset({"ERROR", "WARNING", "INFO"})
_CONFIDENCES = frozenset({"high", "medium", "low"})


@cache
def bundled_rules() -> tuple[PatternRule, ...]:
    """The rules this distribution ships, sorted by id: packaged in the wheel, beside the package in a checkout."""
    return load_rules(bundled_folder())


def with_own(folders: Sequence[Path]) -> tuple[PatternRule, ...]:
    """The bundled rules and those of own folders, sorted by id. Raises ``CatalogError`` for an id that stands twice."""
    rules = [*bundled_rules(), *(rule for folder in folders for rule in load_rules(folder))]
    ids = [rule.id for rule in rules]
    twice = next((rule for rule in rules if ids.count(rule.id) > 1), None) if folders else None
    if twice is not None:
        raise CatalogError(f"Rule {twice.id!r} stands in two rule folders.", "Give one of them another id.")
    return tuple(sorted(rules, key=lambda rule: rule.id))


def bundled_folder() -> Path:
    """Where they lie."""
    packaged = Path(__file__).resolve().parents[1] / "_rules"
    return packaged if packaged.is_dir() else Path(__file__).resolve().parents[2] / "semgrep-rules"


def load_rules(folder: Traversable) -> tuple[PatternRule, ...]:
    """All rules of the ``*.yaml`` files below ``folder``, sorted by id. Raises ``CatalogError``."""
    rules = [rule for path, file in _rule_files(folder, "") for rule in _read(path, file.read_text("utf-8"))]
    seen: dict[str, str] = {}
    for rule in rules:
        if rule.id in seen:
            raise CatalogError(f"{rule.file}: rule {rule.id!r} also stands in {seen[rule.id]}.")
        seen[rule.id] = rule.file
    return tuple(sorted(rules, key=lambda rule: rule.id))


def _rule_files(folder: Traversable, prefix: str) -> Iterator[tuple[str, Traversable]]:
    """YAML files in order of name. An example file may be YAML too: its name then ends in ``.test.yaml``."""
    if not folder.is_dir():
        return
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            yield from _rule_files(entry, f"{prefix}{entry.name}/")
        elif entry.name.endswith((".yaml", ".yml")) and ".test." not in entry.name:
            yield prefix + entry.name, entry


def _read(path: str, text: str) -> Iterator[PatternRule]:
    import yaml

    try:
        document = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
    except yaml.YAMLError as problem:
        raise CatalogError(f"{path}: not YAML: {str(problem)[:200]}") from problem
    rules = document.get("rules") if isinstance(document, dict) else None
    if not isinstance(rules, list):
        raise CatalogError(f"{path}: expected a list under 'rules'.")
    for rule in rules:
        try:
            yield _rule(path, rule)
        except CatalogError as problem:
            raise CatalogError(f"{path}:{_line_of(text, rule)}{problem.message.removeprefix(path)}") from problem


def _line_of(text: str, rule: object) -> int:
    """The line a rule begins on, by its id; the first of the file when it has none that can be found."""
    name = rule.get("id") if isinstance(rule, dict) else None
    lines = enumerate(text.splitlines(), 1)
    return next((n for n, line in lines if name and re.search(rf"\bid:\s*[\"']?{re.escape(str(name))}\b", line)), 1)


def _rule(path: str, rule: object) -> PatternRule:
    if not isinstance(rule, dict):
        raise CatalogError(f"{path}: a rule is a mapping.")
    name, metadata = rule.get("id"), rule.get("metadata") or {}
    where = f"{path}: rule {str(name)[:60]!r}"
    if not isinstance(name, str) or not _ID.fullmatch(name):
        raise CatalogError(f"{where}: an id is words of a-z and 0-9 joined by hyphens.")
    own = metadata.get("datacustoms") if isinstance(metadata, dict) else None
    own = own if isinstance(own, dict) else {}
    gate = own.get("gate")
    gate = gate if isinstance(gate, dict) else {}
    paths = rule.get("paths")
    paths = paths if isinstance(paths, dict) else {}
    if any(not _WORD.fullmatch(word) for word in gate.get("leaves") or [] if isinstance(word, str)):
        raise CatalogError(f"{where}: gate.leaves are single words.")
    return PatternRule(
        name,
        path,
        _texts(where, "languages", rule.get("languages")),
        _word(where, "kind", own.get("kind", "telemetry"), KINDS),
        _text(where, "message", rule.get("message")),
        _texts(where, "gate.roots", gate.get("roots", [])),
        _texts(where, "gate.leaves", gate.get("leaves", [])),
        _word(where, "confidence", own.get("confidence", "low"), _CONFIDENCES),
        _word(where, "scenario", own.get("scenario", "oss_return"), _SCENARIOS),
        _text(where, "message_zh", metadata.get("message_zh", "")),
        _texts(where, "references", metadata.get("references", [])),
        _texts(where, "paths.include", paths.get("include", [])),
        _texts(where, "paths.exclude", paths.get("exclude", [])),
        _word(where, "severity", rule.get("severity"), _SEVERITIES),
        json.dumps(rule, ensure_ascii=False, sort_keys=True, default=str),
    )


def _text(where: str, field: str, value: object) -> str:
    if not isinstance(value, str):
        raise CatalogError(f"{where}: {field} is text.")
    return " ".join(value.split())


def _texts(where: str, field: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise CatalogError(f"{where}: {field} is a list of texts.")
    return tuple(value)


def _word(where: str, field: str, value: object, words: frozenset[str]) -> str:
    if value not in words:
        raise CatalogError(f"{where}: {field} is one of {', '.join(sorted(words))}.")
    return str(value)
