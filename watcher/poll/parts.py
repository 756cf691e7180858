"""What a pass works with, and what the modules of it have in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from queue import Empty, SimpleQueue
from typing import TypeVar

from watcher.politeness import SLOW
from watcher.ports import Clock, Fetch, Judge, Matcher, Share, Store, Workers
from watcher.stories.cluster import Rules
from watcher.types import Seed
from watcher.visits import OpenVisit

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Parts:
    """What a pass works with: the edges and the rules that have settings."""

    store: Store
    fetch: Fetch
    workers: Workers
    matches: Matcher
    judge: Judge
    seeds: Sequence[Seed]
    identify: Callable[[str], str]  # text -> language
    clock: Clock
    seconds: Callable[[], float]  # only goes forward
    concurrency: int
    gap: float  # seconds between two requests to one host:port
    rules: Rules = field(default_factory=Rules)  # how stories are grouped
    slow: float = SLOW  # seconds in flight after which a request takes nobody's place
    samples: int = 0  # pages a day of leads that name no topic, read to see what is missed
    share: Share | None = None  # our place among several daemons on one database
    longest: float = 60.0  # seconds a request takes at the most: so long is a host nobody else's
    second_try: float = 5.0  # seconds before a page that failed for a reason of the moment is asked once more


@dataclass(slots=True)
class Visiting(OpenVisit):
    """A visit under way, with what only the pass needs to know of it."""

    pages: int = 0  # asked so far: its later ones stand behind the first ones of other visits
    rests_until: datetime | None = None  # its host wants to be left alone: nothing was asked
    claimed: datetime | None = None  # its due time as claimed
    is_anothers: bool = False  # it waited for its host for so long that another daemon has claimed it


class Calls:
    """What was answered in other threads, to be heard in the run's own."""

    def __init__(self) -> None:
        self._calls: SimpleQueue[Callable[[], None]] = SimpleQueue()

    @property
    def none(self) -> bool:
        return self._calls.empty()

    def put(self, call: Callable[[], None]) -> None:
        """Has a call made in the run's thread. Safe from any thread."""
        self._calls.put(call)

    def then(self, future: Future[Answer], call: Callable[[Future[Answer]], None]) -> None:
        """Calls back in the run's own thread. What a closing pool cancelled never ended: its visit stays unwritten."""

        def hand_over(done: Future[Answer]) -> None:
            if not done.cancelled():
                self._calls.put(partial(call, done))

        future.add_done_callback(hand_over)

    def make(self, patience: float, enough: Callable[[], bool]) -> None:
        """Waits up to `patience` seconds for a call, then makes all there are, or as many as are enough."""
        try:
            self._calls.get(timeout=patience)()
            while not enough():
                self._calls.get_nowait()()
        except Empty:
            return
