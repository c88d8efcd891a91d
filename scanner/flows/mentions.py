"""What a condition depends on: variables, settings, arguments and files, by a bounded slice backwards."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from collections.abc import Mapping as MappingType
from dataclasses import dataclass

from scanner.facts.records import (
    Attribute,
    Binary,
    Call,
    Choice,
    Compare,
    Display,
    Element,
    Format,
    Global,
    Item,
    Logic,
    Mapping,
    Param,
    Parameter,
    Phi,
    Unary,
    Unpack,
)  # fmt: skip
from scanner.flows.index import Index
from scanner.flows.settings import setting_at
from scanner.flows.texts import Texts
from scanner.flows.worlds import matched, tests_of
from scanner.program.records import ScopeEntry
from scanner.vocabulary import UNKNOWN_PART

_CI = frozenset({"CI", "GITHUB_ACTIONS", "BUILDKITE", "TF_BUILD", "TRAVIS", "CIRCLECI", "JENKINS_URL", "GITLAB_CI"})
_HINTS = (
    "TELEMETRY", "ANALYTICS", "TRACK", "TRACING", "TRACE", "USAGE", "STATS", "DISABLE", "ENABLE", "DO_NOT", "OPT_OUT",
    "OPTOUT", "OPT_IN", "OFFLINE", "NO_", "REPORT", "METRICS", "CONSENT", "DOWNLOAD_COUNT", "SENTRY", "POSTHOG",
    "PRIVACY",
)  # fmt: skip
"""Words in the name of a variable or file that is most likely a switch, where evaluation could not tell."""
_EXISTS = frozenset({"os.path.exists", "os.path.isfile", "pathlib.Path.exists", "pathlib.Path.is_file"})
_SLICE_LIMIT = 400
_NAMES = 6
"""Variables one read may be of; a helper that reads more of them tells nothing about this path."""


@dataclass(frozen=True, slots=True)
class Mention:
    """Something a condition depends on. ``key`` is the variable's name, or the node of a parameter."""

    kind: str
    name: str
    node: int
    file: str
    line: int


class Bound:
    """Parameters of the functions a slice has entered by a call: the arguments of those calls, not of all callers."""

    def __init__(self) -> None:
        self._given: dict[int, list[int]] = {}

    def enter(self, frame: MappingType[int, int]) -> None:
        """A call binds parameters (nodes) to its arguments (nodes)."""
        for parameter, argument in frame.items():
            known = self._given.setdefault(parameter, [])
            if argument not in known:
                known.append(argument)

    def arguments(self, node: int) -> list[int]:
        """What a parameter was bound to, in the order of the calls; [] for one no call was met of."""
        return self._given.get(node, [])

    def frames(self) -> list[dict[int, int]]:
        """One frame per call of the same function, in the order they were met."""
        turns = min(max((len(g) for g in self._given.values()), default=1), _NAMES)
        return [{p: g[min(i, len(g) - 1)] for p, g in self._given.items()} for i in range(turns)]


class Mentions:
    """Answers for one program; they are remembered."""

    def __init__(self, index: Index, texts: Texts) -> None:
        self.index = index
        self.texts = texts
        self._mentions: dict[int, tuple[Mention, ...]] = {}

    def of(self, node: int) -> tuple[Mention, ...]:
        """Environment variables, settings, arguments and files a test depends on: a bounded backward slice."""
        known = self._mentions.get(node)
        if known is None:
            known = self._mentions[node] = tuple(sorted(set(self._slice(node)), key=lambda m: (m.kind, m.name, m.node)))
        return known

    def _slice(self, start: int) -> Iterable[Mention]:
        seen, queue, bound = {start}, deque([start]), Bound()
        while queue and len(seen) < _SLICE_LIMIT:
            node = queue.popleft()
            yield from self._mention(node, bound)
            for nxt in self.depends(node, bound):
                if nxt not in seen:
                    seen.add(nxt)
                    queue.append(nxt)

    def _mention(self, node: int, bound: Bound) -> list[Mention]:
        found = self.index.op(node)
        if found is None:
            return []
        entry, op = found
        file, line = self.index.place(node)
        if isinstance(op, Call):
            variable, _ = self.texts.environment_operands(node)
            if variable is not None:
                return [self.variable(n, node, file, line) for n in self._names(variable, bound)]
            if any(n in _EXISTS for n in self.index.external_at.get(node, ())) and op.args:
                texts = self.texts.at(entry.base + op.args[0])
                name = next((t.template for t in texts if t.known), "")
                return (
                    [Mention("consent-file", name.replace(UNKNOWN_PART, "…"), node, file, line)] if hinted(name) else []
                )
        if isinstance(op, Item) and self._is_environ(entry.base + op.obj):
            return [self.variable(n, node, file, line) for n in self._names(entry.base + op.key, bound)]
        if isinstance(op, Compare) and op.ops[0] in ("in", "not in") and self._is_environ(entry.base + op.others[0]):
            return [self.variable(n, node, file, line) for n in self._names(entry.base + op.left, bound)]
        if isinstance(op, Param):
            return self._argument(entry, node, op, file, line)
        key = setting_at(self.index, entry, op)
        return [Mention("setting", key, node, file, line)] if key else []

    def _names(self, node: int, bound: Bound) -> list[str]:
        names: set[str] = set()
        for frame in bound.frames():
            texts = self.texts.at(node, frame)
            asked = {t.template for t in texts if t.known and UNKNOWN_PART not in t.template}
            names |= asked if len(asked) <= _NAMES else set()
        return sorted(names)

    def variable(self, name: str, node: int, file: str, line: int) -> Mention:
        """The mention of an environment variable; those that only CI services set are of kind ``ci``."""
        return Mention("ci" if name in _CI else "env", name, node, file, line)

    def _is_environ(self, node: int) -> bool:
        return any(self.index.solver.values[v].name == "os.environ" for v in self.index.solver.at(node))

    def _argument(self, entry: ScopeEntry, node: int, op: Param, file: str, line: int) -> list[Mention]:
        """A boolean parameter of a public function is a switch its callers have."""
        p = entry.scope.params[op.index]
        if p.default < 0 or any(part.startswith("_") and part != "__init__" for part in entry.scope.name.split(".")):
            return []
        return [Mention("argument", p.name, node, file, line)] if self._is_switch(entry, p) else []

    def _is_switch(self, entry: ScopeEntry, p: Parameter) -> bool:
        """A parameter with a boolean default, or annotated ``bool`` (``bool | None = None``)."""
        parent = self.index.solver.scopes[entry.parent]
        if isinstance(self.index.constant(parent.base + p.default), bool):
            return True
        named = parent.scope.ops[p.annotation] if p.annotation >= 0 else None
        parts = [parent.scope.ops[s] for s in named.sources] if isinstance(named, Phi) else [named]
        return any(isinstance(part, Global) and part.name == "bool" for part in parts)

    def depends(self, node: int, bound: Bound) -> list[int]:
        """Nodes the value or the truth of ``node`` depends on, one step back."""
        found = self.index.op(node)
        out = bound.arguments(node) or list(self.index.before(node))
        if found is None:
            return out + self._control(out)
        entry, op = found
        base = entry.base
        if isinstance(op, Compare):
            out += [base + op.left, *(base + o for o in op.others)]
        elif isinstance(op, Logic):
            out += [base + v for v in op.values]
        elif isinstance(op, Unary):
            out.append(base + op.value)
        elif isinstance(op, Choice):
            out += [base + op.test, base + op.then, base + op.other]
        elif isinstance(op, Phi):
            out += [base + s for s in op.sources]
        elif isinstance(op, Binary):
            out += [base + op.left, base + op.right]
        elif isinstance(op, Item | Element | Unpack):
            out += self.texts.elements(
                base + op.obj, self.index.constant(base + op.key) if isinstance(op, Item) else None
            )
        elif isinstance(op, Display | Format | Mapping):
            pass
        elif isinstance(op, Call):
            out += self._calldepends(entry, node, op, bound)
        return out

    def _calldepends(self, entry: ScopeEntry, node: int, op: Call, bound: Bound) -> list[int]:
        out: list[int] = []
        callee = entry.scope.ops[op.func]
        if isinstance(callee, Attribute):
            out.append(entry.base + callee.obj)
        if not self.index.callees_at.get(node):
            out += [entry.base + a for a in op.args] + [entry.base + v for _, v in op.keywords]
        for scope in self.index.callees_at.get(node, ()):
            target = self.index.solver.scopes[scope]
            bound.enter(matched(self.index, target, entry, op, {}))
            for value, block in target.scope.returns:
                out.append(target.base + value)
                out += [target.base + t for t, _ in tests_of(target.scope, block)]
        return out

    def _control(self, sources: list[int]) -> list[int]:
        """A field or global set only sometimes depends on the conditions of its stores."""
        out: list[int] = []
        for source in sources if 1 < len(sources) < 8 else ():
            found = self.index.op(source)
            if found is not None:
                entry, _ = found
                tests = tests_of(entry.scope, entry.scope.blocks[source - entry.base])
                out += [entry.base + t for t, _ in tests]
        return out


def hinted(name: str) -> bool:
    """Whether the name of a file says that it records consent or a refusal."""
    return any(hint in name.upper() for hint in _HINTS)
