"""When an article was published, by what its page states for machines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import chain
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from watcher.extract.claims import Claims
from watcher.markup import linked_data

_DATE_NAMES = (
    "article:published_time og:article:published_time og:published_time og:pubdate datepublished publishdate "
    "publish_date publish-date pubdate article.published parsely-pub-date sailthru.date publication_date "
    "publication-date article_date_original cxenseparse:recs:publishtime dc.date.issued dcterms.issued "
    "dcterms.created dc.date dcterms.date date_published last-published article:create_at citation_publication_date "
    "dc.date.created created date"
).split()
_ISO = re.compile(
    r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})"
    r"(?:[T\s]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?)?\s*$"
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T?(\d{2})(\d{2})(\d{2})?)?(Z)?$")
_IN_ADDRESS = re.compile(r"/((?:19|20)\d{2})[/-]?(0[1-9]|1[0-2])[/-]?(0[1-9]|[12]\d|3[01])(?=[/_.-]|$)")
_EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)  # before that there was no news on the web
_TIME_CLASSES = re.compile(r"publi|post|entry-date|dateline|article-date|timestamp|created|datum|fecha|data", re.I)


def published(claims: Claims) -> datetime | None:
    """When the article was published, by a machine-readable statement; never by words in its text.

    Without a zone it is read as UTC. A moment after the page was fetched is no publication date; one that lies ahead
    by less than a day is a zone left out, and becomes the moment it was fetched.
    """
    latest = claims.page.fetched
    for raw in _date_statements(claims):
        moment = read_moment(raw)
        if moment and _EARLIEST <= moment <= latest + timedelta(days=1):
            return min(moment, latest)
    return None


def _date_statements(claims: Claims) -> Iterator[str]:
    yield from linked_data.strings(claims.article.get("datePublished"))
    yield from (claims.meta[name] for name in _DATE_NAMES if name in claims.meta)
    yield from linked_data.strings(claims.article.get("dateCreated"))
    for element in claims.root.xpath("//*[@itemprop='datePublished']"):
        yield element.get("datetime") or element.get("content") or element.text_content()
    yield from _times(claims.root)
    for match in _IN_ADDRESS.finditer(urlsplit(claims.page.url).path):
        yield "-".join(match.groups())


def _times(root: HtmlElement) -> Iterator[str]:
    """Time elements that belong to the article: said to be the publication, or the only one beside its heading."""
    times = [element for element in root.iter("time") if element.get("datetime")]
    outside = ("aside", "footer", "nav")
    times = [element for element in times if not any(a.tag in outside for a in element.iterancestors())]
    said = [element for element in times if element.get("pubdate") is not None or _is_said(element)]
    near = [element for element in times if _is_near_heading(element)]
    for element in chain(said[:1] if len(said) == 1 or near[:1] != times[:1] else near[:1], near[:1]):
        yield element.get("datetime") or ""
    if len(times) == 1:
        yield times[0].get("datetime") or ""


def _is_said(element: HtmlElement) -> bool:
    return bool(_TIME_CLASSES.search(f"{element.get('class', '')} {element.get('itemprop', '')}"))


def _is_near_heading(element: HtmlElement) -> bool:
    """Within the same header or article as the page's heading, at most four levels up."""
    for level, ancestor in enumerate(element.iterancestors()):
        if level >= 4 or ancestor.tag in ("body", "html"):
            return False
        if next(ancestor.iter("h1"), None) is not None:
            return True
    return False


def read_moment(raw: str) -> datetime | None:
    """A machine-readable date as a moment in UTC; None for anything in words."""
    raw = raw.strip()
    if raw.isdigit() and len(raw) in (10, 13):
        return datetime.fromtimestamp(int(raw[:10]), UTC)
    if match := _ISO.match(raw):
        return _moment(match.groups())
    if match := _COMPACT.match(raw):
        return _moment(match.groups())
    try:
        moment = parsedate_to_datetime(raw)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _moment(parts: tuple[str | None, ...]) -> datetime | None:
    year, month, day, hour, minute, second = (int(part or 0) for part in parts[:6])
    zone = parts[6] or ""
    offset = timedelta()
    if zone[:1] in ("+", "-"):
        digits = zone[1:].replace(":", "").ljust(4, "0")
        offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:])) * (1 if zone[0] == "+" else -1)
    try:
        return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC) - offset
    except (ValueError, OverflowError):
        return None
