"""Fingerprints: the id of a finding, the same after lines moved."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import replace

from scanner.policy.records import Finding

_DIGITS = 20


def identify(findings: list[Finding]) -> tuple[Finding, ...]:
    """The findings with their ids: a hash of rule, place by name, API and hosts, plus an ordinal for equals.

    Line numbers only order equals among themselves, so inserting lines changes no id.
    """
    seen: Counter[str] = Counter()
    named = []
    for finding in sorted(findings, key=_place):
        key = _key(finding)
        named.append(replace(finding, id=_digest(f"{key}\n{seen[key]}")))
        seen[key] += 1
    return tuple(named)


def _key(finding: Finding) -> str:
    sink = finding.flow.sink
    hosts = " ".join(sorted({where.host for where in finding.destinations}))
    return "\n".join((finding.rule, sink.file, sink.function, sink.api, hosts))


def _place(finding: Finding) -> tuple[str, int, int, str, str]:
    sink = finding.flow.sink
    return sink.file, sink.line, sink.column, sink.api, finding.title


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]
