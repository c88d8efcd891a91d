"""Names, values and hosts that try to break out of a file that quotes them."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
import yaml

from scanner.policy.records import Report
from scanner.remedies import FILES, Wishes, choose, make_patch, render_file
from scanner.remedies.overview import document, overview, proof, remarks
from scanner.remedies.records import Fate, Outcome
from tests.remedies.validators import active
from tests.reports.hostile import TEXTS, hostile_report

BREAKING = (
    *TEXTS,
    "\nevil: true\n",
    "x\nexport EVIL=1",
    "x\\",
    "x\u2028EVIL=1",
    "$(touch evil)`touch evil`",
    "'; touch evil; '",
    '"}\n  policy accept; #',
    "a.example\nhttp_access allow all",
)


def reports(text: str) -> list[Report]:
    """The text in a finding to be stopped, and in one that is kept."""
    told = hostile_report(text)
    kept = tuple(replace(f, rule="DC010", suppressed="") for f in told.findings)
    return [told, replace(told, findings=kept)]


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("text", BREAKING)
def test_a_file_does_what_it_would_do_without_them(name: str, text: str) -> None:
    for told in reports(text):
        quiet = replace(told, findings=())
        shown = active(render_file(name, told, choose(told)))
        allowed = active(render_file(name, quiet, choose(quiet)))
        # A value no format can hold leaves the list empty, whatever else was found.
        assert shown == allowed
        if name not in ("env", "shell", "dockerfile", "nftables", "squid"):
            assert yaml.safe_load(render_file(name, told, choose(told))) == yaml.safe_load("\n".join(allowed))


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("text", BREAKING)
def test_comments_hold_nothing_a_terminal_obeys(name: str, text: str) -> None:
    for told in reports(text):
        assert all(c == "\n" or c.isprintable() for c in render_file(name, told, choose(told)))


@pytest.mark.parametrize("text", BREAKING)
def test_overview_proof_and_json_are_inert(text: str) -> None:
    for told in reports(text):
        aim = choose(told)
        patch = make_patch(told, aim, lambda path: None)
        outcomes = [Outcome(finding, Fate.REMAINS, text) for finding in told.findings]
        shown = overview(told, aim, Wishes()) + proof(outcomes) + "\n".join(remarks(patch))
        assert all(c == "\n" or c.isprintable() for c in shown)
        raw = document(told, aim, Wishes(), patch, outcomes)
        assert raw.isascii() and json.loads(raw)["schema"] == "datacustoms-harden/1"
