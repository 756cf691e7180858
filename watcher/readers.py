"""Who reads, since when, and under which hour: what has to be remembered so that a changed configuration tells nobody
anything twice, and nobody what was told before they came.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from watcher import cadence
from watcher.ports import Clock, Store
from watcher.types import Edition, OutboxRow, Schedule, address_key


def remember(store: Store, readers: Sequence[str], schedules: Sequence[Schedule], clock: Clock) -> None:
    """Keeps since when each of these addresses reads, and lets a line of editions go on under a changed hour or zone.

    Who is taken out of the configuration is forgotten, and new when named again; who left stays away. A schedule that
    is not configured any more goes on as the one that has no editions yet: no date gets a second edition by it, and
    what was told stays told.
    """
    known = store.subscriptions()
    left = {each.address for each in known if each.left is not None}
    wanted = {address_key(address) for address in readers}
    renamed = _succession(store, schedules, clock)
    if not renamed and {each.address for each in known} - left == wanted - left:
        return
    with store.writing() as writer:
        writer.meet(readers, clock())
        for old, new in renamed.items():
            writer.rename_schedule(old, new)


def _succession(store: Store, schedules: Sequence[Schedule], clock: Clock) -> Mapping[str, str]:
    """Which stored schedule goes on as which configured one. Only where there is no doubt: one went, one came."""
    stored = store.made_last()
    keys = {cadence.schedule_key(schedule): schedule for schedule in schedules}
    came = [key for key in keys if key not in stored]
    if not came or not stored:
        return {}
    now = clock()
    went = [
        key
        for key, last in sorted(stored.items(), key=lambda pair: pair[1].until, reverse=True)
        if key not in keys and last.until > cadence.oldest(keys[came[0]], now)
    ]
    is_main = came[0] == next(iter(keys))  # that of [digest] goes on whoever else came and went
    return {went[0]: came[0]} if went and (is_main or len(went) == len(came) == 1) else {}


def rows_for_readers(store: Store, edition: Edition, rows: Sequence[OutboxRow]) -> tuple[OutboxRow, ...]:
    """Without those of whoever left, and of whoever became a reader after what the edition tells had ended.

    A recipient that nobody was told about (a webhook) is no reader of that kind, and gets its row.
    """
    known = {each.address: each for each in store.subscriptions()}
    kept = []
    for row in rows:
        reader = known.get(address_key(row.recipient))
        if reader is None or (reader.left is None and reader.since <= edition.until):
            kept.append(row)
    return tuple(kept)
