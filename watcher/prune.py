"""Forgets what need not be kept: the words of off-topic leads after 30 days, a machine's log and words after 90.

And, where somebody said so, what articles said that are older than a span: `retire`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from watcher.ports import Clock, Store
from watcher.types import UNSWEPT, Aged

# The contract's 30 days: long enough for a new rule to be tried on what was passed over.
KEEP_OFF_TOPIC = timedelta(days=30)
# Three months of what was spent can be looked at; what editions show of a machine's words stands in the editions.
KEEP_MACHINE = timedelta(days=90)


# 200,000 leads at once, after an import, held the writer's lock for half a minute; so many do for a third of a second.
AT_ONCE = 2_000
# Texts taken out of the index of words, and out of the archive, in one transaction: a fifth of a second.
TEXTS_AT_ONCE = 50
# Keys are swept away when so many articles were removed, or one in fifty: each sweep walks through all keys there are.
SWEEP_FROM, _SWEEP_SHARE = 1_000, 50
_PAUSE = 0.1  # seconds in which others that write have their turn


def prune(store: Store, clock: Clock, wait: Callable[[float], bool] = lambda _seconds: False) -> int:
    """Forgets words of off-topic leads older than 30 days, and a machine's past; returns how many rows that concerned.

    Between transactions it waits; where `wait` says that it is to end, the rest is forgotten the next time.
    """
    with store.writing() as writer:
        writer.forget_machine(clock() - KEEP_MACHINE)
    before, rows = clock() - KEEP_OFF_TOPIC, 0
    while True:
        with store.writing() as writer:
            concerned = writer.prune(before, AT_ONCE)
        rows += concerned
        if not concerned or wait(_PAUSE):
            return rows


def retire(
    store: Store,
    clock: Clock,
    before: datetime,
    wait: Callable[[float], bool] = lambda _seconds: False,
    on_step: Callable[[int], None] = lambda _done: None,
) -> int:
    """Takes away what articles said that were found before a moment, except saved ones; returns of how many.

    In short transactions, with a pause between them: a kill, or a `wait` that says to end, leaves the rest for the next
    time. Who has the archive meanwhile finds each article whole or removed.
    """
    done, last = 0, None
    while aged := store.aged(before, TEXTS_AT_ONCE, last):
        last = aged[-1]
        done += _remove(store, clock, aged)
        on_step(done)
        if wait(_PAUSE):
            return done
    _sweep(store, wait)
    return done


def _remove(store: Store, clock: Clock, aged: tuple[Aged, ...]) -> int:
    with store.writing() as writer:
        return writer.remove([each.article for each in aged], clock())


def _sweep(store: Store, wait: Callable[[float], bool]) -> None:
    """Their keys, once there are enough of them; what a kill kept from its end begins anew the next time."""
    unswept = int(store.checkpoint(UNSWEPT) or 0)
    if unswept < min(SWEEP_FROM, store.last_article() // _SWEEP_SHARE) or not unswept:
        return
    place: str | None = ""
    while place is not None:
        with store.writing() as writer:
            place = writer.sweep(place)
        if place is not None and wait(_PAUSE):
            return


RETIRED = "retired"
"""The checkpoint that says on which day everything old was gone."""
_MORNING = 6  # o'clock, where the watcher is
_MISSED = timedelta(days=3)  # so long without a night (a laptop that sleeps when we do), and any hour will do


@dataclass(frozen=True, slots=True)
class Nights:
    """When the machine has nothing better to do."""

    timezone: str
    clock: Clock

    def is_one(self) -> bool:
        return self._local().hour < _MORNING

    def today(self) -> str:
        return self._local().date().isoformat()

    def is_long_ago(self, day: str) -> bool:
        return not day or self._local().date() - datetime.fromisoformat(day).date() >= _MISSED

    def _local(self) -> datetime:
        return self.clock().astimezone(ZoneInfo(self.timezone))


def retire_tonight(store: Store, clock: Clock, keep: timedelta, nights: Nights, wait: Callable[[float], bool]) -> int:
    """Once a night, what was found longer ago than `keep`; what the night is too short for, the next one does."""
    last = store.checkpoint(RETIRED) or ""
    overdue = nights.is_long_ago(last)
    if last == nights.today() or not (overdue or nights.is_one()):
        return 0
    is_over = False

    def pause(seconds: float) -> bool:
        nonlocal is_over
        is_over = wait(seconds) or not (overdue or nights.is_one())
        return is_over

    # What is found meanwhile is put into the index of words all the same.
    done = retire(store, clock, clock() - keep, pause, lambda _done: _index(store))
    if not is_over:
        with store.writing() as writer:
            writer.set_checkpoint(RETIRED, nights.today())
    return done


def _index(store: Store) -> None:
    store.index_next()
