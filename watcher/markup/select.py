"""CSS selectors on a page's tree. The one door to cssselect."""

from __future__ import annotations

from functools import lru_cache

from cssselect import SelectorError
from lxml.cssselect import CSSSelector
from lxml.etree import XPathError
from lxml.html import HtmlElement

MOST = 5_000  # elements; a list of news has some dozen


def selector_problem(text: str) -> str | None:
    """What is wrong with a selector, in words; None when it can be used."""
    try:
        _compiled(text)
    except ValueError as error:
        return str(error)
    return None


def select(root: HtmlElement, selector: str) -> list[HtmlElement]:
    """The elements below (or at) `root` that a selector names, in the page's order. A bad selector is a ValueError."""
    try:
        found = _compiled(selector)(root)
    except XPathError as error:
        raise ValueError(str(error)) from error
    return [element for element in found[:MOST] if isinstance(element, HtmlElement)]


@lru_cache(maxsize=256)
def _compiled(text: str) -> CSSSelector:
    try:
        return CSSSelector(text, translator="html")
    except (SelectorError, XPathError, ValueError, RecursionError) as error:
        raise ValueError(f'"{text}" is no CSS selector: {error}') from error
