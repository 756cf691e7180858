"""Whether the daemon gets on: each of its hands says so where its work goes round, and nobody says it for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping


class Vigil:
    """When each hand was last heard of, and which were not for longer than their work may take."""

    def __init__(self, seconds: Callable[[], float], most: Mapping[str, float]) -> None:
        self._seconds, self._most = seconds, dict(most)
        self._heard = dict.fromkeys(self._most, seconds())

    def heard(self, name: str) -> None:
        """Notes that a hand goes on with its work. Safe from any thread."""
        self._heard[name] = self._seconds()

    def stalled(self) -> tuple[str, ...]:
        """The hands that have not been heard of for too long."""
        now = self._seconds()
        return tuple(name for name, most in self._most.items() if now - self._heard[name] >= most)
