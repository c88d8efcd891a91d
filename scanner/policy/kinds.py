"""What kind of traffic a flow is, when the sink alone does not tell (``requests.post``).

Evidence is weighed: who receives it, what the URL, the functions, the file and the switches are called, which HTTP
method is used and whether data goes with it. The weights stand in one table, ``scanner.policy.weights``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from scanner.destinations.records import Destination
from scanner.flows.payloads import FIXED
from scanner.flows.records import Flow
from scanner.policy.weights import WEIGHTS
from scanner.vocabulary import UNKNOWN_PART

KINDS: tuple[str, ...] = (
    "telemetry",
    "error-reporting",
    "log-upload",
    "remote-inference",
    "remote-compute",
    "outsourcing",
    "upload",
    "download",
    "remote-code",
    "model-file",
    "probe",
)
"""Finding kinds of the JSON report; the order breaks ties."""

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


AUTOMATIC = frozenset({"import", "load", "generate", "exit", "exception", "thread", "schedule"})
"""Triggers that need no call of somebody who asked for the transfer."""

_HEADER = re.compile(
    r"headers?|authorization|user-agent|accept(-\w+)*|content-type|cookies?|referer|range|timeout|x-[\w-]+|\*\*", re.I
)
"""What goes with every request, whatever it is for."""

_STORES = frozenset({"hub", "storage", "cdn"})


def kind_of(flow: Flow, destinations: tuple[Destination, ...]) -> str:
    """The kind of a flow: the sink row's own, or the one with most evidence."""
    if flow.hint in KINDS:
        return flow.hint
    scores = score(flow, destinations)
    if not scores:
        return "upload" if carries_data(flow) else "download"
    return min(scores, key=lambda kind: (-scores[kind], KINDS.index(kind)))


def score(flow: Flow, destinations: tuple[Destination, ...]) -> Counter[str]:
    """Points per kind."""
    seen = _evidence(flow, destinations)
    points: Counter[str] = Counter()
    for weight in WEIGHTS:
        if weight.words & seen.get(weight.area, frozenset()):
            points[weight.kind] += weight.points
    return points


def carries_data(flow: Flow) -> bool:
    """True when the request has a payload that is not the same for everybody, the SDK adds something, or the method
    carries a body."""
    told = any(field.data_class != FIXED for field in flow.payload)
    return told or bool(flow.sdk_adds) or flow.sink.method.upper() in ("POST", "PUT", "PATCH")


def unknown_url_parts(flow: Flow) -> bool:
    """True when a part of a URL that is otherwise known is filled in at run time (it may carry data)."""
    return any(UNKNOWN_PART in endpoint.template for endpoint in flow.endpoints)


def words(text: str) -> frozenset[str]:
    """Lower-case words of an identifier, path or host (camel case and underscores split)."""
    return frozenset(word.lower() for word in _WORD.findall(text))


def _evidence(flow: Flow, destinations: tuple[Destination, ...]) -> dict[str, frozenset[str]]:
    paths = (endpoint.template.partition("://")[2].partition("/")[2] for endpoint in flow.endpoints)
    chain = (step.function for step in flow.chain.steps[:-1])
    return {
        "category": frozenset(where.category for where in destinations),
        "host": _all(".".join(where.host.split(".")[:-1]) for where in destinations),
        "path": _all(paths),
        "function": words(flow.sink.function),
        "chain": _all(chain),
        "file": words(flow.sink.file),
        "gate": _all(gate.name for gate in flow.gates),
        "data": frozenset(part.data_class for part in flow.payload),
        "shape": _shape(flow, destinations),
    }


def _all(texts: Iterable[str]) -> frozenset[str]:
    return frozenset().union(*(words(text) for text in texts))


def _shape(flow: Flow, destinations: tuple[Destination, ...]) -> frozenset[str]:
    method = flow.sink.method.upper()
    headers_only = all(_HEADER.fullmatch(part.name) for part in flow.payload)
    asking = (method == "GET" and flow.sink.reads_answer) or (method in ("GET", "HEAD") and headers_only)
    data = carries_data(flow) and not asking
    shapes = {
        "read-get": method == "GET" and asking and flow.sink.reads_answer,
        "bare-get": method == "GET" and not data,
        "bare-head": method == "HEAD" and not data,
        "data": data,
        "put": method == "PUT",
        "on-exception": flow.trigger == "exception",
        "unasked-data": data and flow.trigger in AUTOMATIC and flow.trigger != "generate",
        "store-read": not data and _is_store(destinations),
        "store-write": data and method != "GET" and _is_store(destinations),
    }
    return frozenset(name for name, holds in shapes.items() if holds)


def _is_store(destinations: tuple[Destination, ...]) -> bool:
    return any(where.category in _STORES for where in destinations)
