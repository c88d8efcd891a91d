"""What each operation does in a run: one small function per operation."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from scanner.execution.heap import join
from scanner.execution.protocols import Protocols
from scanner.execution.records import (
    Class,
    Const,
    External,
    Frame,
    Function,
    Instance,
    Iterator,
    Module,
    Sequence,
    Table,
    Token,
    Value,
    Values,
)
from scanner.facts import records as facts
from scanner.facts.blocks import BlockKind

if TYPE_CHECKING:
    from scanner.execution.machine import Machine

_BUILTINS = frozenset(dir(builtins))


class Steps(Protocols):
    """Runs single operations of a frame."""

    def __init__(self, machine: Machine) -> None:
        super().__init__(machine)
        self._do: dict[type, Callable[[Frame, int, Any], Values]] = {
            facts.Const: self._const, facts.Unknown: self._unknown, facts.Param: self._param,
            facts.Global: self._global, facts.Free: self._free, facts.Outer: self._outer, facts.Import: self._import,
            facts.Attribute: self._attribute, facts.SetAttribute: self._set_attribute, facts.Item: self._item,
            facts.SetItem: self._set_item, facts.Slice: self._slice, facts.Call: self._call, facts.Star: self._star,
            facts.Function: self._function, facts.Class: self._class, facts.Phi: self._phi,
            facts.Choice: self._choice, facts.Logic: self._logic, facts.Compare: self._compare,
            facts.Unary: self._unary, facts.Binary: self._binary, facts.Format: self._format,
            facts.Display: self._display, facts.Mapping: self._mapping, facts.Element: self._element,
            facts.Unpack: self._unpack, facts.Enter: self._enter, facts.Await: self._await, facts.Yield: self._yield,
            facts.Raise: self._raise, facts.Caught: self._caught, facts.InstanceOf: self._instance_of,
            facts.StoreGlobal: self._store_global, facts.StoreFree: self._store_free, facts.Bind: self._bind,
            facts.Named: self._named, facts.DeleteItem: self._delete_item,
            facts.DeleteAttribute: self._delete_attribute, facts.Exit: self._exit, facts.SetSlice: self._set_slice,
            facts.Convert: self._convert,
        }  # fmt: skip

    def run(self, frame: Frame, i: int) -> None:
        """Run operation ``i``; in a repeated loop its earlier values stay possible."""
        self.m.operations += 1
        op = frame.facts.ops[i]
        values = self._do[type(op)](frame, i, op)
        if frame.repeating:
            values = join(frame.values[i] or (), values)
        frame.values[i] = values

    # -- names and literals

    def _const(self, frame: Frame, i: int, op: facts.Const) -> Values:
        if op.binary and isinstance(op.value, str):
            return (self.m.const(op.value.encode("latin-1")),)
        return (self.m.const(op.value),)

    def _unknown(self, frame: Frame, i: int, op: facts.Unknown) -> Values:
        return ()

    def _param(self, frame: Frame, i: int, op: facts.Param) -> Values:
        return self.at(frame, i)  # bound before the frame runs

    def _global(self, frame: Frame, i: int, op: facts.Global) -> Values:
        found = self.m.imports.member(frame.module, op.name)
        if found is not None:
            return self.m.taint.read(frame, op.name, i, found, self.m)
        if frame.module.index != frame.file and op.name in frame.cells:
            return frame.cells[op.name]
        if op.name in _BUILTINS:
            return (self.m.external(f"<builtin>.{op.name}"),)
        if self.m.sources.is_model(frame.file):
            return (self.m.external(f"<model>.{op.name}"),)
        return self.m.taint.read(frame, op.name, i, (), self.m)

    def _named(self, frame: Frame, i: int, op: facts.Named) -> Values:
        return self.m.taint.read(frame, op.name, i, self.at(frame, op.value), self.m)

    def _free(self, frame: Frame, i: int, op: facts.Free) -> Values:
        owner = self._owner(frame, op.scope)
        return owner.cells.get(op.name, ()) if owner is not None else ()

    def _owner(self, frame: Frame, scope: int) -> Frame | None:
        wanted = self.m.sources.unit(frame.file, scope).index
        at: Frame | None = frame
        while at is not None and at.scope != wanted:
            at = at.closure
        return at

    def _outer(self, frame: Frame, i: int, op: facts.Outer) -> Values:
        owner = self._owner(frame, op.scope)
        if owner is None or op.value >= len(owner.values):
            return ()
        return self.at(owner, op.value)

    def _bind(self, frame: Frame, i: int, op: facts.Bind) -> Values:
        fields = self.namespace(frame)
        if op.value < 0:
            self.m.heap.remove(fields, op.name)
            return ()
        values = self.at(frame, op.value)
        if values or op.name not in fields or frame.facts.ops[op.value].__class__ is not facts.InstanceOf:
            self.m.heap.write(fields, op.name, values)
        return values

    def namespace(self, frame: Frame) -> dict[object, Values]:
        if frame.facts.kind is facts.ScopeKind.MODULE:
            return frame.module.fields
        return frame.cls.fields if frame.cls is not None else frame.cells

    def _store_global(self, frame: Frame, i: int, op: facts.StoreGlobal) -> Values:
        values = self.at(frame, op.value)
        self.m.heap.write(frame.module.fields, op.name, values)
        return values

    def _store_free(self, frame: Frame, i: int, op: facts.StoreFree) -> Values:
        owner, values = self._owner(frame, op.scope), self.at(frame, op.value)
        if owner is not None:
            self.m.heap.write(owner.cells, op.name, values)
        return values

    def _import(self, frame: Frame, i: int, op: facts.Import) -> Values:
        values = self.m.imports.run(frame, op)
        return self.m.taint.read(frame, op.name, i, values, self.m) if op.name and op.name != "*" else values

    # -- attributes and items

    def _attribute(self, frame: Frame, i: int, op: facts.Attribute) -> Values:
        values = self.at(frame, op.obj)
        got = join(*(self.m.attributes.get(v, op.name, frame, i) for v in values))
        if any(isinstance(v, Module | External) for v in values):
            got = self.m.taint.read(frame, op.name, i, got, self.m)
        return got

    def _set_attribute(self, frame: Frame, i: int, op: facts.SetAttribute) -> Values:
        owners, values = self.at(frame, op.obj), self.at(frame, op.value)
        for v in owners:
            self.m.attributes.set(v, op.name, values, frame, i, strong=len(owners) == 1)
        return values

    def _delete_attribute(self, frame: Frame, i: int, op: facts.DeleteAttribute) -> Values:
        owners = self.at(frame, op.obj)
        for v in owners:
            self.m.attributes.delete(v, op.name, frame, i, strong=len(owners) == 1)
        return ()

    def _item(self, frame: Frame, i: int, op: facts.Item) -> Values:
        key = self.at(frame, op.key)
        return join(*(self.m.containers.item(v, key, frame, i) for v in self.at(frame, op.obj)))

    def _set_item(self, frame: Frame, i: int, op: facts.SetItem) -> Values:
        owners, key, values = self.at(frame, op.obj), self.at(frame, op.key), self.at(frame, op.value)
        for v in owners:
            self.m.containers.set_item(v, key, values, frame, i, strong=len(owners) == 1)
        return values

    def _delete_item(self, frame: Frame, i: int, op: facts.DeleteItem) -> Values:
        owners, key = self.at(frame, op.obj), self.at(frame, op.key)
        for v in owners:
            self.m.containers.delete_item(v, key, frame, i, strong=len(owners) == 1)
        return ()

    def _slice(self, frame: Frame, i: int, op: facts.Slice) -> Values:
        bounds = self._bounds(frame, (op.lower, op.upper, op.step))
        return join(*(self.m.containers.slice(v, bounds, frame, i) for v in self.at(frame, op.obj)))

    def _set_slice(self, frame: Frame, i: int, op: facts.SetSlice) -> Values:
        owners, bounds = self.at(frame, op.obj), self._bounds(frame, (op.lower, op.upper, op.step))
        values = self.at(frame, op.value) if op.value >= 0 else None
        for v in owners:
            self.m.containers.set_slice(v, bounds, values, frame, i)
        return ()

    def _bounds(self, frame: Frame, parts: tuple[int, ...]) -> tuple[int | None, ...] | None:
        """The bounds of a slice, None when one of them is not known."""
        out: list[int | None] = []
        for b in parts:
            values = self.at(frame, b) if b >= 0 else (self.m.const(None),)
            known = values[0].value if len(values) == 1 and isinstance(values[0], Const) else ""
            if not isinstance(known, int | None):
                return None
            out.append(known)
        return tuple(out)

    # -- calls

    def _call(self, frame: Frame, i: int, op: facts.Call) -> Values:
        return self.m.calling.call_operation(frame, i, op)

    def _star(self, frame: Frame, i: int, op: facts.Star) -> Values:
        return self.at(frame, op.value)

    def _function(self, frame: Frame, i: int, op: facts.Function) -> Values:
        unit = self.m.sources.unit(frame.file, op.scope)
        defaults = {
            n: self.at(frame, p.default) for n, p in enumerate(unit.scope.params) if p.default >= 0
        }  # fmt: skip
        made = Function(unit.index, frame, defaults)
        if not self.m.sources.is_model(frame.file):
            self.m.functions.append(made)
        return (made,)

    def _class(self, frame: Frame, i: int, op: facts.Class) -> Values:
        return self.m.classes.define(frame, i, op)

    # -- joins and operators

    def _phi(self, frame: Frame, i: int, op: facts.Phi) -> Values:
        ops = frame.facts.ops
        plain = [s for s in op.sources if s >= len(ops) or not isinstance(ops[s], facts.InstanceOf)]
        known = join(*(self.at(frame, s) for s in plain))
        return known or join(*(self.at(frame, s) for s in op.sources))

    def _choice(self, frame: Frame, i: int, op: facts.Choice) -> Values:
        self.m.operators.tested(frame, op.test)
        truth = self.m.tests.truth(frame, op.test)
        if truth is not None:
            return self.at(frame, op.then if truth else op.other)
        return join(self.at(frame, op.then), self.at(frame, op.other))

    def _logic(self, frame: Frame, i: int, op: facts.Logic) -> Values:
        out: Values = ()
        for n, v in enumerate(op.values):
            values = self.at(frame, v)
            last = n == len(op.values) - 1
            if not last:
                self.m.operators.tested(frame, v)
            kept = values if last else tuple(x for x in values if self._may_be(x, op.op == "or"))
            out = join(out, kept)
            if not last and values and not any(self._may_be(x, op.op != "or") for x in values):
                break
        return out

    def _may_be(self, value: Value, truth: bool) -> bool:
        if isinstance(value, Const):
            return bool(value.value) == truth
        if isinstance(value, Sequence) and (n := self.m.containers.length(value)) is not None:
            return bool(n) == truth
        if isinstance(value, Function | Class | Module | Token):
            return truth  # of a source that is false nothing worth following is left
        return True

    def _compare(self, frame: Frame, i: int, op: facts.Compare) -> Values:
        return self.m.operators.compare(frame, i, op)

    def _unary(self, frame: Frame, i: int, op: facts.Unary) -> Values:
        return self.m.operators.unary(frame, i, op.op, self.at(frame, op.value))

    def _binary(self, frame: Frame, i: int, op: facts.Binary) -> Values:
        left, right = self.at(frame, op.left), self.at(frame, op.right)
        return self.m.operators.binary(frame, i, op.op, left, right, op.inplace)

    def _format(self, frame: Frame, i: int, op: facts.Format) -> Values:
        return self.m.operators.text(frame, i, [self.at(frame, p) for p in op.parts])

    # -- containers

    def _display(self, frame: Frame, i: int, op: facts.Display) -> Values:
        made = Sequence(op.kind)
        containers = self.m.containers
        containers.start(made, known=not op.comprehension)
        rounds = self._in_rounds(frame, i, op.elements[0]) if op.comprehension else None
        if rounds is not None and op.kind != "set":
            containers.start(made)
            for values in rounds:
                containers.append(made, values)
            return (Iterator(made),) if op.kind == "generator" else (made,)
        for e in op.elements:
            values = self.at(frame, e)
            if isinstance(frame.facts.ops[e], facts.Star):
                containers.extend(made, values, frame, i)
            elif op.comprehension or op.kind == "set":
                if op.kind == "set":
                    containers.hashed(values, frame, i)
                containers.add_some(made, values)
            else:
                containers.append(made, values)
        return (made,)

    def _mapping(self, frame: Frame, i: int, op: facts.Mapping) -> Values:
        made = Table()
        comprehension = len(op.keys) == 1 and frame.facts.blocks[op.values[0]] != frame.facts.blocks[i]
        rounds = self._in_rounds(frame, i, op.values[0]) if comprehension else None
        if rounds is not None:
            keys_of = frame.rounds.get(op.keys[0]) or [self.at(frame, op.keys[0])] * len(rounds)
            for keys, values in zip(keys_of, rounds, strict=False):
                self.m.containers.put(made, keys, values)
            return (made,)
        for key, value in zip(op.keys, op.values, strict=True):
            values = self.at(frame, value)
            if key < 0:
                for v in values:
                    self.m.containers.update(made, v, frame, i)
            else:
                keys = self.at(frame, key)
                self.m.containers.hashed(keys, frame, i)
                self.m.containers.put(made, keys, values, strong=not comprehension)
        return (made,)

    def _in_rounds(self, frame: Frame, i: int, element: int) -> list[Values] | None:
        """The element of a comprehension, round by round; None when rounds were not told apart or are filtered."""
        table, block = frame.facts.block_table, frame.facts.blocks[element]
        if element not in frame.rounds or table[block].parent != frame.facts.blocks[i]:
            return None
        return frame.rounds[element] if table[block].kind is BlockKind.LOOP else None

    def _element(self, frame: Frame, i: int, op: facts.Element) -> Values:
        if frame.element is not None and frame.element[0] == i:
            return frame.element[1]
        return self.m.containers.iterate(self.at(frame, op.obj), frame, i, is_async=op.is_async)

    def _unpack(self, frame: Frame, i: int, op: facts.Unpack) -> Values:
        values = self.at(frame, op.obj)
        if op.positional:
            return join(*(self._positional(v, op.index, frame, i) for v in values))
        return join(*(self.m.containers.unpack(v, op, frame, i) for v in values))

    def _positional(self, value: Value, index: int, frame: Frame, i: int) -> Values:
        """A positional class pattern: ``__match_args__`` or the fields of a data class."""
        if not isinstance(value, Instance):
            return (value,) if isinstance(value, Const) or self.m.taint.is_token(value) else ()
        names = self.m.attributes.find(value.cls, "__match_args__")
        for sequence in names or ():
            if isinstance(sequence, Sequence):
                named = self.m.containers.at(sequence, index)
                return join(*(
                    self.m.attributes.get(value, n.value, frame, i)
                    for n in named if isinstance(n, Const) and isinstance(n.value, str)
                ))  # fmt: skip
        fields = self.m.classes.fields_of(value.cls)
        return self.m.attributes.get(value, fields[index], frame, i) if index < len(fields) else ()

    # -- context managers, coroutines, generators, exceptions

    def _instance_of(self, frame: Frame, i: int, op: facts.InstanceOf) -> Values:
        return self._instances(self.at(frame, op.annotation))
