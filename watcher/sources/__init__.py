"""Kinds of sources: what to ask for, and how to read what came. Nothing here fetches.

A kind is a module with `requests` and `read`; `KINDS` is the table of them.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Protocol

from watcher.errors import ReadError
from watcher.sources import feed, listing, sitemap
from watcher.types import Memory, Page, Reading, Reason, Request, Source, Trouble, Window


class Kind(Protocol):
    """One kind of source."""

    def requests(self, source: Source, memory: Memory, window: Window | None) -> tuple[Request, ...]:
        """What to ask first. With a window: without validators, as the past is asked for and not what changed."""
        ...

    def read(self, source: Source, page: Page, window: Window | None) -> Reading:
        """The leads in a page. Raises ReadError, and nothing else, when its bytes are not readable as this kind."""
        ...


KINDS: dict[str, Kind] = {"feed": feed, "sitemap": sitemap, "page": listing}


def read_document(kind: str, source: Source, page: Page, window: Window | None) -> Reading | Trouble:
    """Reads a page as a kind of source; for worker processes. What cannot be read is a Trouble that says why."""
    try:
        return KINDS[kind].read(source, page, window)
    except ReadError as error:
        return Trouble(Reason.UNREADABLE, str(error))


def read_any(body: bytes, url: str | None = None, kind: str | None = None) -> Reading:
    """Reads one document as a kind, or as the first kind that can; raises ReadError when none can."""
    page = Page(url=url or "", status=200, headers=(), body=body, fetched=datetime(1970, 1, 1, tzinfo=UTC))
    reasons: list[str] = []
    for name, candidate in KINDS.items():
        if kind in (None, name):
            try:
                return candidate.read(Source(id="document", url=url or "", kind=name), page, None)
            except ReadError as error:
                reasons.append(str(error))
    if not reasons:
        raise ReadError(f'no kind of source is called "{kind}"; there are: {", ".join(KINDS)}')
    raise ReadError(reasons[0] if len(reasons) == 1 else "; ".join(dict.fromkeys(reasons)))
