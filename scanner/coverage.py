"""What a scan saw and did not see, counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from scanner.facts.weights.records import WeightsFacts
from scanner.flows.records import Flow
from scanner.inputs.records import FileKind, InputFile, Skipped, Snapshot
from scanner.matching.records import Matches
from scanner.policy.records import Coverage

if TYPE_CHECKING:
    from scanner.program import Program


def is_python(file: InputFile) -> bool:
    """Whether a file is read as Python."""
    return file.kind in (FileKind.PYTHON, FileKind.NOTEBOOK)


def coverage_of(
    snapshot: Snapshot,
    parsed: int,
    skipped: Sequence[Skipped],
    linked: Program,
    flows: Sequence[Flow],
    matches: Matches,
    weights: Sequence[WeightsFacts],
) -> Coverage:
    """What was seen of a target, and what was not; ``parsed`` counts files that were read."""
    python = [f for f in snapshot.files if is_python(f) or f.kind is FileKind.WEIGHTS]
    roles = Counter(str(f.role) for f in python)
    kinds = Counter([*_dynamic(linked), *(note.kind for read in weights for note in read.notes)])
    status = matches.status
    unknown = sum(1 for f in flows if all(not e.template for e in f.endpoints))
    return Coverage(
        len(python), parsed, tuple(sorted((s.file, s.reason) for s in skipped)), linked.calls,
        linked.calls_resolved,
        len(flows), unknown, tuple(sorted(kinds.items())), tuple(sorted(roles.items())), status.rules,
        (("state", status.state), ("version", status.version), ("files", str(status.files)),
         ("files_gated_out", str(status.files_gated_out)), ("detail", status.detail)),
    )  # fmt: skip


def _dynamic(linked: Program) -> list[str]:
    """What static analysis sees through only partly."""
    watched = {
        "<builtin>.exec": "exec", "<builtin>.eval": "eval", "<builtin>.getattr": "getattr",
        "importlib.import_module": "import_module", "<builtin>.__import__": "import_module",
    }  # fmt: skip
    found = [watched[c.name] for c in linked.external if c.name in watched]
    return found + ["megamorphic"] * len(linked.solver.megamorphic)
