"""From one repository to those it leads to, with a limit, each once, each with its own commit."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Mapping
from dataclasses import replace

from scanner.catalog.hub import publisher_of
from scanner.errors import DatacustomsError
from scanner.facts.claims import Claims, Origin
from scanner.facts.repository import claims, is_repository
from scanner.facts.snippets import python_snippets
from scanner.inputs.hub_names import is_repository_id
from scanner.inputs.hub_records import Access, Repository
from scanner.inputs.records import FileKind, FileRole, InputFile, Skipped, Snapshot
from scanner.lineage.records import CodeShown, OriginShown, Provenance, Reading

CODE_REPOSITORIES = 8
"""Other repositories whose code is read with one that takes code from them."""
_LOCAL_HINTS = ("/hub/models--", "/modelscope/hub/")


def read(snapshot: Snapshot, texts: Mapping[str, str]) -> Reading:
    """The claims of a snapshot, and the Python of its cards as further files."""
    cards = {f.path: texts[f.path] for f in snapshot.files if f.kind is FileKind.CARD and f.path in texts}
    of_hub = snapshot.repository is not None
    if not of_hub and not is_repository(snapshot.names, cards):
        return Reading(snapshot, texts, None)
    kind = snapshot.repository.kind if snapshot.repository is not None else _kind(cards, texts)
    told = {f.path for f in snapshot.files if f.role is FileRole.PRODUCT}
    found = claims({p: t for p, t in texts.items() if p in told}, snapshot.names, kind)
    return _with_snippets(snapshot, texts, found)


def _kind(cards: Mapping[str, str], texts: Mapping[str, str]) -> str:
    head = cards.get("README.md", "")[:2_000]
    return "space" if "\nsdk:" in head and ("app.py" in texts or "Dockerfile" in texts) else "model"


def _with_snippets(snapshot: Snapshot, texts: Mapping[str, str], found: Claims) -> Reading:
    files, skipped = list(snapshot.files), list(snapshot.skipped)
    more = dict(texts)
    for card in found.cards:
        snippets, broken = python_snippets(card)
        for snippet in snippets:
            data = snippet.text.encode("utf-8", "surrogatepass")
            digest = hashlib.sha256(data).hexdigest()
            files.append(InputFile(snippet.path, FileKind.PYTHON, FileRole.DOCS, len(data), digest))
            more[snippet.path] = snippet.text
        skipped += [Skipped(f"{card.file}#L{line}", "is no Python") for line in broken]
    changed = replace(
        snapshot, files=tuple(sorted(files, key=lambda f: f.path)),
        skipped=tuple(sorted(skipped, key=lambda s: (s.file, s.reason))),
    )  # fmt: skip
    return Reading(changed, more, found)


def follow(reading: Reading, access: Access, limit: int) -> Reading:
    """Read the repositories that code is taken from, and walk up to ``limit`` further origins.

    Only for a repository of a hub: a folder leads nowhere over the network. What cannot be read becomes a ``Skipped``
    and an origin with a note.
    """
    if reading.claims is None or reading.snapshot.repository is None:
        return reading
    if not reading.snapshot.target.startswith("hf://"):
        return reading
    start = reading.snapshot.repository.id
    waiting = deque((start, o) for o in _in_order(reading.claims.origins))
    known = {("model", start)}
    code_left, left = CODE_REPOSITORIES, limit
    while waiting:
        source, origin = waiting.popleft()
        key = ("dataset" if origin.relation == "dataset" else "model", origin.name)
        is_code = origin.relation == "code-from" and source == start
        if key in known or not is_repository_id(origin.name) or "/" not in origin.name:
            continue
        if (is_code and code_left <= 0) or (not is_code and left <= 0):
            continue
        known.add(key)
        code_left, left = (code_left - 1, left) if is_code else (code_left, left - 1)
        reading, further = _visit(reading, source, origin, key[0], access, is_code)
        waiting.extend((origin.name, o) for o in further)
    return reading


def _in_order(origins: tuple[Origin, ...]) -> list[Origin]:
    """Code first; a name a config kept from training last: it is a hint, no more."""
    order = ("code-from", "adapter", "base", "finetune", "quantized", "merge", "model", "dataset", "name")
    return sorted(origins, key=lambda o: (order.index(o.relation) if o.relation in order else 9, o))


def _visit(
    reading: Reading, source: str, origin: Origin, kind: str, access: Access, is_code: bool
) -> tuple[Reading, list[Origin]]:
    from scanner.inputs.targets import collect

    target = f"hf://{'datasets/' if kind == 'dataset' else ''}{origin.name}" + (
        f"@{origin.pinned}" if origin.pinned else ""
    )
    try:
        other = collect(target, access)
    except DatacustomsError as error:
        why = Skipped(target, error.message)
        snapshot = replace(reading.snapshot, skipped=(*reading.snapshot.skipped, why))
        shown = _shown(source, origin, "", error.message)
        return replace(reading, snapshot=snapshot, walked=(*reading.walked, shown)), []
    repository = other.repository
    assert repository is not None
    texts = {f.path: t for f in other.files if isinstance(t := other.read(f), str)}
    shown = _shown(source, origin, repository.commit, "")
    further = _in_order(claims(texts, other.names, kind).origins)
    cost = replace(
        reading, walked=(*reading.walked, shown), requests=reading.requests + repository.spent.requests,
        bytes=reading.bytes + repository.spent.bytes,
    )  # fmt: skip
    return (_with_code(cost, other, texts, repository) if is_code else cost), further


def _with_code(reading: Reading, other: Snapshot, texts: Mapping[str, str], repository: Repository) -> Reading:
    """The Python files of another repository, below a folder that names it and its commit."""
    folder = f"{repository.id.replace('/', '--')}@{repository.commit[:12]}"
    python = [f for f in other.files if f.kind is FileKind.PYTHON and f.path in texts]
    files = [*reading.snapshot.files, *(replace(f, path=f"{folder}/{f.path}") for f in python)]
    snapshot = replace(reading.snapshot, files=tuple(sorted(files, key=lambda f: f.path)))
    return replace(
        reading, snapshot=snapshot, texts={**reading.texts, **{f"{folder}/{f.path}": texts[f.path] for f in python}}
    )


# -- what a report shows


def describe(reading: Reading) -> Provenance | None:
    """The repository, its origins and its code, for the report; None for anything else."""
    found, repository = reading.claims, reading.snapshot.repository
    if found is None:
        return None
    name = repository.id if repository is not None else reading.snapshot.name
    walked = {(o.source, o.relation, o.name): o for o in reading.walked}
    own_keys = [(name, o.relation, o.name) for o in found.origins]
    own = [walked.get(k) or _shown(name, o, "", _why_not(o)) for k, o in zip(own_keys, found.origins, strict=True)]
    own += [o for k, o in walked.items() if k not in set(own_keys)]
    who = publisher_of(repository.id) if repository is not None else None
    states = tuple((c.file, c.state) for c in found.cards)
    licenses = [value for c in found.cards for key, value in c.other if key == "license"]
    code = tuple(
        CodeShown(c.carrier, c.key, c.target, c.repository, c.path, c.trigger, f"{c.file}:{c.line}") for c in found.code
    )
    r = repository or Repository("", "model", name, "", "", ())
    return Provenance(
        r.endpoint, r.kind, name, r.commit, r.asked, r.pinned and bool(r.commit), r.moved_from, r.gated,
        who.operator if who else "", who.country if who else "", licenses[0] if licenses else "",
        tuple(own), code, found.pickles, states, r.scanned_by_hub,
        r.spent.requests + reading.requests, r.spent.bytes + reading.bytes,
    )  # fmt: skip


def _shown(source: str, origin: Origin, commit: str, note: str) -> OriginShown:
    who = publisher_of(origin.name) if is_repository_id(origin.name) else None
    evidence = f"{origin.file}:{origin.line}"
    return OriginShown(
        source, origin.relation, origin.name, commit, who.operator if who else "", who.country if who else "", evidence,
        note,
    )  # fmt: skip


def _why_not(origin: Origin) -> str:
    if not is_repository_id(origin.name):
        return f"base unknown: a path on the publisher's disk{_hint(origin.name)}"
    return "not followed"


def _hint(path: str) -> str:
    """The repository that the path of a local cache names, as a hint."""
    _, mark, rest = path.partition(_LOCAL_HINTS[0])
    if mark:
        return ", it hints at " + rest.split("/")[0].replace("--", "/", 1)
    _, mark, rest = path.partition(_LOCAL_HINTS[1])
    parts = [p for p in rest.split("/") if p and p != "models"]
    return f", it hints at {'/'.join(parts[:2])} (ModelScope)" if mark and len(parts) > 1 else ""
