"""Flows out of model files: their places become byte offsets, their trigger the loading of the file.

Facts of a model file are facts of Python text that was written for it (``scanner.facts.weights``); here the lines of
that text are turned back into what they stand for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from scanner.facts.weights.records import Piece, Place
from scanner.flows.records import Chain, Endpoint, Flow, SinkSite, Step
from scanner.vocabulary import Certainty

LOAD = "load"
MODEL_FILE = "model-file"
FOUND_BY = "catalog, in a model file"
"""How such a sink was found."""
_INSIDE = "<model file>"
_READINGS = 2
"""Rank from which a reading of a call rests on its words alone."""


def relocate(flows: Sequence[Flow], pieces: Iterable[Piece]) -> tuple[Flow, ...]:
    """The flows, those of model files at their byte offsets; of several readings of one call the best."""
    known = {piece.path: piece for piece in pieces}
    if not known:
        return tuple(flows)
    out = [flow for flow in flows if flow.sink.file not in known and flow.chain.steps[0].file not in known]
    moved = [(flow, _place(known, flow.sink)) for flow in flows if flow not in out]
    return (*out, *_best([(_moved(flow, known), place) for flow, place in moved]))


def _place(known: dict[str, Piece], sink: SinkSite) -> Place | None:
    piece = known.get(sink.file)
    return None if piece is None else next((p for p in piece.places if p.line == sink.line), None)


def _moved(flow: Flow, known: dict[str, Piece]) -> Flow:
    from_file = flow.chain.steps[0].file in known
    place = _place(known, flow.sink)
    compiled = place is not None and place.compiled
    return replace(
        flow,
        sink=_sink(flow.sink, known),
        hint=MODEL_FILE if flow.sink.file in known else flow.hint,
        chain=_chain(flow.chain, known, place),
        others=tuple(_chain(c, known, place) for c in flow.others),
        trigger="call" if compiled else LOAD if from_file else flow.trigger,
        endpoints=tuple(sorted({_endpoint(e, known) for e in flow.endpoints})),
        payload=tuple(sorted({replace(p, file=_shown(p.file, known), line=_line(p.file, p.line, known))
                              for p in flow.payload})),
    )  # fmt: skip


def _sink(sink: SinkSite, known: dict[str, Piece]) -> SinkSite:
    place = _place(known, sink)
    if sink.file not in known:
        return sink
    sink = replace(sink, file=known[sink.file].shown, found_by=FOUND_BY)
    if place is None:
        return sink
    line, api = max(1, place.offset), place.api or sink.api
    return replace(sink, line=line, end_line=line, column=1, function=_INSIDE, api=api, source=place.source)


def _chain(chain: Chain, known: dict[str, Piece], place: Place | None) -> Chain:
    """A reading that rests on words, or on the names in compiled code, is certain by name only."""
    by_name = place is not None and (place.rank > 0 or place.compiled) and chain.certainty is not Certainty.GUESSED
    certainty = Certainty.NAMED if by_name else chain.certainty
    return replace(chain, steps=tuple(_step(s, known) for s in chain.steps), certainty=certainty)


def _step(step: Step, known: dict[str, Piece]) -> Step:
    if step.file not in known:
        return step
    note = LOAD if step.role == "entry" else step.note
    place = next((p for p in known[step.file].places if p.line == step.line), None)
    if step.role == "sink" and place is not None:
        note = place.api or note
    function = _INSIDE if place is not None else step.function
    return Step(_shown(step.file, known), _line(step.file, step.line, known), function, step.role, note)


def _endpoint(endpoint: Endpoint, known: dict[str, Piece]) -> Endpoint:
    file, colon, line = endpoint.evidence.rpartition(":")
    if not colon or file not in known or not line.isdigit():
        return endpoint
    place = f"{_shown(file, known)}:{_line(file, int(line), known)}"
    how = "code-string" if not known[file].places else "literal"
    return replace(
        endpoint, evidence=place, resolved_by=how if endpoint.resolved_by == "constant" else endpoint.resolved_by
    )


def _shown(file: str, known: dict[str, Piece]) -> str:
    return known[file].shown if file in known else file


def _line(file: str, line: int, known: dict[str, Piece]) -> int:
    piece = known.get(file)
    if piece is None:
        return line
    return next((max(1, p.offset) for p in piece.places if p.line == line), line)


def _best(found: list[tuple[Flow, Place | None]]) -> list[Flow]:
    """Per call the best readings, and none by words alone of what another place in the file reaches."""
    ranks: dict[tuple[str, int], tuple[bool, int]] = {}
    for flow, place in found:
        if place is not None:
            key = flow.sink.file, place.offset
            ranks[key] = min(ranks.get(key, (True, 9)), _rank(flow, place))
    sure = {(_root(f), e.template) for f, p in found if p is None or p.rank < _READINGS for e in f.endpoints}
    worded = {(_root(f), _method(f)) for f, p in found if p is not None and p.rank == _READINGS}
    out: dict[tuple[object, ...], Flow] = {}
    for flow, place in found:
        if place is None or _rank(flow, place) == ranks[flow.sink.file, place.offset]:
            reached = {(_root(flow), e.template) for e in flow.endpoints if e.template}
            if place is None and not reached and (_root(flow), _method(flow)) in worded:
                continue
            if place is None or place.rank < _READINGS or not reached or not reached <= sure:
                out.setdefault((flow.sink, flow.endpoints), flow)
    return list(out.values())


def _method(flow: Flow) -> str:
    return flow.sink.api.rpartition(".")[2]


def _rank(flow: Flow, place: Place) -> tuple[bool, int]:
    """A reading that knows where the call goes is better than one that does not."""
    return not any(e.template for e in flow.endpoints), place.rank


def _root(flow: Flow) -> str:
    """The model file a flow belongs to, whatever lies inside it."""
    return flow.sink.file.partition("!")[0]
