"""Queues: what one function puts in, another takes out."""

from __future__ import annotations

from collections import defaultdict

from scanner.facts.records import Attribute, Call
from scanner.flows.index import Index

QUEUES = frozenset({
    "queue.Queue()", "queue.LifoQueue()", "queue.PriorityQueue()", "queue.SimpleQueue()", "collections.deque()",
    "multiprocessing.Queue()", "multiprocessing.JoinableQueue()", "asyncio.Queue()", "janus.Queue()",
})  # fmt: skip
"""Channels: what one puts in, another takes out. The solver holds all of a kind for one."""

_GETS = frozenset({"get", "get_nowait", "pop", "popleft"})
_PUTS = frozenset({"put", "put_nowait", "append", "appendleft"})


class Channels:
    """Answers for one program."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self._puts: dict[str, list[tuple[int, int]]] | None = None

    def takes(self, node: int) -> bool:
        """True for ``queue.get()``."""
        found = self.index.op(node)
        if found is None or not isinstance(found[1], Call) or found[1].func < 0:
            return False
        entry, op = found
        method = entry.scope.ops[op.func]
        if not isinstance(method, Attribute) or method.name not in _GETS:
            return False
        solver = self.index.solver
        return any(solver.values[value].name in QUEUES for value in solver.at(entry.base + method.obj))

    def items(self, name: str, queue: int) -> list[int]:
        """Nodes of what is put into the queue at node ``queue``: into those made by the same call."""
        makers = {made for made, _, _ in self.index.makers(queue)}
        return [
            item
            for receiver, item in self._put_in(name)
            if makers & {made for made, _, _ in self.index.makers(receiver)}
        ]

    def _put_in(self, name: str) -> list[tuple[int, int]]:
        """Every ``queue.put(item)`` on queues of a kind: the nodes of queue and item."""
        if self._puts is None:
            self._puts = defaultdict(list)
            solver = self.index.solver
            for entry in solver.scopes:
                ops = entry.scope.ops
                for op in ops:
                    if not isinstance(op, Call) or not op.args or op.func < 0:
                        continue
                    method = ops[op.func]
                    if isinstance(method, Attribute) and method.name in _PUTS:
                        receiver = entry.base + method.obj
                        for value in solver.at(receiver):
                            self._puts[solver.values[value].name].append((receiver, entry.base + op.args[-1]))
        return self._puts.get(name, [])
