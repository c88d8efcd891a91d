"""Builtins whose meaning the solver must know: attribute access by name, iteration, mapping, imports by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from scanner.facts.records import Call, Const
from scanner.program.attributes import Attributes
from scanner.program.binding import Arguments
from scanner.program.containers import Containers
from scanner.program.records import ValueKind
from scanner.program.solver import Solver

_KEYED = frozenset({"<builtin>.sorted", "<builtin>.min", "<builtin>.max"})


class Apply(Protocol):
    """Calls a value; what ``Calling.apply`` does."""

    def __call__(
        self, value: int, scope: int, site: int, args: Arguments, call: Call | None, kind: str = "call"
    ) -> None: ...


class Builtins:
    """One method per builtin; ``call`` says whether nothing more is to be done."""

    def __init__(self, solver: Solver, attributes: Attributes, containers: Containers, apply: Apply) -> None:
        self.solver = solver
        self.attributes = attributes
        self.containers = containers
        self.apply = apply
        self._table: dict[str, Callable[[int, int, Arguments], None]] = {
            "<builtin>.getattr": self._getattr, "<builtin>.setattr": self._setattr, "<builtin>.next": self._next,
            "<builtin>.type": self._type, "<builtin>.dict": self._dict, "collections.OrderedDict": self._dict,
            "<builtin>.map": self._map, "itertools.starmap": self._map, "<builtin>.filter": self._filter,
            "importlib.import_module": self._import, "<builtin>.__import__": self._import,
        }  # fmt: skip

    def call(self, name: str, scope: int, site: int, args: Arguments) -> bool:
        """Handle a call of the builtin ``name``; False when it has no meaning of its own or goes on like others."""
        handler = self._table.get(name)
        if handler is not None:
            handler(scope, site, args)
            return True
        if name in _KEYED:
            for key, node in args.keywords:
                if key == "key":
                    self.solver.watch(node, self._over(scope, site, args.positional[:1], keep=False))
        return False

    def constant(self, node: int) -> str | int | float | bool | None:
        """The literal at a node."""
        found = self.solver.op_at(node)
        return found[1].value if found is not None and isinstance(found[1], Const) else None

    def _getattr(self, scope: int, site: int, args: Arguments) -> None:
        name = self.constant(args.positional[1]) if len(args.positional) > 1 else None
        if isinstance(name, str):
            attribute = name
            self.solver.watch(args.positional[0], self.attributes.load, attribute, site, scope)
        for default in args.positional[2:3]:
            self.solver.flow(default, site)

    def _setattr(self, scope: int, site: int, args: Arguments) -> None:
        name = self.constant(args.positional[1]) if len(args.positional) == 3 else None
        if isinstance(name, str):
            attribute, source = name, args.positional[2]
            self.solver.watch(args.positional[0], self.attributes.store, attribute, source)

    def _next(self, scope: int, site: int, args: Arguments) -> None:
        for node in args.positional[:1]:
            self.solver.watch(node, self.containers.iterate, site, scope)

    def _type(self, scope: int, site: int, args: Arguments) -> None:
        if len(args.positional) == 1:
            self.solver.watch(args.positional[0], self._type_of, site)

    def _type_of(self, value: int, site: int) -> None:
        v = self.solver.values[value]
        if v.kind is ValueKind.INSTANCE:
            self.solver.add(site, self.solver.value(ValueKind.CLASS, v.ref))

    def _dict(self, scope: int, site: int, args: Arguments) -> None:
        container = self.containers.make(site, empty=not args.positional and not args.keywords)
        for key, node in args.keywords:
            self.containers.store(container, key, node)
        for node in (*args.positional[:1], *args.doubles):
            self.containers.copy_into(node, container)

    def _map(self, scope: int, site: int, args: Arguments) -> None:
        if len(args.positional) > 1:
            self.solver.watch(args.positional[0], self._over(scope, site, args.positional[1:], keep=True))

    def _filter(self, scope: int, site: int, args: Arguments) -> None:
        if len(args.positional) > 1:
            self.solver.watch(args.positional[0], self._over(scope, site, args.positional[1:], keep=False))
            self.solver.flow(args.positional[1], site)

    def _over(self, scope: int, site: int, sources: tuple[int, ...], keep: bool) -> Callable[[int], None]:
        """Call the arriving function with the elements of ``sources``; ``keep`` what it returns as elements."""

        def run(value: int) -> None:
            elements = tuple(self._elements(scope, site, i, source) for i, source in enumerate(sources))
            inner = self.solver.stand_in(site, "map result")
            self.apply(value, scope, inner, Arguments(elements, (), (), ()), None)
            if keep:
                self.solver.flow(inner, self.containers.element(self.containers.make(site), None))

        return run

    def _elements(self, scope: int, site: int, position: int, source: int) -> int:
        element = self.solver.node("mapped", site, position)
        self.solver.watch(source, self.containers.iterate, element, scope)
        return element

    def _import(self, scope: int, site: int, args: Arguments) -> None:
        module = self.constant(args.positional[0]) if args.positional else None
        if isinstance(module, str):
            self.attributes.bind_module(module, site)
