"""What leaves, in one line: fields by data class, then what nobody could classify, then what the SDK adds."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from rich.text import Text

from scanner.reports import palette
from scanner.reports.visible import visible

if TYPE_CHECKING:
    from scanner.flows.records import Flow, PayloadField

MOST_NAMES = 6
"""Field names shown per data class."""
_UNKNOWN = "unknown"


def what_leaves(flow: Flow) -> Text:
    """``prompt (messages), unclassified (model, top_p), by the SDK: platform``."""
    classes: dict[str, list[str]] = defaultdict(list)
    for part in flow.payload:
        classes[part.data_class or _UNKNOWN].append(_name(part))
    known = sorted(name for name in classes if name != _UNKNOWN)
    parts = [_class(name, classes[name]) for name in known]
    if _UNKNOWN in classes:
        parts.append(_class("unclassified", classes[_UNKNOWN]))
    if flow.sdk_adds:
        parts.append(Text().append("by the SDK: ", palette.QUIET).append(_listed(flow.sdk_adds)))
    return Text(", ").join(parts) if parts else Text("request metadata and IP address")


def _name(part: PayloadField) -> str:
    return " ".join((part.name, *(f"[{safeguard}]" for safeguard in part.safeguards))).strip()


def _class(name: str, fields: list[str]) -> Text:
    style = palette.QUIET if name == "unclassified" else palette.HEADING
    text = Text().append(visible(name.replace("_", " "), 60), style)
    named = _listed([field for field in fields if field])
    return text.append(f" ({named})") if named else text


def _listed(names: tuple[str, ...] | list[str]) -> str:
    distinct = list(dict.fromkeys(visible(name, 60) for name in names))
    more = f" and {len(distinct) - MOST_NAMES} more" if len(distinct) > MOST_NAMES else ""
    return ", ".join(distinct[:MOST_NAMES]) + more
