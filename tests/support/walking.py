"""Walks a way into the past as a pass does, against a server that is a function; nothing is fetched."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from watcher.sources import WAYS, read_document
from watcher.types import Lead, Memory, Page, Reading, Reason, Source, Trouble, Window

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
Serve = Callable[[str], bytes | Page | Trouble | None]


@dataclass
class Walked:
    """What was asked, in order and without fragments, what was found, and what went wrong."""

    asked: list[str] = field(default_factory=list)
    leads: list[Lead] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)

    @property
    def titles(self) -> list[str]:
        return [lead.title for lead in self.leads]


def walk(via: str, source: Source, window: Window, serve: Serve, most: int = 600) -> Walked:
    """Every request followed to its end, each address asked once. `serve` answers None with a 404.

    A walk that asks for more than `most` has not ended by itself, as each of these has to; a pass would end it.
    """
    way, walked = WAYS[via], Walked()
    waiting = deque(way.requests(source, Memory(source.id), window))
    met: set[str] = set()
    while waiting:
        request = waiting.popleft()
        url = request.url.partition("#")[0]
        if url in met:
            continue
        met.add(url)
        walked.asked.append(url)
        assert len(met) <= most, "a walk without end"
        reading = _read(via, source, window, request.url, serve(url))
        if isinstance(reading, Trouble):
            walked.troubles.append(reading)
            continue
        if reading.short is not None:
            walked.troubles.append(Trouble(Reason.INCOMPLETE, reading.short))
        walked.leads += reading.leads
        waiting += reading.more
    return walked


def _read(
    via: str, source: Source, window: Window, asked: str, answer: bytes | Page | Trouble | None
) -> Reading | Trouble:
    url = asked.partition("#")[0]
    if answer is None:
        answer = Trouble(Reason.STATUS, f"{url} answered 404", 404)
    if isinstance(answer, Trouble):
        return WAYS[via].refused(source, asked, answer, window)
    page = answer if isinstance(answer, Page) else Page(url, 200, (), answer, NOW)
    return read_document(via, source, Page(page.url, 200, page.headers, page.body, NOW, asked), window)
