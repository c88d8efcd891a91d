"""A sheet as DOCX, through python-docx (the ``docx`` extra).

Set as China's template for the self-assessment report asks: A4, margins of 2.54 and 3.18 cm, FangSong 14 pt for body
text, SimHei for chapters, KaiTi for sections, Times New Roman for Latin letters; tables are smaller.
"""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

from scanner.errors import UsageError
from scanner.policy.texts import load_texts
from scanner.reports.sheet import Card, Grid, Heading, Paragraph, Part, Sheet
from scanner.reports.visible import visible

if TYPE_CHECKING:
    from docx.document import Document as Docx

LATIN = "Times New Roman"
BODY, CHAPTER, SECTION = "FangSong", "SimHei", "KaiTi"
BODY_POINTS = {"zh": 14.0, "en": 11.0}
TABLE_POINTS = {"zh": 10.5, "en": 9.0}
LABEL_CM, VALUE_CM = 4.2, 10.4
KEPT_TOGETHER = 18
"""Lines of a table that is not broken over two pages; of a longer one its first lines stay together."""
FIRST_TOGETHER = 5
SPACER_POINTS = 6
"""Height of the line after a table: Word wants one there, and the last one may not begin a page."""
_LONGEST = 4_000
_EPOCH = (1980, 1, 1, 0, 0, 0)


def docx_bytes(sheet: Sheet) -> bytes:
    """The sheet as a DOCX file; the same sheet gives the same bytes. Raises ``UsageError`` without python-docx."""
    try:
        from docx import Document
    except ImportError as error:
        raise UsageError("DOCX needs python-docx.", "Install it: pip install 'datacustoms[docx]'") from error
    document = Document()
    _page(document, sheet)
    _add(document, sheet.title, CHAPTER, 18.0, bold=True, centred=True)
    _add(document, sheet.subtitle, SECTION, BODY_POINTS[sheet.language], centred=True)
    for part in sheet.parts:
        _part(document, part, sheet.language)
    raw = io.BytesIO()
    document.save(raw)
    return _same_every_time(raw.getvalue())


def _page(document: Docx, sheet: Sheet) -> None:
    import datetime

    from docx.shared import Cm

    section = document.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.top_margin = section.bottom_margin = Cm(2.54)
    section.left_margin = section.right_margin = Cm(3.18)
    _set_languages(document, sheet.language)
    facts = document.core_properties
    facts.title, facts.author, facts.comments = sheet.title, "datacustoms", ""
    facts.language = {"zh": "zh-CN"}.get(sheet.language, sheet.language)
    facts.created = facts.modified = datetime.datetime(1980, 1, 1)
    _add_page_numbers(section.footer.paragraphs[0])


def _set_languages(document: Docx, language: str) -> None:
    """Languages of Latin and East Asian text: hyphenation and line breaks follow them."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    properties: Any = document.styles["Normal"].element.get_or_add_rPr()
    element = OxmlElement("w:lang")
    element.set(qn("w:val"), "en-US")
    element.set(qn("w:eastAsia"), {"zh": "zh-CN"}.get(language, "en-US"))
    properties.append(element)


def _part(document: Docx, part: Part, language: str) -> None:
    if isinstance(part, Heading):
        font, size = (CHAPTER, 16.0) if part.level == 1 else (SECTION, 14.0) if part.level == 2 else (BODY, 12.0)
        added = _add(document, part.text, font, size, bold=part.level > 1)
        added.style = document.styles[f"Heading {min(part.level, 3)}"]
        added.paragraph_format.keep_with_next = True
    elif isinstance(part, Paragraph):
        _paragraph(document, part, language)
    else:
        _table(document, part, language)


def _paragraph(document: Docx, part: Paragraph, language: str) -> None:
    from docx.shared import Pt

    size = BODY_POINTS[language] - (2 if part.style == "note" else 0)
    added = _add(document, ("• " if part.style == "bullet" else "") + part.text, BODY, size)
    if part.style == "body" and language == "zh":
        added.paragraph_format.first_line_indent = Pt(2 * size)
    if part.style == "fill":
        _mark(added)
    added.paragraph_format.keep_with_next = part.style == "body"


def _mark(paragraph: Any) -> None:
    """A placeholder is seen at once."""
    from docx.enum.text import WD_COLOR_INDEX

    paragraph.runs[0].font.highlight_color = WD_COLOR_INDEX.YELLOW


def _table(document: Docx, part: Card | Grid, language: str) -> None:
    from docx.shared import Cm, Pt

    head = part.head if isinstance(part, Grid) else ()
    rows = ((head,) if head else ()) + part.rows
    widths = [Cm((LABEL_CM + VALUE_CM) / len(head))] * len(head) if head else [Cm(LABEL_CM), Cm(VALUE_CM)]
    table: Any = document.add_table(rows=0, cols=len(widths), style="Table Grid")
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    blank = load_texts(language).say("sheet.fill", what="\0").partition("\0")[0]
    together = sum(max(cell.count("\n") + 1 for cell in cells) for cells in rows) <= KEPT_TOGETHER
    for number, cells in enumerate(rows):
        row = table.add_row()
        _unbroken(row)
        kept = (together or number < FIRST_TOGETHER) and number < len(rows) - 1
        for column, text in enumerate(cells):
            cell = row.cells[column]
            cell.width = widths[column]
            bold = (number == 0 and bool(head)) or (not head and column == 0)
            _fill_cell(cell, text, TABLE_POINTS[language], bold, kept=kept, blank=blank)
    spacer = document.add_paragraph()
    spacer.paragraph_format.space_after = spacer.paragraph_format.space_before = 0
    spacer.paragraph_format.line_spacing = Pt(SPACER_POINTS)
    spacer.add_run().font.size = Pt(1)


def _unbroken(row: Any) -> None:
    """A row stands on one page."""
    from docx.oxml import OxmlElement

    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _fill_cell(cell: Any, text: str, size: float, bold: bool, kept: bool, blank: str) -> None:
    for number, line in enumerate(text.split("\n")):
        paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
        paragraph.paragraph_format.space_after = paragraph.paragraph_format.space_before = 0
        paragraph.paragraph_format.keep_with_next = kept
        _run(paragraph, visible(line, _LONGEST), BODY, size, bold)
        if line.startswith(blank):
            _mark(paragraph)


def _add(document: Docx, text: str, font: str, size: float, *, bold: bool = False, centred: bool = False) -> Any:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_after = Pt(4)
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(paragraph, visible(text, _LONGEST), font, size, bold)
    return paragraph


def _run(paragraph: Any, text: str, font: str, size: float, bold: bool) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    run = paragraph.add_run(text)
    run.bold, run.font.size, run.font.name = bold, Pt(size), LATIN
    run.font.color.rgb = RGBColor(0, 0, 0)
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)


def _add_page_numbers(paragraph: Any) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run()
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        run._element.append(element)


def _same_every_time(raw: bytes) -> bytes:
    """The archive again with fixed times, in the order it has."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(zipfile.ZipInfo(name, _EPOCH), source.read(name), zipfile.ZIP_DEFLATED)
    return out.getvalue()
