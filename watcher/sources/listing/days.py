"""Dates that stand above several articles: "22 November", and below it the day's news with nothing but the hour."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import islice

from lxml.html import HtmlElement

from watcher.sources.listing.boxes import Item
from watcher.sources.listing.moments import CLOCK, whole_moment
from watcher.sources.listing.words import text_of

_MOST_ELEMENTS = 20_000
_TAGS = frozenset("h1 h2 h3 h4 h5 h6 div p span strong b dt th td li time caption center font".split())
_MOST_NODES = 60


def put_under_days(root: HtmlElement, items: Sequence[Item], now: datetime, language: str | None) -> None:
    """Gives the items without a date the day that stands above them, with the hour that stands in them."""
    undated = {item.box: item for item in items if item.moment is None}
    boxes = {item.box for item in items}
    if not undated:
        return
    day: datetime | None = None
    under: HtmlElement | None = None
    passed: HtmlElement | None = None
    for element in islice(root.iter(), _MOST_ELEMENTS):
        if element in boxes:
            passed = element
            item = undated.get(element)
            if item is not None and day is not None and under is not None and _is_within(element, under):
                item.moment = _at_hour(item, day)
        elif element.tag in _TAGS and (passed is None or not _is_within(element, passed)):
            text = "".join(element.itertext())[:60].strip() if len(element) < 3 else ""
            if 3 <= len(text) <= 48 and any(map(str.isdecimal, text)) and (found := whole_moment(text, now, language)):
                day, under = found, _holder(element)


def _holder(header: HtmlElement) -> HtmlElement | None:
    """The element whose articles a header can speak for: its parent, or the one above where it stands in a wrapper."""
    parent = header.getparent()
    while parent is not None and len(parent) == 1 and parent.tag not in ("body", "html"):
        parent = parent.getparent()
    return parent


def _is_within(element: HtmlElement, holder: HtmlElement) -> bool:
    return element is holder or any(above is holder for above in islice(element.iterancestors(), 60))


def _at_hour(item: Item, day: datetime) -> datetime:
    if day.hour or day.minute:
        return day
    for part in item.parts:
        for node in islice(part.iter(), _MOST_NODES):
            for text in (node.text or "", node.tail or ""):
                if match := CLOCK.fullmatch(text.strip(" \t\r\n,;|·–—-()[]")):
                    return day.replace(hour=int(match[1]), minute=int(match[2]))
    own = CLOCK.match(text_of(item.box))
    return day.replace(hour=int(own[1]), minute=int(own[2])) if own else day
