"""What a page's tree says in its paragraphs, and a plain reader for trees that cannot be read otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree
from lxml.html import HtmlElement

_SKIPPED = frozenset(
    "script style noscript template svg math nav header footer aside form button select option textarea iframe head "
    "figure figcaption video audio object dialog menu label".split()
)
_BLOCKS = frozenset(
    "p div section article main body li ul ol dl dd dt td th tr table blockquote pre h1 h2 h3 h4 h5 h6 br hr "
    "center address details summary".split()
)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A run of text between two block boundaries, and how much of it is links."""

    text: str
    link_share: float


_IN_LAYOUT = ("p", "h1", "h2", "table", "div", "article")


def unwrap_layout_tables(root: HtmlElement) -> None:
    """Makes boxes of tables that hold a page's parts instead of data, as pages of old do."""
    for table in list(root.iter("table")):
        cells = list(table.iter("td"))
        holds_parts = any(next(cell.iter(*_IN_LAYOUT), None) is not None for cell in cells)
        if holds_parts or table.get("role") == "presentation" or len(cells) == 1:
            for element in (table, *table.iter("tbody", "tr", "td")):
                element.tag = "div"


def paragraphs(root: HtmlElement) -> Iterator[Paragraph]:
    """Every run of text outside menus, forms and the like, in the order of the page; linear in its size."""
    pieces: list[str] = []
    linked = skipping = in_link = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag, starts = element.tag, event == "start"
        step = 1 if starts else -1
        if tag in _BLOCKS and pieces:
            yield from _paragraph(pieces, linked)
            pieces, linked = [], 0
        skipping += step if tag in _SKIPPED else 0
        in_link += step if tag == "a" else 0
        text = element.text if starts else element.tail
        if text and not skipping:
            pieces.append(text)
            linked += len(text) if in_link else 0
    yield from _paragraph(pieces, linked)


def _paragraph(pieces: list[str], linked: int) -> Iterator[Paragraph]:
    whole = "".join(pieces)
    if text := " ".join(whole.split()):
        yield Paragraph(text, linked / len(whole))


def plain_text(root: HtmlElement) -> str:
    """The text of the paragraphs between the first and the last that read like prose."""
    found = list(paragraphs(root))
    prose = [number for number, paragraph in enumerate(found) if _is_prose(paragraph)]
    if not prose:
        return ""
    between = found[prose[0] : prose[-1] + 1]
    return "\n".join(paragraph.text for paragraph in between if paragraph.link_share < 0.5 and len(paragraph.text) > 25)


def _is_prose(paragraph: Paragraph) -> bool:
    long_enough = len(paragraph.text.encode("utf-8")) >= 90  # bytes: a CJK character says more, and has three
    return long_enough and paragraph.link_share < 0.3 and bool(re.search(r"[.!?…。！？।؟]", paragraph.text))
