"""How all is: what is stored, what is due, what waits, and what somebody should look at."""

from __future__ import annotations

from typing import Any

from watcher import app
from watcher.cadence import next_edition
from watcher.encoding import TROUBLE
from watcher.shapes.telling import has_failed_for
from watcher.types import Memory, Outcome
from watcher.web.reading.desk import Desk


def status_values(desk: Desk) -> dict[str, Any]:
    """What `watcher status` says."""
    store, config, now = desk.store, desk.config, desk.clock()
    counts = desk.counts()
    memories = store.memories(desk.sources)
    upcoming = next_edition(config.schedules[0], now)
    made = store.made(desk.site.press.main_schedule, 1)
    failed = [memory for memory in memories.values() if memory.failures and not memory.ended]
    failing = {memory.source for memory in failed if has_failed_for(memory, now, config.digest.failing_after)}
    refused = store.outbox(("refused",))
    visited = [memory.visited for memory in memories.values() if memory.visited]
    return {
        "articles": counts.articles,
        "stories": counts.stories,
        "editions": counts.editions,
        "leads": tuple((each.value, counts.leads[each]) for each in Outcome if counts.leads.get(each)),
        "outbox": tuple(counts.outbox.items()),
        "refused": tuple((each.recipient, each.reply) for each in refused[-5:]),
        "sources": len(desk.sources),
        "topics": len(desk.topics),
        "failing": tuple(sorted(failing)),
        "missed": tuple(sorted({memory.source for memory in failed} - failing)),
        "due": sum(_is_due(memories.get(name), now) for name in desk.sources),
        "visited": max(visited, default=None),
        "next": upcoming[1] if upcoming else None,
        "last": made[0].until if made else None,
        "awaited": store.awaited(now - config.stories.window, now),
        "encoder": config.stories.encoder,
        "encoder_trouble": store.checkpoint(TROUBLE) or "",
        "standing": app.standing(config, store),
        "ailment": desk.site.ailment(),
        "unindexed": store.unindexed(),
    }


def _is_due(memory: Memory | None, now: Any) -> bool:
    if memory is None:
        return True
    return not (memory.paused or memory.ended) and (memory.due is None or memory.due <= now)
