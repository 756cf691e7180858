"""Slows down whoever guesses: ten wrong tokens at once, then one in six seconds, for each that connects."""

from __future__ import annotations

import threading
from collections.abc import Callable

MOST = 10
SECONDS = 6.0
_PEERS = 1000


class Guesses:
    """Counts wrong guesses by who made them. Sessions that are open are not concerned."""

    def __init__(self, seconds: Callable[[], float]) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._made: dict[str, tuple[float, float]] = {}  # how many weigh still, and when that was

    def wait(self, peer: str) -> int:
        """For how many seconds nothing of this one is looked at; 0 where it may guess."""
        with self._lock:
            over = self._weight(peer) - (MOST - 1)
        return max(1, round(over * SECONDS)) if over > 0 else 0

    def note(self, peer: str) -> None:
        """One more was wrong."""
        with self._lock:
            if len(self._made) >= _PEERS:
                self._made = {each: made for each, made in self._made.items() if self._weight(each) > 0}
            self._made[peer] = self._weight(peer) + 1, self._seconds()

    def forget(self) -> None:
        """Begins to count anew."""
        with self._lock:
            self._made.clear()

    def _weight(self, peer: str) -> float:
        weight, then = self._made.get(peer, (0.0, 0.0))
        return max(0.0, weight - (self._seconds() - then) / SECONDS)
