"""Repositories of a model hub: resolved to a commit, planned, read by plain requests."""

from __future__ import annotations

import hashlib
from typing import Protocol

from scanner.inputs.hub_client import HubClient
from scanner.inputs.hub_names import HubName, parse_name
from scanner.inputs.hub_plan import plan_of
from scanner.inputs.hub_ranges import HubHolder
from scanner.inputs.hub_records import Access, HubFile, Plan, Repository
from scanner.inputs.limits import FILE_BYTES
from scanner.inputs.listing import Candidate, Listing
from scanner.inputs.records import Skipped


class Blobs(Protocol):
    """Keeps fetched bytes by the id the hub gives them; they are verified against it before they are kept."""

    def blob(self, oid: str) -> bytes | None:
        """The bytes, None when they were never fetched."""

    def keep_blob(self, oid: str, data: bytes, lasting: bool) -> None:
        """Keep them; ``lasting`` for what is likely to stand in other repositories too."""


def plan(target: str, access: Access) -> Plan:
    """What would be fetched for a ``hf://`` target: one request. Raises ``TargetError``."""
    return plan_of(HubClient(access).resolve(parse_name(target)))


def resolve(target: str, access: Access) -> Repository:
    """The commit a ``hf://`` target stands for now: one request. Raises ``TargetError``."""
    return HubClient(access).resolve(parse_name(target))


def list_hub(target: str, access: Access) -> Listing:
    """Files of a ``hf://`` target that matter, fetched into memory. Raises ``TargetError``."""
    client = HubClient(access)
    return fetched(client, client.resolve(parse_name(target)))


def list_resolved(repository: Repository, access: Access, blobs: Blobs | None = None) -> Listing:
    """The same for a repository whose commit is known; what ``blobs`` has is not fetched again."""
    client = HubClient(access)
    client.spent = repository.spent
    return fetched(client, repository, blobs)


def fetched(client: HubClient, repository: Repository, blobs: Blobs | None = None) -> Listing:
    """The listing of what was fetched; a file that could not be is a ``Skipped``."""
    contents: dict[str, bytes] = {}
    skipped: list[Skipped] = []
    candidates: list[Candidate] = []
    sizes = {f.path: f for f in repository.files}
    for planned in plan_of(repository).files:
        if planned.action == "peek":
            candidates.append(Candidate(planned.path, planned.size))
        if planned.action != "read":
            if planned.reason:
                skipped.append(Skipped(planned.path, planned.reason))
            continue
        data = _content(client, repository, sizes[planned.path], blobs)
        if isinstance(data, Skipped):
            skipped.append(data)
        else:
            contents[planned.path] = data
            candidates.append(Candidate(planned.path, len(data)))
    holder = HubHolder(contents, client, repository)
    version = repository.commit[:12]
    return Listing(tuple(candidates), tuple(skipped), holder, repository.id, version, repository=repository)


def _content(client: HubClient, repository: Repository, file: HubFile, blobs: Blobs | None) -> bytes | Skipped:
    """A file, fetched or kept from before."""
    known = blobs.blob(file.blob) if blobs is not None and file.blob else None
    if known is not None:
        return known
    data = client.read(repository, file.path, min(FILE_BYTES, file.size + 1))
    if isinstance(data, Skipped):
        return data
    if not _is_what_was_listed(file, data):
        return Skipped(file.path, "is not the content the hub listed for this commit")
    if blobs is not None and len(file.blob) in (40, 64):
        blobs.keep_blob(file.blob, data, file.path.endswith(".py"))
    return data


def _is_what_was_listed(file: HubFile, data: bytes) -> bool:
    """Compares the git or LFS hash of the listing, when it has one."""
    if len(file.blob) == 64:
        return hashlib.sha256(data).hexdigest() == file.blob
    if len(file.blob) == 40:
        header = f"blob {len(data)}\0".encode()
        return hashlib.sha1(header + data, usedforsecurity=False).hexdigest() == file.blob
    return True


__all__ = ["Access", "HubName", "Plan", "Repository", "list_hub", "list_resolved", "parse_name", "plan", "resolve"]
