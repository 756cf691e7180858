"""From a page's text to a tree that can be read in bounded time. The one door to lxml's HTML parser."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree, html
from lxml.html import HtmlElement

# Measured with trafilatura 2.3: 20,000 links 0.7 s, 50,000 <br> 1.0 s, 20,000 paragraphs 34 s; all grow faster than the
# page. Nested deeper than some 250 elements it finds nothing at all.
_MOST_CHARACTERS = 3_000_000
_MOST_ELEMENTS = 20_000
_MOST_LINKS = 5_000
_MOST_BREAKS = 5_000

# It begins with "<", and not in any case: so the search leaps from tag to tag instead of trying every character.
_BREAKS = re.compile(r"<[bB][rR]\s*/?>\s*(?:<[bB][rR]\s*/?>\s*){2,}")
# An element with 200,000 attributes took the parser 198 s. What is so long is an image written into the page.
_LONG_TAG = re.compile(r"<[a-zA-Z][^<>]{20000,}>?")
_WRAPPERS = re.compile(r"<(?:div|span|font|section|center|b|i|em|strong|a)\b[^<>]*>", re.IGNORECASE)
_WRAPPER_ENDS = re.compile(r"</(?:div|section|center)\s*>", re.IGNORECASE)
_INLINE_ENDS = re.compile(r"</(?:span|font|b|i|em|strong|a)\s*>", re.IGNORECASE)
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")


@dataclass(frozen=True, slots=True)
class Tree:
    """A parsed page; `odd` says that only the plain reader should touch it."""

    root: HtmlElement
    odd: bool


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
