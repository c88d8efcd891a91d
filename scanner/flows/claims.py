"""Claims of a card or a config as flows, so that policy judges them like every other path."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from scanner.catalog.hub import LoaderRow, loaders, publisher_of
from scanner.facts.claims import Card, Claims
from scanner.facts.snippets import SNIPPET, ShellRequest, shell_requests
from scanner.flows.records import Chain, Endpoint, Flow, Gate, PayloadField, SinkSite, Step
from scanner.vocabulary import MODULE_LEVEL, Certainty

FOUND_BY = "claim"
_API_LIKE = re.compile(
    r"https?://(?:api[.-]|inference[.-]"
    r"|[^/]+/(?:[^\s?#]*/)?(?:v\d+/\w|api/\w|predict|invocations|generate|completions|embeddings))"
)
_CLASSES = (
    ("email", "e-mail email mail"), ("name", "name"), ("date_of_birth", "birth birthday"),
    ("country", "country nation"),
    ("ip_location", "geo"), ("affiliation", "affiliation organization organisation company institution university"),
    ("phone", "phone mobile tel"), ("job_title", "job title role"),
)  # fmt: skip
_ON_LOAD = frozenset({"__init__", "__post_init__", "__new__", "from_pretrained", "from_config", "_from_pretrained"})
_ON_GENERATE = frozenset(
    {"forward", "generate", "__call__", "chat", "chat_stream", "stream_chat", "encode", "decode", "predict", "call"}
)


def joined(flows: tuple[Flow, ...], claims: Claims | None, repository: str) -> tuple[Flow, ...]:
    """The flows of code, placed in cards and loads where they belong, with those of the claims."""
    if claims is None:
        return flows
    told = claimed(claims, repository)
    placed = [as_loaded(as_documentation(f), claims) for f in flows]
    # A claim knows the address; a pattern on the same line says the same and knows less.
    lines = {(f.sink.file, f.sink.line) for f in told}
    kept = [f for f in placed if not f.sink.found_by.startswith("semgrep") or (f.sink.file, f.sink.line) not in lines]
    return (*kept, *told)


def claimed(claims: Claims, repository: str) -> tuple[Flow, ...]:
    """Flows that nothing but a loader, an installer or a reader of the card sets going; sorted by place.

    ``repository`` is ``org/name`` as far as it is known.
    """
    rows = loaders()
    out = [*_converted(claims, rows), *_foreign(claims, rows), *_fetched(claims, rows)]
    out += [flow for card in claims.cards for flow in _of_card(card, repository, rows)]
    return tuple(sorted(out, key=lambda f: (f.sink.file, f.sink.line, f.sink.api, f.endpoints)))


def as_documentation(flow: Flow) -> Flow:
    """A flow of a snippet stands in its card, and runs when somebody follows the example; others stay as they are."""
    if not SNIPPET.search(flow.sink.file):
        return flow
    chain, *others = (
        replace(c, steps=tuple(replace(s, file=_card(s.file)) for s in c.steps)) for c in (flow.chain, *flow.others)
    )
    endpoints = tuple(
        replace(e, evidence=re.sub(r"#L\d+\.py(?=:|$)", "", e.evidence), resolved_by="card") for e in flow.endpoints
    )
    payload = tuple(replace(p, file=_card(p.file)) for p in flow.payload)
    gates = tuple(replace(g, file=_card(g.file)) for g in flow.gates)
    return replace(
        flow, sink=replace(flow.sink, file=_card(flow.sink.file)), chain=chain, others=tuple(others), trigger="doc",
        endpoints=endpoints, payload=payload, gates=gates, role="docs", default_on=None,
    )  # fmt: skip


def as_loaded(flow: Flow, claims: Claims) -> Flow:
    """A flow that a caller sets going, in code a loader imports, says when: at load, on output, at the endpoint."""
    entry = flow.chain.steps[0] if flow.chain.steps else None
    paths = {c.path: c.trigger for c in claims.code if c.path}
    if flow.trigger != "call" or entry is None or not paths:
        return flow
    method = entry.function.rpartition(".")[2]
    if paths.get(entry.file) == "endpoint":
        trigger = "load" if method == "__init__" else "endpoint"
    elif paths.get(entry.file) == "generate":
        trigger = "generate"
    elif "." in entry.function and method in _ON_LOAD:
        trigger = "load"
    elif "." in entry.function and method in _ON_GENERATE:
        trigger = "generate"
    else:
        return flow
    return replace(flow, trigger=trigger)


def _card(file: str) -> str:
    return SNIPPET.sub("", file)


# -- what a loader does by itself


def _converted(claims: Claims, rows: dict[str, LoaderRow]) -> Iterator[Flow]:
    for file, line in claims.converts:
        offline = Gate("env", "HF_HUB_OFFLINE", "opt-out", "huggingface_hub honours it", "", 0, "1")
        flow = _flow(rows["conversion"], file, line, {}, "the only weights are pickles, so the loader asks for others")
        yield replace(flow, gates=(*flow.gates, offline))


def _foreign(claims: Claims, rows: dict[str, LoaderRow]) -> Iterator[Flow]:
    seen: set[tuple[str, str]] = set()
    for one in claims.code:
        if one.repository and (one.file, one.repository) not in seen:
            seen.add((one.file, one.repository))
            note = f"{one.key} is {one.target} of {one.repository}; a revision= pin does not cover it"
            yield _flow(rows["foreign_code"], one.file, one.line, {"repository": one.repository}, note)
    for origin in claims.origins:
        if origin.relation == "adapter" and origin.name.count("/") == 1 and origin.file.endswith(".json"):
            note = f"base model of the adapter{'' if origin.pinned else ', no revision named'}"
            yield _flow(rows["adapter_base"], origin.file, origin.line, {"repository": origin.name}, note)


def _fetched(claims: Claims, rows: dict[str, LoaderRow]) -> Iterator[Flow]:
    for one in claims.fetched:
        if one.what == "pipeline":
            note = f"custom_pipeline {one.text} has no slash: taken from a shared collection"
            yield _flow(rows["community_pipeline"], one.file, one.line, {}, note)
        else:
            note = "fetched when requirements are installed"
            yield _flow(rows[one.what], one.file, one.line, {"url": one.text}, note, "cli")


def _flow(row: LoaderRow, file: str, line: int, parts: dict[str, str], note: str, trigger: str = "load") -> Flow:
    url = row.url
    for name, value in parts.items():
        url = url.replace(f"{{{name}}}", value)
    payload = tuple(
        PayloadField(name, label, file, line)
        for name, _, label in (p.partition(":") for p in row.payload.split(";") if p)
    )
    gates = (Gate(row.gate_kind, row.gate, row.polarity, row.gate_rule, "", 0, row.off_value),) if row.gate else ()
    default = {"yes": True, "no": False}.get(row.default_on)
    endpoint = Endpoint(url, "config" if parts else "sdk-default", f"{file}:{line}; {row.source}")
    return _made((file, line), row.api, row.method, row.kind, trigger, endpoint, payload, gates, default, note)


# -- what a card tells people to do


def _of_card(card: Card, repository: str, rows: dict[str, LoaderRow]) -> Iterator[Flow]:
    if card.asked:
        yield _asking(card, repository, rows["access_request"])
    requests = shell_requests(card)
    yield from (_shell(request) for request in requests)
    lines = {(r.file, r.url) for r in requests}
    seen: set[str] = set()
    for mention in card.mentions:
        known = mention.url in seen or (card.file, mention.url) in lines
        if mention.where == "prose" and not known and _API_LIKE.match(mention.url):
            seen.add(mention.url)
            endpoint = Endpoint(mention.url, "card", f"{card.file}:{mention.line}")
            place = (card.file, mention.line)
            flow = _made(place, "address in the card", "", "generic", "doc", endpoint, (), (), None, "named in prose")
            yield replace(flow, role="docs")


def _asking(card: Card, repository: str, row: LoaderRow) -> Flow:
    who = publisher_of(repository)
    named = f"{who.operator} (home {who.country})" if who else "publisher's country unknown"
    note = f"username, e-mail and these answers go to the publisher {repository.partition('/')[0] or 'of the model'}: "
    flow = _flow(row, card.file, 1, {"repository": repository if "/" in repository else "{?}"}, note + named, "call")
    standard = (PayloadField("email", "e-mail", card.file, 1), PayloadField("user_id", "username", card.file, 1))
    asked = tuple(PayloadField(_class_of(a.name, a.kind), a.name, card.file, 1) for a in card.asked)
    return replace(flow, payload=tuple(dict.fromkeys((*standard, *asked))))


def _class_of(name: str, kind: str) -> str:
    words = set(re.findall(r"[a-z-]+", f"{name} {kind}".lower()))
    return next((found for found, known in _CLASSES if words & set(known.split())), "unknown")


def _shell(request: ShellRequest) -> Flow:
    place = (request.file, request.line)
    payload = (PayloadField("unknown", "data of the command", request.file, request.line),) if request.sends else ()
    endpoint = Endpoint(request.url, "card", f"{request.file}:{request.line}")
    hint = "generic" if request.sends else "download"
    flow = _made(place, request.tool, request.method, hint, "doc", endpoint, payload, (), None, "command in the card")
    return replace(flow, role="docs")


def _made(
    place: tuple[str, int], api: str, method: str, hint: str, trigger: str, endpoint: Endpoint,
    payload: tuple[PayloadField, ...], gates: tuple[Gate, ...], default: bool | None, note: str,
) -> Flow:  # fmt: skip
    file, line = place
    scheme = endpoint.template.partition("://")[0] if "://" in endpoint.template else "unknown"
    tls = {"https": "yes", "wss": "yes", "http": "no", "ws": "no"}.get(scheme, "unknown")
    sink = SinkSite(file, line, 1, line, MODULE_LEVEL, api, method, scheme, tls, "default", FOUND_BY)
    chain = Chain((Step(file, line, MODULE_LEVEL, "sink", note),), "import", Certainty.EXACT)
    return Flow(sink, hint, chain, (), trigger, (endpoint,), payload, (), gates, default, "product")
