"""How all is: what is stored, what is due, what waits, as programs get it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from watcher import app, urls
from watcher.cadence import next_edition
from watcher.config import Config
from watcher.encoding import TROUBLE
from watcher.interpreting import machine_state
from watcher.showing import unwritten
from watcher.types import Memory

if TYPE_CHECKING:
    from watcher.store import SqlStore


def status_row(config: Config, store: SqlStore, now: datetime) -> dict[str, Any]:
    """What `status` says."""
    counts = store.counts()
    memories = store.memories([source.id for source in config.sources])
    last = store.last_edition()
    upcoming = next_edition(config.schedules[0], now)
    owed = unwritten(store)
    machine = machine_state(config, store, now)
    row: dict[str, Any] = {
        "config": str(config.file),
        "sources": len(config.sources),
        "topics": len(config.topics),
        "next_edition": upcoming[1].isoformat() if upcoming else None,
        "due": sum(_is_due(memories.get(source.id), now) for source in config.sources),
        "articles": counts.articles,
        "stories": counts.stories,
        "editions": counts.editions,
        "leads": {outcome.value: count for outcome, count in counts.leads.items()},
        "outbox": dict(counts.outbox),
        "refused": [f"{each.id} {each.recipient}: {each.reply}" for each in store.outbox(("refused",))],
        "failing": sorted(memory.source for memory in memories.values() if memory.failures),
        "last_edition": last.until.isoformat() if last else None,
        "out_trouble": owed.text if owed else None,
        "template_trouble": list(app.slips(config, store)),
        "encoder": urls.masked_text(config.stories.encoder),
        "pending": store.awaited(now - config.stories.window, now),
        "encoder_trouble": store.checkpoint(TROUBLE) or None,
        "unindexed": store.unindexed(),
    }
    return row if machine is None else row | {"machine": machine}


def _is_due(memory: Memory | None, now: datetime) -> bool:
    if memory is None:
        return True
    return not (memory.paused or memory.ended) and (memory.due is None or memory.due <= now)
