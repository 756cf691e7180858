"""Items named by CSS selectors from the configuration; what they leave out is found by itself."""

from __future__ import annotations

from datetime import datetime

from lxml.html import HtmlElement

from watcher.errors import ReadError
from watcher.markup.select import select
from watcher.sources.dates import read_date
from watcher.sources.listing.boxes import Item
from watcher.sources.listing.details import HEADINGS, moment_of, teaser_of, title_of
from watcher.sources.listing.moments import moment_in
from watcher.sources.listing.structure import find_items
from watcher.sources.listing.words import count_words, text_of
from watcher.types import Selectors
from watcher.urls import absolute


def chosen_items(
    root: HtmlElement, wanted: Selectors, page_url: str, base: str, now: datetime, language: str | None
) -> list[Item]:
    """The items a configuration names. Raises ReadError where a selector finds nothing any more."""
    if wanted.items is None:
        found = find_items(root, page_url, base, now, language)
        items = [item for item in found if _fill(item, wanted, base, now, language)]
    else:
        boxes = _selected(root, wanted.items)
        if not boxes:
            raise ReadError(f"no item matches `{wanted.items}`: has the page changed?")
        items = [item for box in boxes if (item := _item(box, wanted, base, now, language)) is not None]
        if not items:
            what = f"`{wanted.link}`" if wanted.link else "a link"
            raise ReadError(
                f"none of the {len(boxes)} items that match `{wanted.items}` holds {what}: has the page changed?"
            )
    return list({item.url: item for item in reversed(items)}.values())[::-1]


def _item(box: HtmlElement, wanted: Selectors, base: str, now: datetime, language: str | None) -> Item | None:
    links = _links(box, wanted, base)
    if not links:
        return None
    url = absolute(base, _target(links[0]))
    if url is None:
        return None
    same = [link for link in links if absolute(base, _target(link)) == url]
    item = Item(url.partition("#")[0], same, box)
    item.title = title_of([box], same)
    item.summary = teaser_of([box], item.title)
    item.moment = moment_of([box], item.url, now, language)
    return item if _fill(item, wanted, base, now, language) else None


def _fill(item: Item, wanted: Selectors, base: str, now: datetime, language: str | None) -> bool:
    """Puts in what the selectors name; False where the link they name is not there."""
    if wanted.link is not None and wanted.items is None:
        url = next((url for link in _selected(item.box, wanted.link) if (url := absolute(base, _target(link)))), None)
        if url is None:
            return False
        item.url = url.partition("#")[0]
    if wanted.title is not None:
        item.title = next(
            (text for element in _selected(item.box, wanted.title) if (text := text_of(element))), item.title
        )
    if wanted.date is not None:
        item.moment = next(
            (moment for element in _selected(item.box, wanted.date) if (moment := _moment(element, now, language))),
            None,
        )
    return True


def _links(box: HtmlElement, wanted: Selectors, base: str) -> list[HtmlElement]:
    """The links of a box, the one to its article first: in a heading, else the one with the most words."""
    if wanted.link is not None:
        return [element for element in _selected(box, wanted.link) if _target(element)]
    links = [link for link in box.iter("a") if absolute(base, _target(link))]

    def weight(link: HtmlElement) -> tuple[bool, int]:
        headed = next(link.iter(*HEADINGS), None) is not None or any(
            above.tag in HEADINGS for above in link.iterancestors()
        )
        return headed, count_words(text_of(link))

    links.sort(key=weight, reverse=True)
    return links


def _target(link: HtmlElement) -> str:
    if link.get("href"):
        return str(link.get("href"))
    inner = next(link.iter("a"), None)
    return str((inner.get("href") if inner is not None else "") or link.get("data-href") or "")


def _moment(element: HtmlElement, now: datetime, language: str | None) -> datetime | None:
    written = element.get("datetime") or element.get("content") or element.get("title") or ""
    return read_date(written) or moment_in(text_of(element), now, language)


def _selected(root: HtmlElement, selector: str) -> list[HtmlElement]:
    try:
        return select(root, selector)
    except ValueError as error:
        raise ReadError(str(error)) from error
