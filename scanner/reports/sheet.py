"""A document of headings, paragraphs and tables, before it becomes Markdown or DOCX."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 is a chapter."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; ``style`` is body, note, bullet or fill (a placeholder somebody has to fill in)."""

    text: str
    style: str = "body"


@dataclass(frozen=True, slots=True)
class Card:
    """A table of two columns, a label and a value in each row."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table with a row of headings."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Part = Heading | Paragraph | Card | Grid


@dataclass(frozen=True, slots=True)
class Sheet:
    """One document."""

    title: str
    subtitle: str
    language: str
    parts: tuple[Part, ...]
