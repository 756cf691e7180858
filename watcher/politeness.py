"""The pace per host: at most one request at a time and a gap between two, while other hosts go on.

Pure: moments are float seconds of whatever clock the caller uses, and nothing here waits. A job puts work into lanes,
takes what may start now, reports each end with `done`, and sleeps until `next_moment` or until something ends.
"""

from __future__ import annotations

import heapq
from collections import deque
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Item = TypeVar("Item")


@dataclass(slots=True)
class _Lane(Generic[Item]):
    waiting: deque[Item] = field(default_factory=deque)
    ready: float = float("-inf")  # no start before this moment
    gap: float = 0.0
    busy: bool = False


class Lanes(Generic[Item]):
    """Work in lanes, one for each host:port: every call costs O(log lanes), however slow one of them is.

    A lane with nothing to do is forgotten once its gap or rest has passed, so memory follows the work at hand.
    """

    def __init__(self, *, gap: float, concurrency: int) -> None:
        if gap < 0 or concurrency < 1:
            raise ValueError(f"gap {gap} must not be negative, concurrency {concurrency} must be at least 1")
        self._gap = gap
        self._concurrency = concurrency
        self._lanes: dict[str, _Lane[Item]] = {}
        # (moment, number, lane); an entry counts only while its moment is still the lane's, others are stale.
        # Lanes with work stand in one heap, idle ones that are only remembered in the other.
        self._starts: list[tuple[float, int, str]] = []
        self._idle: list[tuple[float, str]] = []
        self._number = 0  # lanes that are ready at the same moment start in the order they became so
        self._flying = 0
        self._waiting = 0

    def __len__(self) -> int:
        """Items waiting, those in flight not counted."""
        return self._waiting

    @property
    def flying(self) -> int:
        """Items taken and not yet done."""
        return self._flying

    def put(self, lane: str, item: Item) -> None:
        """Queues an item behind those of its lane."""
        state = self._lane(lane)
        state.waiting.append(item)
        self._waiting += 1
        if not state.busy and len(state.waiting) == 1:
            self._queue(lane, state)

    def take(self, now: float) -> list[Item]:
        """The items that may start now, the longest ready lane first, one of a lane. Each must be `done` later."""
        self._forget(now)
        taken: list[Item] = []
        while self._flying < self._concurrency:
            head = self._head()
            if head is None or head[0] > now:
                break
            heapq.heappop(self._starts)
            state = self._lanes[head[2]]
            taken.append(state.waiting.popleft())
            state.busy = True
            state.ready = now + state.gap
            self._flying += 1
            self._waiting -= 1
        return taken

    def done(self, lane: str, now: float) -> None:
        """Says that the item of this lane has ended: its next may start when the gap since the last start is over."""
        state = self._lanes.get(lane)
        if state is None or not state.busy:
            raise ValueError(f"nothing of lane {lane} is in flight")
        state.busy = False
        self._flying -= 1
        state.ready = max(state.ready, now)
        self._queue(lane, state)

    def rest(self, lane: str, until: float) -> None:
        """Starts nothing of this lane before a moment (Retry-After for the whole host); never shortens a rest."""
        state = self._lane(lane)
        if until > state.ready:
            state.ready = until
            if not state.busy:
                self._queue(lane, state)

    def wait_of(self, lane: str, now: float) -> float:
        """Seconds until a new item of this lane could start, those waiting before it left aside."""
        state = self._lanes.get(lane)
        return 0.0 if state is None else max(0.0, state.ready - now)

    def pace(self, lane: str, gap: float) -> None:
        """Gives a lane a longer gap than the others (a crawl delay), from its next start until it is forgotten."""
        state = self._lane(lane)
        state.gap = max(state.gap, gap)
        if not state.busy:
            self._queue(lane, state)

    def drop(self, lane: str) -> list[Item]:
        """Takes everything that waits in a lane out of it, unstarted."""
        state = self._lanes.get(lane)
        if state is None:
            return []
        dropped = list(state.waiting)
        self._waiting -= len(dropped)
        state.waiting.clear()
        if not state.busy:
            self._queue(lane, state)
        return dropped

    def next_moment(self, now: float) -> float | None:
        """When something may start next: `now` or later. None when only a `done` or a `put` can change anything."""
        head = self._head() if self._flying < self._concurrency else None
        return None if head is None else max(head[0], now)

    def _lane(self, lane: str) -> _Lane[Item]:
        state = self._lanes.get(lane)
        if state is None:
            state = self._lanes[lane] = _Lane(gap=self._gap)
        return state

    def _queue(self, lane: str, state: _Lane[Item]) -> None:
        self._number += 1
        if state.waiting:
            heapq.heappush(self._starts, (state.ready, self._number, lane))
        else:
            heapq.heappush(self._idle, (state.ready, lane))

    def _head(self) -> tuple[float, int, str] | None:
        while self._starts:
            moment, _, lane = self._starts[0]
            state = self._lanes.get(lane)
            if state is not None and state.waiting and not state.busy and state.ready == moment:
                return self._starts[0]
            heapq.heappop(self._starts)
        return None

    def _forget(self, now: float) -> None:
        while self._idle and self._idle[0][0] <= now:
            _, lane = heapq.heappop(self._idle)
            state = self._lanes.get(lane)
            if state is not None and not state.waiting and not state.busy and state.ready <= now:
                del self._lanes[lane]
