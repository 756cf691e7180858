"""Kinds of sources: what to ask for, and how to read what came. Nothing here fetches.

A kind is a module with `requests` and `read`; `KINDS` is the table of those that are polled, `WAYS` of those that lead
into the past (`history`).
"""

from __future__ import annotations

from datetime import UTC, datetime

from watcher.errors import ReadError
from watcher.sources import feed, listing, query, sitemap
from watcher.sources.discovery import feeds_named
from watcher.sources.history import WAYS
from watcher.sources.kinds import Kind, Way
from watcher.types import Page, Reading, Reason, Source, Trouble, Window

__all__ = ["KINDS", "WAYS", "Kind", "Way", "kind_of", "read_any", "read_as", "read_document"]


_UNKNOWN = datetime(1970, 1, 1, tzinfo=UTC)  # when a document was fetched of which nobody knows

KINDS: dict[str, Kind] = {"feed": feed, "sitemap": sitemap, "page": listing, "query": query}


def kind_of(name: str, window: Window | None) -> Kind:
    """The kind by its name; with a window the way into the past of that name comes first."""
    return WAYS[name] if window is not None and name in WAYS else KINDS[name]


# What a document can be read as without knowing its source, in the order in which they are tried.
_DOCUMENTS = ("feed", "sitemap", "page")
_FEWEST_LISTED = 3  # articles of a page that nobody said is a list of them


def read_document(kind: str, source: Source, page: Page, window: Window | None) -> Reading | Trouble:
    """Reads a page as a kind of source; for worker processes. What cannot be read is a Trouble that says why."""
    try:
        return _read(kind, source, page, window)
    except ReadError as error:
        named = feeds_named(page) if kind == "feed" else ()
        text = f"{str(error).partition(';')[0]}; the page there names its feed: {named[0]}" if named else str(error)
        return Trouble(Reason.UNREADABLE, text)


def read_as(kind: str, page: Page) -> Reading:
    """Reads a page as a kind of source that nobody has configured. Raises ReadError where it is none."""
    return _read(kind, Source(id="document", url=page.url, kind=kind, most=10**6), page, None)


def _read(kind: str, source: Source, page: Page, window: Window | None) -> Reading:
    try:
        return kind_of(kind, window).read(source, page, window)
    except ReadError:
        raise
    except Exception as error:  # the boundary: whatever bytes lead a parser into is no reading
        raise ReadError(f"damaged beyond reading ({type(error).__name__})") from error


def read_any(body: bytes, url: str | None = None, kind: str | None = None, fetched: datetime = _UNKNOWN) -> Reading:
    """Reads one document as a kind, or as the first kind that can; raises ReadError when none can.

    A page is only taken for a list of articles where it lists some, unless it is asked for as one.
    """
    page = Page(url=url or "", status=200, headers=(), body=body, fetched=fetched)
    if kind is not None:
        if kind not in KINDS:
            raise ReadError(f'no kind of source is called "{kind}"; there are: {", ".join(KINDS)}')
        return read_as(kind, page)
    reasons: list[str] = []
    for name in _DOCUMENTS:
        try:
            reading = read_as(name, page)
        except ReadError as error:
            reasons.append(str(error))
            continue
        if name != "page" or len(reading.leads) >= _FEWEST_LISTED:
            return reading
        reasons.append("no list of articles found in the page")
    raise ReadError("; ".join(dict.fromkeys((reasons[0], reasons[-1]))) if "HTML page" in reasons[0] else reasons[0])
