"""The report as one page: a single file that loads nothing, sends nothing and shows scanned text as text.

Overview, diagram, switches and coverage stand in the HTML; the list of findings is drawn by the page's own script from
a block of data. The content security policy allows that script and that style sheet by hash and nothing else.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING

from scanner.reports import html_parts
from scanner.reports.html_data import page_data, target_name
from scanner.reports.markup import html_text, tag
from scanner.reports.speech import say, speaking, spoken

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from scanner.policy.records import Report

SECTIONS = ("overview", "flow", "findings", "switches", "coverage")
_FILTERS = ("severity", "kind", "class", "country", "operator", "default", "switch", "role", "target")


def render_html(reports: tuple[Report, ...]) -> str:
    """The page, in the language of the first report; ends with a newline."""
    with speaking(reports[0].language if reports else "en"):
        style, script = _asset("page.css"), _asset("page.js")
        return Template(_asset("page.html")).substitute(
            language={"zh": "zh-CN"}.get(spoken().language, spoken().language),
            policy=content_policy(style, script),
            title=html_text(tag("title", say("html.title", name=_names(reports)))),
            style=style,
            skip=html_text(tag("a", say("html.skip"), href="#findings", class_="skip")),
            header=html_text(_header(reports)),
            main=html_text(_main(reports)),
            data=page_data(reports),
            script=script,
        )


def content_policy(style: str, script: str) -> str:
    """The policy of the page: nothing but this style sheet and this script."""
    return (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; base-uri 'none'; "
        "form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    )


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


@cache
def _asset(name: str) -> str:
    return files("scanner.reports").joinpath("page", name).read_text(encoding="utf-8")


def _names(reports: tuple[Report, ...]) -> str:
    names = [target_name(report) for report in reports]
    return spoken().listed(names[:3]) + (" …" if len(names) > 3 else "")


def _header(reports: tuple[Report, ...]) -> Element:
    who = (tag("p", "datacustoms", class_="tool"), tag("h1", _names(reports)), tag("p", _about(reports)))
    links = [tag("a", say(f"html.{name}"), href=f"#{name}") for name in SECTIONS]
    return tag(
        "header",
        tag("div", *who, class_="who"),
        tag("button", say("html.theme"), type="button", id="theme", hidden=""),
        tag("nav", *links, aria_label=say("html.contents")),
    )


def _about(reports: tuple[Report, ...]) -> str:
    if not reports:
        return ""
    first = reports[0]
    homes = spoken().listed(spoken().country(home) for home in first.home) or say("label.none")
    pack = first.pack.title(first.language) if first.pack else say("label.none")
    return say("html.about", version=first.tool_version, date=first.catalog_date, homes=homes, pack=pack)


def _main(reports: tuple[Report, ...]) -> Element:
    return tag(
        "main",
        tag("p", say("html.potential"), class_="quiet"),
        html_parts.overview(reports),
        html_parts.flow(reports),
        _findings(reports),
        html_parts.off_switches(reports),
        html_parts.coverage(reports),
    )


def _findings(reports: tuple[Report, ...]) -> Element:
    """Empty controls; the script fills and shows them."""
    choices = [
        tag("label", say(f"html.filter.{name}"), tag("select", name=name, id=f"filter-{name}"))
        for name in _FILTERS
        if name != "target" or len(reports) > 1
    ]
    search = tag("label", say("html.search"), tag("input", type="search", id="search", autocomplete="off"))
    clear = tag("button", say("html.clear"), type="button", id="clear")
    rows = tag("div", tag("div", id="rows", role="presentation"), id="list", role="listbox", tabindex=0,
               aria_label=say("html.findings"), aria_describedby="keys")  # fmt: skip
    chosen = tag("div", id="detail", role="region", aria_label=say("html.detail"), tabindex=-1)
    return tag(
        "section",
        tag("h2", say("html.findings"), id="findings-title"),
        tag("noscript", tag("p", say("html.noscript"))),
        tag("div", search, *choices, clear, class_="filters", role="search", aria_label=say("html.filters")),
        tag("p", id="shown", role="status", aria_live="polite"),
        tag("p", say("html.keys"), id="keys", class_="quiet"),
        tag("div", rows, chosen, class_="split"),
        id="findings",
        aria_labelledby="findings-title",
    )
