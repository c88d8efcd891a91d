"""What stands when nobody sets anything: which of several stores of a name, and which arm of a choice, counts.

``if os.getenv("STAGING"): HOST = ...`` does not make the staging host a destination: it is one only where the variable
is set, and the variable is then an override. Only conditions that read a variable decide here; a parameter does not,
since its callers are people.
"""

from __future__ import annotations

from scanner.facts.records import ScopeKind
from scanner.flows.evaluating import Evaluator
from scanner.flows.index import Index
from scanner.flows.texts import Texts
from scanner.flows.worlds import World, tests_around


class Standing:
    """Answers for one program; ``texts`` must not ask back."""

    def __init__(self, index: Index, texts: Texts) -> None:
        self.index = index
        self.texts = texts
        self._world = World({name: one.value for name, one in index.settings.items()})
        self._tests: dict[int, tuple[bool | None, frozenset[str]]] = {}

    def test(self, node: int) -> tuple[bool | None, frozenset[str]]:
        """The truth of a test with nothing set, and the variables it reads; (None, ...) when none of them decides."""
        known = self._tests.get(node)
        if known is None:
            evaluator = Evaluator(self.index, self.texts, self._world, {})
            truth = evaluator.truth(node)
            reads = frozenset(evaluator.reads)
            known = (truth if isinstance(truth, bool) and reads else None, reads)
            self._tests[node] = known
        return known

    def sources(self, nodes: list[int]) -> tuple[list[int], frozenset[str]]:
        """The stores that count, and the variables by which others would."""
        if len(nodes) < 2:
            return nodes, frozenset()
        kept: list[int] = []
        variables: set[str] = set()
        for node in nodes:
            store = self.index.store_of.get(node, node)
            by = self._ruled_out(store)
            variables |= by
            if not by:
                kept.append(node)
        kept = self._without_setters(kept)
        return (kept, frozenset(variables)) if kept else (nodes, frozenset())

    def _ruled_out(self, store: int) -> frozenset[str]:
        """The variables of a condition around a store that does not hold when nothing is set."""
        for node, polarity in tests_around(self.index, store):
            truth, reads = self.test(node)
            if truth is not None and truth != polarity:
                return reads
        return frozenset()

    def _without_setters(self, nodes: list[int]) -> list[int]:
        """Without stores in functions that nobody calls: a setter is there for people who want another value."""
        first = [n for n in nodes if self._initial(n) and any(t.known for t in self.texts.at(n))]
        return [n for n in nodes if not self._in_setter(n)] if first else nodes

    def _initial(self, node: int) -> bool:
        found = self.index.op(self.index.store_of.get(node, node))
        return found is not None and (
            found[0].scope.kind in (ScopeKind.MODULE, ScopeKind.CLASS) or found[0].scope.name.endswith("__init__")
        )

    def _in_setter(self, node: int) -> bool:
        found = self.index.op(self.index.store_of.get(node, node))
        if found is None or self._initial(node) or found[0].scope.kind is not ScopeKind.FUNCTION:
            return False
        return not self.index.called(found[0].index)
