"""A repository in a report: where it comes from, what runs when it loads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text

from scanner.policy.retelling import note
from scanner.reports import palette
from scanner.reports.speech import say, spoken, word
from scanner.reports.visible import visible

if TYPE_CHECKING:
    from scanner.lineage.records import OriginShown, Provenance

_MOST = 12


def repository_document(p: Provenance) -> dict[str, Any]:
    """The repository as plain JSON values."""
    return {
        "endpoint": p.endpoint or None,
        "kind": p.kind,
        "name": p.name,
        "commit": p.commit or None,
        "asked": p.asked or None,
        "pinned": p.pinned,
        "moved_from": p.moved_from or None,
        "gated": p.gated or None,
        "publisher": p.publisher or None,
        "publisher_country": p.country or None,
        "license": p.license or None,
        "origins": [_origin(o) for o in p.origins],
        "code": [
            {
                "carrier": c.carrier,
                "key": c.key or None,
                "target": c.target,
                "repository": c.repository or None,
                "path": c.path or None,
                "trigger": c.trigger,
                "evidence": c.evidence,
            }
            for c in p.code
        ],
        "pickles": list(p.pickles),
        "cards": [{"file": file, "state": state} for file, state in p.card_states],
        "hub_says": [{"file": file, "level": level} for file, level in p.hub_says],
        "requests": p.requests,
        "bytes": p.bytes,
    }


def _origin(o: OriginShown) -> dict[str, Any]:
    return {
        "source": o.source,
        "relation": o.relation,
        "name": o.name,
        "commit": o.commit or None,
        "publisher": o.publisher or None,
        "publisher_country": o.country or None,
        "evidence": o.evidence,
        "note": o.note or None,
    }


def repository_table(p: Provenance, verbose: bool) -> Table:
    """Commit and publisher, origins, code that runs; one row each, the rest counted unless ``verbose``."""
    table = Table.grid(padding=(0, 2))
    table.add_column(style=palette.LABEL, no_wrap=True)
    table.add_column(overflow="fold")
    most = len(p.origins) + len(p.code) if verbose else _MOST
    if p.endpoint:
        said = say("repository.commit_at", commit=p.commit, hub=p.endpoint)
        pinned = "" if p.pinned else say("repository.newest", asked=p.asked)
        table.add_row(say("repository.commit"), Text(visible(said + pinned, 400)))
    home = say("repository.by", publisher=p.publisher, country=p.country) if p.publisher else ""
    table.add_row(say("repository.publisher"), Text(visible(home or say("repository.no_country"), 200)))
    for label, text in (("moved", p.moved_from), ("gated", p.gated), ("licence", p.license)):
        if text:
            table.add_row(say(f"repository.{label}"), Text(visible(text, 200)))
    for i, origin in enumerate(p.origins[:most]):
        table.add_row(say("repository.made_from") if not i else "", _made_from(origin))
    for i, code in enumerate(p.code[:most]):
        where = code.path or code.repository or say("repository.elsewhere")
        what = f"{code.carrier} {code.key} {code.target}"
        line = say("repository.runs_line", what=what, where=where, trigger=word("repository.trigger", code.trigger))
        table.add_row(say("repository.runs") if not i else "", Text(visible(line, 300)))
    hidden = max(0, len(p.origins) - most) + max(0, len(p.code) - most)
    if hidden:
        table.add_row("", Text(say("label.and_more", number=hidden), palette.QUIET))
    if p.pickles:
        shown = ", ".join(p.pickles[:3])
        table.add_row(say("repository.pickles"), Text(visible(f"{len(p.pickles)}: {shown}", 300)))
    for file, level in p.hub_says[:_MOST]:
        table.add_row(say("repository.hub_says"), Text(visible(f"{file}: {level}", 200)))
    if p.requests:
        size = f"{p.bytes:,}"
        table.add_row(say("repository.fetched"), Text(say("repository.requests", number=p.requests, bytes=size)))
    return table


def _made_from(o: OriginShown) -> Text:
    text = Text(visible(f"{word('relation', o.relation)} {o.name}", 300))
    commit = f"@{o.commit[:12]}" if o.commit else ""
    who = say("repository.by", publisher=o.publisher, country=o.country) if o.publisher else say("repository.no_home")
    text.append(
        visible(f"{commit}, {who}; {o.evidence}{'; ' + note(o.note, spoken()) if o.note else ''}", 400), palette.QUIET
    )
    return text
