"""Policy: located flows become findings, assessed for the homes the user named.

``judge`` makes findings, ``parse_home`` reads ``--home``, ``threshold`` decides the exit code, ``RULES`` lists rules.
"""

from __future__ import annotations

from scanner.errors import UsageError
from scanner.policy.homes import parse_home
from scanner.policy.judging import judge
from scanner.policy.records import Finding
from scanner.policy.rules import RULES, rule_of
from scanner.vocabulary import Severity

__all__ = ["RULES", "judge", "parse_home", "rule_of", "threshold"]


def threshold(findings: tuple[Finding, ...], fail_on: str) -> bool:
    """True when a finding that is neither suppressed nor in the baseline is at or above ``fail_on``.

    ``fail_on`` is error, warning, note or never; anything else raises ``UsageError``.
    """
    if fail_on == "never":
        return False
    if fail_on not in set(Severity):
        raise UsageError(f"{fail_on[:20]!r} is no severity.", "Use error, warning, note or never.")
    limit = Severity(fail_on).rank
    live = (one for one in findings if one.baseline_state == "new" and not one.suppressed)
    return any(one.severity.rank <= limit for one in live)
