"""The way `feed`: archives and pages of a feed (RFC 5005), and WordPress's numbered pages.

A feed says where its older entries are, and so does the document there, until one says nothing or holds nothing of
the window. Where that cannot be trusted (a circle, the same page for ever, a chain without end) the walk ends early
and says why; what it found is kept.
"""

from __future__ import annotations

import re
from dataclasses import replace

from watcher import urls
from watcher.sources import feed
from watcher.sources.history.spans import archive
from watcher.sources.history.steps import MOST_PAGES, mark_of, reckoned, step_of
from watcher.sources.raw import RawFeed
from watcher.types import Estimate, Lead, Memory, Page, Reading, Request, Source, Trouble, Unit, Window
from watcher.urls import absolute, split

_RELATIONS = ("prev-archive", "next", "http://www.iana.org/assignments/relation/prev-archive")
_PAGED = re.compile(r"(?:^|&)paged=([0-9]{1,6})(?=&|$)")
_WORDPRESS_PATH = re.compile(r"/feed(?:/(?:rss2?|rdf|atom))?/?", re.IGNORECASE)
_WORDPRESS_QUERY = re.compile(r"(?:^|&)feed=(?:rss2?|rdf|atom)(?=&|$)", re.IGNORECASE)
# An archive document may lie out of its place, or hold old entries that were written anew: the walk goes on past so
# many that are wholly older than the window. Numbered pages are in the order of their dates.
_PATIENCE = 1


def requests(source: Source, memory: Memory, window: Window | None) -> tuple[Request, ...]:
    """The feed itself."""
    return feed.requests(source, memory, window)


def units(source: Source, window: Window) -> tuple[Unit, ...]:
    """One: the walk begins at today's feed, whichever day is wanted."""
    return archive(source, "feed", window)


def read(source: Source, page: Page, window: Window | None) -> Reading:
    """The leads of one document, and the request for the one before it."""
    raw, reading = feed.parsed(source, page, window)
    if window is None:
        return reading
    more, short = _earlier(raw, reading.leads, source, page, window)
    if short is None and not reading.whole:
        short = f"{urls.masked(page.url)} is cut off before its end"
    return replace(reading, more=more, short=short)


def estimate(source: Source, page: Page, window: Window) -> Estimate:
    """What the feed holds of the window, where it says of nothing older; else as many as if they had always come as
    often as these, and a request for as many as are in this one."""
    reading = read(source, page, window)
    hosts = frozenset(urls.host_port(url) for url in (page.url, *(request.url for request in reading.more)))
    claimed = [lead.published or lead.updated for lead in reading.leads]
    held = sum(moment is None or window.holds(moment) for moment in claimed)
    if not reading.more:
        return Estimate(held, 1, hosts, len(page.body))
    dated = [moment for moment in claimed if moment is not None]
    if dated and min(dated) < window.since:  # what is before may hold one that was written late
        return Estimate(held, 2, hosts, 2 * len(page.body), about=True)
    newest = max(dated, default=window.until)
    walked = reckoned(dated, window.since, newest)
    documents = reckoned(dated, window.since, min(window.until, newest))
    if walked is None or documents is None:
        return Estimate(requests=2, hosts=hosts)
    pages = min(MOST_PAGES, max(2, -(-walked // len(claimed))))
    return Estimate(documents, pages, hosts, pages * len(page.body), about=True)


def refused(source: Source, url: str, trouble: Trouble, window: Window) -> Reading | Trouble:
    """A page that is not there is behind the last one, where it was numbered: nobody ever said there was one."""
    del source, window
    address = split(url)
    guessed = address is not None and step_of(url).number > 1 and _PAGED.search(address.query) is not None
    return Reading() if guessed and trouble.status in (400, 404, 410) else trouble


def _earlier(
    raw: RawFeed, leads: tuple[Lead, ...], source: Source, page: Page, window: Window
) -> tuple[tuple[Request, ...], str | None]:
    """What to ask for the leads before these; or why nothing is, where there may be more."""
    step, mark = step_of(page.asked), mark_of(lead.id or lead.url or lead.title for lead in leads)
    link, relation = _related(raw, page)
    url = link or _numbered(raw, page)
    older = step.older + 1 if _is_before(leads, window) else 0
    if url is None or older > (_PATIENCE if link else 0):
        return (), None
    if link is None and (not leads or step.repeats(mark)):
        return (), None  # numbered by us: an empty page, or the same one again, is how such an archive ends
    shown = urls.masked(page.url)
    if leads and step.repeats(mark):
        return (), f"{shown} leads back ({relation}) to what was read before"
    if not leads and step.is_all(mark):
        return (), f"{shown} and all before it hold nothing, and it names one more"
    if not _belongs(url, raw, source, page):
        return (), f"{shown} names an archive on another site: {urls.masked(url)}; it was not asked"
    if step.number >= MOST_PAGES:
        return (), f"{shown} is page {step.number} and names one more; no more than {MOST_PAGES} are read"
    return (Request(step.to(url, mark, older)),), None


def _is_before(leads: tuple[Lead, ...], window: Window) -> bool:
    """True when every dated lead is older than the window, and most are dated."""
    dated = [moment for lead in leads if (moment := lead.published or lead.updated) is not None]
    return 2 * len(dated) > len(leads) and all(moment < window.since for moment in dated)


def _related(raw: RawFeed, page: Page) -> tuple[str | None, str]:
    """Where the document says the one before it is. It is none itself, whatever it says."""
    for relation in _RELATIONS:
        for link in raw.links:
            url = absolute(page.url or None, link.href) if link.rel == relation else None
            if url and url.partition("#")[0] != page.url.partition("#")[0]:
                return url, relation
    return None, ""


def _belongs(url: str, raw: RawFeed, source: Source, page: Page) -> bool:
    """Whether an address is of the same site as the feed, or as the site that the feed is of (Feedburner and the like
    serve the feeds of others). A feed must not be able to send us for a thousand pages to whom it likes."""
    own = {_site(address) for address in (page.url, source.url, source.site, absolute(page.url or None, raw.link))}
    site = _site(url)
    return any(each and (site == each or site.endswith("." + each) or each.endswith("." + site)) for each in own)


def _site(url: str | None) -> str:
    return urls.host(url).removeprefix("www.") if url else ""


def _numbered(raw: RawFeed, page: Page) -> str | None:
    address = split(page.url)
    if address is None:
        return None
    path, query = address.path, address.query
    is_wordpress = "wordpress" in raw.generator.lower()
    if not (is_wordpress or _WORDPRESS_PATH.fullmatch(path[path.rfind("/feed") :]) or _WORDPRESS_QUERY.search(query)):
        return None
    number = _PAGED.search(query)
    following = f"paged={int(number[1]) + 1 if number else 2}"
    rest = _PAGED.sub("", query).strip("&")
    return f"{address.scheme}://{address.netloc}{path}?{rest + '&' if rest else ''}{following}"
