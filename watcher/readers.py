"""Who reads, since when, and under which hour: what has to be remembered so that a changed configuration tells nobody
anything twice, and nobody what was told before they came.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta

from watcher import cadence
from watcher.ports import Clock, Store
from watcher.types import Schedule, address_key

PRESENT = "readers"  # the checkpoint that holds who was configured when last looked: whoever comes back is new


def remember(store: Store, readers: Sequence[str], schedules: Sequence[Schedule], clock: Clock) -> None:
    """Keeps since when each of these addresses reads, and lets a line of editions go on under a changed hour or zone.

    Who is taken out of the configuration gets nothing that still waits for them, and is new when named again later; who
    left stays away. A schedule that is not
    configured any more goes on as the one that has no editions yet: no date gets a second edition by it, and what was
    told stays told.
    """
    wanted = sorted({address_key(address) for address in readers})
    are_met = json.dumps(wanted) == store.checkpoint(PRESENT)
    renamed = _succession(store, schedules, clock)
    if are_met and not renamed:
        return
    with store.writing() as writer:
        if not are_met:
            present = frozenset(json.loads(writer.checkpoint(PRESENT) or "[]"))
            # A moment before now: an edition that ends now is theirs.
            new = [address for address in wanted if address not in present]
            writer.meet(new, clock() - timedelta(microseconds=1))
            gone = present.difference(wanted)
            if gone:
                writer.discard_waiting(gone, "no reader of the configuration any more")
            writer.set_checkpoint(PRESENT, json.dumps(wanted))
        for old, later in renamed.items():
            writer.rename_schedule(old, later)


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
