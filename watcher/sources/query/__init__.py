"""Kind `query`: the public search feeds of others, asked for a topic in a language.

    topic and language ─ wording ─> query ─ engines ─> address ─(fetched)─> feed or JSON ─ read ─> leads
                                                                  headlines <──┘  └──> redirects

What an engine finds is an outlet's article: a lead names the outlet, never the engine. A link that only leads on is
decoded where it carries its target, and never fetched by a visit (`redirects`).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from watcher.errors import ReadError
from watcher.sources import feed
from watcher.sources.query import answers
from watcher.sources.query.engines import ENGINES, Question, address
from watcher.sources.query.readers import READERS
from watcher.types import Lead, Memory, Page, Reading, Request, Source, Window

MOST = 30  # leads of one reading, newest first, unless the source says otherwise: engines repeat what outlets say
_NEVER = datetime(1, 1, 1, tzinfo=UTC)


def requests(source: Source, memory: Memory, window: Window | None) -> tuple[Request, ...]:
    """The engine's feed; with a window the same question for that span, where the engine can be asked for one."""
    if window is None:
        return (Request(memory.moved_to or source.url, memory.etag, memory.last_modified),)
    if source.engine is None or source.query is None:
        return (Request(source.url),)
    most = ENGINES[source.engine].most
    return (Request(address(source.engine, Question(source.query, source.language, most, window))),)


def read(source: Source, page: Page, window: Window | None) -> Reading:
    """The leads of an engine's answer, the newest `most` of them; with a window all. Raises ReadError with the reason.

    Without an engine (a document that somebody wants read) whatever engine's JSON it is, or a feed.
    """
    if source.engine is None:
        return _any(source, page)
    reading = READERS[source.engine](source, page)
    leads = reading.leads if window is not None else _newest(reading.leads, source.most or MOST)
    return replace(reading, leads=leads, title=None, more=())


def _any(source: Source, page: Page) -> Reading:
    try:
        return feed.read(source, page, None)
    except ReadError:
        for reader in (answers.hacker_news, answers.gdelt):
            try:
                return reader(source, page)
            except ReadError:
                continue
        raise


def _newest(leads: tuple[Lead, ...], most: int) -> tuple[Lead, ...]:
    return tuple(sorted(leads, key=lambda lead: lead.published or lead.updated or _NEVER, reverse=True)[:most])
