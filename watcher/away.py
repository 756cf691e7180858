"""A database that is away, and hands that outlive it: nothing is asked, sent or published until it is back."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from itertools import count

from watcher.errors import StoreAwayError, StoreBusyError
from watcher.log import logger
from watcher.ports import Store

# Between two looks whether it is back: it is asked soon, and then less and less often.
PAUSES = (0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0)


class Away:
    """What the hands of one daemon do when the database is away. Used by any number of threads."""

    def __init__(self, store: Store, stopped: Callable[[float], bool], waits: Callable[[str], None]) -> None:
        self._store, self._stopped, self._waits = store, stopped, waits
        self._guard = threading.Lock()
        self._is_away = False

    def outlived(self, work: Callable[[], None], name: str) -> None:
        """Works, and begins anew, as another process would, whenever the database was away meanwhile."""
        while True:
            try:
                return work()
            except (StoreAwayError, StoreBusyError) as error:
                self._say(str(error))
            if not self._is_back(name):
                return None

    def _is_back(self, name: str) -> bool:
        """Waits until the database answers; False when it is time to end."""
        for number in count():
            if self._stopped(PAUSES[min(number, len(PAUSES) - 1)]):
                return False
            self._waits(name)
            with suppress(StoreAwayError, StoreBusyError):
                self._store.last_article()
                break
        self._say(None)
        return True

    def _say(self, trouble: str | None) -> None:
        """Once that it is away, and once that it is back, however many hands find out."""
        with self._guard:
            was_away, self._is_away = self._is_away, trouble is not None
        if trouble is not None and not was_away:
            logger().warning("database", trouble=trouble, until="it is back: nothing is asked, sent or published")
        elif trouble is None and was_away:
            logger().info("database", state="it is back")
