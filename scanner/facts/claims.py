"""What the card and the configs of a repository claim: provenance, addresses, code that runs when it loads."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class AskedField:
    """A field a publisher asks a person to fill in before giving access; ``kind`` is text, country, checkbox, ..."""

    name: str
    kind: str


@dataclass(frozen=True, slots=True, order=True)
class Mention:
    """A URL in a card: ``where`` is metadata, prose or code."""

    url: str
    host: str
    line: int
    where: str


@dataclass(frozen=True, slots=True, order=True)
class Snippet:
    """A block of code in a card: ``language`` is python, shell, json or ``""``; ``line`` is that of its first line."""

    language: str
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Card:
    """A model, dataset or Space card.

    ``state`` says how its metadata was read: whole, repaired (it is no valid YAML, what could be read was), or absent.
    ``base_models`` may be paths on the publisher's disk; ``relation`` is adapter, merge, quantized or finetune.
    ``other`` are further fields that matter, as sorted (name, text) pairs.
    """

    file: str
    state: str
    base_models: tuple[str, ...]
    relation: str
    datasets: tuple[str, ...]
    models: tuple[str, ...]
    asked: tuple[AskedField, ...]
    other: tuple[tuple[str, str], ...]
    mentions: tuple[Mention, ...]
    snippets: tuple[Snippet, ...]
    hub_ids: tuple[str, ...]
    trusts_remote_code: bool

    def hosts(self, *where: str) -> tuple[str, ...]:
        """Hosts mentioned in these parts, sorted."""
        return tuple(sorted({m.host for m in self.mentions if m.where in where}))


@dataclass(frozen=True, slots=True, order=True)
class CodeReference:
    """Code a loader imports because a config names it.

    ``carrier`` is auto_map, custom_pipelines, custom_generate, model_index, modules, handler, mlflow, space or script.
    ``target`` is ``module.Class`` or a file; ``repository`` is ``""`` for the own one; ``path`` is the file that runs
    when it is here; ``trigger`` is load, generate or endpoint.
    """

    file: str
    line: int
    carrier: str
    key: str
    target: str
    repository: str
    path: str
    trigger: str


@dataclass(frozen=True, slots=True, order=True)
class Origin:
    """A repository that another is made from: ``relation`` is base, adapter, merge, quantized, finetune, dataset,
    model, name or code-from; ``pinned`` is the revision a config names, ``""`` when it is the newest at load time."""

    file: str
    line: int
    relation: str
    name: str
    pinned: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Fetched:
    """What an install or a load fetches because a file says so: ``what`` is requirement, index or pipeline."""

    file: str
    line: int
    what: str
    text: str


@dataclass(frozen=True, slots=True)
class Claims:
    """All claims of one repository, sorted. ``pickles`` and ``safe_weights`` are told by file names alone."""

    cards: tuple[Card, ...]
    code: tuple[CodeReference, ...]
    origins: tuple[Origin, ...]
    fetched: tuple[Fetched, ...]
    pickles: tuple[str, ...]
    pickle_by_index: bool
    safe_weights: tuple[str, ...]
    custom_code: tuple[str, ...]
    converts: tuple[tuple[str, int], ...] = ()
    """Folders (config file, line) from which transformers would load pickle weights only."""
