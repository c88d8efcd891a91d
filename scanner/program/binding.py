"""Arguments flow into parameters: positions, keywords, ``*`` and ``**`` (language reference, 6.3.4)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from scanner.facts.records import Call, Display, Star
from scanner.program.containers import Containers
from scanner.program.records import ScopeEntry, ValueKind
from scanner.program.solver import Solver


@dataclass(frozen=True, slots=True)
class Arguments:
    """Operand nodes of a call; ``stars`` are the nodes of ``*x``, ``doubles`` of ``**x``."""

    positional: tuple[int, ...]
    keywords: tuple[tuple[str, int], ...]
    stars: tuple[int, ...]
    doubles: tuple[int, ...]


class Binding:
    """Binds the operands of calls to parameters."""

    def __init__(self, solver: Solver, containers: Containers) -> None:
        self.solver = solver
        self.containers = containers

    def arguments(self, entry: ScopeEntry, call: Call) -> Arguments:
        ops, base = entry.scope.ops, entry.base
        plain: list[int] = []
        stars: list[int] = []
        for a in call.args:
            op = ops[a]
            if isinstance(op, Star):
                inner = ops[op.value]
                if isinstance(inner, Display) and not inner.comprehension and not stars:
                    plain += [base + e for e in inner.elements]
                else:
                    stars.append(base + op.value)
            else:
                plain.append(base + a)
        keywords = tuple((k, base + v) for k, v in call.keywords if k)
        return Arguments(tuple(plain), keywords, tuple(stars), tuple(base + v for k, v in call.keywords if not k))

    def bind(self, target: int, args: Arguments, skip: int) -> None:
        """Arguments flow into parameters; ``skip`` leading parameters are bound already."""
        entry = self.solver.scopes[target]
        params = entry.scope.params
        slots = [i for i, p in enumerate(params) if p.kind in ("positional", "positional-only")][skip:]
        star = next((i for i, p in enumerate(params) if p.kind == "star"), None)
        double = next((i for i, p in enumerate(params) if p.kind == "double-star"), None)
        names = {p.name: i for i, p in enumerate(params) if p.kind in ("positional", "keyword")}
        for position, node in enumerate(args.positional):
            if position < len(slots):
                self.solver.flow(node, entry.base + slots[position])
            elif star is not None:
                container = self.solver.value(ValueKind.CONTAINER, entry.base + star)
                self.containers.store(container, position - len(slots), node)
        for name, node in args.keywords:
            if name in names:
                self.solver.flow(node, entry.base + names[name])
            elif double is not None:
                container = self.solver.value(ValueKind.CONTAINER, entry.base + double)
                self.containers.store(container, name, node)
        for node in args.stars:
            self._bind_star(entry, node, slots[len(args.positional) :], star)
        for node in args.doubles:
            self._bind_double(entry, node, names, double)

    def _bind_star(self, entry: ScopeEntry, node: int, slots: list[int], star: int | None) -> None:
        for position, slot in enumerate(slots):
            self.solver.watch(node, self._unpack_into(entry.base + slot, position))
        if star is not None:
            self.containers.copy_into(node, self.solver.value(ValueKind.CONTAINER, entry.base + star))

    def _unpack_into(self, target: int, key: int | str) -> Callable[[int], None]:
        def arrive(value: int) -> None:
            self.containers.load(value, key, target)

        return arrive

    def _bind_double(self, entry: ScopeEntry, node: int, names: dict[str, int], double: int | None) -> None:
        for name, slot in names.items():
            self.solver.watch(node, self._unpack_into(entry.base + slot, name))
        if double is not None:
            self.containers.copy_into(node, self.solver.value(ValueKind.CONTAINER, entry.base + double))
