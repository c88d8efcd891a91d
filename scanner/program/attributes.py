"""Names and attributes: modules, classes, instances, externals; properties, ``super()``, context managers."""

from __future__ import annotations

from scanner.facts.records import Import, Param, ScopeKind
from scanner.program.classes import Classes
from scanner.program.containers import METHODS, Containers
from scanner.program.externals import CallKnowledge
from scanner.program.records import Module, Value, ValueKind
from scanner.program.solver import Handler, Solver

_PROPERTIES = frozenset(
    {"property", "cached_property", "functools.cached_property", "abc.abstractproperty", "hybrid_property"}
)
_STATIC = frozenset({"staticmethod"})
_CLASS_METHODS = frozenset({"classmethod", "abc.abstractclassmethod"})
_STARTERS = {
    ("threading.Thread", "start"): "run", ("threading.Timer", "start"): "run",
    ("multiprocessing.Process", "start"): "run", ("multiprocessing.context.Process", "start"): "run",
}  # fmt: skip
"""Methods of external bases that call an overridden method of the subclass."""


class Attributes:
    """Loads and stores of attributes and module members."""

    def __init__(self, solver: Solver, classes: Classes, containers: Containers, knowledge: CallKnowledge) -> None:
        self.solver = solver
        self.classes = classes
        self.containers = containers
        self.knowledge = knowledge
        self.stored_globals = self._stored_globals()
        self._members_found: dict[tuple[int, str], int | None] = {}

    def _stored_globals(self) -> set[tuple[int, str]]:
        from scanner.facts.records import StoreGlobal

        return {
            (e.file, op.name) for e in self.solver.scopes for op in e.scope.ops if isinstance(op, StoreGlobal)
        }  # fmt: skip

    # -- modules

    def global_node(self, module: Module, name: str) -> int:
        """The node of a module-level name."""
        key = ("global", module.index, name)
        fresh = key not in self.solver.named_nodes
        node = self.solver.node(*key)
        if fresh:
            for value in self.classes.globals[module.index].get(name, ()):
                self.solver.flow(value, node)
        return node

    def module_member(self, module: Module, name: str, depth: int = 0) -> int | None:
        """The node of ``name`` in ``module``, star imports included; None when the module does not bind it."""
        if depth:
            return self._module_member(module, name, depth)
        key = (module.index, name)
        if key not in self._members_found:
            self._members_found[key] = self._module_member(module, name, 0)
        return self._members_found[key]

    def _module_member(self, module: Module, name: str, depth: int) -> int | None:
        if name in self.classes.globals[module.index] or (module.index, name) in self.stored_globals:
            return self.global_node(module, name)
        for star, level in module.facts.stars if depth < 8 else ():
            target = self.solver.find_module(self.solver.absolute_name(star, level, module))
            if target is None or target == module.index:
                continue
            found = self._module_member(self.solver.modules[target], name, depth + 1)
            if found is not None:
                return found
        return None

    def imported(self, module: Module, op: Import, node: int) -> None:
        """Bind what an import statement names."""
        dotted = self.solver.absolute_name(op.module, op.level, module)
        if op.name == "*":
            return  # names of star imports are looked for where they are read
        if not op.name:
            self.bind_module(dotted, node)
            return
        target = self.solver.find_module(dotted)
        if target is None:
            if dotted in self.solver.packages or f"{dotted}.{op.name}" in self.solver.by_name:
                self.bind_module(f"{dotted}.{op.name}", node)
            elif dotted:
                self.solver.add(node, self.solver.external_value(f"{dotted}.{op.name}"))
            return
        self._load_member(target, op.name, node)

    def bind_module(self, dotted: str, node: int) -> None:
        """The module of an absolute name arrives at ``node``, external when the program has no such file."""
        target = self.solver.find_module(dotted)
        if target is not None:
            self.solver.add(node, self.solver.value(ValueKind.MODULE, target))
        elif dotted:
            self.solver.add(node, self.solver.external_value(dotted))

    def _load_member(self, target: int, name: str, node: int) -> None:
        module = self.solver.modules[target]
        member = self.module_member(module, name)
        if member is not None:
            self.solver.flow(member, node)
        submodule = self.solver.find_module(f"{module.name}.{name}")
        if submodule is not None and submodule != target:
            self.solver.add(node, self.solver.value(ValueKind.MODULE, submodule))
        elif member is None:
            lazy = self.module_member(module, "__getattr__")
            if lazy is not None:
                self.solver.watch(lazy, self._getattr_result, node)

    def _getattr_result(self, value: int, node: int) -> None:
        v = self.solver.values[value]
        if v.kind in (ValueKind.FUNCTION, ValueKind.BOUND):
            self.solver.flow(self.solver.node("return", v.ref), node)

    # -- loads

    def load(self, value: int, name: str, node: int, scope: int) -> None:
        """``value.name`` arrives at ``node``; ``scope`` is where the expression stands."""
        v = self.solver.values[value]
        if v.kind is ValueKind.MODULE:
            self._load_member(v.ref, name, node)
        elif v.kind is ValueKind.INSTANCE:
            self._load_instance(value, v, name, node, scope)
        elif v.kind is ValueKind.CLASS:
            self._load_class(value, v, name, node, scope)
        elif v.kind is ValueKind.EXTERNAL:
            self._load_external(value, v, name, node)
        elif v.kind is ValueKind.SUPER:
            self._load_super(v, name, node, scope)
        elif v.kind is ValueKind.CONTAINER:
            if name in METHODS:
                self.solver.add(node, self.solver.value(ValueKind.METHOD, -1, value, name))
        elif v.kind in (ValueKind.FUNCTION, ValueKind.BOUND):
            self.solver.flow(self.solver.node("attribute", v.ref, name), node)
        elif v.kind is ValueKind.GENERATOR and name in ("send", "throw", "close"):
            self.solver.add(node, self.solver.value(ValueKind.METHOD, -1, value, name))

    def _load_external(self, value: int, v: Value, name: str, node: int) -> None:
        if self.containers.is_container(value) and name in METHODS:
            self.solver.add(node, self.solver.value(ValueKind.METHOD, -1, value, name))
        else:
            dotted = f"{v.name}.{name}"
            # A namespace package has no file of its own, its modules do.
            target = self.solver.find_module(dotted)
            if target is not None:
                self.solver.add(node, self.solver.value(ValueKind.MODULE, target))
            else:
                self.external(dotted, node)

    def external(self, name: str, node: int) -> None:
        """An external value arrives, if it leads anywhere."""
        if self.knowledge.follows(name):
            self.solver.add(node, self.solver.external_value(name))

    def _load_instance(self, value: int, v: Value, name: str, node: int, scope: int) -> None:
        self.solver.flow(self.solver.node("attribute", v.ref, name), node)
        if name == "__class__":
            self.solver.add(node, self.solver.value(ValueKind.CLASS, v.ref))
        found = self.classes.find(v.ref, name)
        if found:
            self._members(found, value, node, scope)
            return
        for base in self.classes.externals(v.ref):
            run = self.classes.find(v.ref, _STARTERS.get((base, name), ""))
            if run:
                self._members(run, value, node, scope)
            else:
                self.external(f"{base}().{name}", node)
        for lazy in self.classes.find(v.ref, "__getattr__"):
            if name[:2] != "__":
                self.solver.watch(lazy, self._getattr_result, node)

    def _load_class(self, value: int, v: Value, name: str, node: int, scope: int) -> None:
        self.solver.flow(self.solver.node("class attribute", v.ref, name), node)
        found = self.classes.find(v.ref, name)
        for member in found:
            self.solver.watch(member, self._bind_to_class, value, node)
        if not found:
            for base in self.classes.externals(v.ref):
                self.solver.add(node, self.solver.external_value(f"{base}.{name}"))

    def _bind_to_class(self, member: int, value: int, node: int) -> None:
        m = self.solver.values[member]
        if m.kind is ValueKind.FUNCTION and self._decorated(m.ref, _CLASS_METHODS):
            member = self.solver.value(ValueKind.BOUND, m.ref, value)
        self.solver.add(node, member)

    def _load_super(self, v: Value, name: str, node: int, scope: int) -> None:
        receiver = self.solver.values[v.other]
        found = self.classes.find(receiver.ref, name, after=v.ref)
        if found:
            self._members(found, v.other, node, scope)
        else:
            for base in self.classes.externals(receiver.ref):
                self.external(f"{base}().{name}", node)

    def _members(self, nodes: tuple[int, ...], receiver: int, node: int, scope: int) -> None:
        for member in nodes:
            self.solver.watch(member, self._bind, receiver, node, scope)
            # Strings, environment reads and the like have no abstract value but are followed backwards.
            self.solver.beside(member, node)

    def _bind(self, member: int, receiver: int, node: int, scope: int) -> None:
        """A class member seen through an instance: methods are bound, properties called."""
        m = self.solver.values[member]
        if m.kind is not ValueKind.FUNCTION or not self._is_method(m.ref):
            self.solver.add(node, member)
            return
        if self._decorated(m.ref, _STATIC):
            self.solver.add(node, member)
        elif self._decorated(m.ref, _CLASS_METHODS):
            r = self.solver.values[receiver]
            cls = self.solver.value(ValueKind.CLASS, r.ref) if r.kind is ValueKind.INSTANCE else receiver
            self.solver.add(node, self.solver.value(ValueKind.BOUND, m.ref, cls))
        elif self._decorated(m.ref, _PROPERTIES):
            self.receive(m.ref, receiver)
            self.solver.call_edge(scope, node, m.ref, "property")
            self.solver.flow(self.solver.node("return", m.ref), node)
        else:
            self.solver.add(
                node, self.solver.value(ValueKind.BOUND, m.ref, receiver, str(m.other) if m.other >= 0 else "")
            )

    def _is_method(self, scope: int) -> bool:
        entry = self.solver.scopes[scope]
        return bool(entry.scope.params) or entry.scope.kind is ScopeKind.FUNCTION

    def _decorated(self, scope: int, names: frozenset[str]) -> bool:
        return any(d in names for d in self.solver.scopes[scope].scope.decorators)

    def receive(self, function: int, receiver: int) -> None:
        """Pass ``receiver`` as the first parameter."""
        entry = self.solver.scopes[function]
        if entry.scope.params and entry.scope.params[0].kind in ("positional", "positional-only"):
            self.solver.add(entry.base + self.parameter_node(function, 0), receiver)

    def parameter_node(self, function: int, index: int) -> int:
        """Offset of the operation of a parameter; they are the first operations of a scope, in order."""
        op = self.solver.scopes[function].scope.ops[index]
        assert isinstance(op, Param)
        return index

    def super_of(self, scope: int, node: int) -> None:
        """``super()`` inside a method, nested functions included."""
        method = scope
        while method >= 0 and self.solver.enclosing_class(method) < 0:
            method = self.solver.scopes[method].parent
        if method < 0 or not self.solver.scopes[method].scope.params:
            return
        cls = self.solver.enclosing_class(method)
        first = self.solver.scopes[method].base
        self.solver.watch(first, self._add_super, cls, node)

    def _add_super(self, receiver: int, cls: int, node: int) -> None:
        if self.solver.values[receiver].kind in (ValueKind.INSTANCE, ValueKind.CLASS):
            self.solver.add(node, self.solver.value(ValueKind.SUPER, cls, receiver))

    # -- stores, with

    def store(self, value: int, name: str, source: int) -> None:
        """``value.name = source``."""
        v = self.solver.values[value]
        if v.kind in (ValueKind.INSTANCE, ValueKind.FUNCTION, ValueKind.BOUND):
            self.solver.flow(source, self.solver.node("attribute", v.ref, name))
        elif v.kind is ValueKind.CLASS:
            self.solver.flow(source, self.solver.node("class attribute", v.ref, name))
            self.solver.flow(source, self.solver.node("attribute", v.ref, name))
        elif v.kind is ValueKind.MODULE:
            self.solver.flow(source, self.global_node(self.solver.modules[v.ref], name))
        elif v.kind is ValueKind.EXTERNAL:
            stores = self.solver.external_stores[f"{v.name}.{name}"]
            if source not in stores:
                stores.append(source)

    def enter(self, value: int, node: int, scope: int) -> None:
        """``with value as x``: runs ``__enter__`` and, at the end, ``__exit__``."""
        v = self.solver.values[value]
        if v.kind is ValueKind.GENERATOR:
            self.solver.flow(self.solver.node("yields", v.ref), node)
        elif v.kind is ValueKind.INSTANCE:
            entered = False
            for name in ("__enter__", "__exit__", "__aenter__", "__aexit__"):
                for member in self.classes.find(v.ref, name):
                    entered = entered or "enter" in name
                    into = node if "enter" in name else self.solver.node("exit", node)
                    self.solver.watch(member, self._context(value, into, node, scope))
            if not entered:
                self.solver.add(node, value)
        else:
            self.solver.add(node, value)

    def _context(self, receiver: int, into: int, site: int, scope: int) -> Handler:
        def run(member: int) -> None:
            m = self.solver.values[member]
            if m.kind is ValueKind.FUNCTION:
                self.receive(m.ref, receiver)
                self.solver.call_edge(scope, site, m.ref, "context")
                self.solver.flow(self.solver.node("return", m.ref), into)

        return run
