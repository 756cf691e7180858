"""The pace per host: at most one request at a time and a gap between two, while other hosts go on.

Pure: moments are float seconds of whatever clock the caller uses, and nothing here waits. A job puts work into lanes,
takes what may start now, reports each end with `done`, and sleeps until `next_moment` or until something ends.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Item = TypeVar("Item")

# A request this long in flight does not count any more, so that servers that drip take nobody's place: with a hundred
# slots, two hundred of them have let go of theirs after three seconds.
SLOW = 1.0
# So many times `concurrency` may be in flight without being counted.
SPARE = 3
# A host that took so many times SLOW is a slow one until it answers within SLOW: it starts among the uncounted.
TARDY = 5
MOST_TARDY = 4096  # hosts remembered as slow, a few hundred bytes each
# Hosts that many programs ask and that say so: seconds between two requests. The Internet Archive allows 24 searches a
# minute since June 2026 (github.com/edgi-govdata-archiving/wayback, release 0.5.1) and shuts out who asks for more.
PACES = {"web.archive.org:443": 3.0, "web.archive.org:80": 3.0}
_NEVER = float("-inf")


@dataclass(slots=True)
class _Lane(Generic[Item]):
    waiting: list[tuple[float, int, float, Item]] = field(default_factory=list)  # a heap: rank, number, not before
    ready: float = _NEVER  # no start before this moment
    gap: float = 0.0
    started: float = _NEVER
    busy: bool = False

    @property
    def start(self) -> float:
        """When its next item may start; of a lane with work."""
        return max(self.ready, self.waiting[0][2])


class Lanes(Generic[Item]):
    """Work in lanes, one for each host:port: every call costs O(log work), however slow one of them is.

    `concurrency` bounds the requests that are in flight for less than `slow` seconds; those that take longer are
    counted apart, up to `SPARE` times as many. A lane with nothing to do is forgotten once its gap or rest has passed,
    so memory follows the work at hand.
    """

    def __init__(self, *, gap: float, concurrency: int, slow: float = SLOW) -> None:
        if gap < 0 or concurrency < 1:
            raise ValueError(f"gap {gap} must not be negative, concurrency {concurrency} must be at least 1")
        self._gap = gap
        self._concurrency = concurrency
        self._slow_after = slow
        self._spare = SPARE * concurrency
        self._lanes: dict[str, _Lane[Item]] = {}
        # (moment, number, lane); an entry counts only while its moment is still the lane's, others are stale.
        # Lanes with work stand in the first heap, those known to be slow in the second, idle ones that are only
        # remembered in the third.
        self._starts: list[tuple[float, int, str]] = []
        self._tardy_starts: list[tuple[float, int, str]] = []
        self._idle: list[tuple[float, str]] = []
        self._returned = 0  # negative numbers: before all that were put
        self._number = 0  # what is ready at the same moment starts in the order in which it became so
        self._counted: dict[str, float] = {}  # lanes in flight with the moment they started, the oldest first
        self._uncounted: dict[str, float] = {}
        self._tardy: dict[str, None] = {}
        self._waiting = 0

    def __len__(self) -> int:
        """Items waiting, those in flight not counted."""
        return self._waiting

    @property
    def flying(self) -> int:
        """Items taken and not yet done."""
        return len(self._counted) + len(self._uncounted)

    @property
    def most_flying(self) -> int:
        """How many items can be in flight at all."""
        return self._concurrency + self._spare

    def put(self, lane: str, item: Item, rank: float = 0.0, after: float = _NEVER) -> None:
        """Queues an item behind those of its lane that have its rank or a lower one; it starts at `after` or later."""
        state = self._lane(lane)
        self._number += 1
        heapq.heappush(state.waiting, (rank, self._number, after, item))
        self._waiting += 1
        if not state.busy and state.waiting[0][1] == self._number:
            self._queue(lane, state)

    def take(self, now: float) -> list[Item]:
        """The items that may start now, the longest ready lane first, one of a lane. Each must be `done` later."""
        self._forget(now)
        taken: list[Item] = []
        while (head := self._head(self._starts, tardy=False)) and head[0] <= now and self._has_room(now):
            heapq.heappop(self._starts)
            taken.append(self._start(head[2], now, self._counted))
        while (head := self._head(self._tardy_starts, tardy=True)) and head[0] <= now and self._has_tardy_room():
            heapq.heappop(self._tardy_starts)
            taken.append(self._start(head[2], now, self._uncounted))
        return taken

    def done(self, lane: str, now: float) -> None:
        """Says that the item of this lane has ended: its next may start when the gap since the last start is over."""
        state = self._lanes.get(lane)
        if state is None or not state.busy:
            raise ValueError(f"nothing of lane {lane} is in flight")
        state.busy = False
        self._counted.pop(lane, None)
        self._uncounted.pop(lane, None)
        self._remember_speed(lane, now - state.started)
        state.ready = max(state.ready, now)
        self._queue(lane, state)

    def put_back(self, lane: str, item: Item, rank: float, until: float) -> None:
        """Takes back an item that was taken and not begun: the next one of its lane and rank, at `until` or later."""
        state = self._lanes[lane]
        state.busy = False
        self._counted.pop(lane, None)
        self._uncounted.pop(lane, None)
        state.ready = until
        self._returned -= 1
        heapq.heappush(state.waiting, (rank, self._returned, _NEVER, item))
        self._waiting += 1
        self._queue(lane, state)

    def began(self, lane: str, now: float) -> None:
        """Says that what was taken of a lane begins only now: its gap counts from here."""
        state = self._lanes[lane]
        state.started = now
        state.ready = max(state.ready, now + state.gap)

    def ready_in(self, lane: str, now: float) -> float:
        """Seconds until a lane may start something again, as far as its gap and its rests go."""
        state = self._lanes.get(lane)
        return max(0.0, state.ready - now) if state is not None else 0.0

    def rest(self, lane: str, until: float) -> None:
        """Starts nothing of this lane before a moment (Retry-After for the whole host); never shortens a rest."""
        state = self._lane(lane)
        if until > state.ready:
            state.ready = until
            if not state.busy:
                self._queue(lane, state)

    def pace(self, lane: str, gap: float) -> None:
        """Gives a lane a longer gap than the others (a crawl delay), from its last start on, until it is forgotten."""
        state = self._lane(lane)
        if gap <= state.gap:
            return
        state.gap = gap
        state.ready = max(state.ready, state.started + gap)
        if not state.busy:
            self._queue(lane, state)

    def drop(self, lane: str, which: Callable[[Item], bool] = lambda _: True) -> list[Item]:
        """Takes what waits in a lane (or what of it is meant) out of it, unstarted, in the order it would have had."""
        state = self._lanes.get(lane)
        if state is None:
            return []
        dropped = [entry for entry in state.waiting if which(entry[3])]
        if dropped:
            state.waiting = [entry for entry in state.waiting if not which(entry[3])]
            heapq.heapify(state.waiting)
            self._waiting -= len(dropped)
            if not state.busy:
                self._queue(lane, state)
        return [item for _, _, _, item in sorted(dropped, key=lambda entry: entry[:2])]

    def next_moment(self, now: float) -> float | None:
        """When something may start next: `now` or later. None when only a `done` or a `put` can change anything."""
        moments: list[float] = []
        if head := self._head(self._starts, tardy=False):
            if len(self._counted) < self._concurrency:
                moments.append(head[0])
            elif len(self._uncounted) < self._spare:
                oldest = next(iter(self._counted.values()))
                moments.append(max(head[0], oldest + self._slow_after))
        if self._has_tardy_room() and (head := self._head(self._tardy_starts, tardy=True)):
            moments.append(head[0])
        return max(min(moments), now) if moments else None

    def _has_room(self, now: float) -> bool:
        """True when one more may be counted; the one longest in flight may have to leave the count for it."""
        if len(self._counted) < self._concurrency:
            return True
        lane, started = next(iter(self._counted.items()))
        if started + self._slow_after > now or len(self._uncounted) >= self._spare:
            return False
        self._uncounted[lane] = self._counted.pop(lane)
        return True

    def _has_tardy_room(self) -> bool:
        # Half of the spare places: the other half is for hosts that turn out to be slow.
        return len(self._uncounted) < max(1, self._spare // 2)

    def _start(self, lane: str, now: float, among: dict[str, float]) -> Item:
        state = self._lanes[lane]
        item = heapq.heappop(state.waiting)[3]
        state.busy = True
        state.started = among[lane] = now
        state.ready = now + state.gap
        self._waiting -= 1
        return item

    def _remember_speed(self, lane: str, seconds: float) -> None:
        if seconds < self._slow_after:
            self._tardy.pop(lane, None)
        elif seconds >= TARDY * self._slow_after:
            self._tardy.pop(lane, None)
            self._tardy[lane] = None
            if len(self._tardy) > MOST_TARDY:
                del self._tardy[next(iter(self._tardy))]

    def _lane(self, lane: str) -> _Lane[Item]:
        state = self._lanes.get(lane)
        if state is None:
            state = self._lanes[lane] = _Lane(gap=self._gap)
        return state

    def _queue(self, lane: str, state: _Lane[Item]) -> None:
        self._number += 1
        if state.waiting:
            heap = self._tardy_starts if lane in self._tardy else self._starts
            heapq.heappush(heap, (state.start, self._number, lane))
        else:
            heapq.heappush(self._idle, (state.ready, lane))

    def _head(self, heap: list[tuple[float, int, str]], *, tardy: bool) -> tuple[float, int, str] | None:
        while heap:
            moment, _, lane = heap[0]
            state = self._lanes.get(lane)
            if state is not None and state.waiting and not state.busy and state.start == moment:
                if (lane in self._tardy) == tardy:
                    return heap[0]
                # Forgotten as slow (too many are) while it waited: it stands in the other heap from now on.
                self._queue(lane, state)
            heapq.heappop(heap)
        return None

    def _forget(self, now: float) -> None:
        while self._idle and self._idle[0][0] <= now:
            _, lane = heapq.heappop(self._idle)
            state = self._lanes.get(lane)
            if state is not None and not state.waiting and not state.busy and state.ready <= now:
                del self._lanes[lane]
