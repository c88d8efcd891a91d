"""Elements of a page or an XML document: everything put in is text, so scanned words can form no markup."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.reports.visible import visible

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MOST_TEXT = 4_000
_NOT_IN_XML = str.maketrans({"\ufffe": "\\ufffe", "\uffff": "\\uffff"})


def tag(name: str, /, *children: Element | str | None, **attributes: str | int | None) -> Element:
    """An element; an attribute's ``_`` stands for ``-``, a final one is dropped. None is left out."""
    from xml.etree.ElementTree import Element

    made = Element(name)
    for key, value in attributes.items():
        if value is not None:
            made.set(key.rstrip("_").replace("_", "-"), inert(str(value)))
    for child in children:
        _put(made, child)
    return made


def inert(text: str, limit: int = MOST_TEXT) -> str:
    """Text that shows everything and that XML allows."""
    return visible(text, limit).translate(_NOT_IN_XML)


def html_text(element: Element) -> str:
    """The element as HTML."""
    from xml.etree.ElementTree import tostring

    return tostring(element, encoding="unicode", method="html")


def xml_text(element: Element) -> str:
    """The element as an indented XML document in UTF-8, with a final newline."""
    from xml.etree.ElementTree import indent, tostring

    indent(element)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(element, encoding="unicode")}\n'


def _put(parent: Element, child: Element | str | None) -> None:
    if child is None:
        return
    if not isinstance(child, str):
        parent.append(child)
    elif len(parent):
        parent[-1].tail = (parent[-1].tail or "") + inert(child)
    else:
        parent.text = (parent.text or "") + inert(child)
