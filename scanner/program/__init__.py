"""All facts become one program: modules, names, classes, values, calls."""

from scanner.program.linking import Program, link

__all__ = ["Program", "link"]
