"""What is known of a repository on a hub before its files are read."""

from __future__ import annotations

from dataclasses import dataclass, field

BLOCK = 32_768
"""Bytes of one ranged request."""


@dataclass(frozen=True, slots=True)
class Access:
    """How a hub is asked: ``token`` is sent only when the user gave one, ``seconds`` bound one request.

    ``waits`` are the pauses after 429 and 5xx when the server names none.
    """

    token: str = ""
    seconds: float = 20.0
    waits: tuple[float, ...] = (1.0, 4.0, 15.0)
    longest_wait: float = 300.0


PLAIN = Access()
"""No token, patient: how a hub is asked when nobody says otherwise."""


@dataclass(frozen=True, slots=True, order=True)
class HubFile:
    """One file of a repository: size in bytes, and the id the hub gives its content (git or LFS hash)."""

    path: str
    size: int
    blob: str
    stored_apart: bool = False


@dataclass(slots=True)
class Spent:
    """Requests made and bytes received so far; it goes on counting while weights are looked into."""

    requests: int = 0
    bytes: int = 0


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository at one commit.

    ``kind`` is model, dataset or space; ``asked`` the revision the user named; ``moved_from`` the id it was asked
    for by, if it has another one now. ``gated`` is ``""``, ``auto`` or ``manual``. ``files`` are all of its files.
    ``scanned_by_hub`` is the hub's own claim about unsafe files; ``spent`` is what reading it cost.
    """

    endpoint: str
    kind: str
    id: str
    commit: str
    asked: str
    files: tuple[HubFile, ...]
    gated: str = ""
    moved_from: str = ""
    scanned_by_hub: tuple[tuple[str, str], ...] = ()
    spent: Spent = field(default_factory=Spent, compare=False)

    @property
    def owner(self) -> str:
        """The organisation or user that publishes it."""
        return self.id.partition("/")[0] if "/" in self.id else ""

    @property
    def pinned(self) -> bool:
        """Whether the user named this very commit."""
        return self.asked == self.commit


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """What a plan does with a file: ``read`` whole, ``peek`` (ranged requests), or ``leave`` with a reason."""

    path: str
    size: int
    action: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be fetched of a repository; ``requests`` counts those after the one that listed it."""

    repository: Repository
    files: tuple[PlannedFile, ...]

    @property
    def chosen(self) -> tuple[PlannedFile, ...]:
        """Files that are fetched whole."""
        return tuple(f for f in self.files if f.action == "read")

    @property
    def peeked(self) -> tuple[PlannedFile, ...]:
        """Files that are looked into by ranged requests."""
        return tuple(f for f in self.files if f.action == "peek")

    @property
    def requests(self) -> int:
        """Requests the plan takes: one a file, two for one that is looked into."""
        return len(self.chosen) + 2 * len(self.peeked)

    @property
    def bytes(self) -> int:
        """Bytes the plan takes, as far as can be told: a look costs two blocks."""
        return sum(f.size for f in self.chosen) + sum(min(f.size, 2 * BLOCK) for f in self.peeked)
