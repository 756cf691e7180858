"""A daemon's place among several on one database: taken, renewed in a thread of its own, and known to have lapsed.

Held by two clocks: the database's says until when the others leave us what we claimed, and ours, counted from before
the question went out, when to stop. Ours always says so first, whether or not the database can be reached.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from uuid import uuid4

from sqlalchemy import Connection

from watcher.errors import StoreError
from watcher.ports import Share
from watcher.store import leases
from watcher.store.opened import Opened

# What a daemon that was killed had claimed is anybody's after so long. One that lives renews every third of it.
SPAN = 30.0
# So long before the end a holder stops: what it began in good time is over then.
MARGIN = 0.1  # of the span
_AGAIN = 0.5  # seconds after a renewal that failed
_SWEPT = 360  # renewals between two looks for rows of nobody: an hour
_GOODBYE = 2.0  # seconds that a renewal under way may still take at the end


class Sharing(Share):
    """The place of this process. Used by any number of threads.

    `pause`: seconds between two renewals; a third of the span unless said.
    """

    def __init__(
        self, store: Opened, seconds: Callable[[], float], span: float = SPAN, pause: float | None = None
    ) -> None:
        self._store, self._seconds, self._span = store, seconds, span
        self._pause = span / 3 if pause is None else pause
        self._guard = threading.Lock()
        self._until: dict[str, float] = {}  # row -> when we stop, by our clock
        self._holder = ""
        self._over = threading.Event()
        self.anew()
        self._thread = threading.Thread(target=self._keep, name="leases", daemon=True)
        self._thread.start()

    @property
    def holder(self) -> str:
        return self._holder

    @property
    def span(self) -> float:
        return self._span

    def is_held(self) -> bool:
        return self._holds(leases.DAEMON + self._holder)

    def anew(self) -> None:
        holder = uuid4().hex
        asked = self._seconds()
        with self._store.claims() as connection:
            leases.leave(connection, self._holder)
            leases.take(connection, holder, [leases.DAEMON + holder], self._span)
        with self._guard:
            self._holder = holder
            self._until = {leases.DAEMON + holder: self._stop(asked)}

    @contextmanager
    def alone(self, hand: str) -> Iterator[Callable[[], bool] | None]:
        name, holder = leases.HAND + hand, f"{self._holder} {hand} {uuid4().hex[:8]}"
        asked = self._seconds()
        with self._store.claims() as connection:
            is_ours = bool(leases.take(connection, holder, [name], self._span))
        if not is_ours:
            yield None
            return
        key = f"{name}\n{holder}"
        with self._guard:
            self._until[key] = self._stop(asked)
        try:
            yield lambda: self._holds(key)
        finally:
            with self._guard:
                self._until.pop(key, None)
            with suppress(StoreError), self._store.claims() as connection:  # else it runs out by itself
                leases.drop(connection, holder, [name])

    def close(self) -> None:
        """Leaves: what was claimed is anybody's at once, if the database hears of it."""
        self._over.set()
        self._thread.join(_GOODBYE)
        with suppress(StoreError), self._store.claims() as connection:
            leases.leave(connection, self._holder)

    # --- renewal ---

    def _holds(self, key: str) -> bool:
        with self._guard:
            until = self._until.get(key)
        return until is not None and self._seconds() < until

    def _stop(self, asked: float) -> float:
        return asked + self._span * (1 - MARGIN)

    def _keep(self) -> None:
        pause, rounds = self._pause, 0
        while not self._over.wait(pause):
            rounds += 1
            with self._guard:
                keys = list(self._until)
            asked = self._seconds()
            try:
                with self._store.claims() as connection:
                    renewed = {key for key in keys if self._renewed(connection, key)}
                    if rounds % _SWEPT == 1:
                        leases.sweep(connection)
            except StoreError:
                pause = min(_AGAIN, self._pause)  # while what is held holds: a cut is soon mended
                continue
            pause = self._pause
            with self._guard:
                for key in keys:
                    if key in renewed and key in self._until:
                        self._until[key] = self._stop(asked)
                    elif key in self._until:
                        self._until[key] = asked  # it is another's

    def _renewed(self, connection: Connection, key: str) -> bool:
        name, _, holder = key.partition("\n")
        holder = holder or name.removeprefix(leases.DAEMON)
        return bool(leases.renew(connection, holder, [name], self._span))
