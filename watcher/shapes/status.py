"""How all is: what is stored, what is due, what waits, as programs get it."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from watcher import __version__, app, urls
from watcher.cadence import next_edition
from watcher.config import Config
from watcher.encoding import TROUBLE
from watcher.interpreting import machine_state
from watcher.sampling import missed
from watcher.shapes.source import missed_row
from watcher.shapes.telling import has_failed_for
from watcher.showing import unwritten
from watcher.store.locks import daemon_of
from watcher.types import Counts, Memory, OutboxRow

if TYPE_CHECKING:
    from watcher.store import SqlStore

NAMED = 5  # sources named in a line


def status_row(config: Config, store: SqlStore, now: datetime, counts: Counts | None = None) -> dict[str, Any]:
    """What `status` says; `counts`, where somebody has counted just now."""
    row = {"version": __version__, "config": str(config.file), "daemon": daemon_of(config.watcher.data_dir)}
    row |= _editions(config, store, now)
    row |= _sources(config, store, now)
    row |= _stored(config, store, now, counts or store.counts())
    return row | _troubles(config, store, now)


def _editions(config: Config, store: SqlStore, now: datetime) -> dict[str, Any]:
    newest = next(iter(store.listed(1)), None)
    until, stories = _told(store, newest.id) if newest else (None, None)
    coming = [moment for schedule in config.schedules if (moment := next_edition(schedule, now))]
    upcoming = next_edition(config.schedules[0], now)
    return {
        "last_edition": until.isoformat() if until else None,
        "last_edition_stories": stories,
        "next_edition": upcoming[1].isoformat() if upcoming else None,
        "next_of_all": min(moment for _, moment in coming).isoformat() if coming else None,
    }


@lru_cache(maxsize=8)
def _told(store: SqlStore, number: int) -> tuple[datetime | None, int | None]:
    """Up to when an edition tells, and how many stories. It never changes, and one of a big day takes 30 ms to read."""
    edition = store.edition(str(number))
    return (edition.until, len(edition.entries)) if edition else (None, None)


def _sources(config: Config, store: SqlStore, now: datetime) -> dict[str, Any]:
    memories = store.memories([source.id for source in config.sources])
    known = [memories.get(source.id, Memory(source.id)) for source in config.sources]
    failed, after = [memory for memory in known if memory.failures], config.digest.failing_after
    asked = [memory for memory in known if not (memory.paused or memory.ended)]
    coming = sorted((memory.due, memory.source) for memory in asked if memory.due is not None and memory.due > now)
    return {
        "sources": len(config.sources),
        "topics": len(config.topics),
        "due": sum(memory.due is None or memory.due <= now for memory in asked),
        "next_visits": [{"source": name, "due": due.isoformat()} for due, name in coming[:NAMED]],
        "failing": sorted(memory.source for memory in failed if has_failed_for(memory, now, after)),
        "missed": sorted(memory.source for memory in failed if not has_failed_for(memory, now, after)),
        "paused": sorted(memory.source for memory in known if memory.paused),
        "ended": sorted(memory.source for memory in known if memory.ended),
    }


def _stored(config: Config, store: SqlStore, now: datetime, counts: Counts) -> dict[str, Any]:
    there = next(place for place in (config.watcher.data_dir, *config.watcher.data_dir.parents) if place.exists())
    return {
        "articles": counts.articles,
        "stories": counts.stories,
        "editions": counts.editions,
        "leads": {outcome.value: count for outcome, count in counts.leads.items()},
        "outbox": dict(counts.outbox),
        "next_attempt": _next_attempt(store.outbox(("waiting",))),
        "refused": [f"{each.id} {each.recipient}: {each.reply}" for each in store.outbox(("refused",))],
        "database": {"bytes": store.size(), "bytes_a_day": store.growth(now), "schema": store.schema()},
        "disk_free": shutil.disk_usage(there).free,
    }


def _next_attempt(waiting: Sequence[OutboxRow]) -> str | None:
    return min(row.next_attempt for row in waiting).isoformat() if waiting else None


def _troubles(config: Config, store: SqlStore, now: datetime) -> dict[str, Any]:
    owed = unwritten(store)
    row: dict[str, Any] = {
        "out_trouble": owed.text if owed else None,
        "template_trouble": list(app.slips(config, store)),
        "encoder": urls.masked_text(config.stories.encoder),
        "pending": store.awaited(now - config.stories.window, now),
        "encoder_trouble": store.checkpoint(TROUBLE) or None,
        "unindexed": store.unindexed(),
        "left_unread": missed_row(missed(store, now)),
    }
    machine = machine_state(config, store, now)
    return row if machine is None else row | {"machine": machine}
