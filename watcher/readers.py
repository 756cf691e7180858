"""Who reads, since when, and under which hour: what has to be remembered so that a changed configuration tells nobody
anything twice, and nobody what was told before they came.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from watcher import cadence
from watcher.ports import Clock, Store
from watcher.types import Schedule, address_key

PRESENT = "readers"  # the checkpoint that holds who was configured when last looked: whoever comes back is new


@dataclass(frozen=True, slots=True)
class _Present:
    """The readers and hours of a configuration, as far as a later one is compared with it."""

    hours: Mapping[str, str | None]  # address -> the key of its schedule; None: not known
    lines: tuple[str, ...] = field(default=())  # the keys of the schedules, that of [digest] first

    def dumps(self) -> str:
        return json.dumps({"hours": dict(sorted(self.hours.items())), "lines": self.lines})

    @classmethod
    def loads(cls, written: str | None) -> _Present:
        kept = json.loads(written or "[]")
        if isinstance(kept, list):  # addresses alone, as it was kept first
            return cls(dict.fromkeys(kept))
        return cls(kept["hours"], tuple(kept["lines"]))

    def by(self, line: str) -> frozenset[str]:
        """Who reads by a schedule."""
        return frozenset(address for address, hour in self.hours.items() if hour == line)


def remember(
    store: Store,
    readers: Sequence[str],
    schedules: Sequence[Schedule],
    clock: Clock,
    hours: Mapping[str, str] | None = None,
) -> None:
    """Keeps since when each of these addresses reads, and lets a line of editions go on under a changed hour or zone.

    Who is taken out of the configuration gets nothing that still waits for them, and is new when named again later; who
    left stays away. A schedule that is not configured any more goes on as one that has no editions yet: no date gets a
    second edition by it, and what was told stays told. Which goes on as which, is seen by `hours`: the key of each
    address's schedule.
    """
    known = {address_key(address): hour for address, hour in (hours or {}).items()}
    lines = tuple(cadence.schedule_key(schedule) for schedule in schedules)
    wanted = _Present({address_key(address): known.get(address_key(address)) for address in readers}, lines)
    kept = store.checkpoint(PRESENT)
    are_met = wanted.dumps() == kept
    renamed = _succession(store, schedules, clock, _Present.loads(kept), wanted)
    if are_met and not renamed:
        return
    with store.writing() as writer:
        if not are_met:
            present = _Present.loads(writer.checkpoint(PRESENT)).hours
            # A moment before now: an edition that ends now is theirs.
            new = [address for address in wanted.hours if address not in present]
            writer.meet(new, clock() - timedelta(microseconds=1))
            if gone := frozenset(present).difference(wanted.hours):
                writer.discard_waiting(gone, "no reader of the configuration any more")
            writer.set_checkpoint(PRESENT, wanted.dumps())
        for old, later in renamed.items():
            writer.rename_schedule(old, later)


def _succession(
    store: Store, schedules: Sequence[Schedule], clock: Clock, before: _Present, after: _Present
) -> Mapping[str, str]:
    """Which stored schedule goes on as which configured one that has no editions yet."""
    stored = store.made_last()
    keys = {cadence.schedule_key(schedule): schedule for schedule in schedules}
    came = [key for key in keys if key not in stored]
    if not came or not stored:
        return {}
    now = clock()
    newest_first = sorted(stored, key=lambda key: stored[key].until, reverse=True)
    in_order = [*(key for key in before.lines if key in stored), *newest_first]
    went = [key for key in dict.fromkeys(in_order) if key not in keys]
    pairs = [(old, new) for old in went for new in came if stored[old].until > cadence.oldest(keys[new], now)]
    renamed: dict[str, str] = {}
    for old, new in sorted(pairs, key=lambda pair: _likeness(pair[0], pair[1], before, after), reverse=True):
        if old not in renamed and new not in renamed.values():
            renamed[old] = new
    return renamed


def _likeness(old: str, new: str, before: _Present, after: _Present) -> tuple[bool, int, bool, bool]:
    """How surely a schedule goes on as another: that of [digest], then by its readers, its hour, its zone.

    What is equally alike keeps its order.
    """
    (was_at, was_in), (at, zone) = old.split(" ", 1), new.split(" ", 1)
    is_main = before.lines[:1] == (old,) and after.lines[:1] == (new,)
    return is_main, len(before.by(old) & after.by(new)), was_at == at, was_in == zone
