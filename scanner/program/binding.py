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


@dataclass(frozen=True, slots=True)
class Signature:
    """Where arguments go: nodes of positional parameters in order, of named ones by name, the containers of ``*`` and
    ``**`` (-1 for none)."""

    slots: tuple[int, ...]
    names: dict[str, int]
    star: int
    double: int


class Binding:
    """Binds the operands of calls to parameters."""

    def __init__(self, solver: Solver, containers: Containers) -> None:
        self.solver = solver
        self.containers = containers
        self._signatures: dict[int, Signature] = {}
        self._last: tuple[int, Arguments] = (-1, Arguments((), (), (), ()))

    def arguments(self, entry: ScopeEntry, i: int, call: Call) -> Arguments:
        """Operands of the call that is operation ``i``; those of the last call are kept, as callees come in turn."""
        site = entry.base + i
        if self._last[0] != site:
            self._last = (site, self._arguments(entry, call))
        return self._last[1]

    def _arguments(self, entry: ScopeEntry, call: Call) -> Arguments:
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
        to = self._signatures.get(target)
        if to is None:
            to = self._signatures[target] = self._signature(target)
        slots = to.slots[skip:]
        for position, node in enumerate(args.positional):
            if position < len(slots):
                self.solver.flow(node, slots[position])
            elif to.star >= 0:
                self.containers.store(to.star, position - len(slots), node)
        for name, node in args.keywords:
            if name in to.names:
                self.solver.flow(node, to.names[name])
            elif to.double >= 0:
                self.containers.store(to.double, name, node)
        for node in args.stars:
            self._bind_star(node, slots[len(args.positional) :], to.star)
        for node in args.doubles:
            self._bind_double(node, to)

    def _signature(self, target: int) -> Signature:
        entry = self.solver.scopes[target]
        params = list(enumerate(entry.scope.params, entry.base))
        stars = [node for node, p in params if p.kind == "star"]
        doubles = [node for node, p in params if p.kind == "double-star"]
        star, double = (self.solver.value(ValueKind.CONTAINER, n[0]) if n else -1 for n in (stars, doubles))
        return Signature(
            tuple(node for node, p in params if p.kind in ("positional", "positional-only")),
            {p.name: node for node, p in params if p.kind in ("positional", "keyword")}, star, double,
        )  # fmt: skip

    def _bind_star(self, node: int, slots: tuple[int, ...], star: int) -> None:
        for position, slot in enumerate(slots):
            self.solver.watch(node, self._unpack_into(slot, position))
        if star >= 0:
            self.containers.copy_into(node, star)

    def _bind_double(self, node: int, to: Signature) -> None:
        for name, slot in to.names.items():
            self.solver.watch(node, self._unpack_into(slot, name))
        if to.double >= 0:
            self.containers.copy_into(node, to.double)

    def _unpack_into(self, target: int, key: int | str) -> Callable[[int], None]:
        def arrive(value: int) -> None:
            self.containers.load(value, key, target)

        return arrive
