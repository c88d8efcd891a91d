"""Bounds on reading model files; every one of them may be hostile."""

from __future__ import annotations

MEGABYTE = 1_000_000

CHUNK = 65_536
"""Bytes read from a stream at once."""

OPCODES = 40_000_000
"""Opcodes followed in one file; a checkpoint of a large model has some 10,000."""

READ_BYTES = 2_000 * MEGABYTE
"""Bytes a file may be read, or be expanded to, in all."""

EXPANDED_BYTES = 400 * MEGABYTE
"""Bytes compressed data may expand to."""

TEXT = 65_536
"""Characters or bytes kept of one string: what is longer is data."""

SHORT = 512
LONG_STRINGS = 8 * MEGABYTE
"""Bytes kept in all of strings longer than ``SHORT``; the rest is cut to ``SHORT``."""

ELEMENTS = 64
"""Elements kept of one list, tuple or dict."""

STACK = 65_536
"""Values kept in one frame of the pickle stack."""

MARKS = 2_000
"""Marks open at once; the reference pickler stops at the recursion limit, 1,000."""

BLOCKS = 250_000
"""Objects that reading one pickle may hold at once before its memory is given up."""

DEPTH = 6
"""Nesting followed in values that are written out, and of files within files."""

PICKLES = 64
"""Pickles read of one stream."""

CALLS_OF_ONE = 256
"""Different calls of one callable that are written out."""

CALLABLES = 4_000
"""Different callables that are written out."""

PIECE = 2 * MEGABYTE
"""Characters of Python text one file becomes."""

MEMBERS = 20_000
"""Members of one archive that are looked at."""

SNIFFED = 200
"""Members of one archive whose first bytes are looked at because their name tells nothing."""

DIRECTORY = 32 * MEGABYTE
"""Largest piece of an archive's own book-keeping."""

CODE = 200_000
"""Characters of one code string."""

NESTED = 64 * MEGABYTE
"""Bytes of an archive within an archive that are copied to be read."""

SEARCHED = 16 * MEGABYTE
"""Bytes at the front of a file that are searched for a configuration."""

FIELDS = 2_000_000
"""Fields read of one protocol buffer."""
