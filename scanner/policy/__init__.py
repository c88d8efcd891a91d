"""Policy: located flows become findings, assessed for the homes the user named.

``judge`` makes findings, ``with_switches`` adds those about switches, ``accept`` applies comments, ``retell`` says a
report in another language, ``parse_home`` reads ``--home``, ``threshold`` decides the exit code, ``RULES`` lists
rules, ``load_texts`` gives the words of a language.
"""

from __future__ import annotations

from scanner.errors import UsageError
from scanner.policy.homes import parse_home
from scanner.policy.judging import SCENARIOS, Stance, judge, retell
from scanner.policy.records import Finding
from scanner.policy.rules import RULES, rule_of, rules_in
from scanner.policy.suppressions import accept
from scanner.policy.switches import with_switches
from scanner.policy.texts import LANGUAGES, Texts, load_texts
from scanner.vocabulary import Severity

__all__ = [
    "LANGUAGES",
    "RULES",
    "SCENARIOS",
    "Stance",
    "Texts",
    "accept",
    "judge",
    "load_texts",
    "parse_home",
    "retell",
    "rule_of",
    "rules_in",
    "threshold",
    "with_switches",
]


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
