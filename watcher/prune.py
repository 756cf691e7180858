"""Forgets what need not be kept: the words of off-topic leads after 30 days."""

from __future__ import annotations

from datetime import timedelta

from watcher.ports import Clock, Store

# The contract's 30 days: long enough for a new rule to be tried on what was passed over.
KEEP_OFF_TOPIC = timedelta(days=30)


def prune(store: Store, clock: Clock) -> int:
    """Forgets titles and addresses of off-topic leads older than 30 days; returns how many."""
    with store.writing() as writer:
        return writer.prune(clock() - KEEP_OFF_TOPIC)
