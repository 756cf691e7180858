"""A visit from its claim to its end, and what is remembered of the source afterwards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from watcher import cadence
from watcher.types import Hints, Memory, Outcome, Page, Reading, Source, Trouble, Visit, Window


@dataclass(slots=True)
class OpenVisit:
    """A visit under way: what came back so far, and how much is still to come."""

    source: Source
    memory: Memory
    started: datetime
    window: Window | None
    status: int | None = None
    page: Page | None = None
    body_hash: str | None = None
    reading: Reading = field(default_factory=Reading)
    trouble: Trouble | None = None
    has_read: bool = False
    whole: bool = True  # nothing of what was read was cut off
    counts: Counter[Outcome] = field(default_factory=Counter)
    blind: int = 0  # pages asked for without a word known of them
    waiting: int = 0  # answers and articles still to come
    asked: set[str] = field(default_factory=set)  # archive pages, so that a loop of them ends


def closed(opened: OpenVisit, now: datetime) -> Visit:
    """The visit that has ended. A backfill's leaves what polling remembers as it is."""
    memory = None if opened.window else _remember(opened, now, opened.reading.hints)
    return Visit(opened.source.id, opened.started, now, opened.status, dict(opened.counts), memory, opened.trouble)


def _remember(opened: OpenVisit, now: datetime, hints: Hints) -> Memory:
    """What to remember of a source after this visit. Trouble forgets nothing: validators are of the last good read."""
    before, page, trouble = opened.memory, opened.page, opened.trouble
    memory = replace(before, visited=now, visits=before.visits + 1)
    if trouble is not None:
        memory = replace(
            memory,
            failures=before.failures + 1,
            trouble=trouble.text,
            failing_since=before.failing_since or now,
            ended=now if trouble.status == 410 else before.ended,
        )
    elif page is not None:
        memory = replace(
            memory,
            failures=0,
            trouble=None,
            failing_since=None,
            changed=now if _brought_news(opened.counts) else before.changed,
            title=opened.reading.title or before.title,
        )
        memory = _with_validators(memory, opened, page) if opened.whole else memory
    return replace(memory, due=cadence.next_due(opened.source, before, now, page, trouble, hints))


def _with_validators(memory: Memory, opened: OpenVisit, page: Page) -> Memory:
    """A 304 that carries a validator refreshes it; one that carries none leaves the old one. A body cut off gives none:
    the rest of it would never be asked for."""
    kept = page.status == 304
    return replace(
        memory,
        etag=page.header("etag") or (memory.etag if kept else None),
        last_modified=page.header("last-modified") or (memory.last_modified if kept else None),
        body_hash=opened.body_hash or memory.body_hash,
    )


def _brought_news(counts: Mapping[Outcome, int]) -> bool:
    return any(count for outcome, count in counts.items() if outcome is not Outcome.SEEN)
