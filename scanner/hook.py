"""``datacustoms-hook``: the command ``datacustoms hook`` behind a door that opens only when a commit can matter.

Most commits cannot, and a hook is paid for on every one: nothing but git and the standard library is used to see that.
"""

from __future__ import annotations

import sys

_ASKING = ("-h", "--help")


def main() -> None:
    """The entry point of the console script."""
    arguments = sys.argv[1:]
    if not any(one in _ASKING for one in arguments) and _nothing_matters():
        return
    from scanner.cli import main as command

    command(["hook", *arguments], prog_name="datacustoms")


def _nothing_matters() -> bool:
    """Whether the change cannot matter; where that cannot be told, the command itself says why."""
    from scanner.errors import DatacustomsError
    from scanner.inputs.staged import can_matter, changed_files, sides_of_commit

    try:
        return not any(can_matter(one) for one in changed_files(sides_of_commit()))
    except DatacustomsError:
        return False


if __name__ == "__main__":
    main()
