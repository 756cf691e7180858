"""Which of the sitemaps that an index names are asked: few when polling, those that can hold it for a window.

An index of a newspaper names a sitemap for every day or month since it went online. What changed since yesterday is in
the two or three that were changed last; the rest is its archive.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from watcher.sources.sitemap.entries import Row, Rows
from watcher.types import Page, Request, Window
from watcher.urls import absolute, split

MOST_WHEN_POLLING = 5  # of those that say when they were changed
MOST_UNDATED = 2  # of those that do not: they are asked at every visit
MOST_IN_WINDOW = 500
DEEPEST = 3  # an index of indexes of indexes; the protocol knows one level
RECENT = timedelta(days=2)

_LEVEL = re.compile(r"#index-level-([0-9])$")
_DATED = re.compile(
    r"(?<![0-9])((?:19|20)[0-9]{2})(?:[-_/.]?(0[1-9]|1[0-2])(?:[-_/.]?(0[1-9]|[12][0-9]|3[01]))?)?(?![0-9])"
)
_DATED_QUERY = re.compile(
    r"(?:^|&)(?:yyyy|year|y)=([0-9]{4})(?:&(?:mm|month|m)=([0-9]{1,2}))?(?:&(?:dd|day|d)=([0-9]{1,2}))?"
)
_NUMBER = re.compile(r"[0-9]{1,18}")
_NEWS = re.compile(r"news|latest|recent|today|aktuell|noticia|actualit|nachricht|article|artikel|post", re.IGNORECASE)
_NO_NEWS = re.compile(
    r"categor|tag[s_.-]|/tags?\b|author|autor|image|video|page[s-]|taxonom|product|static|topic|person|photo|galler|event",
    re.IGNORECASE,
)


def chosen_parts(rows: Rows, page: Page, window: Window | None) -> tuple[Request, ...]:
    """The sitemaps of an index that are asked now, newest first; none below the deepest level or on another site."""
    level = int(match[1]) if (match := _LEVEL.search(page.asked)) else 0
    if level >= DEEPEST:
        return ()
    site = _site(page.url)
    found: dict[str, Row] = {}
    for row in rows.rows:
        url = absolute(page.url or None, row.address)
        if url and (not site or _same_site(_site(url), site)) and url.partition("#")[0] != page.url.partition("#")[0]:
            found.setdefault(url.partition("#")[0], row)
    kept = _in_window(found, window) if window else _recent(found, page.fetched)
    return tuple(Request(f"{url}#index-level-{level + 1}") for url in kept)


def says_when(rows: Rows) -> bool:
    """Whether an index can be trusted to change when what it names does."""
    return bool(rows.rows) and all(row.changed is not None for row in rows.rows)


def _recent(found: dict[str, Row], now: datetime) -> list[str]:
    dated = [url for url in found if found[url].changed is not None]
    undated = [url for url in found if found[url].changed is None]
    dated.sort(key=lambda url: _weight(url, found[url].changed), reverse=True)
    newest = found[dated[0]].changed if dated else None
    since = min(newest, now) - RECENT if newest else None
    kept = [url for url in dated if since and (found[url].changed or since) >= since][:MOST_WHEN_POLLING]
    # Without dates the name is all there is: one with "news" in it, the latest month, the highest number.
    undated.sort(key=_by_name, reverse=True)
    return kept + undated[:MOST_UNDATED]


def _weight(url: str, changed: datetime | None) -> tuple[datetime, tuple[int, datetime, int]]:
    return changed or datetime.min.replace(tzinfo=UTC), _by_name(url)


def _by_name(url: str) -> tuple[int, datetime, int]:
    path = _path(url)
    kind = (1 if _NEWS.search(path) else 0) - (2 if _NO_NEWS.search(path) else 0)
    span = span_named(url)
    numbers = _NUMBER.findall(path)
    return kind, span[1] if span else datetime.min.replace(tzinfo=UTC), int(numbers[-1][:9]) if numbers else 0


def _in_window(found: dict[str, Row], window: Window) -> list[str]:
    """Those that can hold something of the window: not named after another time, not last changed before it."""

    def may_hold(url: str) -> bool:
        changed, span = found[url].changed, span_named(url)
        if span is not None and (span[1] <= window.since or span[0] >= window.until):
            return False
        return changed is None or changed >= window.since

    kept = [url for url in found if may_hold(url)]
    kept.sort(key=lambda url: _weight(url, found[url].changed), reverse=True)
    return kept[:MOST_IN_WINDOW]


def span_named(url: str, *, years: bool = True) -> tuple[datetime, datetime] | None:
    """The day, month or (with `years`) year that an address names, as a span; None where it names none."""
    address = split(url)
    if address is None:
        return None
    match = _DATED_QUERY.search(address.query) or next(iter(reversed(list(_DATED.finditer(address.path)))), None)
    if match is None:
        return None
    year, month, day = int(match[1]), int(match[2] or 0), int(match[3] or 0)
    try:
        if day:
            start = datetime(year, month, day, tzinfo=UTC)
            return start - timedelta(days=1), start + timedelta(days=2)  # any time zone's day
        if month:
            return datetime(year, month, 1, tzinfo=UTC), datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)
        return (datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)) if years else None
    except ValueError:
        return None


def _path(url: str) -> str:
    address = split(url)
    return address.target if address else url


def _site(url: str) -> str:
    address = split(url)
    return address.host.removeprefix("www.") if address else ""


def _same_site(one: str, other: str) -> bool:
    return one == other or one.endswith("." + other) or other.endswith("." + one)
