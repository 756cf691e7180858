"""Forgets what need not be kept: the words of off-topic leads after 30 days, a machine's log and words after 90."""

from __future__ import annotations

from datetime import timedelta

from watcher.ports import Clock, Store

# The contract's 30 days: long enough for a new rule to be tried on what was passed over.
KEEP_OFF_TOPIC = timedelta(days=30)
# Three months of what was spent can be looked at; what editions show of a machine's words stands in the editions.
KEEP_MACHINE = timedelta(days=90)


def prune(store: Store, clock: Clock) -> int:
    """Forgets titles and addresses of off-topic leads older than 30 days, returns how many; and a machine's past."""
    with store.writing() as writer:
        writer.forget_machine(clock() - KEEP_MACHINE)
        return writer.prune(clock() - KEEP_OFF_TOPIC)
