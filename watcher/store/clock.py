"""The clock of several daemons on one database: its server's.

Each daemon counts on from what the server said last. It hears that anew in every transaction, behind the lock, so what
it shows there is never ahead of the server, and never behind what another daemon showed in a transaction before: an
edition that ends at a moment holds everything that was found until then, whoever found it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from watcher.store.archive import SqlStore


class ServerClock:
    """What the server's clock shows; never asks it for that. Used by any number of threads."""

    def __init__(self, store: SqlStore, seconds: Callable[[], float]) -> None:
        self._seconds = seconds
        self._guard = threading.Lock()
        store.ground.heard = self._hear
        with store.claims():  # says the first word
            pass

    def __call__(self) -> datetime:
        with self._guard:
            said, at = self._said, self._at
        return said + timedelta(seconds=self._seconds() - at)

    def _hear(self, moment: datetime) -> None:
        with self._guard:
            self._said, self._at = moment.astimezone(UTC), self._seconds()
