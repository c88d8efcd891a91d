"""What is to be stopped and what stops it: switches, hosts that stay open, changes to the code, and their proof."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from scanner.policy.records import Finding


@dataclass(frozen=True, slots=True)
class Aim:
    """The findings of a report by what is to become of them.

    ``stop`` are those to be stopped, ``keep`` those the program is used for, ``off`` those that are off unless
    somebody switches them on, ``aside`` those outside the product (tests, examples, documentation).
    """

    stop: tuple[Finding, ...]
    keep: tuple[Finding, ...]
    off: tuple[Finding, ...]
    aside: tuple[Finding, ...]


class SwitchState(StrEnum):
    """How a variable stands in a switch file; only ``SET`` is active."""

    SET = "set"
    ALTERNATIVE = "alternative"
    """Another variable already stops the same paths."""
    BROAD = "broad"
    """It would also stop what the program is used for, and another variable does not."""
    ADDRESS = "address"
    """It holds an address: to be set to a server of one's own."""
    LEAVE = "leave"
    """Opt-in: to be left unset."""
    UNKNOWN = "unknown"
    """No value could be evaluated that silences the path."""


@dataclass(frozen=True, slots=True)
class Switch:
    """An environment variable with the value that was evaluated to silence its paths.

    ``rule`` is the value rule in words, ``where`` the ``file:line`` that reads it or ``""``. ``stops``, ``misses`` and
    ``breaks`` are findings: those it stops, those to be stopped that do not ask it, and those it stops although the
    program is used for them.
    """

    name: str
    value: str
    rule: str
    where: str
    state: SwitchState
    stops: tuple[Finding, ...]
    misses: tuple[Finding, ...]
    breaks: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class SwitchPlan:
    """The switches of a report, active ones first, and the findings to be stopped that no active one stops."""

    switches: tuple[Switch, ...]
    uncovered: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class OpenHost:
    """A host that has to stay reachable. ``name`` is an exact name, ``*.name`` for everything below, or an address.

    ``needed_by`` are the findings that go there, ``shared_with`` those to be stopped that go there as well: the network
    cannot tell them apart.
    """

    name: str
    ports: tuple[int, ...]
    needed_by: tuple[Finding, ...]
    shared_with: tuple[Finding, ...]
    is_address: bool = False


@dataclass(frozen=True, slots=True)
class Egress:
    """What has to stay open, what is closed by that, and what no list can name.

    ``closed`` are hosts of findings to be stopped that nothing kept needs; ``partly`` host names with an unknown part,
    ``unknown`` kept findings whose host is not known: whoever needs them has to name their hosts.
    """

    hosts: tuple[OpenHost, ...]
    closed: tuple[tuple[str, tuple[Finding, ...]], ...]
    partly: tuple[tuple[str, tuple[Finding, ...]], ...]
    unknown: tuple[Finding, ...]


class Change(StrEnum):
    """What is done to a place of the code."""

    DEFAULT = "the default of the switch becomes off"
    PARAMETER = "the default of the parameter becomes off"
    ARGUMENT = "the argument that switches off is passed"
    GUARD = "runs only when a variable asks for it"
    DROP = "the exporter is dropped"
    PIN = "pinned to a commit"
    VERIFY = "the certificate of the recipient is checked"


@dataclass(frozen=True, slots=True)
class Edit:
    """One change at one place.

    ``line`` from 1, ``column`` from 1 in bytes (0: anywhere on the line). ``name`` is the variable, parameter or
    callable it is about, ``value`` the Python source or text it gets.
    """

    change: Change
    file: str
    line: int
    column: int
    name: str
    value: str
    findings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FilePatch:
    """A file before and after, with the edits that were made and the diff between both."""

    path: str
    before: str
    after: str
    edits: tuple[Edit, ...]
    diff: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A finding that no change was made for, and why."""

    finding: Finding
    reason: str


@dataclass(frozen=True, slots=True)
class Patch:
    """Changes to the code of a target, by path, and what was left out."""

    files: tuple[FilePatch, ...]
    left: tuple[LeftOut, ...]

    @property
    def diff(self) -> str:
        """All diffs as one unified diff."""
        return "".join(one.diff for one in self.files)


class Fate(StrEnum):
    """What a second scan shows of a path that was to be stopped."""

    GONE = "gone"
    GATED = "off by default"
    ARGUMENT = "switched off by argument"
    PINNED = "pinned"
    CHECKED = "certificate checked"
    REMAINS = "remains"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One finding of the first scan and its fate in the second; ``reason`` says why it remains, ``""`` otherwise."""

    finding: Finding
    fate: Fate
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What somebody asks for beyond the rule.

    ``stop`` and ``keep`` are ids of findings, or beginnings of them; ``allow`` hosts to keep open. ``opt_in`` names the
    variable that guards calls (``NAME`` or ``NAME=value``), ``""`` for one made of the name of the package. ``pins``
    are (repository, commit).
    """

    stop: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()
    opt_in: str = ""
    pins: tuple[tuple[str, str], ...] = ()


NOTHING_MORE = Wishes()
