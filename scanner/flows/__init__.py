"""Source to sink, with the gates on the way."""

from scanner.flows.tracing import Candidate, Tracer, candidates, prepare, trace, trace_pattern
from scanner.flows.unread import Unread, unread_switches

__all__ = [
    "Candidate",
    "Tracer",
    "Unread",
    "candidates",
    "prepare",
    "trace",
    "trace_pattern",
    "unread_switches",
]
