"""Forgets what need not be kept: the words of off-topic leads after 30 days, a machine's log and words after 90."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from watcher.ports import Clock, Store

# The contract's 30 days: long enough for a new rule to be tried on what was passed over.
KEEP_OFF_TOPIC = timedelta(days=30)
# Three months of what was spent can be looked at; what editions show of a machine's words stands in the editions.
KEEP_MACHINE = timedelta(days=90)


# 200,000 leads at once, after an import, held the writer's lock for half a minute; so many do for a third of a second.
AT_ONCE = 2_000
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
