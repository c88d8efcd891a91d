"""Builds one scope: operations, blocks, and the environment that maps names to reaching definitions.

The environment is a chain of layers, one per branch or loop, so that a branch costs what it assigns. Loop layers make
phi operations lazily, on the first read of an outer name (Braun et al., "Simple and Efficient Construction of SSA
Form", CC 2013), and close them when the loop ends.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from scanner.facts.blocks import Block, BlockKind
from scanner.facts.records import AnyOp, Bind, Binding, Choice, Global, Parameter, Phi, Scope, ScopeKind


@dataclass(slots=True)
class Layer:
    """Names assigned since a branch or loop began; ``phis`` is None except for loops."""

    parent: Layer | None
    own: dict[str, int] = field(default_factory=dict)
    phis: dict[str, int] | None = None
    breaks: list[dict[str, int]] = field(default_factory=list)
    continues: list[dict[str, int]] = field(default_factory=list)
    unbound: dict[str, list[int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Detail:
    """What else to record. ``bindings``: every assignment of a name, in order. ``marked``: names whose reads become
    operations. ``shared``: names that some function of the file declares ``global`` or ``nonlocal``: their owner reads
    them anew each time."""

    bindings: bool = False
    marked: frozenset[str] = frozenset()
    shared: frozenset[str] = frozenset()


LEAN = Detail()


@dataclass(slots=True)
class ScopeBuilder:
    """A scope under construction."""

    kind: ScopeKind
    name: str
    index: int
    parent: ScopeBuilder | None
    line: int
    end_line: int
    params: list[Parameter] = field(default_factory=list)
    ops: list[AnyOp] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    blocks: list[int] = field(default_factory=list)
    block_table: list[Block] = field(default_factory=lambda: [Block(-1, BlockKind.BODY, -1, True)])
    returns: list[tuple[int, int]] = field(default_factory=list)
    bases: list[int] = field(default_factory=list)
    keywords: list[tuple[str, int]] = field(default_factory=list)
    decorators: list[str] = field(default_factory=list)
    returns_annotation: int = -1
    is_async: bool = False
    is_generator: bool = False
    layer: Layer = field(default_factory=lambda: Layer(None))
    block: int = 0
    exited: bool = False
    globals: set[str] = field(default_factory=set)
    nonlocals: set[str] = field(default_factory=set)
    defs: dict[str, list[int]] = field(default_factory=dict)
    captured: set[str] = field(default_factory=set)
    calls: int = 0
    calls_at: dict[str, int] = field(default_factory=dict)
    lambdas: int = 0
    placeholders: dict[str, int] = field(default_factory=dict)
    fields: list[str] = field(default_factory=list)
    starred: bool = False
    walrus: dict[str, int] = field(default_factory=dict)
    detail: Detail = field(default_factory=lambda: LEAN)

    def emit(self, op: AnyOp, line: int) -> int:
        """Append ``op``; its index is the value."""
        self.ops.append(op)
        self.lines.append(line)
        self.blocks.append(self.block)
        return len(self.ops) - 1

    def store(self, name: str, value: int) -> None:
        """Bind a local name, forgetting a definition that nobody can have seen."""
        defs = self.defs.setdefault(name, [])
        if defs and self.layer.own.get(name) == defs[-1] and self.calls_at.get(name) == self.calls:
            defs.pop()
        defs.append(value)
        self.calls_at[name] = self.calls
        self.layer.own[name] = value
        if self.detail.bindings:
            self.emit(Bind(name, value), self.lines[value])

    def delete(self, name: str, line: int) -> None:
        """``del name``: remembered only where every assignment is."""
        if self.detail.bindings:
            self.emit(Bind(name, -1), line)

    def lookup(self, name: str) -> int | None:
        """The definition of a local name that reaches here, making loop phis on the way."""
        return self._lookup(self.layer, name)

    def _lookup(self, layer: Layer | None, name: str) -> int | None:
        # Walk up to the layer that knows the name, then come down through the loops in between.
        loops: list[Layer] = []
        found: int | None = None
        while layer is not None:
            found = layer.own.get(name)
            if found is not None:
                break
            if layer.phis is not None:
                loops.append(layer)
            layer = layer.parent
        if found is None:
            return None
        for loop in reversed(loops):
            found = self.emit(Phi((found,)), self.lines[found])
            loop.own[name] = found
            assert loop.phis is not None
            loop.phis[name] = found
        return found

    def unbound_read(self, name: str, line: int) -> int:
        """A read of a name no definition reaches: a global, unless a loop later proves it carried."""
        value = self.emit(Global(name), line)
        layer: Layer | None = self.layer
        while layer is not None:
            if layer.phis is not None:
                layer.unbound.setdefault(name, []).append(value)
            layer = layer.parent
        return value

    def open_block(self, kind: BlockKind, test: int, polarity: bool) -> int:
        """Enter a block; returns the one to go back to."""
        before = self.block
        self.block_table.append(Block(before, kind, test, polarity))
        self.block = len(self.block_table) - 1
        return before

    def push(self, loop: bool = False) -> Layer:
        self.layer = Layer(self.layer, phis={} if loop else None)
        return self.layer

    def pop(self) -> Layer:
        layer = self.layer
        assert layer.parent is not None
        self.layer = layer.parent
        return layer

    def flatten(self, until: Layer) -> dict[str, int]:
        """Names assigned from the current layer up to and including ``until``."""
        out: dict[str, int] = {}
        layer: Layer | None = self.layer
        while layer is not None:
            for name, value in layer.own.items():
                out.setdefault(name, value)
            if layer is until:
                break
            layer = layer.parent
        return out

    def loop_layer(self) -> Layer | None:
        layer: Layer | None = self.layer
        while layer is not None and layer.phis is None:
            layer = layer.parent
        return layer

    def join_choice(self, test: int, then: dict[str, int], other: dict[str, int], line: int) -> None:
        """Join two live branches."""
        for name in list(dict.fromkeys([*then, *other])):
            first, second = then.get(name), other.get(name)
            if first is None:
                first = self.lookup(name)
            if second is None:
                second = self.lookup(name)
            if first is None or second is None:
                joined = first if first is not None else second
                assert joined is not None
            elif first == second:
                joined = first
            else:
                joined = self.emit(Choice(test, first, second), line)
            self.layer.own[name] = joined

    def join_any(self, branches: list[dict[str, int]], line: int, fall_through: bool) -> None:
        """Join any number of live branches; ``fall_through`` when none of them may have run."""
        for name in list(dict.fromkeys(n for branch in branches for n in branch)):
            before = self.lookup(name) if fall_through or any(name not in b for b in branches) else None
            sources = [] if before is None else [before]
            sources += [b[name] for b in branches if name in b and b[name] not in sources]
            sources = list(dict.fromkeys(sources))
            self.layer.own[name] = sources[0] if len(sources) == 1 else self.emit(Phi(tuple(sources)), line)

    def close_loop(self, loop: Layer, line: int) -> None:
        """Feed the back edges of a loop into its phis and join its exits; the loop layer is popped already."""
        backs = [loop.own, *loop.continues]
        for name, phi in (loop.phis or {}).items():
            first = self.ops[phi]
            assert isinstance(first, Phi)
            extra = [b[name] for b in backs if name in b and b[name] != phi]
            if extra:
                self.ops[phi] = Phi(tuple(dict.fromkeys([*first.sources, *extra])))
        for name, reads in loop.unbound.items():
            carried = [b[name] for b in backs if name in b]
            for read in reads if carried else ():
                if isinstance(self.ops[read], Global):
                    self.ops[read] = Phi(tuple(dict.fromkeys(carried)))
        self.join_any([loop.own, *loop.continues, *loop.breaks], line, fall_through=True)

    def bindings(self) -> tuple[Binding, ...]:
        """What others may see of this scope's names."""
        whole = self.kind in (ScopeKind.MODULE, ScopeKind.CLASS)
        names = sorted(self.defs if whole else self.captured & self.defs.keys())
        out = []
        for name in names:
            last = self.lookup(name)
            values = self.defs[name] if last is None else [last, *self.defs[name]]
            if last is not None and isinstance(self.ops[last], Phi | Choice):
                values = [last]
            out.append(Binding(name, tuple(dict.fromkeys(values))))
        return tuple(out)

    def finish(self) -> Scope:
        parent = -1 if self.parent is None else self.parent.index
        bindings = self.bindings()
        return Scope(
            self.kind, self.name, parent, self.line, self.end_line, tuple(self.params), tuple(self.ops),
            tuple(self.lines), tuple(self.blocks), tuple(self.block_table), tuple(self.returns), bindings,
            tuple(self.bases), tuple(self.keywords), tuple(self.decorators), self.returns_annotation,
            self.is_async, self.is_generator, tuple(self.fields),
        )  # fmt: skip
