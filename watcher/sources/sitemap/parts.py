"""Which of the sitemaps that an index names are asked when polling: few (for a window: `history.sitemaps`).

An index of a newspaper names a sitemap for every day or month since it went online. What changed since yesterday is in
the two or three that were changed last; the rest is its archive.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from watcher.sources.sitemap.entries import Row, Rows
from watcher.types import Page, Request
from watcher.urls import absolute, split

MOST_WHEN_POLLING = 5  # of those that say when they were changed
MOST_UNDATED = 2  # of those that do not: they are asked at every visit
DEEPEST = 3  # an index of indexes of indexes; the protocol knows one level
RECENT = timedelta(days=2)
_A_DAY = timedelta(days=1)

_LEVEL = re.compile(r"#index-level-([0-9])$")
_DATED = re.compile(
    r"(?<![0-9])((?:19|20)[0-9]{2})(?:[-_/.]?(0[1-9]|1[0-2])(?:[-_/.]?(0[1-9]|[12][0-9]|3[01]))?)?(?![0-9])"
)
_DATED_QUERY = re.compile(
    r"(?:^|&)(?:yyyy|year|y)=([0-9]{4})(?:&(?:mm|month|m)=([0-9]{1,2}))?(?:&(?:dd|day|d)=([0-9]{1,2}))?(?=&|$)"
)
_DATED_VALUE = re.compile(r"=((?:19|20)[0-9]{2})-?(0[1-9]|1[0-2])(?:-?(0[1-9]|[12][0-9]|3[01]))?(?=&|$)")
_NUMBER = re.compile(r"[0-9]{1,18}")
_NEWS = re.compile(r"news|latest|recent|today|aktuell|noticia|actualit|nachricht|article|artikel|post", re.IGNORECASE)
_NO_NEWS = re.compile(
    r"categor|tag[s_.-]|/tags?\b|author|autor|image|video|page[s-]|taxonom|product|static|topic|person|photo|galler|event",
    re.IGNORECASE,
)


def chosen_parts(rows: Rows, page: Page) -> tuple[Request, ...]:
    """The sitemaps of an index that are asked when polling, newest first."""
    level = level_of(page)
    return () if level >= DEEPEST else parts_asked(_recent(own_parts(rows, page), page.fetched), level)


def level_of(page: Page) -> int:
    """How many indexes led to this one."""
    return int(match[1]) if (match := _LEVEL.search(page.asked)) else 0


def own_parts(rows: Rows, page: Page) -> dict[str, Row]:
    """The sitemaps an index names by their addresses: none on another site, not the index itself."""
    site = _site(page.url)
    found: dict[str, Row] = {}
    for row in rows.rows:
        url = absolute(page.url or None, row.address)
        if url and (not site or _same_site(_site(url), site)) and url.partition("#")[0] != page.url.partition("#")[0]:
            found.setdefault(url.partition("#")[0], row)
    return found


def parts_asked(urls: Iterable[str], level: int) -> tuple[Request, ...]:
    return tuple(Request(f"{url}#index-level-{level + 1}") for url in urls)


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


def newest_first(found: dict[str, Row]) -> list[str]:
    """By when they were changed, then by what they are called after."""
    return sorted(found, key=lambda url: _weight(url, found[url].changed), reverse=True)


def span_named(url: str, *, years: bool = True) -> tuple[datetime, datetime] | None:
    """The day, month or (with `years`) year that an address names, as a span in any time zone; None for none."""
    address = split(url)
    if address is None:
        return None
    match = _DATED_QUERY.search(address.query) or _DATED_VALUE.search(address.query)
    match = match or max(_DATED.finditer(address.path), key=_exactness, default=None)
    if match is None:
        return None
    year, month, day = int(match[1]), int(match[2] or 0), int(match[3] or 0)
    try:
        if day:
            start = datetime(year, month, day, tzinfo=UTC)
            return start - _A_DAY, start + 2 * _A_DAY
        if month:
            end = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)
            return datetime(year, month, 1, tzinfo=UTC) - _A_DAY, end + _A_DAY
        whole = datetime(year, 1, 1, tzinfo=UTC) - _A_DAY, datetime(year + 1, 1, 1, tzinfo=UTC) + _A_DAY
        return whole if years else None
    except (ValueError, OverflowError):
        return None


def _exactness(match: re.Match[str]) -> tuple[int, int]:
    """A day says more than a year that is only talked of ("/2026/03/04/what-2027-brings"); then the last one counts."""
    return sum(map(bool, match.groups())), match.start()


def _path(url: str) -> str:
    address = split(url)
    return address.target if address else url


def _site(url: str) -> str:
    address = split(url)
    return address.host.removeprefix("www.") if address else ""


def _same_site(one: str, other: str) -> bool:
    return one == other or one.endswith("." + other) or other.endswith("." + one)
