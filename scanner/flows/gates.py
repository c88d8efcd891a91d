"""Which switches decide whether a path runs: the conditions around its calls, resolved to what a person can set."""

from __future__ import annotations

from dataclasses import dataclass, replace

from scanner.facts.records import (
    Call,
    Const,
    Display,
)  # fmt: skip
from scanner.flows.evaluating import Evaluator
from scanner.flows.index import Index
from scanner.flows.mentions import Bound, Mention, Mentions, hinted
from scanner.flows.records import Gate
from scanner.flows.texts import Texts
from scanner.flows.worlds import Known, World, matched, tests_of
from scanner.program.records import Edge

_VALUES = ("1", "true", "True", "0", "false", "False", "yes", "no", "on", "off", "")
_OFF_WORDS = ("1", "true", "True", "yes", "on", "False", "false", "0", "no", "off", "")
_ON_WORDS = ("False", "false", "0", "no", "off", "1", "true", "True", "yes", "on", "")
_NEGATIVE = ("DISABLE", "NO_", "DO_NOT", "DONT", "OPT_OUT", "OPTOUT", "OFFLINE", "SUPPRESS", "OFF", "SKIP")


@dataclass(frozen=True, slots=True)
class Condition:
    """A test on a path: node, the truth it must have, and how parameters are bound there."""

    node: int
    polarity: bool
    frame: dict[int, int]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Gates of one path, and whether it runs when nothing is set (None: could not be told)."""

    gates: tuple[Gate, ...]
    default_on: bool | None


class Gating:
    """Finds and evaluates the gates of paths."""

    def __init__(self, index: Index, texts: Texts) -> None:
        self.index = index
        self.texts = texts
        self.mentions = Mentions(index, texts)
        self._variables: dict[tuple[int, bool], tuple[Gate, ...]] = {}
        self._settled = {name: one.value for name, one in index.settings.items()}

    def judge(self, edges: tuple[Edge, ...], sink: int) -> Verdict:
        """Gates of the path made of ``edges`` that ends with the call at node ``sink``."""
        on_path = self._settable(edges, sink)
        gates: dict[tuple[str, str], Gate] = {}
        default: bool | None = True
        decided: set[str] = set()
        for c in self.conditions(edges, sink):
            mentions = [m for m in self.mentions.of(c.node) if m.kind != "argument" or self._scope(m.node) in on_path]
            bare, read_at = self._unset(c, World())
            reads = set(read_at)
            mentions += self._asked(mentions, read_at)
            holds = self._unset(c, World(self._settled))[0] if self._settled else bare
            found = [g for m in mentions if (g := self._gate(c, m, bare, reads)) is not None]
            if holds is False and mentions:
                default = False
            elif holds is None and default and not reads <= decided and not (found and all(map(_stays_on, found))):
                default = None
            elif holds is True:
                decided |= reads
            for gate in found:
                gates.setdefault((gate.kind, gate.name), gate)
        return Verdict(tuple(sorted(gates.values())), default)

    def variables(self, edges: tuple[Edge, ...], sink: int) -> tuple[Gate, ...]:
        """Environment variables and consent files of a further path; parameters are left unbound, answers are kept."""
        found: dict[tuple[str, str], Gate] = {}
        for c in self.conditions(edges, sink):
            key = (c.node, c.polarity)
            if key not in self._variables:
                unbound = Condition(c.node, c.polarity, {})
                mentions = [m for m in self.mentions.of(c.node) if m.kind != "argument"]
                holds, read_at = self._unset(unbound, World())
                mentions += self._asked(mentions, read_at)
                gates = [self._gate(unbound, m, holds, set(read_at)) for m in mentions]
                self._variables[key] = tuple(g for g in gates if g is not None)
            for gate in self._variables[key]:
                found.setdefault((gate.kind, gate.name), gate)
        return tuple(sorted(found.values()))

    def _settable(self, edges: tuple[Edge, ...], sink: int) -> set[int]:
        """Scopes whose parameters a caller of the path can set: those on it, and constructors of their classes."""
        scopes = {e.caller for e in edges} | {self._scope(sink)}
        classes = self.index.program.classes
        for scope in tuple(scopes):
            cls = self.index.solver.enclosing_class(scope) if scope >= 0 else -1
            for c in classes.order(cls) if cls >= 0 else ():
                for node in classes.members[c].get("__init__", ()) if isinstance(c, int) else ():
                    scopes |= {self.index.solver.values[v].ref for v in self.index.solver.at(node)}
        return scopes

    def _scope(self, node: int) -> int:
        found = self.index.op(node)
        return -1 if found is None else found[0].index

    def conditions(self, edges: tuple[Edge, ...], sink: int) -> list[Condition]:
        """Conditions of every call of the path, outermost first; parameters are bound by the matched calls."""
        out: list[Condition] = []
        frame: dict[int, int] = {}
        for edge in edges:
            out += self._around(edge.site, frame)
            found = self.index.op(edge.site)
            if found is not None and isinstance(found[1], Call) and edge.kind in ("call", "wrapped"):
                callee = self.index.solver.scopes[edge.callee]
                frame = matched(self.index, callee, found[0], found[1], frame)
        return out + self._around(sink, frame)

    def _around(self, node: int, frame: dict[int, int]) -> list[Condition]:
        found = self.index.op(node)
        if found is None:
            return []
        entry, _ = found
        tests = tests_of(entry.scope, entry.scope.blocks[node - entry.base])
        return [Condition(entry.base + t, p, frame) for t, p in tests]

    def _holds(self, c: Condition, world: World) -> bool | None:
        return self._unset(c, world)[0]

    def _unset(self, c: Condition, world: World) -> tuple[bool | None, dict[str, int]]:
        """Whether a condition holds, and the variables that were asked for on the way, with where."""
        evaluator = Evaluator(self.index, self.texts, world, c.frame)
        truth = evaluator.truth(c.node)
        return (truth == c.polarity) if isinstance(truth, bool) else None, evaluator.read_at

    def _asked(self, mentions: list[Mention], read_at: dict[str, int]) -> list[Mention]:
        """Variables the evaluation asked for and the slice did not reach."""
        known = {m.name for m in mentions}
        return [
            self.mentions.variable(n, at, *self.index.place(at)) for n, at in sorted(read_at.items()) if n not in known
        ]

    # -- verdicts

    def _gate(self, c: Condition, m: Mention, unset: bool | None, reads: set[str]) -> Gate | None:
        made = self._made(c, m, unset, reads)
        setting = self.index.settings.get(m.name) if made is not None and m.kind in ("env", "ci") else None
        if made is None or setting is None:
            return made
        return replace(made, set_in=f"{setting.value} in {setting.file}:{setting.line}")

    def _made(self, c: Condition, m: Mention, unset: bool | None, reads: set[str]) -> Gate | None:
        if m.kind in ("argument", "setting"):
            return self._argument_gate(c, m, unset)
        if m.kind == "consent-file":
            if not hinted(m.name):
                return None
            polarity = "opt-in" if unset is False else "opt-out"
            return Gate("consent-file", m.name, polarity, "the file decides", m.file, m.line)
        return self._variable_gate(c, m, unset, reads)

    def _variable_gate(self, c: Condition, m: Mention, unset: bool | None, reads: set[str]) -> Gate | None:
        # A variable nobody asked for while it was unset cannot change the answer alone.
        compared = [v for v in self._compared(c.node) if v != m.name]
        values = tuple(dict.fromkeys([*_VALUES, *compared])) if m.name in reads else ()
        outcome = {v: self._holds(c, World({m.name: v})) for v in values}
        silent = [v for v in values if outcome[v] is False]
        running = [v for v in values if outcome[v] is True]
        default = self._default(m.node)
        if unset is not False and silent:
            order = _OFF_WORDS if any(n in m.name.upper() for n in _NEGATIVE) else _ON_WORDS
            off = next((v for v in order if v in silent), silent[0])
            return Gate(m.kind, m.name, "opt-out", _off_rule(silent, values), m.file, m.line, off, default)
        if unset is False and running:
            return Gate(m.kind, m.name, "opt-in", _on_rule(running, values), m.file, m.line, "", default)
        if not hinted(m.name) and m.kind == "env":
            return None
        polarity = "opt-out" if any(n in m.name.upper() for n in _NEGATIVE) or unset is not False else "opt-in"
        return Gate(m.kind, m.name, polarity, "decides together with other conditions", m.file, m.line, "", default)

    def _argument_gate(self, c: Condition, m: Mention, unset: bool | None) -> Gate | None:
        outcome: dict[Known, bool | None] = {}
        free = Condition(c.node, c.polarity, {k: n for k, n in c.frame.items() if k != m.node})
        for v in (True, False):
            outcome[v] = self._holds(free, World({}, {m.node: v}))
        silent = [v for v in (True, False) if outcome[v] is False and outcome[not v] is not False]
        if not silent:
            return None
        off = str(silent[0])
        given, give = ("passed", "pass") if m.kind == "argument" else ("set", "set it to")
        if unset is False:
            rule = f"runs only when {not silent[0]} is {given}"
            return Gate(m.kind, m.name, "opt-in", rule, m.file, m.line)
        return Gate(m.kind, m.name, "opt-out", f"{give} {off} to switch off", m.file, m.line, off)

    def _compared(self, node: int) -> list[str]:
        """Strings the test compares with: candidate values of the variable."""
        out: list[str] = []
        seen, stack, bound = {node}, [node], Bound()
        while stack and len(seen) < 200:
            found = self.index.op(stack[-1])
            at = stack.pop()
            if found is not None and isinstance(found[1], Const) and isinstance(found[1].value, str):
                out.append(found[1].value)
            if found is not None and isinstance(found[1], Display):
                stack += [found[0].base + e for e in found[1].elements]
            for nxt in self.mentions.depends(at, bound):
                if nxt not in seen:
                    seen.add(nxt)
                    stack.append(nxt)
        return [v for v in out if len(v) < 20][:12]

    def _default(self, node: int) -> str:
        _, default = self.texts.environment_operands(node)
        if default is None:
            return ""
        value = self.index.constant(default)
        return "" if value is None else repr(value)


def _stays_on(gate: Gate) -> bool:
    """A switch that only ever closes a way: unset it leaves the way open, whatever else the condition depends on."""
    if gate.polarity != "opt-out":
        return False
    closes = any(n in gate.name.upper() for n in _NEGATIVE)
    return bool(gate.off_value) or gate.kind in ("ci", "consent-file") or closes


def _off_rule(silent: list[str], values: tuple[str, ...]) -> str:
    """The value rule of an opt-out in words."""
    kept = [v for v in values if v not in silent]
    nonempty = [v for v in values if v]
    if set(silent) >= set(values):
        return "any value, even an empty one, switches it off"
    if set(silent) >= set(nonempty):
        return "any non-empty value switches it off"
    named = [repr(v) for v in kept if v]
    if named and len(kept) < len(silent):
        return "must stay " + " or ".join(named) + "; anything else switches it off"
    return "one of " + ", ".join(repr(v) for v in dict.fromkeys(silent)) + " switches it off"


def _on_rule(running: list[str], values: tuple[str, ...]) -> str:
    if set(running) >= {v for v in values if v}:
        return "off unless set"
    return "off unless set to one of " + ", ".join(repr(v) for v in running)
