"""The program under a virtual clock: it waits by moving the clock, and is stopped and killed as it goes.

Everything else is real: the pass, its lanes and rests, the archive on disk, and the fetch it is given.
"""

from __future__ import annotations

import math
import random
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

from watcher.poll import Parts, Pass, passing
from watcher.poll.parts import Calls
from watcher.ports import Fetch
from watcher.sources import read_document
from watcher.store import SqlStore, open_store
from watcher.stories.judge import StoryJudge
from watcher.topics import TopicMatcher
from watcher.types import (
    Because,
    Document,
    Extraction,
    Gist,
    Page,
    Reading,
    Request,
    Source,
    TopicRule,
    Trouble,
    Visit,
    Window,
)

_REAL_SECONDS = 60.0  # nothing on loopback takes so long
RULES = (TopicRule("nvidia", "Nvidia", ("Nvidia",)),)


@dataclass
class Time:
    """Stands still until somebody waits."""

    start: datetime
    seconds: float = 0.0

    def clock(self) -> datetime:
        return self.start + timedelta(seconds=self.seconds)

    def now(self) -> float:
        return self.seconds


class Killed(BaseException):
    """The program ends here, with whatever it has not written."""


class WaitingCalls(Calls):
    """Hears real answers in real time; where none is under way, waiting moves the clock."""

    def __init__(self, time: Time, on_step: Callable[[], None], jump: Callable[[], float | None]) -> None:
        super().__init__()
        self._time, self._on_step, self._jump = time, on_step, jump
        self._calls_made = 0
        self.under_way: set[Future[Any]] = set()

    def then(self, future: Future[Any], call: Callable[[Future[Any]], None]) -> None:
        self.under_way.add(future)

        def heard(done: Future[Any]) -> None:
            self.under_way.discard(done)
            call(done)

        super().then(future, heard)

    def make(self, patience: float, enough: Callable[[], bool]) -> None:
        self._on_step()
        if not self.none or self.under_way:
            super().make(_REAL_SECONDS, enough)
            return
        target = self._jump()
        self._time.seconds = self._time.seconds + patience if target is None else max(self._time.seconds, target)


class Door:
    """A fetch that can be waited for: what is on its way when the program ends arrives in its own moment, unheard."""

    def __init__(self, fetch: Any) -> None:
        self._fetch = fetch
        self._change = threading.Condition()
        self._busy = 0

    def __call__(self, request: Request) -> Page | Trouble:
        with self._change:
            self._busy += 1
        try:
            answer: Page | Trouble = self._fetch(request)
            return answer
        finally:
            with self._change:
                self._busy -= 1
                self._change.notify_all()

    def settle(self) -> None:
        time.sleep(0.005)  # a thread may just have taken a request and not begun it
        with self._change:
            assert self._change.wait_for(lambda: not self._busy, _REAL_SECONDS)
        self._fetch.close()


class InProcess:
    """Workers that work here: what they would be killed for is not what a score is about."""

    def read(self, source: Source, page: Page, window: Window | None) -> Future[Reading | Trouble]:
        future: Future[Reading | Trouble] = Future()
        future.set_result(read_document(source.kind, source, page, window))
        return future

    def extract(self, page: Page, lead_language: str | None) -> Future[Extraction]:  # noqa: ARG002  # Workers' signature
        future: Future[Extraction] = Future()
        future.set_result(Extraction("not-an-article", url=page.url))
        return future

    def gist(self, document: Document) -> Future[Gist]:  # noqa: ARG002  # likewise
        future: Future[Gist] = Future()
        future.set_result(Gist())
        return future


@dataclass
class Life:
    """A daemon's life: it polls until the end, through stops and kills."""

    folder: Path
    sources: Sequence[Source]
    fetches: Callable[[], Any]  # a new door to the network, with `close`
    time: Time
    gap: float
    # What becomes due within a minute is claimed together, so that a week takes minutes and not hours.
    look: float = 60.0
    ring: float = 900.0  # the daemon's bell rings every 20 s: here only what waits out its skipped hours needs it
    randomly: random.Random = field(default_factory=random.Random)
    on_visit: Callable[[Visit], None] = lambda _: None
    on_restart: Callable[[datetime, list[str]], None] = lambda *_: None  # with the sources whose visit was lost
    kills: int = 0
    stops: int = 0
    _ends: list[float] = field(default_factory=list)
    _steps_left: int | None = None
    _next_ring: float = 0.0

    def live(self, seconds: float, restarts: int) -> None:
        """Runs for so long, ended and begun again so often at random moments, half of them kills in mid-work."""
        self._ends = sorted(self.randomly.uniform(0, seconds) for _ in range(restarts))
        while self.time.seconds < seconds:
            until = self._ends.pop(0) if self._ends else seconds
            is_last = until == seconds and not self._ends
            self._run(max(until, self.time.seconds), kill=not is_last and self.randomly.random() < 0.5)

    def _run(self, until: float, *, kill: bool) -> None:
        store = open_store(self.folder)
        door = Door(self.fetches())
        self._steps_left = None
        with self._pass(store, door, until, kill) as run:
            try:
                run.ring(self.sources)
                run.run(lambda: not kill and self.time.seconds >= until, forever=True)
                self.stops += 1
            except Killed:
                self.kills += 1
        door.settle()
        states = store.memories([source.id for source in self.sources])
        lost = [name for name, memory in states.items() if memory.because is Because.CLAIMED]
        self.on_restart(self.time.clock(), lost)
        store.close()

    @contextmanager
    def _pass(self, store: SqlStore, fetch: Fetch, until: float, kill: bool) -> Any:
        def on_step() -> None:
            if not kill or self.time.seconds < until:
                return
            if self._steps_left is None:  # from here on it dies in the middle of something
                self._steps_left = self.randomly.randrange(1, 40)
            self._steps_left -= 1
            if self._steps_left <= 0:
                raise Killed

        def jump() -> float | None:
            if self.time.seconds >= self._next_ring:
                self._next_ring = self.time.seconds + self.ring
                run.ring(self.sources)
            if run._open:
                return None
            ahead = [self._next_ring, until] if self.time.seconds < until else [self._next_ring]
            if run._soon:
                due = (run._soon[0][0] - self.time.start).total_seconds()
                ahead.append(math.ceil(due / self.look) * self.look)
            return max(min(ahead), self.time.seconds)

        calls = WaitingCalls(self.time, on_step, jump)
        with mock.patch.object(passing, "Calls", return_value=calls):
            run = Pass(parts(store, fetch, self.time, self.gap), self.on_visit)
        yield run


def parts(store: SqlStore, fetch: Fetch, time: Time, gap: float) -> Parts:
    """What a pass works with, the clock and the workers apart as the program has it."""
    return Parts(
        store=store,
        fetch=fetch,
        workers=InProcess(),
        matches=TopicMatcher(RULES),
        judge=StoryJudge(),
        seeds=(),
        identify=lambda _: "en",
        clock=time.clock,
        seconds=time.now,
        concurrency=16,
        gap=gap,
    )


def numbers(names: Iterable[str]) -> list[int]:
    """The feeds' numbers of sources called s0, s1 ..."""
    return [int(name[1:]) for name in names]
