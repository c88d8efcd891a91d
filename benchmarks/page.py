"""The page of figures, ``docs/benchmarks.md``: each benchmark owns what stands between its two markers."""

from __future__ import annotations

from pathlib import Path

PAGE = Path(__file__).resolve().parent.parent / "docs" / "benchmarks.md"


def section(name: str) -> str:
    """What stands in a section today; "" where there is none."""
    begin, end = _markers(name)
    page = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    return page.split(begin, 1)[1].split(end, 1)[0].strip() if begin in page else ""


def put(name: str, text: str) -> None:
    """Replace the section ``name``, or add it at the end of the page."""
    begin, end = _markers(name)
    page = PAGE.read_text(encoding="utf-8") if PAGE.exists() else "# Benchmarks\n"
    if begin not in page:
        page = f"{page.rstrip()}\n\n{begin}\n{end}\n"
    head, rest = page.split(begin, 1)
    PAGE.write_text(f"{head}{begin}\n{text.strip()}\n{end}{rest.split(end, 1)[1]}", encoding="utf-8")


def _markers(name: str) -> tuple[str, str]:
    return f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
