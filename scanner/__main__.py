"""``python -m scanner`` is the command ``datacustoms``."""

from __future__ import annotations

from scanner.cli import main

if __name__ == "__main__":
    main(prog_name="datacustoms")
