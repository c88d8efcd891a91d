"""Names of repositories on a model hub, as a user writes them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from scanner.errors import UsageError

_PART = r"[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,94}[A-Za-z0-9_])?"
_NAME = re.compile(
    rf"(?:(?P<kind>models|datasets|spaces)/)?(?P<id>{_PART}(?:/{_PART})?)(?:@(?P<revision>[A-Za-z0-9._/-]{{1,200}}))?"
)
_COMMIT = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True, slots=True, order=True)
class HubName:
    """A repository: ``kind`` is model, dataset or space, ``id`` is ``org/name`` (old ones: ``name``).

    ``revision`` is a branch, a tag or a commit, ``""`` when the user named none.
    """

    kind: str
    id: str
    revision: str = ""

    @property
    def owner(self) -> str:
        """The organisation or user, ``""`` for an old name without one."""
        return self.id.partition("/")[0] if "/" in self.id else ""

    @property
    def pinned(self) -> bool:
        """Whether the revision is a commit, so that it always means the same files."""
        return _COMMIT.fullmatch(self.revision) is not None

    @property
    def text(self) -> str:
        """The target as a user writes it."""
        folder = "" if self.kind == "model" else f"{self.kind}s/"
        return f"hf://{folder}{self.id}" + (f"@{self.revision}" if self.revision else "")

    @property
    def page(self) -> str:
        """Path of its page below the endpoint."""
        return self.id if self.kind == "model" else f"{self.kind}s/{self.id}"


def parse_name(target: str) -> HubName:
    """``hf://org/name[@rev]``, ``hf://datasets/org/name``, ``hf://spaces/org/name``; ``UsageError`` for others."""
    match = _NAME.fullmatch(target.removeprefix("hf://"))
    if match is None or ".." in target or "--" in match["id"] or "//" in (match["revision"] or ""):
        raise UsageError(
            f"{target[:120]!r} names no repository.", "Write hf://ORG/NAME[@REV], hf://datasets/... or hf://spaces/..."
        )
    return HubName((match["kind"] or "models").removesuffix("s"), match["id"], match["revision"] or "")


def is_repository_id(text: str) -> bool:
    """Whether a text of a card or config is an id of a repository rather than a path on somebody's disk."""
    match = _NAME.fullmatch(text)
    return match is not None and match["kind"] is None and match["revision"] is None and ".." not in text
