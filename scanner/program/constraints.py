"""What each operation means to the solver."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from typing import Any

from scanner.facts.records import (
    Attribute,
    Await,
    Binary,
    Call,
    Caught,
    Choice,
    Class,
    Convert,
    Display,
    Element,
    Enter,
    Free,
    Function,
    Global,
    Import,
    InstanceOf,
    Item,
    Logic,
    Mapping,
    Named,
    Outer,
    Param,
    Phi,
    ScopeKind,
    SetAttribute,
    SetItem,
    SetSlice,
    Slice,
    Star,
    StoreFree,
    StoreGlobal,
    Unpack,
    Yield,
)  # fmt: skip
from scanner.program.attributes import Attributes
from scanner.program.calling import Calling
from scanner.program.containers import Containers
from scanner.program.records import Module, ScopeEntry, ValueKind
from scanner.program.solver import Solver

_BUILTINS = frozenset(dir(builtins))


class Constraints:
    """Turns the operations of a scope into flows and watchers.

    ``active`` are the scopes done; ``decorators`` the call, the decorator and what is decorated, as nodes.
    """

    def __init__(self, solver: Solver, attributes: Attributes, containers: Containers, calling: Calling) -> None:
        self.solver = solver
        self.attributes = attributes
        self.containers = containers
        self.calling = calling
        self.active: set[int] = set()
        self.decorators: list[tuple[int, int, int]] = []
        self._do: dict[type, Callable[[ScopeEntry, Module, int, Any], None]] = {
            Phi: self._phi, Choice: self._choice, Logic: self._logic, Global: self._global, Free: self._free,
            Outer: self._outer, Import: self._import, Attribute: self._attribute, SetAttribute: self._set_attribute,
            Item: self._item, SetItem: self._set_item, Slice: self._slice, Call: self._call, Function: self._function,
            Class: self._class, Display: self._display, Mapping: self._mapping, Element: self._element,
            Unpack: self._unpack, Enter: self._enter, Await: self._await, Yield: self._yield, Star: self._star,
            StoreGlobal: self._store_global, StoreFree: self._store_free, InstanceOf: self._instance_of,
            Caught: self._caught, Binary: self._binary, Param: self._param, Named: self._named,
            Convert: self._convert, SetSlice: self._set_slice,
        }  # fmt: skip

    def activate(self, scope: int) -> None:
        """Add the constraints of a scope, once."""
        if scope in self.active:
            return
        self.active.add(scope)
        entry = self.solver.scopes[scope]
        module = self.solver.modules[entry.file]
        for i, op in enumerate(entry.scope.ops):
            do = self._do.get(type(op))
            if do is not None:
                do(entry, module, i, op)
        returned = self.solver.node("return", scope)
        if entry.scope.is_generator:
            self.solver.add(returned, self.solver.value(ValueKind.GENERATOR, scope))
        else:
            for value, _ in entry.scope.returns:
                self.solver.flow(entry.base + value, returned)
            if entry.scope.returns_annotation >= 0:
                self._annotate(entry.parent, entry.scope.returns_annotation, returned)

    def _param(self, entry: ScopeEntry, module: Module, i: int, op: Param) -> None:
        p = entry.scope.params[op.index]
        node = entry.base + i
        if p.default >= 0:
            self.solver.flow(self.solver.scopes[entry.parent].base + p.default, node)
        if p.kind in ("star", "double-star"):
            self.containers.make(node)
        elif p.annotation >= 0:
            self._annotate(entry.parent, p.annotation, node)

    def _annotate(self, scope: int, annotation: int, node: int) -> None:
        entry = self.solver.scopes[scope]
        if isinstance(entry.scope.ops[annotation], Display | Mapping):
            self.solver.flow(entry.base + annotation, node)
            return
        classes = self.attributes.classes
        for c in classes.resolve(scope, annotation):
            if isinstance(c, int):
                self.solver.add(node, self.solver.value(ValueKind.INSTANCE, c))
            elif not c.startswith("module:") and "." in c:
                self.attributes.external(f"{c}()", node)

    def _instance_of(self, entry: ScopeEntry, module: Module, i: int, op: InstanceOf) -> None:
        self._annotate(entry.index, op.annotation, entry.base + i)

    def _phi(self, entry: ScopeEntry, module: Module, i: int, op: Phi) -> None:
        for s in op.sources:
            self.solver.flow(entry.base + s, entry.base + i)

    def _choice(self, entry: ScopeEntry, module: Module, i: int, op: Choice) -> None:
        self.solver.flow(entry.base + op.then, entry.base + i)
        self.solver.flow(entry.base + op.other, entry.base + i)

    def _logic(self, entry: ScopeEntry, module: Module, i: int, op: Logic) -> None:
        # The falsy operand an ``and`` may hand on is never a function or class.
        for v in op.values if op.op == "or" else op.values[-1:]:
            self.solver.flow(entry.base + v, entry.base + i)

    def _global(self, entry: ScopeEntry, module: Module, i: int, op: Global) -> None:
        node = self.attributes.module_member(module, op.name)
        if node is not None:
            self.solver.flow(node, entry.base + i)
        elif op.name in _BUILTINS:
            self.solver.add(entry.base + i, self.solver.external_value(f"<builtin>.{op.name}"))

    def _free(self, entry: ScopeEntry, module: Module, i: int, op: Free) -> None:
        outer = self.solver.scope_of(module, op.scope)
        self.solver.flow(self.cell(outer, op.name), entry.base + i)

    def cell(self, outer: ScopeEntry, name: str) -> int:
        """The node of a variable that nested functions share."""
        key = ("cell", outer.index, name)
        fresh = key not in self.solver.named_nodes
        node = self.solver.node(*key)
        if fresh:
            for b in outer.scope.bindings:
                if b.name == name:
                    for v in b.values:
                        self.solver.flow(outer.base + v, node)
        return node

    def _store_free(self, entry: ScopeEntry, module: Module, i: int, op: StoreFree) -> None:
        outer = self.solver.scope_of(module, op.scope)
        self.solver.flow(entry.base + op.value, self.cell(outer, op.name))

    def _outer(self, entry: ScopeEntry, module: Module, i: int, op: Outer) -> None:
        outer = self.solver.scope_of(module, op.scope)
        self.solver.flow(outer.base + op.value, entry.base + i)

    def _import(self, entry: ScopeEntry, module: Module, i: int, op: Import) -> None:
        self.attributes.imported(module, op, entry.base + i)

    def _attribute(self, entry: ScopeEntry, module: Module, i: int, op: Attribute) -> None:
        node, name, scope = entry.base + i, op.name, entry.index
        self.solver.watch(entry.base + op.obj, self.attributes.load, name, node, scope)

    def _set_attribute(self, entry: ScopeEntry, module: Module, i: int, op: SetAttribute) -> None:
        source, name = entry.base + op.value, op.name
        self.solver.attribute_stores[name].append((entry.base + i, source))
        self.solver.watch(entry.base + op.obj, self.attributes.store, name, source)

    def _item(self, entry: ScopeEntry, module: Module, i: int, op: Item) -> None:
        key, node = self.containers.key(entry, op.key), entry.base + i
        self.solver.watch(entry.base + op.obj, self.containers.load, key, node)

    def _set_item(self, entry: ScopeEntry, module: Module, i: int, op: SetItem) -> None:
        key, source = self.containers.key(entry, op.key), entry.base + op.value
        self.solver.watch(entry.base + op.obj, self.containers.store, key, source)

    def _set_slice(self, entry: ScopeEntry, module: Module, i: int, op: SetSlice) -> None:
        if op.value >= 0:
            source = entry.base + op.value
            self.solver.watch(entry.base + op.obj, self._spread_into, source)

    def _spread_into(self, container: int, source: int) -> None:
        if self.containers.is_container(container):
            self.containers.spread(source, container)

    def _slice(self, entry: ScopeEntry, module: Module, i: int, op: Slice) -> None:
        self.solver.flow(entry.base + op.obj, entry.base + i)

    def _call(self, entry: ScopeEntry, module: Module, i: int, op: Call) -> None:
        scope = entry.index
        self.solver.watch(entry.base + op.func, self.calling.call, scope, i)
        if op.decorator:
            self.decorators.append((entry.base + i, entry.base + op.func, entry.base + op.args[0]))
        if op.decorator and isinstance(entry.scope.ops[op.func], Attribute):
            # ``@name.setter``, ``@registry.register``: the name stays bound to the function.
            self.solver.flow(entry.base + op.args[0], entry.base + i)

    def _function(self, entry: ScopeEntry, module: Module, i: int, op: Function) -> None:
        target = self.solver.scope_of(module, op.scope)
        self.solver.add(entry.base + i, self.solver.value(ValueKind.FUNCTION, target.index))

    def _class(self, entry: ScopeEntry, module: Module, i: int, op: Class) -> None:
        target = self.solver.scope_of(module, op.scope)
        self.activate(target.index)  # the body runs where the statement stands
        self.solver.add(entry.base + i, self.solver.value(ValueKind.CLASS, target.index))

    def _display(self, entry: ScopeEntry, module: Module, i: int, op: Display) -> None:
        container = self.containers.make(entry.base + i, empty=not op.elements)
        for position, element in enumerate(op.elements):
            inner = entry.scope.ops[element]
            source = entry.base + element
            if isinstance(inner, Star):
                self.containers.spread(entry.base + inner.value, container)
            elif op.comprehension or op.kind in ("set", "generator"):
                self.containers.store(container, None, source)
            else:
                self.containers.store(container, position, source)

    def _mapping(self, entry: ScopeEntry, module: Module, i: int, op: Mapping) -> None:
        container = self.containers.make(entry.base + i, empty=not op.keys)
        for key, value in zip(op.keys, op.values, strict=True):
            if key < 0:
                self.containers.copy_into(entry.base + value, container)
            else:
                self.containers.store(container, self.containers.key(entry, key), entry.base + value)
                self.solver.flow(entry.base + key, self.containers.element(container, "<keys>"))

    def _element(self, entry: ScopeEntry, module: Module, i: int, op: Element) -> None:
        node = entry.base + i
        self.solver.watch(entry.base + op.obj, self.containers.iterate, node, entry.index)

    def _unpack(self, entry: ScopeEntry, module: Module, i: int, op: Unpack) -> None:
        node, index = entry.base + i, None if op.index < 0 or op.rest else op.index
        if op.rest:
            self.containers.make(node)
            into = self.solver.value(ValueKind.CONTAINER, node)
            self.containers.spread(entry.base + op.obj, into)
        else:
            self.solver.watch(entry.base + op.obj, self.containers.unpack, index, node, entry.index)

    def _enter(self, entry: ScopeEntry, module: Module, i: int, op: Enter) -> None:
        node, scope = entry.base + i, entry.index
        self.solver.watch(entry.base + op.obj, self.attributes.enter, node, scope)

    def _named(self, entry: ScopeEntry, module: Module, i: int, op: Named) -> None:
        self.solver.flow(entry.base + op.value, entry.base + i)

    def _convert(self, entry: ScopeEntry, module: Module, i: int, op: Convert) -> None:
        self.solver.flow(entry.base + op.value, entry.base + i)

    def _await(self, entry: ScopeEntry, module: Module, i: int, op: Await) -> None:
        self.solver.flow(entry.base + op.value, entry.base + i)

    def _yield(self, entry: ScopeEntry, module: Module, i: int, op: Yield) -> None:
        out = self.solver.node("yields", entry.index)
        if op.delegate:
            self.solver.watch(entry.base + op.value, self.containers.iterate, out, entry.index)
        else:
            self.solver.flow(entry.base + op.value, out)

    def _star(self, entry: ScopeEntry, module: Module, i: int, op: Star) -> None:
        self.solver.flow(entry.base + op.value, entry.base + i)

    def _store_global(self, entry: ScopeEntry, module: Module, i: int, op: StoreGlobal) -> None:
        self.solver.global_stores.append((entry.base + i, entry.base + op.value))
        self.solver.flow(entry.base + op.value, self.attributes.global_node(module, op.name))

    def _caught(self, entry: ScopeEntry, module: Module, i: int, op: Caught) -> None:
        if op.kind >= 0:
            self._annotate(entry.index, op.kind, entry.base + i)

    def _binary(self, entry: ScopeEntry, module: Module, i: int, op: Binary) -> None:
        # List concatenation and ``dict | dict`` keep their elements; sums of numbers carry nothing.
        if op.op in ("+", "|") and entry.scope.kind is not ScopeKind.CODE_STRING:
            self.solver.flow(entry.base + op.left, entry.base + i)
            self.solver.flow(entry.base + op.right, entry.base + i)
