"""Who calls whom, and from where execution can start."""

from scanner.callgraph.building import build
from scanner.callgraph.exporting import adjacency, export, to_networkx
from scanner.callgraph.naming import NamedGraph, of_program, of_run, union
from scanner.callgraph.routes import routes_to

__all__ = ["NamedGraph", "adjacency", "build", "export", "of_program", "of_run", "routes_to", "to_networkx", "union"]
