"""The verb of this room: every sink of the program becomes a flow."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Mapping as MappingType
from dataclasses import dataclass

from scanner.callgraph.entries import runs_in_thread
from scanner.callgraph.naming import name_of
from scanner.callgraph.records import CallGraph, Route
from scanner.callgraph.routes import routes_to
from scanner.catalog.records import Catalog, SinkRow
from scanner.facts.records import Call, ScopeKind
from scanner.flows.answers import reads_answer
from scanner.flows.endpoints import Endpoints
from scanner.flows.gates import Gating, Verdict
from scanner.flows.index import Index
from scanner.flows.payloads import Payloads
from scanner.flows.records import Chain, Endpoint, Flow, Gate, PayloadField, SinkSite, Step
from scanner.flows.standing import Standing
from scanner.flows.texts import Texts
from scanner.inputs.records import FileRole
from scanner.inputs.variables import SetVariable
from scanner.program.linking import Program
from scanner.program.records import Edge, ScopeEntry
from scanner.vocabulary import Certainty

MAX_ROUTES = 12
"""Ways to a sink that are reported: the one shown and eleven more."""

MAX_JUDGED = 5
"""Routes whose conditions are evaluated in search of one that runs by default."""

CODE_STRING = "catalog, in a code string"
"""How a sink inside a string handed to an interpreter was found."""
_PREFERENCE = {True: 0, None: 1, False: 2}
_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})
_TRIGGERS = {"thread": "thread", "exit": "exit", "schedule": "schedule", "exception": "exception"}
_CERTAINTIES = (Certainty.EXACT, Certainty.ANNOTATED, Certainty.NAMED, Certainty.GUESSED)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A call that a sink row names. ``line`` and ``column`` are where libcst should confirm it."""

    scope: int
    node: int
    row: SinkRow
    file: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Tracer:
    """Everything needed to trace one program."""

    program: Program
    graph: CallGraph
    index: Index
    endpoints: Endpoints
    gating: Gating
    payloads: Payloads
    roles: MappingType[str, FileRole]


def prepare(
    program: Program,
    graph: CallGraph,
    catalog: Catalog,
    roles: MappingType[str, FileRole],
    settings: Iterable[SetVariable] = (),
) -> Tracer:
    """``roles`` gives the role of each file path, ``settings`` the variables that files of the target set."""
    index = Index(program, catalog, settings, roles)
    texts = Texts(index)
    endpoints = Endpoints(index, Texts(index, Standing(index, texts)))
    return Tracer(program, graph, index, endpoints, Gating(index, texts), Payloads(index, catalog), roles)


def candidates(tracer: Tracer, catalog: Catalog) -> tuple[Candidate, ...]:
    """Calls whose resolved name is a sink of the catalog, one per call site."""
    rows = {row.name: row for row in catalog.sinks}
    found: dict[int, Candidate] = {}
    canonical = tracer.program.knowledge.canonical
    named = [(c.caller, c.site, canonical(c.name)) for c in tracer.program.external]
    # A distribution that is itself in the catalog: its own calls of the functions its users call.
    named += [
        (e.caller, e.site, canonical(name_of(tracer.program, e.callee)))
        for e in tracer.program.edges
        if e.kind == "call"
    ]
    for caller, site, name in named:
        row = rows.get(name)
        op = tracer.index.op(site)
        if row is None or op is None or not isinstance(op[1], Call):
            continue
        known = found.get(site)
        if known is None or (row.kind != "generic", row.name) > (known.row.kind != "generic", known.row.name):
            file, line = tracer.index.place(site)
            found[site] = Candidate(caller, site, row, file, line, op[1].column)
    return tuple(sorted(found.values(), key=lambda c: (c.file, c.line, c.column, c.row.name)))


def trace(
    tracer: Tracer, sinks: Sequence[Candidate], sources: MappingType[tuple[str, int, int], str]
) -> tuple[Flow, ...]:
    """One flow per candidate; ``sources`` holds the exact text of the calls libcst confirmed, by file, line, column."""
    return tuple(_flow(tracer, c, sources.get((c.file, c.line, c.column), "")) for c in sinks)


def _flow(tracer: Tracer, c: Candidate, source: str) -> Flow:
    entry = tracer.program.solver.scopes[c.scope]
    found = tracer.index.op(c.node)
    call = found[1] if found is not None and isinstance(found[1], Call) else Call(-1, (), (), 1, c.line)
    endpoints = tracer.endpoints.of(entry, c.node, call, c.row) if call.func >= 0 else (Endpoint("", "unknown", ""),)
    payload = tracer.payloads.of(entry, call, c.row)
    function, method = _shown(tracer, entry).scope.name, _method(tracer, entry, call, c.row)
    site = SinkSite(
        c.file, c.line, c.column, call.end_line, function, c.row.name, method,
        _scheme(endpoints, c.row), _tls(endpoints, c.row), _verify(tracer, entry, call),
        CODE_STRING if entry.scope.kind is ScopeKind.CODE_STRING else "catalog", source,
        reads_answer(entry.scope, c.node - entry.base),
    )  # fmt: skip
    return _with_paths(tracer, site, c.row.kind, c.scope, c.node, endpoints, payload, c.row)


def _with_paths(
    tracer: Tracer,
    site: SinkSite,
    hint: str,
    scope: int,
    node: int,
    endpoints: tuple[Endpoint, ...],
    payload: tuple[PayloadField, ...],
    row: SinkRow | None,
) -> Flow:
    routes = _product_first(tracer, routes_to(tracer.graph, scope, MAX_ROUTES))
    routes, verdict = _judged(tracer, routes, node)
    chains = [_chain(tracer, r, site) for r in routes] or [_lonely(site, tracer.program.solver.scopes[scope])]
    gates = verdict.gates + _other_gates(tracer, routes[1:], node, verdict.gates) + _switches(tracer, row, node)
    trigger = _trigger(tracer, routes[0], routes[0].edges) if routes else "call"
    return Flow(
        site, hint, chains[0], tuple(chains[1:]), trigger, endpoints, payload, row.adds if row else (),
        tuple(sorted(set(gates))), _default(verdict, row, endpoints),
        str(tracer.roles.get(site.file, FileRole.PRODUCT)),
    )  # fmt: skip


def _default(verdict: Verdict, row: SinkRow | None, endpoints: tuple[Endpoint, ...]) -> bool | None:
    """An SDK set up without an address of the package's own sends to the user's account, if the user has one."""
    of_user = row is not None and row.constructor and all(e.resolved_by == "sdk-default" for e in endpoints)
    return None if of_user and verdict.default_on else verdict.default_on


def _judged(tracer: Tracer, routes: list[Route], node: int) -> tuple[list[Route], Verdict]:
    """The routes with one that runs by default first, where there is one, and its verdict."""
    verdicts = []
    for route in routes[:MAX_JUDGED]:
        verdicts.append(tracer.gating.judge(route.edges, node))
        if verdicts[-1].default_on:
            break
    if not verdicts:
        return routes, tracer.gating.judge((), node)
    best = min(range(len(verdicts)), key=lambda i: (_PREFERENCE[verdicts[i].default_on], i))
    return [routes[best], *routes[:best], *routes[best + 1 :]], verdicts[best]


def trace_pattern(tracer: Tracer, site: SinkSite, hint: str) -> Flow:
    """A flow for a call semgrep found: the scope around its line, and the way there."""
    scope, node = _scope_at(tracer, site.file, site.line)
    if scope < 0:
        chain = Chain((Step(site.file, site.line, site.function, "sink", site.api),), "import", Certainty.EXACT)
        role = str(tracer.roles.get(site.file, FileRole.PRODUCT))
        return Flow(site, hint, chain, (), "call", (Endpoint("", "unknown", ""),), (), (), (), None, role)
    from dataclasses import replace

    site = replace(site, function=tracer.program.solver.scopes[scope].scope.name)
    return _with_paths(tracer, site, hint, scope, node, (Endpoint("", "unknown", ""),), (), None)


def _scope_at(tracer: Tracer, file: str, line: int) -> tuple[int, int]:
    """The innermost scope around a line, and an operation on it; (-1, -1) when the file has no facts."""
    best, node = -1, -1
    for entry in tracer.program.solver.scopes:
        if tracer.index.file(entry) != file or entry.scope.kind is ScopeKind.CLASS:
            continue
        if entry.scope.kind is ScopeKind.MODULE or entry.scope.line <= line <= entry.scope.end_line:
            on_line = [i for i, n in enumerate(entry.scope.lines) if n == line]
            if on_line or best < 0:
                best, node = entry.index, entry.base + (on_line[-1] if on_line else 0)
    return best, node


def _product_first(tracer: Tracer, routes: tuple[Route, ...]) -> list[Route]:
    """Routes that start in tests or examples are shown only when there are no others."""

    def of_product(r: Route) -> bool:
        file = tracer.index.file(tracer.program.solver.scopes[r.entry.scope])
        return tracer.roles.get(file, FileRole.PRODUCT) in (FileRole.PRODUCT, FileRole.VENDORED)

    return [r for r in routes if of_product(r)] or list(routes[:1])


def _other_gates(tracer: Tracer, routes: list[Route], node: int, known: tuple[Gate, ...]) -> tuple[Gate, ...]:
    """Switches that only other routes pass: named, so that nobody believes one switch closes every way."""
    names = {(g.kind, g.name) for g in known}
    out = []
    for route in routes:
        for gate in tracer.gating.variables(route.edges, node):
            if (gate.kind, gate.name) not in names and gate.polarity == "opt-out":
                names.add((gate.kind, gate.name))
                out.append(gate)
    return tuple(out)


def _switches(tracer: Tracer, row: SinkRow | None, node: int) -> tuple[Gate, ...]:
    """Variables the SDK itself honours, or the one that made the object whose method is called."""
    if row is None:
        return ()
    out = dict.fromkeys(row.switches, row.distribution)
    found = tracer.index.op(node)
    if found is not None and isinstance(found[1], Call):
        for made, _, _ in tracer.index.receiver_makers(found[0], found[1]):
            for name in tracer.index.external_at.get(made, ()):
                known = tracer.index.types.get(name)
                out |= {switch: name.partition(".")[0] for switch in (known.switches if known else ())}
    parts = ((distribution, *switch.partition("=")) for switch, distribution in out.items())
    return tuple(Gate("env", n, "opt-out", f"{d} honours it", "", 0, v or "1") for d, n, _, v in parts)


# -- chains


def _shown(tracer: Tracer, entry: ScopeEntry) -> ScopeEntry:
    """The scope a reader finds in the text: a code string belongs to the function that builds it."""
    while entry.scope.kind is ScopeKind.CODE_STRING:
        entry = tracer.program.solver.scopes[entry.parent]
    return entry


def _chain(tracer: Tracer, route: Route, site: SinkSite) -> Chain:
    steps: list[Step] = []
    solver = tracer.program.solver
    start = solver.scopes[route.entry.scope]
    first_line = tracer.index.place(route.edges[0].site)[1] if route.edges else start.scope.line
    steps.append(
        Step(tracer.index.file(start), first_line or start.scope.line, start.scope.name, "entry", route.entry.kind)
    )
    for i, edge in enumerate(route.edges):
        if edge.via >= 0:
            steps.append(_scope_step(tracer, edge.via, f"decorates {solver.scopes[edge.caller].scope.name}"))
        callee = _shown(tracer, solver.scopes[edge.callee])
        if i + 1 < len(route.edges) or callee.scope.name != site.function:
            line = tracer.index.place(route.edges[i + 1].site)[1] if i + 1 < len(route.edges) else site.line
            note = "" if edge.kind == "call" else edge.kind
            steps.append(Step(tracer.index.file(callee), line or callee.scope.line, callee.scope.name, "call", note))
    steps.append(Step(site.file, site.line, site.function, "sink", site.api))
    worst = max((e.certainty for e in route.edges), key=_CERTAINTIES.index, default=Certainty.EXACT)
    return Chain(tuple(steps), route.entry.kind, worst)


def _scope_step(tracer: Tracer, scope: int, note: str) -> Step:
    entry = tracer.program.solver.scopes[scope]
    return Step(tracer.index.file(entry), entry.scope.line, entry.scope.name, "call", note)


def _lonely(site: SinkSite, entry: ScopeEntry) -> Chain:
    """No caller was found: the path begins where the sink stands."""
    start = Step(site.file, entry.scope.line, site.function, "entry", "no caller found")
    return Chain((start, Step(site.file, site.line, site.function, "sink", site.api)), "unknown", Certainty.GUESSED)


def _trigger(tracer: Tracer, route: Route, edges: tuple[Edge, ...]) -> str:
    for edge in edges:
        if edge.kind in _TRIGGERS and edge.kind != "thread":
            return _TRIGGERS[edge.kind]
    if route.entry.kind == "import":
        return "import"
    if route.entry.kind == "script":
        return "cli"
    scopes = [route.entry.scope, *(e.callee for e in edges)]
    threaded = any(e.kind == "thread" for e in edges) or any(runs_in_thread(tracer.program, s) for s in scopes)
    return "thread" if threaded else "call"


# -- transport


def _method(tracer: Tracer, entry: ScopeEntry, call: Call, row: SinkRow) -> str:
    if row.method != "argument":
        return row.method
    value = tracer.index.argument(entry, call, (0, "method"))
    texts = tracer.endpoints.texts.at(value) if value is not None else ()
    named = [t.template.upper() for t in texts if t.template.upper() in _METHODS]
    return named[0] if len(set(named)) == 1 else ""


def _scheme(endpoints: tuple[Endpoint, ...], row: SinkRow) -> str:
    schemes = sorted({e.template.split("://", 1)[0].lower() for e in endpoints if "://" in e.template[:12]})
    return schemes[0] if len(schemes) == 1 else row.transport


def _tls(endpoints: tuple[Endpoint, ...], row: SinkRow) -> str:
    scheme = _scheme(endpoints, row)
    if scheme in ("https", "wss", "grpcs"):
        return "yes"
    return "no" if scheme in ("http", "ws", "ftp", "telnet") else "unknown"


def _verify(tracer: Tracer, entry: ScopeEntry, call: Call) -> str:
    for name, value in call.keywords:
        if name in ("verify", "ssl", "verify_ssl"):
            constant = tracer.index.constant(entry.base + value)
            return "no" if constant is False else "yes" if constant is True else "unknown"
    return "default"
