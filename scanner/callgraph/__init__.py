"""Who calls whom, and from where execution can start."""

from scanner.callgraph.building import build
from scanner.callgraph.exporting import export, to_networkx
from scanner.callgraph.routes import routes_to

__all__ = ["build", "export", "routes_to", "to_networkx"]
