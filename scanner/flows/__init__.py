"""Source to sink, with the gates on the way."""

from scanner.flows.tracing import Candidate, Tracer, candidates, prepare, trace, trace_pattern

__all__ = ["Candidate", "Tracer", "candidates", "prepare", "trace", "trace_pattern"]
