"""Which strings arrive at a node: followed backwards, on demand, unknown parts kept as ``{?}``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Mapping as MappingType
from contextlib import contextmanager
from dataclasses import replace
from typing import Protocol

from scanner.facts.records import (
    Attribute,
    Await,
    Binary,
    Call,
    Choice,
    Const,
    Display,
    Element,
    Enter,
    Format,
    Item,
    Logic,
    Mapping,
    Param,
    Phi,
    Slice,
    Unary,
    Unpack,
)  # fmt: skip
from scanner.flows.index import Index
from scanner.flows.templates import MAX_LENGTH, MAX_TEXTS, UNKNOWN_TEXT, Text, concatenate, join_url, joined, limited
from scanner.flows.worlds import call_frame, matched
from scanner.program.records import ScopeEntry
from scanner.vocabulary import UNKNOWN_PART

MAX_DEPTH = 48
_BUDGET = 2_000
"""Nodes looked at for one question; past it the text is unknown, and says so."""

_SAME = frozenset({"strip", "rstrip", "lstrip", "lower", "casefold", "encode", "decode", "format_map", "removesuffix"})
_PERCENT = re.compile(r"%(?:\(\w+\))?[#0\- +]*[\d.*]*[a-zA-Z]")
_BRACES = re.compile(r"\{([^{}]*)\}")
_WRAPPERS = frozenset({
    "<builtin>.str", "httpx.URL", "yarl.URL", "pydantic.HttpUrl", "pydantic.AnyUrl", "urllib.parse.urlparse",
    "urllib.parse.urlsplit", "furl.furl", "pydantic.SecretStr",
})  # fmt: skip
_CASTS = frozenset({"typing.cast", "typing_extensions.cast"})
_FIELDS = frozenset(
    {"pydantic.Field", "dataclasses.field", "attr.ib", "attrs.field", "pydantic.fields.Field", "attr.attrib"}
)


_FRAMES = 3
"""Calls within calls whose parameters are matched; below, a parameter is what any caller gives."""
_ANSWERS = 8
"""Answers remembered of one node, by how the parameters were bound that it depends on."""
_MATCHED = 4
"""Functions a call may reach for its arguments to be matched with each."""
_NO_FRAME: MappingType[int, int] = {}


class Defaults(Protocol):
    """Which stores and arms count while nothing is set, with the variables by which others would."""

    def test(self, node: int) -> tuple[bool | None, frozenset[str]]: ...

    def sources(self, nodes: list[int]) -> tuple[list[int], frozenset[str]]: ...


class Texts:
    """Answers for one program; results are remembered. ``defaults`` leaves out what only a variable would bring in."""

    def __init__(self, index: Index, defaults: Defaults | None = None) -> None:
        self.index = index
        self.defaults = defaults
        self._memo: dict[int, list[tuple[dict[int, int], tuple[Text, ...]]]] = {}
        self._frame: MappingType[int, int] = _NO_FRAME
        self._frames = 0
        self._bindings: dict[int, int] = {}
        self._active: set[int] = set()
        self._left = 0
        self._cut = False

    def at(self, node: int, frame: MappingType[int, int] = _NO_FRAME) -> tuple[Text, ...]:
        """The texts at ``node``, sorted; empty when nothing that is text arrives. ``frame`` binds parameters."""
        self._left = _BUDGET
        self._cut = False
        self._frame, self._bindings = frame, {}
        found = tuple(sorted(set(self._at(node, 0))))
        self._frame = _NO_FRAME
        return found

    def _at(self, node: int, depth: int) -> tuple[Text, ...]:
        for bindings, known in self._memo.get(node, ()):
            if self._holds(bindings):
                self._bindings.update(bindings)
                return known
        if node in self._active or depth > MAX_DEPTH or self._left <= 0:
            # What is computed above a cut depends on where the question began, so it is not remembered.
            self._cut = True
            return ()
        self._left -= 1
        self._active.add(node)
        outer, self._bindings = self._bindings, {}
        out = limited(self._compute(node, depth + 1))
        self._active.discard(node)
        if not self._active or (not self._cut and self._left > 0):
            self._remember(node, self._bindings, out)
        outer.update(self._bindings)
        self._bindings = outer
        return out

    def _holds(self, bindings: dict[int, int]) -> bool:
        """Whether parameters are bound now as they were when an answer was worked out (-1: not bound)."""
        return all(self._frame.get(p, -1) == b for p, b in bindings.items())

    def _remember(self, node: int, bindings: dict[int, int], out: tuple[Text, ...]) -> None:
        known = self._memo.setdefault(node, [])
        if len(known) < _ANSWERS:
            known.append((dict(bindings), out))

    @contextmanager
    def _entered(self, callee: int, entry: ScopeEntry, op: Call) -> Iterator[None]:
        """Inside a matched call; what it binds itself is no dependence of the caller's answer."""
        outer, before = self._frame, self._bindings
        inside = matched(self.index, self.index.solver.scopes[callee], entry, op, outer)
        self._frame, self._bindings = inside, {}
        self._frames += 1
        yield
        own = {p for p in self._bindings if inside.get(p, -1) != outer.get(p, -1)}
        before.update({p: b for p, b in self._bindings.items() if p not in own})
        self._frame, self._bindings = outer, before
        self._frames -= 1

    def _all(self, nodes: list[int], depth: int) -> tuple[Text, ...]:
        return tuple(t for n in nodes for t in self._at(n, depth))

    def _compute(self, node: int, depth: int) -> tuple[Text, ...]:
        found = self.index.op(node)
        if found is None:
            return self._stored(node, depth)
        entry, op = found
        base = entry.base
        if isinstance(op, Const):
            return self._const(entry, node, op)
        if isinstance(op, Format):
            return self._concat([base + p for p in op.parts], depth)
        if isinstance(op, Binary):
            return self._binary(entry, op, depth)
        if isinstance(op, Call):
            return self._call(entry, node, op, depth)
        if isinstance(op, Param):
            return self._param(entry, node, op, depth)
        if isinstance(op, Phi):
            return self._all([base + s for s in op.sources], depth)
        if isinstance(op, Choice):
            return self._choice(base, op, depth)
        if isinstance(op, Logic):
            return self._logic([base + v for v in op.values], depth)
        if isinstance(op, Slice | Enter | Element | Item | Unpack):
            return self._part(entry, node, op, depth)
        if isinstance(op, Await):
            return self._at(base + op.value, depth)
        if isinstance(op, Attribute) and op.name in ("value", "geturl", "_url"):
            return self._all([*self.index.before(node), base + op.obj], depth)
        return self._stored(node, depth)

    def _stored(self, node: int, depth: int) -> tuple[Text, ...]:
        """A name, field or other place: what its stores give, without those that do not count."""
        before = self.index.product(self.index.before(node), node)
        if self.defaults is None:
            return self._all(before, depth)
        kept, variables = self.defaults.sources(before)
        texts = self._all(kept, depth)
        if len(kept) < len(before) and not any(t.known for t in texts):
            return self._all(before, depth)
        return self._overridden(texts, variables)

    def _choice(self, base: int, op: Choice, depth: int) -> tuple[Text, ...]:
        arms = [base + op.then, base + op.other]
        truth, variables = self.defaults.test(base + op.test) if self.defaults is not None else (None, frozenset())
        if truth is not None:
            texts = self._at(arms[not truth], depth)
            if any(t.known for t in texts):
                return self._overridden(texts, variables)
        return self._all(arms, depth)

    def _overridden(self, texts: tuple[Text, ...], variables: frozenset[str]) -> tuple[Text, ...]:
        if not variables:
            return texts
        return tuple(replace(t, overrides=joined(t.overrides, tuple(variables))) for t in texts)

    def _const(self, entry: ScopeEntry, node: int, op: Const) -> tuple[Text, ...]:
        if op.value is None or isinstance(op.value, bool) or op.value == "":
            return ()
        how = "code-string" if entry.scope.kind == "code-string" else "constant"
        return (Text(str(op.value)[:MAX_LENGTH], how, self.index.file(entry), entry.scope.lines[node - entry.base]),)

    def _param(self, entry: ScopeEntry, node: int, op: Param, depth: int) -> tuple[Text, ...]:
        p = entry.scope.params[op.index]
        default = -1 if p.default < 0 else self.index.solver.scopes[entry.parent].base + p.default
        bound = self._frame.get(node)
        self._bindings[node] = -1 if bound is None else bound
        out: list[Text] = []
        for before in self._arguments(entry, node) if bound is None else [bound]:
            texts = self._at(before, depth)
            if before == default:
                texts = tuple(replace(t, how="argument-default") if t.how == "constant" else t for t in texts)
            out += texts
        return tuple(out)

    def _arguments(self, entry: ScopeEntry, node: int) -> list[int]:
        """What callers give a parameter. A decorator's wrapper mixes the arguments of all functions it decorates."""
        given = []
        for site in self.index.decorated_calls.get(entry.index, ()):
            found = self.index.op(site)
            if found is not None and isinstance(found[1], Call):
                given.append(call_frame(self.index, entry, found[0], found[1]).get(node, -1))
        given = [g for g in dict.fromkeys(given) if g >= 0]
        return self.index.product(given or self.index.before(node), node)

    def _logic(self, nodes: list[int], depth: int) -> tuple[Text, ...]:
        """``os.getenv(x) or default``: the variable overrides the default."""
        # The last operand is the default, and often a constant: it is looked at before the budget is spent.
        texts = [self._at(n, depth) for n in reversed(nodes)][::-1]
        overrides = tuple(sorted({o for ts in texts for t in ts if not t.known for o in t.overrides}))
        out = [t for ts in texts for t in ts if t.known]
        if not overrides:
            return tuple(out) or tuple(t for ts in texts for t in ts)
        if not out:
            return (replace(UNKNOWN_TEXT, overrides=overrides),)
        return tuple(
            replace(t, how="env-default" if t.how == "constant" else t.how, overrides=joined(t.overrides, overrides))
            for t in out
        )

    # -- building

    def _concat(self, nodes: list[int], depth: int) -> tuple[Text, ...]:
        parts = [self._at(n, depth) or (UNKNOWN_TEXT,) for n in nodes]
        return concatenate(parts)

    def _binary(self, entry: ScopeEntry, op: Binary, depth: int) -> tuple[Text, ...]:
        left, right = entry.base + op.left, entry.base + op.right
        if op.op in ("+", "/"):
            texts = self._concat([left, right], depth)
            return texts if any(t.known for t in texts) else ()
        if op.op == "%":
            return tuple(self._percent(t, right, depth) for t in self._at(left, depth))
        return ()

    def _percent(self, text: Text, right: int, depth: int) -> Text:
        found = self.index.op(right)
        if found is not None and isinstance(found[1], Display):
            nodes = [found[0].base + e for e in found[1].elements]
        else:
            nodes = [right]
        values = iter([next(iter(self._at(n, depth)), UNKNOWN_TEXT).template for n in nodes])
        return replace(text, template=_PERCENT.sub(lambda m: next(values, UNKNOWN_PART), text.template)[:MAX_LENGTH])

    # -- containers

    def _part(
        self, entry: ScopeEntry, node: int, op: Slice | Enter | Element | Item | Unpack, depth: int
    ) -> tuple[Text, ...]:
        obj = entry.base + op.obj
        if isinstance(op, Enter):
            return self._all([obj, *self.index.before(node)], depth)
        if isinstance(op, Slice):
            bounds = [self._bound(entry, b) for b in (op.lower, op.upper, op.step)]
            return tuple(
                replace(t, template=_sliced(t.template, bounds)) if t.known else t for t in self._at(obj, depth)
            )
        key: object = None
        if isinstance(op, Item):
            key = self.index.constant(entry.base + op.key)
            read = self._environment_item(entry, obj, op, depth)
            if read is not None:
                return read
        elif isinstance(op, Unpack) and op.index >= 0 and not op.rest:
            key = op.index
        returned = self._returned_elements(obj, key, depth)
        nodes = self.elements(obj, key) if returned is None else []
        return (*(returned or ()), *self._all([*nodes, *self.index.before(node)], depth))

    def _bound(self, entry: ScopeEntry, operand: int) -> int | str | None:
        """A bound of a slice: a number, None where there is none, a text where it is not known."""
        if operand < 0:
            return None
        op = entry.scope.ops[operand]
        if isinstance(op, Unary) and op.op == "-":
            positive = self.index.constant(entry.base + op.value)
            return -positive if isinstance(positive, int) else "unknown"
        value = self.index.constant(entry.base + operand)
        return value if isinstance(value, int) else "unknown"

    def _returned_elements(self, obj: int, key: object, depth: int) -> tuple[Text, ...] | None:
        """Parts of what one matched call of the program's own functions returns; None for anything else."""
        found = self.index.op(obj)
        if found is None or not isinstance(found[1], Call) or self._frames >= _FRAMES:
            return None
        callees = self.index.callees_at.get(obj, ())
        if len(callees) != 1:
            return None
        with self._entered(callees[0], found[0], found[1]):
            return self._all(self.elements(self.index.solver.node("return", callees[0]), key), depth)

    def elements(self, node: int, key: object, limit: int = 400) -> list[int]:
        """Element nodes of the displays that may be at ``node``; ``key`` None means any."""
        out: list[int] = []
        seen, stack = {node}, [node]
        while stack and len(seen) < limit and len(out) < MAX_TEXTS:
            at = stack.pop()
            found = self.index.op(at)
            stack_more = list(self.index.before(at))
            if found is not None:
                entry, op = found
                if isinstance(op, Display):
                    hit = op.elements if key is None or op.comprehension or op.kind == "set" else ()
                    if not hit and isinstance(key, int) and key < len(op.elements):
                        hit = (op.elements[key],)
                    out += [entry.base + e for e in hit]
                elif isinstance(op, Mapping):
                    out += self._mapping_values(entry, op, key)
                elif isinstance(op, Phi):
                    stack_more += [entry.base + s for s in op.sources]
                elif isinstance(op, Binary) and op.op == "+":
                    stack_more += [entry.base + op.left, entry.base + op.right]
                elif isinstance(op, Choice):
                    stack_more += [entry.base + op.then, entry.base + op.other]
                elif isinstance(op, Item | Element | Unpack):
                    inner = self.index.constant(entry.base + op.key) if isinstance(op, Item) else None
                    stack_more += self.elements(entry.base + op.obj, inner, limit // 4)
                elif isinstance(op, Call) and isinstance(entry.scope.ops[op.func], Attribute):
                    stack_more += self._view(entry, op)
            for n in stack_more:
                if n not in seen:
                    seen.add(n)
                    stack.append(n)
        return out

    def _view(self, entry: ScopeEntry, op: Call) -> list[int]:
        """``d.values()``, ``d.items()``, ``d.copy()``: the elements of ``d``."""
        callee = entry.scope.ops[op.func]
        assert isinstance(callee, Attribute)
        return [entry.base + callee.obj] if callee.name in ("values", "copy", "get") else []

    def _mapping_values(self, entry: ScopeEntry, op: Mapping, key: object) -> list[int]:
        out = []
        for k, v in zip(op.keys, op.values, strict=True):
            constant = self.index.constant(entry.base + k) if k >= 0 else None
            if key is None or constant is None or constant == key:
                out.append(entry.base + v)
        return out

    def _environment_item(self, entry: ScopeEntry, obj: int, op: Item, depth: int) -> tuple[Text, ...] | None:
        values = self.index.solver.at(obj)
        names = {self.index.solver.values[v].name for v in values}
        if "os.environ" not in names:
            return None
        variables = [t.template for t in self._at(entry.base + op.key, depth)]
        return (replace(UNKNOWN_TEXT, overrides=tuple(sorted(variables))),) if variables else ()

    # -- calls

    def _call(self, entry: ScopeEntry, node: int, op: Call, depth: int) -> tuple[Text, ...]:
        out = list(self._returned(entry, node, op, depth))
        for name in self.index.external_at.get(node, ()):
            out += self._external(entry, node, op, name, depth)
        callee = entry.scope.ops[op.func]
        if isinstance(callee, Attribute) and not out:
            out += self._method(entry, op, callee, depth)
        return tuple(out)

    def _returned(self, entry: ScopeEntry, node: int, op: Call, depth: int) -> tuple[Text, ...]:
        """What the program's own functions return to this call, their parameters bound to its arguments."""
        before = self.index.before(node)
        callees = self.index.callees_at.get(node, ()) if self._frames < _FRAMES else ()
        callees = callees if len(callees) <= _MATCHED else ()
        returns = {self.index.solver.node("return", c): c for c in callees}
        out: list[Text] = []
        for source in before:
            callee = returns.get(source)
            if callee is None:
                out += self._at(source, depth)
                continue
            with self._entered(callee, entry, op):
                out += self._at(source, depth)
        return tuple(out)

    def _external(self, entry: ScopeEntry, node: int, op: Call, name: str, depth: int) -> tuple[Text, ...]:
        row = self.index.environment.get(name)
        if row is not None:
            return self.environment_read(node, depth)
        if name in ("urllib.parse.urljoin", "requests.compat.urljoin") and len(op.args) == 2:
            pairs = concatenate([self._at(entry.base + a, depth) or (UNKNOWN_TEXT,) for a in op.args], join_url)
            return pairs
        if name in ("posixpath.join", "os.path.join"):
            return concatenate(
                [self._at(entry.base + a, depth) or (UNKNOWN_TEXT,) for a in op.args], lambda a, b: f"{a}/{b}"
            )
        if name in _WRAPPERS and op.args:
            return self._at(entry.base + op.args[0], depth)
        if name in _CASTS and len(op.args) == 2:
            return self._at(entry.base + op.args[1], depth)
        if name in _FIELDS:
            return self._field(entry, op, depth)
        if name.endswith(".format") or name == "<builtin>.format":
            return ()
        return ()

    def _field(self, entry: ScopeEntry, op: Call, depth: int) -> tuple[Text, ...]:
        """The default of a field of a settings or data class."""
        out: list[Text] = []
        value = self.index.argument(entry, op, (0, "default"))
        if value is not None:
            out += self._at(value, depth)
        factory = self.index.argument(entry, op, ("default_factory", "factory"))
        if factory is not None:
            for v in self.index.solver.at(factory):
                known = self.index.solver.values[v]
                if known.kind in ("function", "bound"):
                    out += self._at(self.index.solver.node("return", known.ref), depth)
        names = self.index.argument(entry, op, ("env", "validation_alias", "alias"))
        overrides = tuple(t.template for t in self._at(names, depth)) if names is not None else ()
        return tuple(replace(t, overrides=joined(t.overrides, overrides)) for t in out)

    def environment_read(self, node: int, depth: int = 0) -> tuple[Text, ...]:
        """The default of an environment read, the variable's name as override."""
        variable, default = self.environment_operands(node)
        names = sorted({t.template for t in self._at(variable, depth)}) if variable is not None else []
        overrides = tuple(n for n in names if UNKNOWN_PART not in n)[:4]
        settled = [self.index.settings[n] for n in overrides if n in self.index.settings]
        if settled:
            return tuple(Text(s.value[:MAX_LENGTH], "config", s.file, s.line, overrides) for s in settled)
        texts = self._at(default, depth) if default is not None else ()
        known = [
            replace(t, how="env-default" if t.how == "constant" else t.how, overrides=joined(t.overrides, overrides))
            for t in texts
            if t.known
        ]
        return tuple(known) or (replace(UNKNOWN_TEXT, overrides=overrides),)

    def environment_operands(self, node: int) -> tuple[int | None, int | None]:
        """Nodes of the variable's name and of the default of an environment read; (None, None) for other calls."""
        found = self.index.op(node)
        for name in self.index.external_at.get(node, ()):
            row = self.index.environment.get(name)
            if row is not None and found is not None and isinstance(found[1], Call):
                entry, op = found[0], found[1]
                return self.index.argument(entry, op, row.variable), self.index.argument(entry, op, row.default)
        return None, None

    def _method(self, entry: ScopeEntry, op: Call, callee: Attribute, depth: int) -> tuple[Text, ...]:
        """String methods on a receiver whose text may be known."""
        receiver = entry.base + callee.obj
        if callee.name in _SAME:
            return tuple(self._stripped(t, callee.name, entry, op) for t in self._at(receiver, depth))
        if callee.name == "format":
            return tuple(self._formatted(entry, op, t, depth) for t in self._at(receiver, depth))
        if callee.name == "join" and op.args:
            return self._joined_text(entry, op, receiver, depth)
        if callee.name == "replace" and len(op.args) >= 2:
            old, new = (next(iter(self._at(entry.base + a, depth)), None) for a in op.args[:2])
            if old is not None and old.known and UNKNOWN_PART not in old.template:
                with_ = new.template if new is not None else ""
                texts = self._at(receiver, depth)
                return tuple(replace(t, template=t.template.replace(old.template, with_)) for t in texts)
            return self._at(receiver, depth)
        if callee.name in ("get", "pop", "setdefault") and op.args:
            key = self.index.constant(entry.base + op.args[0])
            nodes = self.elements(receiver, key)
            return self._all([*nodes, *(entry.base + a for a in op.args[1:2])], depth)
        if callee.name in ("copy_with", "join", "with_path", "get_secret_value"):
            return self._at(receiver, depth)
        return ()

    def _stripped(self, text: Text, method: str, entry: ScopeEntry, op: Call) -> Text:
        characters = self.index.constant(entry.base + op.args[0]) if op.args else None
        if method in ("strip", "rstrip", "lstrip") and (not op.args or isinstance(characters, str)):
            arguments = (characters,) if isinstance(characters, str) else ()
            return replace(text, template=getattr(text.template, method)(*arguments))
        return text

    def _formatted(self, entry: ScopeEntry, op: Call, text: Text, depth: int) -> Text:
        positional = [next(iter(self._at(entry.base + a, depth)), UNKNOWN_TEXT).template for a in op.args]
        keywords = {k: next(iter(self._at(entry.base + v, depth)), UNKNOWN_TEXT).template for k, v in op.keywords if k}
        counter = iter(range(1_000))

        def fill(match: re.Match[str]) -> str:
            field = re.split(r"[.!:\[]", match.group(1))[0]
            if field == "?":
                return match.group(0)
            if field == "" or field.isdigit():
                position = int(field) if field else next(counter)
                return positional[position] if position < len(positional) else UNKNOWN_PART
            return keywords.get(field, UNKNOWN_PART)

        return replace(text, template=_BRACES.sub(fill, text.template)[:MAX_LENGTH])

    def _joined_text(self, entry: ScopeEntry, op: Call, receiver: int, depth: int) -> tuple[Text, ...]:
        separator = next(iter(self._at(receiver, depth)), UNKNOWN_TEXT).template
        found = self.index.op(entry.base + op.args[0])
        if found is None or not isinstance(found[1], Display) or found[1].comprehension:
            return ()
        parts = [self._at(found[0].base + e, depth) or (UNKNOWN_TEXT,) for e in found[1].elements]
        return concatenate(parts, lambda a, b: f"{a}{separator}{b}")


def _sliced(template: str, bounds: list[int | str | None]) -> str:
    """A slice that takes known characters off one end; ``{?}`` for any other."""
    lower, upper, step = bounds
    if step not in (None, 1) or isinstance(lower, str) or isinstance(upper, str):
        return UNKNOWN_PART
    out = template[lower:upper]
    head = template[: len(template) - len(template[lower:])] if lower else ""
    tail = template[len(template[:upper]) :] if upper is not None else ""
    counted_over = upper is not None and upper >= 0 and UNKNOWN_PART in template
    whole = UNKNOWN_PART not in head + tail and out.count(UNKNOWN_PART) == template.count(UNKNOWN_PART)
    return UNKNOWN_PART if not whole or (counted_over and UNKNOWN_PART in out) else out
