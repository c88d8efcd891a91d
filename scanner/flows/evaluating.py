"""Evaluates conditions: a small interpreter over the facts, with environment variables and arguments set or unset.

Three-valued: a value is known, or ``UNKNOWN``. It runs none of the scanned code: it knows literals, comparisons, string
methods and the program's own functions, and gives up past a budget.
"""

from __future__ import annotations

from collections.abc import Mapping as MappingType

from scanner.catalog.records import ConstantRow
from scanner.facts.records import (
    Attribute,
    Binary,
    Call,
    Choice,
    Class,
    Compare,
    Const,
    Display,
    Enter,
    Format,
    Function,
    Item,
    Logic,
    Mapping,
    Param,
    Phi,
    Unary,
)  # fmt: skip
from scanner.flows.index import Index
from scanner.flows.known_calls import CONVERSIONS, STRING_METHODS, converted, is_instance, string_method
from scanner.flows.members import distinct, guarded, initial, is_none, keys_of, makes_object, public, scope_index
from scanner.flows.texts import Texts
from scanner.flows.worlds import COMPARE, THING, UNKNOWN, Missing, Result, Thing, World, matched, tests_of
from scanner.program.records import ScopeEntry, ValueKind
from scanner.vocabulary import UNKNOWN_PART

_BUDGET = 800
_DEPTH = 40
_NAMES = 4
"""Variables one read may ask for in turn; a helper with more of them was called from places that are not told apart."""
_FIELDS = frozenset({"pydantic.Field", "dataclasses.field", "attr.ib", "attrs.field", "attr.attrib"})
_ALWAYS = {"typing.TYPE_CHECKING": False, "typing_extensions.TYPE_CHECKING": False, "<builtin>.__debug__": True}


class Evaluator:
    """Evaluates nodes of a program in one world; ``frame`` maps parameter nodes to the arguments of a matched call."""

    def __init__(self, index: Index, texts: Texts, world: World, frame: MappingType[int, int]) -> None:
        self.index = index
        self.texts = texts
        self.world = world
        self.frame = frame
        self.reads: set[str] = set()
        self.read_at: dict[str, int] = {}
        self._active: set[int] = set()
        self._left = _BUDGET

    def at(self, node: int, depth: int = 0) -> Result:
        """The value at ``node``."""
        if node in self._active or depth > _DEPTH or self._left <= 0:
            return UNKNOWN
        self._left -= 1
        self._active.add(node)
        try:
            return self._compute(node, depth + 1)
        finally:
            self._active.discard(node)

    def truth(self, node: int, depth: int = 0) -> bool | Missing:
        value = self.at(node, depth)
        return value if isinstance(value, Missing) else bool(value)

    def _compute(self, node: int, depth: int) -> Result:
        if node in self.world.parameters:
            return self.world.parameters[node]
        found = self.index.op(node)
        if found is None:
            return self._stores(node, depth)
        entry, op = found
        base = entry.base
        if isinstance(op, Const):
            return op.value
        if isinstance(op, Compare):
            return self._compare(node, base, op, depth)
        if isinstance(op, Unary):
            value = self.at(base + op.value, depth)
            return UNKNOWN if isinstance(value, Missing) else (not value if op.op == "not" else UNKNOWN)
        if isinstance(op, Logic):
            return self._logic(base, op, depth)
        if isinstance(op, Choice):
            return self._choice(base, op, depth)
        if isinstance(op, Param):
            return self._param(entry, node, op, depth)
        if isinstance(op, Call):
            result = self._call(entry, node, op, depth)
            return THING if isinstance(result, Missing) and makes_object(self.index, node) else result
        if isinstance(op, Function | Class):
            return THING
        if isinstance(op, Display):
            if op.kind != "tuple":
                return UNKNOWN  # it may be filled or emptied before the test
            values = tuple(self.at(base + e, depth) for e in op.elements)
            return UNKNOWN if op.comprehension or any(isinstance(v, Missing) for v in values) else values  # type: ignore[return-value]
        if isinstance(op, Item):
            return self._item(node, entry, op, depth)
        if isinstance(op, Phi):
            return self._agree([base + s for s in op.sources], depth)
        if isinstance(op, Enter):
            return UNKNOWN
        if isinstance(op, Binary | Format | Mapping):
            return self._text(node)
        return self._other(node, depth)

    def _other(self, node: int, depth: int) -> Result:
        before = self.index.before(node)
        # A value of another distribution is known where it comes in, not wherever it may have got to.
        for v in () if before else self.index.solver.at(node):
            name = self.index.solver.values[v].name
            if self.index.solver.values[v].kind is not ValueKind.EXTERNAL:
                continue
            if name in _ALWAYS:
                return _ALWAYS[name]
            if name in self.index.constants:
                return self._constant(node, self.index.constants[name])
        return self._agree(before, depth)

    def _constant(self, node: int, row: ConstantRow) -> bool:
        """What a module of another distribution makes of its variables."""
        out = False
        for name in row.variables:
            self._read(name, node)
            value = self.world.environment.get(name, "")
            out = out or (value.upper() in row.values if row.values else bool(value))
        return out

    def _text(self, node: int) -> Result:
        texts = self.texts.at(node, self.frame)
        if len(texts) == 1 and texts[0].known and UNKNOWN_PART not in texts[0].template and not texts[0].overrides:
            return texts[0].template
        return UNKNOWN

    def _agree(self, nodes: list[int], depth: int) -> Result:
        nodes = distinct(self.index, nodes)
        if not nodes or len(nodes) > 12:
            return UNKNOWN
        values = [self.at(n, depth) for n in nodes]
        first = values[0]
        if any(isinstance(v, Missing) for v in values) or any(v != first for v in values):
            return UNKNOWN
        return first

    def _stores(self, node: int, depth: int) -> Result:
        """A field or global: of several stores in one scope the last one whose condition holds counts."""
        before = self.index.before(node)
        if len(before) < 2:
            return self._agree(before, depth)
        placed = sorted(((s, b) for b in before if (s := self.index.store_of.get(b, b)) is not None), reverse=True)
        first = [(s, b) for s, b in placed if initial(self.index, s)]
        later = [b for s, b in placed if not initial(self.index, s)]
        if first and len({scope_index(self.index, s) for s, _ in first}) == 1:
            if later and all(is_none(self.index, b) for _, b in first):
                return self._agree(later, depth)  # None only holds the place
            for store, source in placed:
                if (
                    not initial(self.index, store)
                    and guarded(self.index, store)
                    and self.block_holds(store, depth) is True
                ):
                    return self.at(source, depth)  # a later store under a condition that holds: a switch was read
            placed = first
        elif len({scope_index(self.index, s) for s, _ in placed}) != 1:
            return self._agree(before, depth)
        for store, source in placed:
            holds = self.block_holds(store, depth)
            if isinstance(holds, Missing):
                return UNKNOWN
            if holds:
                return self.at(source, depth)
        return UNKNOWN

    def block_holds(self, node: int, depth: int = 0) -> bool | Missing:
        """Whether the conditions around an operation hold, within its own scope."""
        found = self.index.op(node)
        if found is None:
            return UNKNOWN
        entry, _ = found
        return self.blocks_hold(entry, entry.scope.blocks[node - entry.base], depth)

    def blocks_hold(self, entry: ScopeEntry, block: int, depth: int) -> bool | Missing:
        result: bool | Missing = True
        for test, polarity in tests_of(entry.scope, block):
            truth = self.truth(entry.base + test, depth + 1)
            if isinstance(truth, Missing):
                result = UNKNOWN
            elif truth != polarity:
                return False
        return result

    # -- operators

    def _compare(self, node: int, base: int, op: Compare, depth: int) -> Result:
        if len(op.ops) != 1:
            return UNKNOWN
        if op.ops[0] in ("in", "not in") and self._is_environ(base + op.others[0]):
            return self._membership(node, base, op, depth)
        left, right = self.at(base + op.left, depth), self._operand(base + op.others[0], op.ops[0], depth)
        if isinstance(left, Missing) or isinstance(right, Missing):
            return UNKNOWN
        try:
            return bool(COMPARE[op.ops[0]](left, right))
        except (TypeError, KeyError):
            return UNKNOWN

    def _operand(self, node: int, op: str, depth: int) -> Result:
        """The right side of a comparison; a list or set written there is not changed before it is looked at."""
        found = self.index.op(node)
        if (
            op in ("in", "not in")
            and found is not None
            and isinstance(found[1], Display)
            and not found[1].comprehension
        ):
            values = tuple(self.at(found[0].base + e, depth) for e in found[1].elements)
            return UNKNOWN if any(isinstance(v, Missing) for v in values) else values  # type: ignore[return-value]
        keys = keys_of(self.index, node) if op in ("in", "not in") else None
        return self.at(node, depth) if keys is None else keys

    def _is_environ(self, node: int) -> bool:
        return any(self.index.solver.values[v].name == "os.environ" for v in self.index.solver.at(node))

    def _membership(self, node: int, base: int, op: Compare, depth: int) -> Result:
        """``"NAME" in os.environ``."""
        name = self.at(base + op.left, depth)
        if not isinstance(name, str):
            return UNKNOWN
        self._read(name, node)
        return (name in self.world.environment) == (op.ops[0] == "in")

    def _logic(self, base: int, op: Logic, depth: int) -> Result:
        unknown = False
        value: Result = UNKNOWN
        for v in op.values:
            value = self.at(base + v, depth)
            if isinstance(value, Missing):
                unknown = True
            elif bool(value) == (op.op == "or"):
                return value
        return UNKNOWN if unknown else value

    def _choice(self, base: int, op: Choice, depth: int) -> Result:
        test = self.truth(base + op.test, depth)
        if not isinstance(test, Missing):
            return self.at(base + (op.then if test else op.other), depth)
        then, other = self.at(base + op.then, depth), self.at(base + op.other, depth)
        return then if type(then) is type(other) and then == other else UNKNOWN

    def _param(self, entry: ScopeEntry, node: int, op: Param, depth: int) -> Result:
        bound = self.frame.get(node)
        if bound is not None:
            return self.at(bound, depth)
        p = entry.scope.params[op.index]
        default = -1 if p.default < 0 else self.index.solver.scopes[entry.parent].base + p.default
        others = [b for b in self.index.before(node) if b != default]
        if default >= 0 and (not others or public(entry)):
            return self.at(default, depth)
        return self._agree(self.index.before(node), depth)

    def _read(self, name: str, node: int) -> None:
        self.reads.add(name)
        self.read_at.setdefault(name, node)

    def _item(self, node: int, entry: ScopeEntry, op: Item, depth: int) -> Result:
        obj = entry.base + op.obj
        key = self.at(entry.base + op.key, depth)
        names = {self.index.solver.values[v].name for v in self.index.solver.at(obj)}
        if "os.environ" in names:
            if isinstance(key, str):
                self._read(key, node)
            return self.world.environment.get(key, UNKNOWN) if isinstance(key, str) else UNKNOWN
        part = self._part_of_call(obj, key, depth) if isinstance(key, int) else UNKNOWN
        if not isinstance(part, Missing):
            return part
        return self._agree(self.texts.elements(obj, None if isinstance(key, Missing) else key), depth)

    def _part_of_call(self, node: int, key: int, depth: int) -> Result:
        """One part of the tuple that a function of the program returns to this call."""
        found, callees = self.index.op(node), self.index.callees_at.get(node, [])
        if found is None or not isinstance(found[1], Call) or len(callees) != 1:
            return UNKNOWN
        return self._run(callees[0], found[0], found[1], depth, key)

    # -- calls

    def _call(self, entry: ScopeEntry, node: int, op: Call, depth: int) -> Result:
        for name in self.index.external_at.get(node, ()):
            return self._external(entry, node, op, name, depth)
        callee = entry.scope.ops[op.func]
        callees = self.index.callees_at.get(node, [])
        if any(self.index.solver.scopes[c].scope.name.endswith("__init__") for c in callees):
            return THING
        if len(callees) == 1:
            return self._run(callees[0], entry, op, depth)
        if not callees and isinstance(callee, Attribute):
            return self._method(entry, op, callee, depth)
        if callees:
            return self._agree([self.index.solver.node("return", c) for c in callees], depth)
        return UNKNOWN

    def _external(self, entry: ScopeEntry, node: int, op: Call, name: str, depth: int) -> Result:
        if name in self.index.environment:
            return self._environment(node, depth)
        if name in self.index.constants:
            return self._constant(node, self.index.constants[name])
        if name in CONVERSIONS and len(op.args) == 1:
            return converted(name, self.at(entry.base + op.args[0], depth))
        if name == "<builtin>.callable" and len(op.args) == 1:
            value = self.at(entry.base + op.args[0], depth)
            return UNKNOWN if isinstance(value, Missing | Thing) else False
        if name == "<builtin>.isinstance" and len(op.args) == 2:
            classes = self.index.solver.at(entry.base + op.args[1])
            names = {self.index.solver.values[v].name for v in classes}
            return is_instance(self.at(entry.base + op.args[0], depth), names)
        if name in _FIELDS:
            return self._field(entry, op, depth)
        callee = entry.scope.ops[op.func]
        if isinstance(callee, Attribute) and callee.name in STRING_METHODS:
            return self._method(entry, op, callee, depth)
        return UNKNOWN

    def _field(self, entry: ScopeEntry, op: Call, depth: int) -> Result:
        value = self.index.argument(entry, op, (0, "default"))
        if value is not None:
            return self.at(value, depth)
        factory = self.index.argument(entry, op, ("default_factory", "factory"))
        for v in self.index.solver.at(factory) if factory is not None else ():
            known = self.index.solver.values[v]
            if known.kind is ValueKind.FUNCTION:
                return self._body(self.index.solver.scopes[known.ref], depth)
        return UNKNOWN

    def _environment(self, node: int, depth: int) -> Result:
        variable, default = self.texts.environment_operands(node)
        if variable is None:
            return UNKNOWN
        name = self.at(variable, depth)
        names = [name] if isinstance(name, str) else self._names(variable)
        for one in names:
            self._read(one, node)
            if one in self.world.environment:
                return self.world.environment[one]
        if not names:
            return UNKNOWN
        return None if default is None else self.at(default, depth)

    def _names(self, node: int) -> list[str]:
        """The names a helper asks for in turn (one per prefix, old and new): the first that is set counts."""
        texts = self.texts.at(node, self.frame)
        names = sorted({t.template for t in texts if t.known and UNKNOWN_PART not in t.template})
        return names if 0 < len(names) <= _NAMES else []

    def _method(self, entry: ScopeEntry, op: Call, callee: Attribute, depth: int) -> Result:
        value = self.at(entry.base + callee.obj, depth)
        arguments = [self.at(entry.base + a, depth) for a in op.args]
        return string_method(value, callee.name, arguments)

    def _run(self, scope: int, caller: ScopeEntry, op: Call, depth: int, part: int = -1) -> Result:
        """One of the program's own functions, its parameters bound to this call; ``part`` of the tuple it returns."""
        entry = self.index.solver.scopes[scope]
        bound = matched(self.index, entry, caller, op, self.frame)
        inner = Evaluator(self.index, self.texts, self.world, bound)
        inner._active, inner._left, inner.reads = self._active, self._left, self.reads
        inner.read_at = self.read_at
        result = inner._body(entry, depth, part)
        self._left = inner._left
        return result

    def _body(self, entry: ScopeEntry, depth: int, part: int = -1) -> Result:
        if entry.scope.is_generator:
            return UNKNOWN
        candidates: list[Result] = []
        for value, block in entry.scope.returns:
            holds = self.blocks_hold(entry, block, depth)
            if holds is False:
                continue
            shown = entry.scope.ops[value]
            if part >= 0 and isinstance(shown, Display) and part < len(shown.elements):
                value = shown.elements[part]
            elif part >= 0:
                return UNKNOWN
            result = self.at(entry.base + value, depth)
            if holds is True and not candidates:
                return result
            candidates.append(result)
            if holds is True:
                break
        if not candidates or any(isinstance(c, Missing) for c in candidates):
            return UNKNOWN
        return candidates[0] if all(c == candidates[0] for c in candidates) else UNKNOWN
