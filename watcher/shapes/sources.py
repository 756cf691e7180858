"""Sources as programs get them: how each does, and what it brought."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from watcher import urls
from watcher.shapes.telling import FAILING_AFTER, iso, rests, state_of
from watcher.types import Harvest, HostState, Memory, Source, Visit

SPAN = timedelta(days=30)


def lane_of(source: Source, memory: Memory | None) -> str:
    """The host:port that a source is asked at."""
    return urls.host_port(memory.moved_to or source.url if memory else source.url)


def source_row(
    source: Source,
    memory: Memory | None,
    brought: Harvest,
    host: HostState | None,
    now: datetime,
    failing_after: timedelta = FAILING_AFTER,
) -> dict[str, Any]:
    """One of the list of sources."""
    known = memory or Memory(source.id)
    return {
        "id": source.id,
        "kind": source.kind,
        "url": urls.masked_for(source),
        "title": source.title or known.title,
        "folder": list(source.folder),
        "language": source.language,
        "role": source.role,
        "pages": source.pages,
        "state": state_of(memory, host, now, failing_after),
        "failing_since": iso(known.failing_since),
        "resting_until": iso(host.rest_until) if host is not None and rests(host, now) else None,
        "moved_to": urls.masked_for(source, known.moved_to) if known.moved_to else None,
        "visited": iso(known.visited),
        "due": iso(known.due),
        "because": known.because,
        "failures": known.failures,
        "last": (known.trouble or "ok") if known.visited else "never asked",
        "days": SPAN.days,
        "noise": None if brought.noise is None else round(brought.noise, 4),
        "leads": brought.found,
        "articles": brought.articles,
        "shown": brought.shown,
        "copies": brought.copies,
        "read": round(brought.read / brought.articles, 4) if brought.articles else None,
        "last_news": iso(known.changed),
    }


def visit_row(visit: Visit) -> dict[str, Any]:
    """A visit as it is shown."""
    return {
        "source": visit.source,
        "status": visit.status,
        "trouble": visit.trouble.text if visit.trouble else None,
        "outcomes": {outcome.value: count for outcome, count in sorted(visit.counts.items()) if count},
        "due": visit.memory.due.isoformat() if visit.memory and visit.memory.due else None,
    }
