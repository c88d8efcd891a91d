"""The page in a real browser: it opens at once, works by keyboard, sends nothing, and hostile text runs nothing."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from scanner.policy.records import Report
from scanner.reports import render
from scanner.vocabulary import Severity
from tests.reports.builder import ASSESSMENT, make_finding, make_note, make_place, make_report
from tests.reports.hostile import TEXTS, hostile_report

pytestmark = [pytest.mark.chromium, pytest.mark.filterwarnings("default")]
SECONDS_TO_OPEN = 2.0
MANY = 20_000


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    program = shutil.which("chromium")
    assert program, "install chromium"
    with sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield running
        running.close()


class Opened:
    """A page that is open, with everything it asked for and complained about."""

    def __init__(self, browser: Any, file: Path, **context: Any) -> None:
        self.page = browser.new_context(offline=True, **context).new_page()
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: self.complaints.append(dialog.message))
        start = time.perf_counter()
        self.page.goto(file.as_uri())
        self.page.wait_for_selector("#shown:not(:empty)")
        self.seconds = time.perf_counter() - start


@pytest.fixture
def show(browser: Any, tmp_path: Path) -> Any:
    def opened(report: Report, **context: Any) -> Opened:
        file = tmp_path / "report.html"
        file.write_text(render(report, "html"), encoding="utf-8")
        return Opened(browser, file, **context)

    return opened


def mixed(number: int = 60, **changes: Any) -> Report:
    notes = [make_note(n, flow_sink_line=n + 1) for n in range(number)]
    first = make_finding(assessments=(ASSESSMENT,))
    other = make_finding(id="d" * 20, severity=Severity.WARNING, destinations=(make_place(country="CN", operator="W"),))
    return make_report(first, other, *notes, **changes)


@pytest.mark.parametrize("text", TEXTS)
def test_hostile_text_runs_nothing_and_is_shown_as_text(show: Any, text: str) -> None:
    opened = show(hostile_report(text))
    assert opened.complaints == [] and len(opened.requests) == 1
    assert opened.page.title() != "owned"
    assert opened.page.locator("script").count() == 2
    assert opened.page.locator("img, iframe, object, embed, link, base, form").count() == 0
    assert opened.page.locator("#detail h3").count() == 1


@pytest.mark.parametrize(
    "way",
    [
        "document.body.innerHTML = '<b>x</b>'",
        "document.body.setAttribute('onclick', '1')",
        "document.createElement('script').textContent = '1'",
        "document.write('x')",
    ],
)
def test_the_policy_stops_what_got_in_all_the_same(show: Any, way: str) -> None:
    from playwright.sync_api import Error

    opened = show(mixed())
    with pytest.raises(Error, match=r"Trusted|Content Security Policy"):
        opened.page.evaluate(f"() => {{ {way}; }}")


def test_many_findings_open_at_once(show: Any) -> None:
    findings = tuple(
        make_finding(
            id=f"{number:020d}",
            flow_sink_line=number,
            flow_sink_file=f"pkg/module_{number % 700}.py",
            destinations=(make_place(url=f"https://h{number % 300}.example", operator=f"Operator {number % 40}"),),
        )
        for number in range(MANY)
    )
    opened = show(make_report(*findings))
    assert opened.seconds < SECONDS_TO_OPEN
    assert opened.page.locator("#shown").inner_text().startswith("20,000")
    assert opened.page.locator(".row").count() < 60
    start = time.perf_counter()
    opened.page.fill("#search", "module_13.py h13.example")
    opened.page.locator("#shown", has_text="10 of 20,000").wait_for()
    assert time.perf_counter() - start < SECONDS_TO_OPEN


def test_the_list_works_by_keyboard(show: Any) -> None:
    page = show(mixed()).page
    page.focus("#list")
    page.keyboard.press("ArrowDown")
    assert page.get_attribute("#list", "aria-activedescendant") == "row-1"
    page.keyboard.press("End")
    assert page.locator("#row-61").get_attribute("aria-selected") == "true"
    assert page.locator("#row-61").get_attribute("aria-setsize") == "62"
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "detail"
    assert "us.i.posthog.com" in page.locator("#detail h3").inner_text()
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.id") == "list"


def test_filters_and_the_cells_of_the_matrix_choose_findings(show: Any) -> None:
    page = show(mixed()).page
    page.select_option("#filter-severity", "warning")
    assert page.locator("#shown").inner_text() == "1 of 62 findings"
    page.click("#clear")
    page.click('a[data-class="user_identifier"][data-country="CN"]')
    assert page.locator("#shown").inner_text() == "1 of 62 findings"
    assert page.input_value("#filter-country") == "CN"
    page.fill("#search", "nowhere at all")
    page.locator("#shown", has_text="No finding matches.").wait_for()
    assert page.locator("#detail").inner_text() == ""


def test_the_path_is_drawn_from_entry_to_sink(show: Any) -> None:
    page = show(mixed()).page
    steps = page.locator("#detail > .path li")
    assert [steps.nth(n).get_attribute("class") for n in range(4)] == ["entry", "call", "gate", "sink"]
    assert "posthog.Posthog.capture()" in steps.nth(3).inner_text()
    assert "MEM0_TELEMETRY=False" in page.locator("#detail .off").first.inner_text()


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 820, 1440])
def test_no_size_scrolls_sideways_and_nothing_bars_anybody(show: Any, language: str, theme: str, width: int) -> None:
    from axe_playwright_python.sync_playwright import Axe

    size = {"width": width, "height": 900}
    opened = show(mixed(language=language), viewport=size, color_scheme=theme, bypass_csp=True)
    assert opened.page.evaluate("document.documentElement.scrollWidth") == width
    found = Axe().run(opened.page).response["violations"]
    assert [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in found] == []


def test_the_theme_can_be_turned(show: Any) -> None:
    page = show(mixed(), color_scheme="light").page
    before = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.click("#theme")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != before


def test_without_script_everything_but_the_list_is_there(show: Any, browser: Any, tmp_path: Path) -> None:
    file = tmp_path / "still.html"
    file.write_text(render(replace(mixed(), name="still"), "html"), encoding="utf-8")
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(file.as_uri())
    assert page.locator("#overview table").count() == 2 and page.locator("#flow svg .band").count() > 3
    assert page.locator("noscript").is_visible()
