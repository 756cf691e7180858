"""Slows down whoever guesses: ten wrong tokens at once, then one in six seconds, for each that connects.

What is right always passes: 16 characters and more are found by nobody, however often they try.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

MOST = 10
SECONDS = 6.0
_PEERS = 1000


class Guesses:
    """Counts wrong guesses by who made them, by a clock that only goes forward."""

    def __init__(self, seconds: Callable[[], float]) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._made: dict[str, tuple[float, float]] = {}  # how many weigh still, and when that was

    def missed(self, peer: str) -> int:
        """One more was wrong: for how many seconds this one is told to wait, or 0, and it is counted."""
        with self._lock:
            over = self._weight(peer) - (MOST - 1)
            if over > 0:
                return max(1, round(over * SECONDS))
            if len(self._made) >= _PEERS:
                self._made = {each: made for each, made in self._made.items() if self._weight(each) > 0}
            self._made[peer] = self._weight(peer) + 1, self._seconds()
        return 0

    def forget(self) -> None:
        """Begins to count anew."""
        with self._lock:
            self._made.clear()

    def _weight(self, peer: str) -> float:
        weight, then = self._made.get(peer, (0.0, 0.0))
        return max(0.0, weight - (self._seconds() - then) / SECONDS)
