"""Which units are done: one checkpoint for each, by source, way and name, with the spans that were asked for.

A unit is done for a window that lies within a span it was done for. So one that nothing could be cut from (a walk
through an archive, a file) is done again for a wider window, and one that a day was cut from never.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from watcher.ports import Store, Writer
from watcher.types import Outcome, Source, TopicRule, Unit, Window

_PACE = "backfill pace"
_LONGEST = 1000  # bytes of a name: an index of PostgreSQL takes 2,704


def is_done(store: Store, unit: Unit) -> bool:
    """True when a unit was brought for all of its window."""
    return any(since <= unit.window.since and unit.window.until <= until for since, until in _spans(store, unit))


def was_other(store: Store | Writer, unit: Unit, topics: str) -> bool:
    """True when a unit was brought while other topics were looked for. Before that was noted, nobody knows: False."""
    then = _noted(store, unit).get("topics")
    return bool(topics and then) and then != topics


def digest_of(rules: Sequence[TopicRule]) -> str:
    """What topics were looked for, in a few characters."""
    told = sorted((rule.id, sorted(rule.names), sorted(rule.weak), sorted(rule.needs), sorted(rule.never),
                   sorted(rule.without)) for rule in rules)  # fmt: skip
    return hashlib.blake2b(json.dumps(told).encode(), digest_size=8).hexdigest()


def was_done(store: Store, source: Source, window: Window) -> bool:
    """True when a version before units read a source's own archive to its end for this window."""
    return store.checkpoint(f"backfill {source.id} {window.since.date()} {window.until.date()}") is not None


def finish(
    writer: Writer,
    unit: Unit,
    ended: datetime,
    counts: Mapping[Outcome, int],
    documents: int = 0,
    read: int = 0,
    topics: str = "",
) -> None:
    """Notes that a unit ended without trouble, and what it brought, beside what it was done for before.

    `topics` is the digest of what was looked for. A span read with other topics makes the older ones no better.
    """
    if was_other(writer, unit, topics) and not unit.window.again:
        topics = _noted(writer, unit)["topics"]
    value = {
        "spans": _joined([*_spans(writer, unit), (unit.window.since, unit.window.until)]),
        "ended": ended.isoformat(),
        "documents": documents,
        "bytes": read,
        "topics": topics,
        "outcomes": {outcome.value: count for outcome, count in sorted(counts.items()) if count},
    }
    writer.set_checkpoint(name_of(unit), json.dumps(value))


def keep_pace(writer: Writer, way: str, read: int, seconds: float) -> None:
    """Remembers at how many bytes a second files of a way were read: the next estimate is made with it."""
    writer.set_checkpoint(f"{_PACE} {way}", str(round(read / seconds)))


def pace(store: Store, way: str) -> float | None:
    """Bytes a second, as files of a way were read last; None where none were."""
    value = store.checkpoint(f"{_PACE} {way}")
    return float(value) if value and float(value) > 0 else None


def name_of(unit: Unit) -> str:
    """What a unit's checkpoint is called."""
    name = f"backfill {unit.source} {unit.via} {unit.name}"
    if len(name.encode("utf-8", "replace")) <= _LONGEST:
        return name
    return f"{name[:100]}… {hashlib.blake2b(name.encode('utf-8', 'replace'), digest_size=16).hexdigest()}"


def _spans(store: Store | Writer, unit: Unit) -> list[tuple[datetime, datetime]]:
    found = _noted(store, unit).get("spans", ())
    return [(datetime.fromisoformat(since), datetime.fromisoformat(until)) for since, until in found]


def _noted(store: Store | Writer, unit: Unit) -> dict[str, Any]:
    value = store.checkpoint(name_of(unit))
    found: dict[str, Any] = json.loads(value) if value else {}
    return found


def _joined(spans: Sequence[tuple[datetime, datetime]]) -> list[tuple[str, str]]:
    """The same spans, those that meet made one."""
    joined: list[tuple[datetime, datetime]] = []
    for since, until in sorted(spans):
        if joined and since <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(until, joined[-1][1])
        else:
            joined.append((since, until))
    return [(since.isoformat(), until.isoformat()) for since, until in joined]
