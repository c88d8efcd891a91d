"""A flow: what leaves, from where, by which calls, past which switches, to which URL."""

from __future__ import annotations

from dataclasses import dataclass

from scanner.vocabulary import Certainty


@dataclass(frozen=True, slots=True, order=True)
class Step:
    """One point of a path; ``role`` is entry, call, source, propagation, gate or sink."""

    file: str
    line: int
    function: str
    role: str
    note: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Gate:
    """A switch that decides whether a path runs.

    ``kind``: env, setting, argument, consent-file, ci or flag. ``polarity``: opt-out or opt-in.
    ``rule``: the value rule in words a person can act on (``set to "1"``, ``any non-empty value``).
    ``off_value``: a value that silences the path, ``""`` when none could be computed.
    ``default``: its value when unset, as source text, ``""`` when unknown.
    ``set_in``: ``VALUE in FILE:LINE`` where a settings file of the target sets it, and so decides.
    """

    kind: str
    name: str
    polarity: str
    rule: str
    file: str
    line: int
    off_value: str = ""
    default: str = ""
    set_in: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Endpoint:
    """A URL or host that arrives at a sink.

    ``template`` is the text with ``{?}`` for unknown parts, ``""`` when nothing is known. ``resolved_by`` is literal,
    constant, env-default, argument-default, sdk-default, config, card, code-string or unknown. ``evidence`` is
    ``file:line`` of the text, or the catalog row that knows it; ``supplied by: URL (file:line)`` ends it where a server
    handed the address out. ``overrides`` are variables that redirect it.
    """

    template: str
    resolved_by: str
    evidence: str
    overrides: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class PayloadField:
    """One field that leaves: its data class (``prompt``, ``device_id``, ...; ``unknown``), name, origin, safeguards."""

    data_class: str
    name: str
    file: str
    line: int
    safeguards: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class SinkSite:
    """The call that sends. ``api`` is its qualified name; ``source`` its exact text where libcst confirmed it.

    ``reads_answer`` is true when the code around it reads the body that comes back.
    """

    file: str
    line: int
    column: int
    end_line: int
    function: str
    api: str
    method: str
    scheme: str
    tls: str
    verify: str
    found_by: str
    source: str = ""
    reads_answer: bool = False


@dataclass(frozen=True, slots=True)
class Chain:
    """Call chain from an entry point to the sink: entry first, sink last. ``entry_kind`` as in ``CallGraph``."""

    steps: tuple[Step, ...]
    entry_kind: str
    certainty: Certainty


@dataclass(frozen=True, slots=True)
class Flow:
    """One sink with everything known about the ways to it.

    ``chain`` is the path to show; ``others`` further chains from other entry points. ``trigger`` is import, call, load,
    generate, cli, exit, exception, thread, schedule or doc. ``default_on`` is None when it could not be evaluated.
    ``sdk_adds`` is what the SDK sends by itself. ``hint`` is the sink row's kind, or generic.
    """

    sink: SinkSite
    hint: str
    chain: Chain
    others: tuple[Chain, ...]
    trigger: str
    endpoints: tuple[Endpoint, ...]
    payload: tuple[PayloadField, ...]
    sdk_adds: tuple[str, ...]
    gates: tuple[Gate, ...]
    default_on: bool | None
    role: str
