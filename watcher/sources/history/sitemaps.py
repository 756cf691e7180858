"""The way `sitemap`: the sitemaps of a site walked backwards, those asked that can hold something of the window.

    robots.txt ──names──> index ──by name and lastmod──> the parts that can hold it ──> addresses
      └─ names none, is not there ──> the usual places, one after the other

When an address was changed is not when it was published: a page of 2019 that was touched in 2026 is no news of 2026. So
a lead of this way has no date but the one a news sitemap gives; what its page says decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from watcher import urls
from watcher.sources import discovery, sitemap
from watcher.sources.history import paged, spans
from watcher.sources.sitemap import parts
from watcher.sources.sitemap.entries import Row, Rows, document_kind, read_rows
from watcher.sources.sitemap.unpacking import text_of
from watcher.types import Estimate, Lead, Memory, Page, Reading, Reason, Request, Source, Trouble, Unit, Window

MOST_PARTS = 500  # of one index
MOST_NAMED = 50  # in one robots.txt
_PLACES = ("sitemap.xml", "sitemap_index.xml", "wp-sitemap.xml", "news-sitemap.xml")
_PLACE = re.compile(r"#(also-)?place-([0-9])$")
_ALSO = "#also-robots"
_FEEDS = frozenset({"rss", "feed", "rdf", "channel"})
# WordPress's lists of what is no article: taxonomies and authors, by its own and its plugins' names for them.
_NO_ARTICLES = re.compile(
    r"/(?:(?:category|post_tag|tag|author|post_format)-sitemap[0-9]*|wp-sitemap-(?:taxonomies|users)-[\w-]+)\.xml(?:\.gz)?$"
)
_NUMBER = re.compile(r"[0-9]+")
_FIRST_YEAR = 1990
_DAY = timedelta(days=1)


def requests(source: Source, memory: Memory, window: Window | None) -> tuple[Request, ...]:
    """The source's own sitemap, or the robots.txt that names them."""
    return sitemap.requests(source, memory, window)


def units(source: Source, window: Window) -> tuple[Unit, ...]:
    """One: a part of an index holds what it holds, of one day or of a year. It begins at the source's own sitemap, or
    at its host's robots.txt."""
    begin = "" if source.kind == "sitemap" else discovery.robots_place(source.url)
    return spans.archive(source, "sitemap", window, begin)


def read(source: Source, page: Page, window: Window | None) -> Reading:
    """The addresses of a sitemap that may be of the window; of an index or a robots.txt the sitemaps to ask."""
    window = spans.wanted(window)
    if _path(page.asked or page.url) == "/robots.txt":
        return _named(source, page)
    text, unpacked = text_of(page.body, page.header("content-type"))
    kind, cut = document_kind(text), f"{urls.masked(page.url)} is cut off before its end"
    if kind in _FEEDS:
        return paged.read(source, replace(page, headers=(), body=text.encode("utf-8", "replace")), window)
    if kind == "sitemapindex":
        rows = read_rows(text)
        more, short = _parts(rows, page, window)
        return Reading(more=more, short=short or (None if unpacked and rows.whole else cut))
    reading = sitemap.read(source, page, window)
    leads = tuple(map(_undated, reading.leads))
    more = (Request(discovery.robots_place(source.url) + _ALSO),) if _is_young(text, page, window) else ()
    return replace(reading, leads=leads, more=more, short=None if reading.whole else cut)


def estimate(source: Source, page: Page, window: Window) -> Estimate:
    """The sitemaps that would be asked, and of a single one the addresses that may be of the window."""
    reading = read(source, page, window)
    hosts = frozenset(filter(None, (urls.host_port(url) for url in (page.url, *(each.url for each in reading.more)))))
    return Estimate(None if reading.more else len(reading.leads), 1 + len(reading.more), hosts)


def refused(source: Source, url: str, trouble: Trouble, window: Window) -> Reading | Trouble:
    """The next of the usual places, where there is no robots.txt, or nothing at this one."""
    del window
    place = _PLACE.search(url)
    is_absent = trouble.status is not None and 400 <= trouble.status < 500 and trouble.status != 429
    if not is_absent or (place is None and _path(url) != "/robots.txt"):
        return trouble
    if place is None:
        return _usual(source, 0, also=url.endswith(_ALSO))
    return _usual(source, int(place[2]) + 1, also=bool(place[1]))


# --- where sitemaps are ---


def _named(source: Source, page: Page) -> Reading:
    also = page.asked.endswith(_ALSO)
    named = discovery.sitemaps_named(page, MOST_NAMED)
    if not named:
        usual = _usual(source, 0, also=also)
        return usual if isinstance(usual, Reading) else Reading(short=usual.text)
    return Reading(more=tuple(Request(url) for url in named))


def _usual(source: Source, number: int, *, also: bool) -> Reading | Trouble:
    """A usual place. Where all were tried, why there is nothing; it is enough where the source has one of its own."""
    if number < len(_PLACES):
        root = discovery.robots_place(source.url).removesuffix("robots.txt")
        return Reading(more=(Request(f"{root}{_PLACES[number]}#{'also-' if also else ''}place-{number}"),))
    if also:
        return Reading()
    where = urls.host(source.url)
    return Trouble(Reason.STATUS, f"the robots.txt of {where} names no sitemap, and none is at the usual places", 404)


def _is_young(text: str, page: Page, window: Window) -> bool:
    """True for a source's own news sitemap that begins after the window does: the site has more than these two days."""
    if "#" in page.asked or "publication_date" not in text or document_kind(text) != "urlset":
        return False
    published = [row.published for row in read_rows(text).rows if row.published is not None]
    return bool(published) and min(published) > window.since


# --- which are asked ---


def _parts(rows: Rows, page: Page, window: Window) -> tuple[tuple[Request, ...], str | None]:
    """The parts of an index that can hold something of the window, newest first; or why others are not asked."""
    level, where = parts.level_of(page), urls.masked(page.url)
    own = parts.own_parts(rows, page)
    counted = _counted(own)
    kept = {url: row for url, row in own.items() if _may_hold(url, row, window, _shape(url) in counted)}
    if kept and level >= parts.DEEPEST:
        return (), f"{where} is an index within {level} others and names more; they were not asked"
    short = None
    if not own and rows.rows:
        short = f"{where} names sitemaps of other sites only; they were not asked"
    if len(kept) > MOST_PARTS:
        short = f"{where} names {len(kept)} sitemaps that may hold something; the newest {MOST_PARTS} were asked"
    return parts.parts_asked(parts.newest_first(kept)[:MOST_PARTS], level), short


def _counted(own: Iterable[str]) -> frozenset[str]:
    """Names whose number counts: beside `sitemap-12.xml`, `sitemap-2019.xml` is the 2019th and not of a year."""
    found = ((_shape(url), _NUMBER.findall(_path(url))) for url in own)
    return frozenset(shape for shape, numbers in found if len(numbers) == 1 and int(numbers[0][:9]) < _FIRST_YEAR)


def _shape(url: str) -> str:
    return _NUMBER.sub("0", _path(url))


def _may_hold(url: str, row: Row, window: Window, is_counted: bool) -> bool:
    """Not named after another time, not last changed before it, and no list of categories or authors."""
    span = None if is_counted else parts.span_named(url)
    if span is not None and (span[1] <= window.since or span[0] >= window.until):
        return False
    if row.changed is not None and row.changed + _DAY <= window.since:
        return False
    return _NO_ARTICLES.search(_path(url)) is None


def _undated(lead: Lead) -> Lead:
    return replace(lead, updated=None)


def _path(url: str) -> str:
    address = urls.split(url)
    return address.path if address else ""
