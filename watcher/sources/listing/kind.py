"""The kind of source `page`: a listing page read into leads."""

from __future__ import annotations

import re

from watcher.errors import ReadError
from watcher.markup.decoding import decode
from watcher.markup.page import parse
from watcher.sources import feed
from watcher.sources.listing.boxes import Item
from watcher.sources.listing.chosen import chosen_items
from watcher.sources.listing.described import described_items
from watcher.sources.listing.structure import find_items
from watcher.sources.listing.words import text_of
from watcher.sources.plain import clean, plain_line
from watcher.types import Lead, Memory, Page, Reading, Request, Selectors, Source, Window
from watcher.urls import absolute

MOST_ITEMS = 500
_FEW = 3  # articles found in what is shown; a page whose list a browser builds may describe more
_NOWHERE = "http://page.invalid/"  # stands for the address of a page that has none; what is relative to it has none
_MOST_CHARACTERS = 5_000_000
_LANGUAGE = re.compile(r"\s*([A-Za-z]{2,3})(?:[-_].*)?\s*")
_HTML = re.compile(r"<(?:!doctype\s+html|html|head|body|div|a|article|main|ul|table|p|section)[\s>]", re.IGNORECASE)


def requests(source: Source, memory: Memory, window: Window | None) -> tuple[Request, ...]:
    """The page itself; conditionally, unless its past is wanted."""
    return feed.requests(source, memory, window)


def read(source: Source, page: Page, window: Window | None) -> Reading:
    """The articles a page lists, in its order: where the source's selectors say, or found by what is repeated in it.

    Raises ReadError for what is no page, and for one in which no list of articles is found.
    """
    del window
    text = decode(page)[:_MOST_CHARACTERS]
    if not text.strip():
        raise ReadError("empty")
    tree = parse(text) if _HTML.search(text[:200_000]) else None
    if tree is None:
        raise ReadError("not an HTML page")
    root = tree.root
    page_url = page.url or source.url or _NOWHERE
    base = _base(root, page_url)
    language = source.language or _language(root)
    if source.select == Selectors():
        items = find_items(root, page_url, base, page.fetched, language)
        if len(items) < _FEW:
            items = max(items, described_items(root, page_url, base), key=len)
        if not items:
            raise ReadError("no list of articles found in the page; `select` can name it")
    else:
        items = chosen_items(root, source.select, page_url, base, page.fetched, language)
    return Reading(
        leads=tuple(_lead(item, language) for item in items[: source.most or MOST_ITEMS]),
        title=_site_name(root),
        language=_language(root),
    )


def _lead(item: Item, language: str | None) -> Lead:
    link = next((str(element.get("href")) for element in item.links if element.get("href")), item.url)
    return Lead(
        url=None if item.url.startswith(_NOWHERE) else item.url,
        title=plain_line(item.title),
        link=clean(link.strip()),
        summary=plain_line(item.summary),
        published=item.moment,
        language=language,
    )


def _base(root: object, page_url: str) -> str:
    for element in root.iter("base"):  # type: ignore[attr-defined]  # lxml ships no types
        return absolute(page_url or None, element.get("href") or "") or page_url
    return page_url


def _language(root: object) -> str | None:
    match = _LANGUAGE.fullmatch(root.get("lang") or root.get("xml:lang") or "")  # type: ignore[attr-defined]  # no types
    return match[1].lower() if match and match[1].lower() != "und" else None


def _site_name(root: object) -> str | None:
    for element in root.iter("meta"):  # type: ignore[attr-defined]  # lxml ships no types
        if (element.get("property") or "").lower() == "og:site_name" and (element.get("content") or "").strip():
            return plain_line(element.get("content"))[:200]
    title = next((text_of(element) for element in root.iter("title")), "")  # type: ignore[attr-defined]  # no types
    return plain_line(title)[:200] or None
