"""From text to a tree that can be read in bounded time, and a plain reader for trees that cannot be read otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree, html
from lxml.html import HtmlElement

# Measured with trafilatura 2.3: 20,000 links 0.7 s, 50,000 <br> 1.0 s, 20,000 paragraphs 34 s; all grow faster than the
# page. Nested deeper than some 250 elements it finds nothing at all.
_MOST_CHARACTERS = 3_000_000
_MOST_ELEMENTS = 20_000
_MOST_LINKS = 5_000
_MOST_BREAKS = 5_000

_BREAKS = re.compile(r"(?:<br\s*/?>\s*){3,}", re.IGNORECASE)
# An element with 200,000 attributes took the parser 198 s. What is so long is an image written into the page.
_LONG_TAG = re.compile(r"<[a-zA-Z][^<>]{20000,}>?")
_WRAPPERS = re.compile(r"<(?:div|span|font|section|center|b|i|em|strong|a)\b[^<>]*>", re.IGNORECASE)
_WRAPPER_ENDS = re.compile(r"</(?:div|section|center)\s*>", re.IGNORECASE)
_INLINE_ENDS = re.compile(r"</(?:span|font|b|i|em|strong|a)\s*>", re.IGNORECASE)
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")

_SKIPPED = frozenset(
    "script style noscript template svg math nav header footer aside form button select option textarea iframe head "
    "figure figcaption video audio object dialog menu label".split()
)
_BLOCKS = frozenset(
    "p div section article main body li ul ol dl dd dt td th tr table blockquote pre h1 h2 h3 h4 h5 h6 br hr "
    "center address details summary".split()
)


@dataclass(frozen=True, slots=True)
class Tree:
    """A parsed page; `odd` says that only the plain reader should touch it."""

    root: HtmlElement
    odd: bool


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A run of text between two block boundaries, and how much of it is links."""

    text: str
    link_share: float


def parse(source: str) -> Tree | None:
    """Parses a page however broken; None if it holds no element."""
    source = _LONG_TAG.sub(" ", _XML_DECLARATION.sub("", source, count=1))
    source = _BREAKS.sub("<br><br>", source)
    root, is_deep = _parsed(source, huge=False)
    if is_deep:
        root, is_too_deep = _parsed(source, huge=True)
        if is_too_deep:  # even so; but wrappers carry no text of their own
            source = _INLINE_ENDS.sub("", _WRAPPER_ENDS.sub("<br>", _WRAPPERS.sub("", source)))
            root, _ = _parsed(source, huge=True)
    if root is None:
        return None
    return Tree(root, odd=is_deep or len(source) > _MOST_CHARACTERS or _is_odd(root))


def _parsed(source: str, huge: bool) -> tuple[HtmlElement | None, bool]:
    """The root, and whether the parser dropped what is nested too deep: below 256 elements, or 2,048 in a huge tree."""
    parser = html.HTMLParser(huge_tree=huge, collect_ids=False, remove_comments=True, remove_pis=True, encoding="utf-8")
    try:
        root = html.document_fromstring(source.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None, False
    return root, any("Excessive depth" in error.message for error in parser.error_log)


def _is_odd(root: HtmlElement) -> bool:
    limits = ((_MOST_ELEMENTS, "*"), (_MOST_LINKS, "a"), (_MOST_BREAKS, "br"))
    return any(root.xpath(f"count(//{tag}) > {limit}") for limit, tag in limits)


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
