"""Whether a change of one file can bear on the flows that were found, or add one.

A program of thousands of files need not be linked again because somebody added a line to one no path comes near. What
a path depends on is kept as names: of functions that reach a sink, of what values were followed through, of what holds
an object that can send. A change matters when an operation it adds or removes mentions such a name, or binds a name the
paths read. Names are coarser than values, so the answer errs on the side of linking again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scanner.facts.records import (
    AnyOp,
    Attribute,
    Call,
    Class,
    Const,
    DeleteItem,
    FileFacts,
    Free,
    Function,
    Global,
    Import,
    Param,
    Scope,
    ScopeKind,
    SetAttribute,
    SetItem,
    SetSlice,
    StoreFree,
    StoreGlobal,
)
from scanner.flows.unread import declared_names
from scanner.program.containers import FILLERS
from scanner.program.records import ValueKind

if TYPE_CHECKING:
    from scanner.catalog.records import Catalog
    from scanner.flows.records import Flow
    from scanner.flows.tracing import Tracer
    from scanner.program.linking import Program

_DYNAMIC = frozenset({"exec", "eval", "compile", "__import__", "globals", "locals", "vars", "setattr", "import_module"})
_NAME_LENGTH = 80
_OWN = "<builtin>."


@dataclass(frozen=True, slots=True)
class Bearing:
    """Names, each without what it stands in: ``touched`` matter wherever they are mentioned, ``read`` where they are
    bound; ``roots`` are top-level modules with calls that send."""

    touched: frozenset[str]
    read: frozenset[str]
    roots: frozenset[str]


def bearing_of(tracer: Tracer, flows: Sequence[Flow], catalog: Catalog) -> Bearing:
    """What the flows depend on; asked after tracing, as the values that were followed count."""
    program = tracer.program
    reaching = _reaching(tracer, flows)
    touched, read = set(_DYNAMIC), set()
    for scope in reaching:
        touched |= _names_of(program, scope)
        read |= {op.name for op in program.solver.scopes[scope].scope.ops if isinstance(op, Attribute | Global)}
    for kind, *key in _named(program, program.solver.asked):
        if kind in ("attribute", "class attribute", "global"):
            read.add(str(key[1]))
        elif kind == "return":
            touched |= _names_of(program, int(str(key[0])))
    for node in program.solver.asked:
        found = program.solver.op_at(node)
        if found is not None:
            touched |= _names_of(program, found[0].index)
    touched |= _holders(program) | declared_names(tracer.index)
    names = [row.name for row in catalog.sinks]
    touched |= {name.removeprefix(_OWN) for name in names if name.startswith(_OWN)}
    return Bearing(frozenset(touched), frozenset(read), frozenset(name.split(".", 1)[0] for name in names))


def _reaching(tracer: Tracer, flows: Sequence[Flow]) -> set[int]:
    """Scopes from which some sink is reached, by any edge."""
    solver = tracer.program.solver
    sites = {(f.sink.file, f.sink.function) for f in flows}
    paths = [module.facts.path for module in solver.modules]
    stack = [e.index for e in solver.scopes if (paths[e.file], e.scope.name) in sites]
    seen = set(stack)
    while stack:
        scope = stack.pop()
        callers = {edge.caller for edge in tracer.graph.callers.get(scope, ())} | {solver.scopes[scope].parent}
        fresh = {c for c in callers if c >= 0} - seen
        seen |= fresh
        stack += fresh
    return seen


def _names_of(program: Program, scope: int) -> set[str]:
    """How a scope may be mentioned: its own name; the class, of what an instance does without being named; the module,
    of what runs when it is imported."""
    entry = program.solver.scopes[scope]
    if entry.scope.kind is ScopeKind.MODULE:
        return {program.solver.modules[entry.file].name.rsplit(".", 1)[-1]}
    parts = entry.scope.name.split(".")
    return {parts[-1], parts[-2]} if len(parts) > 1 and parts[-1].startswith("__") else {parts[-1]}


def _named(program: Program, nodes: Iterable[int]) -> Iterator[tuple[object, ...]]:
    wanted = set(nodes)
    return (key for key, node in program.solver.named_nodes.items() if node in wanted)


def _holders(program: Program) -> set[str]:
    """Names of variables, attributes, parameters and functions that hold, or give, an object of another distribution
    the catalog knows by its methods."""
    solver = program.solver
    sending = {
        i for i, v in enumerate(solver.values)
        if v.kind is ValueKind.EXTERNAL and "()" in v.name and not v.name.startswith(_OWN)
    }  # fmt: skip
    nodes = {node for node, values in solver.points.items() if not values.isdisjoint(sending)}
    found: set[str] = set()
    for kind, *key in _named(program, nodes):
        if kind == "return":
            found |= _names_of(program, int(str(key[0])))
        elif kind in ("attribute", "class attribute", "global", "cell"):
            found.add(str(key[1]))
    for node in nodes:
        at = solver.op_at(node)
        if at is not None and isinstance(at[1], Param):
            found.add(at[0].scope.params[at[1].index].name)
    return found - {"self", "cls"}


# -- changes


def matters(old: FileFacts, new: FileFacts, bearing: Bearing) -> bool:
    """Whether the flows may be others with ``new`` in the place of ``old``."""
    before, after = _File(old), _File(new)
    if (old.stars, old.exported, before.bases) != (new.stars, new.exported, after.bases):
        return True
    changed = (before.operations - after.operations) + (after.operations - before.operations)
    mentioned: set[str] = set()
    bound: set[str] = set()
    imported: set[str] = set()
    for operation in changed:
        mentioned |= operation.mentioned
        bound |= operation.bound
        imported |= operation.imported
    bound |= {name for name, _ in before.bound.items() ^ after.bound.items()}
    mentioned |= {name for (_, names), _ in before.shapes.items() ^ after.shapes.items() for name in names}
    return bool(mentioned & bearing.touched or bound & (bearing.touched | bearing.read) or imported & bearing.roots)


@dataclass(frozen=True, slots=True)
class _Operation:
    """An operation with all it is made of, by content: where it stands in its file does not count."""

    scope: str
    content: int
    mentioned: frozenset[str]
    bound: frozenset[str]
    imported: frozenset[str]


class _File:
    """The operations of a file by content, what each name of its modules and classes is bound to, and the shapes and
    bases of its scopes."""

    def __init__(self, facts: FileFacts) -> None:
        self.facts = facts
        self.operations: Counter[_Operation] = Counter()
        self.bound: dict[str, tuple[object, ...]] = {}
        self.shapes: dict[tuple[str, tuple[str, ...]], tuple[object, ...]] = {}
        self.bases: dict[str, tuple[int, ...]] = {}
        contents = [_Contents(facts, scope) for scope in facts.scopes]
        for scope, content in zip(facts.scopes, contents, strict=True):
            self._add(scope, content)
            if scope.bases:
                self.bases[scope.name] = tuple(contents[scope.parent].of(base)[0] for base in scope.bases)

    def _add(self, scope: Scope, contents: _Contents) -> None:
        own = frozenset((*_last_names(scope), *(p.name for p in scope.params))) - {"self", "cls"}
        guards = [_guard(scope, contents, block) for block in range(len(scope.block_table))]
        for i, block in enumerate(scope.blocks):
            content, mentioned, bound, imported = contents.of(i)
            self.operations[
                _Operation(scope.name, hash((content, guards[block])), mentioned | own, bound, imported)
            ] += 1  # fmt: skip
        self.shapes[scope.name, _last_names(scope)] = _shape(scope, contents)
        for binding in scope.bindings:
            self.bound.setdefault(binding.name, ())
            self.bound[binding.name] += tuple(contents.of(value)[0] for value in binding.values)


class _Contents:
    """Operations of a scope by content: operands are replaced by their own contents."""

    def __init__(self, facts: FileFacts, scope: Scope) -> None:
        self.facts, self.scope = facts, scope
        self._known: dict[int, tuple[int, frozenset[str], frozenset[str], frozenset[str]]] = {}

    def of(self, i: int) -> tuple[int, frozenset[str], frozenset[str], frozenset[str]]:
        """Hash, names mentioned, names bound, top-level modules imported."""
        known = self._known.get(i)
        if known is None:
            self._known[i] = (0, frozenset(), frozenset(), frozenset())  # a loop's own value, while it is looked at
            known = self._known[i] = self._made(i)
        return known

    def _made(self, i: int) -> tuple[int, frozenset[str], frozenset[str], frozenset[str]]:
        op = self.scope.ops[i]
        operands = [self.of(o) for o in _operands(op) if 0 <= o < i]
        mentioned = frozenset(_mentioned(self.facts, op)).union(*(o[1] for o in operands))
        imported = frozenset(_imported(op)).union(*(o[3] for o in operands))
        content = hash((type(op).__name__, _plain(self.facts, op), tuple(o[0] for o in operands)))
        return content, mentioned, frozenset(self._bound(op)), imported

    def _bound(self, op: AnyOp) -> Iterator[str]:
        """Names an operation gives a value: its own, and those of a container or object that something is put into."""
        if isinstance(op, SetAttribute | StoreGlobal | StoreFree):
            yield op.name
        filled = op.obj if isinstance(op, SetItem | SetSlice | DeleteItem | SetAttribute) else -1
        if isinstance(op, Call) and isinstance(method := self.scope.ops[op.func], Attribute):
            filled = method.obj if method.name in FILLERS else -1
        if filled >= 0:
            yield from self.of(filled)[1]


def _operands(op: AnyOp) -> Iterator[int]:
    """Indices of the operations an operation takes, in the order of its fields."""
    for field in op.__struct_fields__ if not isinstance(op, Const) else ():
        value = getattr(op, field)
        if field in _INDICES and isinstance(value, int):
            yield value
        elif field in _INDICES and isinstance(value, tuple):
            for item in value:
                yield item[1] if isinstance(item, tuple) else item


_INDICES = frozenset({
    "obj", "value", "key", "lower", "upper", "step", "func", "args", "keywords", "sources", "test", "then", "other",
    "values", "left", "others", "right", "parts", "elements", "keys", "cause", "kind", "annotation",
})  # fmt: skip
_PLACES = frozenset({"column", "end_line", "argument_lines", "scope"})


def _plain(facts: FileFacts, op: AnyOp) -> tuple[object, ...]:
    """The fields of an operation that are no operands and no places; of scopes the name."""
    scope = getattr(op, "scope", None)
    named = (facts.scopes[scope].name,) if isinstance(scope, int) else ()
    words = tuple(k for k, _ in getattr(op, "keywords", ()))
    if isinstance(op, Const):
        return (repr(op.value), op.binary)
    plain = (f for f in op.__struct_fields__ if f not in _PLACES and f not in _INDICES)
    kind = getattr(op, "kind", None)
    kinds = (kind,) if isinstance(kind, str) else ()
    return (*(getattr(op, f) for f in plain), *named, *words, *kinds)


def _mentioned(facts: FileFacts, op: AnyOp) -> Iterator[str]:
    if isinstance(op, Attribute | Global | Free | SetAttribute | StoreGlobal | StoreFree):
        yield op.name
    elif isinstance(op, Import):
        yield from (*op.module.split("."), op.name)
    elif isinstance(op, Function | Class):
        yield facts.scopes[op.scope].name.rsplit(".", 1)[-1]
    elif isinstance(op, Const) and isinstance(op.value, str) and len(op.value) < _NAME_LENGTH:
        yield op.value.rsplit(".", 1)[-1]  # ``getattr(x, "send")``, a dotted path


def _imported(op: AnyOp) -> Iterator[str]:
    if isinstance(op, Import) and not op.level:
        yield op.module.split(".", 1)[0]


def _last_names(scope: Scope) -> tuple[str, ...]:
    parts = scope.name.split(".")
    return tuple(parts[-2:]) if parts[-1].startswith("__") else (parts[-1],)


def _guard(scope: Scope, contents: _Contents, block: int) -> int:
    """The conditions around a block, by content."""
    tests = []
    while block >= 0:
        one = scope.block_table[block]
        tests.append((str(one.kind), contents.of(one.test)[0] if one.test >= 0 else 0, one.polarity))
        block = one.parent
    return hash(tuple(tests))


def _shape(scope: Scope, contents: _Contents) -> tuple[object, ...]:
    """What of a scope is no operation: its parameters and what it returns."""
    params = tuple((p.name, p.kind, p.default >= 0, p.annotation >= 0) for p in scope.params)
    returns = tuple(contents.of(value)[0] for value, _ in scope.returns)
    return (params, returns, scope.decorators, scope.is_async, scope.is_generator, scope.fields)
