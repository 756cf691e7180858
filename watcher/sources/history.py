"""The way back in a feed's history: archives and pages (RFC 5005), and WordPress's numbered pages."""

from __future__ import annotations

import hashlib
import re

from watcher.sources.raw import RawFeed
from watcher.types import Lead, Page, Request, Window
from watcher.urls import absolute, split

_RELATIONS = ("prev-archive", "next", "http://www.iana.org/assignments/relation/prev-archive")
_PAGED = re.compile(r"(?:^|&)paged=([0-9]{1,6})(?=&|$)")
_WORDPRESS_PATH = re.compile(r"/feed(?:/(?:rss2?|rdf|atom))?/?", re.IGNORECASE)
_WORDPRESS_QUERY = re.compile(r"(?:^|&)feed=(?:rss2?|rdf|atom)(?=&|$)", re.IGNORECASE)
_MARK = "page-before-was-"


def earlier(feed: RawFeed, leads: tuple[Lead, ...], page: Page, window: Window) -> tuple[Request, ...]:
    """What to ask for the leads before these; nothing when the window is behind us or the page repeats the one before.

    A server that ignores the page number sends the same page for ever. So each request carries, in its fragment, which
    is never sent, a mark of the page it was found on: a page with the same mark is that page again.
    """
    mark = _mark(leads)
    if not leads or _is_before(leads, window) or f"#{_MARK}{mark}" in page.asked:
        return ()
    url = _related(feed, page) or _wordpress(feed, page)
    return (Request(f"{url.partition('#')[0]}#{_MARK}{mark}"),) if url else ()


def _is_before(leads: tuple[Lead, ...], window: Window) -> bool:
    """True when every lead is dated and older than the window."""
    moments = [lead.published or lead.updated for lead in leads]
    return all(moment is not None and moment < window.since for moment in moments)


def _related(feed: RawFeed, page: Page) -> str | None:
    for relation in _RELATIONS:
        for link in feed.links:
            if link.rel == relation and (url := absolute(page.url or None, link.href)) and url != page.url:
                return url
    return None


def _wordpress(feed: RawFeed, page: Page) -> str | None:
    address = split(page.url)
    if address is None:
        return None
    path, query = address.path, address.query
    is_wordpress = "wordpress" in feed.generator.lower()
    if not (is_wordpress or _WORDPRESS_PATH.fullmatch(path[path.rfind("/feed") :]) or _WORDPRESS_QUERY.search(query)):
        return None
    number = _PAGED.search(query)
    following = f"paged={int(number[1]) + 1 if number else 2}"
    rest = _PAGED.sub("", query).strip("&")
    return f"{address.scheme}://{address.netloc}{path}?{rest + '&' if rest else ''}{following}"


def _mark(leads: tuple[Lead, ...]) -> str:
    names = "\n".join(lead.id or lead.url or lead.title for lead in leads)
    return hashlib.sha256(names.encode("utf-8", "replace")).hexdigest()[:16]
