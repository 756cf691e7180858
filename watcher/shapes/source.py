"""What is known of one source, and its shape for programs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any

from watcher import urls
from watcher.sampling import Missed, missed
from watcher.shapes.sources import SPAN, lane_of, visit_row
from watcher.shapes.telling import FAILING_AFTER, iso, state_of
from watcher.types import Harvest, HostState, LeadRecord, Memory, Source, Visit

if TYPE_CHECKING:
    from watcher.store import SqlStore

_VISITS = 10
_LOOKED_AT = 200  # dropped leads, newest first, of which examples are taken
_EXAMPLES = 3  # of each outcome


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one source."""

    source: Source
    memory: Memory | None
    host: HostState | None
    lane: str
    harvest: Harvest
    visits: tuple[Visit, ...]
    dropped: tuple[LeadRecord, ...]
    unread: Missed  # what was looked at of the leads that named no topic
    now: datetime
    zone: str
    failing_after: timedelta = FAILING_AFTER


def known_of(
    store: SqlStore, source: Source, now: datetime, zone: str, failing_after: timedelta = FAILING_AFTER
) -> Known:
    """What the archive knows of a source; of what it dropped, a few examples of each outcome."""
    memory = store.memories([source.id]).get(source.id)
    lane = lane_of(source, memory)
    return Known(
        source=source,
        memory=memory,
        host=store.hosts([lane]).get(lane),
        lane=lane,
        harvest=store.harvest([source.id], now - SPAN)[source.id],
        visits=store.visits(source.id, _VISITS),
        dropped=_examples(store.dropped(source.id, _LOOKED_AT)),
        unread=missed(store, now).of(source.id),
        now=now,
        zone=zone,
        failing_after=failing_after,
    )


def _examples(dropped: Iterable[LeadRecord]) -> tuple[LeadRecord, ...]:
    by_outcome = groupby(sorted(dropped, key=lambda each: each.outcome), key=lambda each: each.outcome)
    return tuple(record for _, group in by_outcome for record in list(group)[:_EXAMPLES])


def row_of(known: Known, words: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """The same for programs; `words` holds what a person is told."""
    source = known.source
    memory = known.memory or Memory(source.id)
    hints = memory.hints
    return {
        "id": source.id,
        "kind": source.kind,
        "url": urls.masked_for(source),
        "title": source.title or memory.title,
        "folder": list(source.folder),
        "language": source.language,
        "role": source.role,
        "pages": source.pages,
        "state": state_of(known.memory, known.host, known.now, known.failing_after),
        "visited": iso(memory.visited),
        "due": iso(memory.due),
        "because": memory.because,
        "failures": memory.failures,
        "failing_since": iso(memory.failing_since),
        "last": (memory.trouble or "ok") if memory.visited else "never asked",
        "etag": memory.etag,
        "last_modified": memory.last_modified,
        "unmodified_since": iso(memory.unmodified_since),
        "changed": iso(memory.changed),
        "visits": memory.visits,
        "rhythm": memory.rhythm.total_seconds() if memory.rhythm else None,
        "ttl": hints.ttl.total_seconds() if hints.ttl else None,
        "skip_hours": sorted(hints.skip_hours),
        "skip_days": sorted(hints.skip_days),
        "moved_to": urls.masked_for(source, memory.moved_to) if memory.moved_to else None,
        "moving_to": urls.masked_for(source, memory.moving_to) if memory.moving_to else None,
        "moving_seen": memory.moving_seen,
        "recovered": iso(memory.recovered),
        "ended": iso(memory.ended),
        "host": _host(known),
        "harvest": _harvest(known.harvest),
        "left_unread": missed_row(known.unread),
        "dropped": [
            {
                "outcome": each.outcome.value,
                "title": each.title,
                "url": urls.masked(each.url),
                "found": iso(each.found),
            }
            for each in known.dropped
        ],
        "last_visits": [visit_row(visit) | {"at": iso(visit.ended)} for visit in known.visits],
        "words": [f"{label}: {text}" if label else text for label, text in words],
    }


def missed_row(unread: Missed) -> dict[str, Any]:
    """What `pages = "on-topic"` misses, as far as a sample says."""
    low, high = unread.span
    share = unread.share
    return {
        "looked": unread.looked,
        "missed": unread.about,
        "share": None if share is None else round(share, 4),
        "low": round(low, 4),
        "high": round(high, 4),
        "text": unread.text,
    }


def _host(known: Known) -> dict[str, Any]:
    host = known.host
    return {
        "host": known.lane,
        "rest_until": iso(host.rest_until) if host else None,
        "rest_because": host.rest_because if host else None,
        "robots_status": host.robots_status if host else None,
        "robots_at": iso(host.robots_at) if host else None,
    }


def _harvest(harvest: Harvest) -> dict[str, Any]:
    return {
        "days": SPAN.days,
        "visits": harvest.visits,
        "failed": harvest.failed,
        "leads": {outcome.value: count for outcome, count in sorted(harvest.leads.items())},
        "articles": harvest.articles,
        "shown": harvest.shown,
        "copies": harvest.copies,
        "read": harvest.read,
        "noise": harvest.noise,
    }
