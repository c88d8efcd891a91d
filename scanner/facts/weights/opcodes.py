"""Pickle opcodes by their code, from the tables of the standard library's ``pickletools`` (protocols 0 to 5)."""

from __future__ import annotations

import pickletools

_WIDTHS = {"uint1": 1, "uint2": 2, "int4": 4, "uint4": 4, "uint8": 8, "float8": 8}
_DULL = frozenset({"NONE", "NEWTRUE", "NEWFALSE", "BINFLOAT"})
"""Opcodes of fixed width that push a value nobody looks at."""

CODES: dict[str, int] = {op.name: ord(op.code) for op in pickletools.opcodes}
"""Name to code."""

NAMES: dict[int, str] = {code: name for name, code in CODES.items()}

_ARGUMENTS = {op.name: op.arg.name if op.arg else "" for op in pickletools.opcodes}

FIXED: tuple[int, ...] = tuple(
    _WIDTHS.get(_ARGUMENTS[NAMES[code]], 0) if NAMES.get(code) in _DULL else -1 for code in range(256)
)
"""By code: how many bytes of argument a dull opcode has, -1 for every other."""

COUNTED: dict[int, tuple[int, bool]] = {
    CODES["BINSTRING"]: (4, True), CODES["SHORT_BINSTRING"]: (1, True),
    CODES["BINBYTES"]: (4, False), CODES["SHORT_BINBYTES"]: (1, False),
    CODES["BINBYTES8"]: (8, False), CODES["BYTEARRAY8"]: (8, False),
    CODES["BINUNICODE"]: (4, True), CODES["SHORT_BINUNICODE"]: (1, True),
    CODES["BINUNICODE8"]: (8, True),
}  # fmt: skip
"""Opcodes with a counted argument: bytes of the count, and whether the argument is text."""

LARGEST_ARGUMENT = 16
"""No opcode of fixed width has a longer one; the machine looks at this many bytes at once."""


def starts_pickle(data: bytes) -> bool:
    """Whether these are the first bytes of a pickle that says its protocol."""
    return len(data) > 2 and data[0] == CODES["PROTO"] and data[1] <= 5 and data[2] in NAMES


def may_start_pickle(data: bytes) -> bool:
    """Whether these could be the first bytes of a pickle that does not say its protocol, as those of 0 and 1."""
    return len(data) > 1 and data[0] in NAMES
