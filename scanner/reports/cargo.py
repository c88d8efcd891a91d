"""What leaves, in one line: fields by data class, then what nobody could classify, then what the SDK adds."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from rich.text import Text

from scanner.policy.legal_classes import data_name
from scanner.policy.retelling import field_name
from scanner.reports import palette
from scanner.reports.speech import say, spoken, word
from scanner.reports.visible import visible

if TYPE_CHECKING:
    from scanner.flows.records import Flow, PayloadField

MOST_NAMES = 6
"""Field names shown per data class."""
_UNKNOWN = "unknown"
_UNCLASSIFIED = "unclassified"


def what_leaves(flow: Flow) -> Text:
    """``prompt (messages), unclassified (model, top_p), by the SDK: platform``."""
    classes: dict[str, list[str]] = defaultdict(list)
    for part in flow.payload:
        classes[part.data_class or _UNKNOWN].append(_name(part))
    known = sorted(name for name in classes if name != _UNKNOWN)
    parts = [_class(name, classes[name]) for name in known]
    if _UNKNOWN in classes:
        parts.append(_class(_UNCLASSIFIED, classes[_UNKNOWN]))
    if flow.sdk_adds:
        parts.append(
            Text().append(say("text.by_sdk"), palette.QUIET).append(_listed(tuple(map(_named, flow.sdk_adds))))
        )
    return Text(", ").join(parts) if parts else Text(say("leaves.metadata"))


def _name(part: PayloadField) -> str:
    name = field_name(part.name, spoken())
    return " ".join((name, *(f"[{_guard(safeguard)}]" for safeguard in part.safeguards))).strip()


def _guard(effect: str) -> str:
    return effect if spoken().language == "en" else word("safeguard", effect)


def _class(name: str, fields: list[str]) -> Text:
    style = palette.QUIET if name == _UNCLASSIFIED else palette.HEADING
    shown = say("text.unclassified") if name == _UNCLASSIFIED else _named(name).replace("_", " ")
    text = Text().append(visible(shown, 60), style)
    named = _listed([field for field in fields if field])
    return text.append(f" ({named})") if named else text


def _listed(names: tuple[str, ...] | list[str]) -> str:
    distinct = list(dict.fromkeys(visible(name, 60) for name in names))
    shown = ", ".join(distinct[:MOST_NAMES])
    hidden = len(distinct) - MOST_NAMES
    return say("list.more", shown=shown, number=hidden) if hidden > 0 else shown


def _named(data_class: str) -> str:
    """The id of a data class, which English readers know from the catalog; elsewhere its name."""
    return data_class if spoken().language == "en" else data_name(data_class, spoken())
