"""The path of a finding, drawn: entry point, calls, switch, and the call that sends, each with its file and line."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rich.text import Text

from scanner.policy.retelling import note
from scanner.reports import palette
from scanner.reports.speech import say, spoken
from scanner.reports.visible import visible
from scanner.vocabulary import MODULE_LEVEL

if TYPE_CHECKING:
    from scanner.flows.records import Chain, Gate, SinkSite, Step

MOST_STEPS = 9
"""Steps drawn when not verbose: the first three, and the last ones, where switch and sink stand."""
_HEAD = 3
_POLARITIES = ("opt-out", "opt-in")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the drawing before it is laid out; ``depth`` 0 is the entry point."""

    depth: int
    label: Text
    place: str


def path_lines(chain: Chain, gates: tuple[Gate, ...], sink: SinkSite, *, width: int, verbose: bool) -> list[Text]:
    """The path as lines of at most ``width`` cells."""
    rows = _rows(chain.steps, _missing(chain.steps, gates), sink)
    if not verbose and len(rows) > MOST_STEPS:
        rows = _folded(rows)
    if not rows:
        rows = [Row(0, _sink_label(sink.api), f"{sink.file}:{sink.line}")]
    column = _column(rows, width)
    return [line for row in rows for line in _laid_out(row, column, width)]


def _rows(steps: tuple[Step, ...], gates: list[Gate], sink: SinkSite) -> list[Row]:
    """One row a step, one more for the call that sends; switches the path does not name stand before that call."""
    drawn: list[tuple[Text, str]] = []
    before = ""
    for step in steps:
        if step.role != "sink":
            drawn.append((_label(step), _at(step)))
        else:
            if step.function != before:
                drawn.append((_label(replace(step, note="" if step.note == sink.api else step.note)), ""))
            drawn += [(_gate_label(gate.name, gate.polarity), _at(gate)) for gate in gates]
            drawn.append((_sink_label(sink.api), _at(step)))
        before = step.function
    return [Row(depth, label, place) for depth, (label, place) in enumerate(drawn)]


def _missing(steps: tuple[Step, ...], gates: tuple[Gate, ...]) -> list[Gate]:
    shown = {(step.file, step.line) for step in steps if step.role == "gate"}
    return [gate for gate in gates if gate.file and (gate.file, gate.line) not in shown]


def _at(place: Step | Gate) -> str:
    return f"{place.file}:{place.line}"


def _folded(rows: list[Row]) -> list[Row]:
    tail = rows[-(MOST_STEPS - _HEAD - 1) :]
    hidden = len(rows) - _HEAD - len(tail)
    middle = Row(_HEAD, Text(say("text.more_steps", number=hidden), palette.QUIET), "")
    return [*rows[:_HEAD], middle, *(Row(_HEAD + 1 + number, row.label, row.place) for number, row in enumerate(tail))]


def _label(step: Step) -> Text:
    if step.role == "gate":
        return _gate_label(step.note or step.function, "")
    label = Text().append(function_name(step.function), palette.HEADING if step.role == "entry" else "")
    return label.append(f" ({visible(note(step.note, spoken()), 60)})", palette.QUIET) if step.note else label


def _sink_label(api: str) -> Text:
    return Text(f"{visible(api, 100)}()", palette.SINK)


def _gate_label(name: str, polarity: str) -> Text:
    area = "gate_value" if "=" in name else "gate"
    before, _, after = say(f"text.{area}.{polarity if polarity in _POLARITIES else 'other'}", name="\0").partition("\0")
    label = Text().append(before, palette.QUIET).append(visible(name, 100), palette.GATE)
    return label.append(after, palette.QUIET)


def function_name(function: str) -> str:
    """A function as a reader knows it; code that runs at import is called so."""
    return say("text.module_level") if function == MODULE_LEVEL else visible(function, 120)


def _prefix(depth: int) -> str:
    return "  " * (depth - 1) + "└ " if depth else ""


def _column(rows: list[Row], width: int) -> int:
    """Where the places start: right of every label that leaves room for its place."""
    widths = [len(_prefix(row.depth)) + row.label.cell_len for row in rows]
    room = [size for size, row in zip(widths, rows, strict=True) if size + 2 + len(row.place) <= width]
    most = width - max((len(visible(row.place)) for row in rows), default=0) - 2
    return max(0, min(max(room, default=0), most))


def _laid_out(row: Row, column: int, width: int) -> list[Text]:
    """Label and place on one line where they fit, else the place below the label."""
    line = Text().append(_prefix(row.depth), palette.GUIDE).append_text(row.label)
    place = Text(visible(row.place), palette.PLACE)
    if not row.place:
        return [_cut(line, width)]
    gap = max(column - line.cell_len, 0) + 2
    if line.cell_len + gap + place.cell_len <= width:
        return [line.append(" " * gap).append_text(place)]
    indent = "  " * (row.depth + 1)
    room = width - len(indent)
    if place.cell_len > room:
        place = Text("…" + place.plain[-(room - 1) :], palette.PLACE)
    return [_cut(line, width), Text(indent).append_text(place)]


def _cut(line: Text, width: int) -> Text:
    line.truncate(width, overflow="ellipsis")
    return line
