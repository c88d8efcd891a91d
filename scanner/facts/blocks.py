"""Blocks: runs of statements that are executed only sometimes, and why."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class BlockKind(StrEnum):
    """Why a run of statements is executed only sometimes."""

    BODY = "body"
    IF = "if"
    LOOP = "loop"
    TRY = "try"
    HANDLER = "except"
    CASE = "case"


class Block(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A run of statements inside block ``parent`` that runs only where value ``test`` is ``polarity`` (-1: no test)."""

    parent: int
    kind: BlockKind
    test: int
    polarity: bool
