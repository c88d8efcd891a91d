"""Every error this package raises on purpose.

    DatacustomsError            message + next step
    +-- UsageError              the command line or the configuration is wrong        exit 2
    +-- TargetError             a target cannot be read at all                        exit 4
    |   +-- NothingToScan       it was read and holds nothing to scan                 exit 3
    +-- CatalogError            a catalog row or a rule file is malformed             exit 2
    +-- PolicyError             a policy pack is malformed                            exit 2

A file that cannot be read is not an error: it is a ``Skipped`` record (``scanner.inputs.records``).
"""


class DatacustomsError(Exception):
    """Base of the tree: ``message`` says what is wrong, ``next_step`` what to do about it."""

    exit_code = 70

    def __init__(self, message: str, next_step: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.next_step = next_step

    def __str__(self) -> str:
        return f"{self.message} {self.next_step}".strip()


class UsageError(DatacustomsError):
    """The command line or the configuration asks for something that does not exist."""

    exit_code = 2


class TargetError(DatacustomsError):
    """A target could not be read at all."""

    exit_code = 4


class NothingToScan(TargetError):
    """A target was read and holds no file this tool reads."""

    exit_code = 3


class PolicyError(DatacustomsError):
    """A policy pack is malformed; the message names file and line."""

    exit_code = 2


class CatalogError(DatacustomsError):
    """A catalog row or rule is malformed; the message names file, row and field."""

    exit_code = 2
