"""The kind of source `sitemap`: what to ask, and a sitemap read into leads."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from watcher.errors import ReadError
from watcher.sources import feed
from watcher.sources.feed import MOST_POLLED
from watcher.sources.plain import plain_line
from watcher.sources.sitemap.entries import MOST_ROWS, Row, document_kind, read_rows
from watcher.sources.sitemap.parts import chosen_parts, says_when, span_named
from watcher.sources.sitemap.unpacking import text_of
from watcher.types import Lead, Memory, Page, Reading, Request, Source, Window
from watcher.urls import absolute

_FEEDS = frozenset({"rss", "feed", "rdf", "channel"})
_LONGEST_TITLE = 1_000
_FEWEST_FOR_A_LIE = 20  # so many rows that all changed in one second: that is when the file was made
_A_DAY = timedelta(days=1)
_NEVER = datetime(1, 1, 1, tzinfo=UTC)


def requests(source: Source, memory: Memory, window: Window | None) -> tuple[Request, ...]:
    """The sitemap itself, conditionally unless its past is wanted. What an index names is asked as it says."""
    return feed.requests(source, memory, window)


def is_sitemap(body: bytes, content_type: str | None = None) -> bool:
    """Whether these bytes are a sitemap, an index of them, or a list of addresses; a feed is none of these."""
    try:
        return document_kind(text_of(body, content_type)[0]) in ("urlset", "sitemapindex", "list")
    except ReadError:
        return False


def read(source: Source, page: Page, window: Window | None) -> Reading:
    """The newest leads of a sitemap, or for an index the requests for the sitemaps it names.

    A feed that is given as a sitemap, as the protocol allows, is read as the feed it is. An index that does not say
    when its parts change is not `whole`: its parts have to be asked again though it stays the same.
    """
    text, unpacked = text_of(page.body, page.header("content-type"))
    if document_kind(text) in _FEEDS:
        body = text.encode("utf-8", "replace")
        return feed.read(source, Page(page.url, page.status, (), body, page.fetched, page.asked), window)
    found = read_rows(text)
    if found.is_index:
        return Reading(more=chosen_parts(found, page), whole=unpacked and found.whole and says_when(found))
    rows = _told_in(found.rows, window) if window else _newest(found.rows, source.most or MOST_POLLED)
    is_lie = _all_at_once(found.rows)
    base = page.url or source.url or None
    return Reading(
        leads=tuple(_lead(row, base, is_lie) for row in rows),
        title=plain_line(found.name)[:_LONGEST_TITLE] or None,
        whole=unpacked and found.whole,
    )


def _lead(row: Row, base: str | None, is_lie: bool) -> Lead:
    changed = None if is_lie else row.changed
    return Lead(
        url=absolute(base, row.address),
        title=plain_line(row.title)[:_LONGEST_TITLE],
        link=row.address,
        published=row.published,
        updated=changed,
        language=_language(row.language),
        keywords=tuple(filter(None, (plain_line(word)[:100] for word in row.keywords.split(",")[:20]))),
    )


def _newest(rows: Sequence[Row], most: int) -> list[Row]:
    """The newest ones, in the order of the sitemap. Where nothing says which is newer, new ones stand at either end."""
    if len(rows) <= most:
        return list(rows)
    last = len(rows) - 1
    order = sorted(range(len(rows)), key=lambda i: min(i, last - i))
    order.sort(key=lambda i: rows[i].moment or _NEVER, reverse=True)
    return [rows[i] for i in sorted(order[:most])]


def _told_in(rows: Sequence[Row], window: Window) -> list[Row]:
    """Those that nothing keeps out of a window: a date before it, or another day in the address."""

    def may_be(row: Row) -> bool:
        if row.published is not None:
            return window.holds(row.published)
        span = span_named(row.address, years=False)
        if span is not None and (span[1] <= window.since or span[0] >= window.until):
            return False
        return row.changed is None or row.changed + _A_DAY > window.since  # it may be a day, of any time zone

    return [row for row in rows if may_be(row)][:MOST_ROWS]


def _all_at_once(rows: Sequence[Row]) -> bool:
    return len(rows) >= _FEWEST_FOR_A_LIE and len({row.changed for row in rows}) == 1


def _language(text: str) -> str | None:
    primary = text.strip().replace("_", "-").partition("-")[0].lower()
    return primary if primary.isalpha() and primary.isascii() and 2 <= len(primary) <= 3 and primary != "und" else None
