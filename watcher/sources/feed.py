"""Feeds: RSS, RDF, Atom and JSON Feed, read into leads."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from watcher.errors import ReadError
from watcher.sources.charset import decode
from watcher.sources.dates import read_date
from watcher.sources.jsonfeed import parse_json
from watcher.sources.parse import parse_xml
from watcher.sources.plain import clean, plain_line, plain_text
from watcher.sources.raw import RawEntry, RawFeed, RawLink
from watcher.sources.wrong import binary
from watcher.types import Hints, Lead, Memory, Page, Reading, Request, Source, Window
from watcher.urls import absolute

_PERIODS = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(days=7),
    "monthly": timedelta(days=30),
    "yearly": timedelta(days=365),
}
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LONGEST_HINT = timedelta(days=365)
_LANGUAGE = re.compile(r"([A-Za-z]{2,3})(?:[-_].*)?")
_WITH_MAIL = re.compile(r"[^\s@()<>]+@[^\s@()<>]+\s*\(([^()]+)\)")  # RSS: "mail@host (Name)"
_MAIL = re.compile(r"[(<]?[^\s@()<>]+@[^\s@()<>]+[)>]?")
# What an entry's links are for: its page; where its content lies; a recording. Any other relation is not the article.
_FILE = 4
_RANKS = {"alternate": 0, "": 0, "http://www.iana.org/assignments/relation/alternate": 0, "content": 2, "enclosure": 4}
_RDF = ("rss090", "rss10", "rss11")  # an item is about its address
_LONGEST_TITLE, _LONGEST_ID = 1_000, 1_000
# A feed of 50,000 entries took feedparser 7.6 s, and all of it 17: nobody's front page has more than some hundred, and
# 20,000 short ones take a worker a third of its time.
MOST_POLLED, MOST_READ = 2_000, 20_000
_NEVER = datetime(1, 1, 1, tzinfo=UTC)


def requests(source: Source, memory: Memory, window: Window | None) -> tuple[Request, ...]:
    """The feed itself, at the address it moved to; conditionally, unless its past is wanted."""
    url = memory.moved_to or source.url
    return (Request(url) if window is not None else Request(url, memory.etag, memory.last_modified),)


def read(source: Source, page: Page, window: Window | None) -> Reading:
    """The leads of a feed.

    A feed that is cut off gives its complete entries and is not `whole`. A feed without entries is an empty Reading;
    what is no feed (an HTML page, nothing, JSON of another kind) raises ReadError with the reason.
    """
    return parsed(source, page, window)[1]


def parsed(source: Source, page: Page, window: Window | None) -> tuple[RawFeed, Reading]:
    """The same, with the feed as it stands there: what it says of its archives leads into its past (`history`)."""
    if reason := binary(page.body):
        raise ReadError(reason)
    text = decode(page.body, page.header("content-type"))
    start = text.lstrip()[:1]
    if not start:
        raise ReadError("empty, but for white space" if page.body else "empty: not one byte came")
    most = _most(source, window)
    raw = parse_json(text) if start in "{[" else parse_xml(text, most)
    language = _language(raw.language)
    base = page.url or source.url
    leads = _newest([_lead(entry, raw, base, language) for entry in raw.entries], most)
    return raw, Reading(
        leads=leads,
        title=_title(raw.title.value) or None,
        language=language,
        hints=_hints(raw),
        whole=raw.whole,
    )


def _lead(entry: RawEntry, feed: RawFeed, page_url: str, language: str | None) -> Lead:
    url, link = _address(entry, feed, page_url)
    published, updated = read_date(entry.published), read_date(entry.updated)
    if published is None and not feed.version.startswith("atom"):
        published = updated  # RSS and RDF: `dc:date` is when it was published, whatever the parser calls it
    authors = dict.fromkeys(filter(None, map(_author, entry.authors)))
    return Lead(
        url=url,
        title=_title(entry.title.value),
        link=link,
        summary=plain_text(entry.summary.value, is_html=entry.summary.is_html),
        content=plain_text(entry.content.value, is_html=entry.content.is_html),
        published=published,
        updated=updated,
        id=_line(entry.id)[:_LONGEST_ID] or None,
        language=_language(entry.language) or language,
        authors=tuple(authors),
        outlet=plain_line(entry.source)[:200] or None,
        outlet_url=absolute(None, entry.source_url),
    )


def _address(entry: RawEntry, feed: RawFeed, page_url: str) -> tuple[str | None, str | None]:
    """The article's absolute address, and the link as it stood there.

    The entry's page comes first, then an id that is an address, then an enclosure: a podcast's file is all it has.
    """
    links = sorted((link for link in entry.links if link.rel in _RANKS), key=_rank)
    pages = [link for link in links if _RANKS[link.rel] < _FILE]
    files = [link for link in links if _RANKS[link.rel] >= _FILE]
    for link in pages:
        if url := _resolved(link, entry, feed, page_url):
            return url, _line(link.href)
    if (entry.guid_is_link or feed.version.startswith(_RDF)) and (url := absolute(None, entry.id)):
        return url, _line(entry.id)
    for link in files:
        if url := _resolved(link, entry, feed, page_url):
            return url, _line(link.href)
    first = next((link.href for link in (*pages, *files)), "")
    return None, _line(first) or None


def _title(value: str) -> str:
    return plain_line(value[: 10 * _LONGEST_TITLE])[:_LONGEST_TITLE].rstrip()


def _line(text: str) -> str:
    return " ".join(clean(text).split())


def _rank(link: RawLink) -> int:
    return _RANKS[link.rel] + (link.type not in ("", "text/html", "application/xhtml+xml"))


def _resolved(link: RawLink, entry: RawEntry, feed: RawFeed, page_url: str) -> str | None:
    """An absolute link by the base its author meant: xml:base; then for RSS the site's address, for Atom the feed's."""
    if url := absolute(None, link.href):
        return url
    site = absolute(page_url or None, feed.link)
    stated = absolute(page_url or site, link.base or entry.base) if link.base or entry.base else None
    bases = (stated, page_url, site) if feed.version.startswith("atom") else (stated, site, page_url)
    return next((url for base in bases if base and (url := absolute(base, link.href))), None)


def _most(source: Source, window: Window | None) -> int:
    """How many entries are worth their time: a poll wants what is new, the past and a look by hand want everything."""
    return MOST_READ if window is not None or (source.most or 0) > MOST_POLLED else MOST_POLLED


def _newest(leads: list[Lead], most: int) -> tuple[Lead, ...]:
    if len(leads) <= most:
        return tuple(leads)
    order = sorted(range(len(leads)), key=lambda index: leads[index].published or leads[index].updated or _NEVER)
    kept = frozenset(order[-most:])
    return tuple(lead for index, lead in enumerate(leads) if index in kept)


def _author(name: str) -> str | None:
    """A person's or desk's name, without the mail address that RSS asks for."""
    name = plain_line(name[:_LONGEST_TITLE])
    if match := _WITH_MAIL.fullmatch(name):
        name = match[1]
    return _MAIL.sub("", name).strip()[:200] or None


def _language(text: str) -> str | None:
    match = _LANGUAGE.fullmatch(text.strip())
    return match[1].lower() if match and match[1].lower() != "und" else None


def _hints(feed: RawFeed) -> Hints:
    minutes = feed.ttl.strip()
    ttl = timedelta(minutes=min(int(minutes[:9]), 10**6)) if minutes.isascii() and minutes.isdigit() else timedelta(0)
    period = _PERIODS.get(feed.update_period.strip().lower(), timedelta(0))
    times = feed.update_frequency.strip()
    period /= max(int(times[:6]), 1) if times.isascii() and times.isdigit() else 1
    longest = min(max(ttl, period), _LONGEST_HINT)
    # Hour 24 is midnight in the oldest specification, 0 in the later ones.
    hours = frozenset(
        int(hour) % 24 for hour in feed.skip_hours if hour.isascii() and hour.isdigit() and int(hour) <= 24
    )
    days = frozenset(_DAYS.index(day[:3].lower()) for day in feed.skip_days if day[:3].lower() in _DAYS)
    return Hints(ttl=longest or None, skip_hours=hours, skip_days=days)
