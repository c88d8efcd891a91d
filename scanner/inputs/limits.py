"""Bounds on what is read from a target; a scanned target may be hostile."""

from __future__ import annotations

MEGABYTE = 1_000_000

FILE_BYTES = 8 * MEGABYTE
"""Largest Python file or notebook that is read; the largest module in a survey of popular wheels has 3 MB."""

SETTINGS_BYTES = 256_000
"""Largest settings file that is read: what is longer is data."""

ARCHIVE_BYTES = 512 * MEGABYTE
"""Bytes of members read from one archive, uncompressed; the largest wheels hold some 60 MB of Python."""

STREAM_BYTES = 2_000 * MEGABYTE
"""Bytes a compressed tar may expand to before reading it stops: its members cannot be skipped unread."""

ARCHIVE_MEMBERS = 100_000

DIRECTORY_BYTES = 32 * MEGABYTE
"""Size of a zip's central directory, which is read at once."""

RATIO = 200
"""Expansion beyond which compressed data counts as a bomb; Python source packs 3 to 12 times."""

RATIO_FLOOR = MEGABYTE
"""Expanded size below which nobody looks at the ratio."""

PIP_SECONDS = 600
"""How long a download may take."""

DECLARED_DEPTH, DECLARED_FILES = 8, 100
"""How deep requirements files may name others, and how many are read in all."""
