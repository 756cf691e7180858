"""One unit, from bytes to what is on a topic: captures ─> can it be about one? ─> extracted, in a process of its own.

Most pages of a crawl are not about the subject. `PageFilter` says so from their bytes; only what it lets through
crosses to the process that extracts, and only what is on a topic comes back.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from multiprocessing.util import Finalize

from watcher.holdings import PlaceError, held
from watcher.topics.raw import PageFilter
from watcher.types import Brought, Capture, Lead, Load, Outcome, TopicRule, Trouble, Unit
from watcher.units.reading import read_page
from watcher.workers import TaskFailedError, WorkerPool

# Pages on their way to the extractor: the reading of the file goes on beside it, and no further ahead than this.
_AHEAD = 8


@dataclass(frozen=True, slots=True)
class Settings:
    """What `work` needs besides the unit; goes to other processes and machines as it is."""

    rules: tuple[TopicRule, ...]
    now: datetime  # when the backfill began: a page of which nobody knows when it was read was read then
    languages: Mapping[str, str] = field(default_factory=dict)  # by source id, where the user wrote one
    seconds_per_page: float = 20.0
    memory: int = 1 << 30  # bytes that one extraction may take
    names: tuple[str, str] | None = None  # a user's table of entities: its text, and what messages call it
    gists: bool = (
        True  # whether articles come with what they are compared by, so that the one writer need not work it out
    )


def work(unit: Unit, settings: Settings) -> Load:
    """What a unit brings. A page that kills its extractor is one `unreadable`; trouble with the file is in the Load.

    Starts a process of its own for the extractor, so it must not run in a daemonic one.
    """
    reading = _Reading(unit, settings)
    trouble = reading.run()
    size = held(unit.via).estimate(unit).bytes if trouble is None else None
    return Load(
        unit,
        tuple(reading.brought),
        dict(reading.counts),
        reading.documents,
        reading.bytes if size is None else size,
        trouble,
    )


class _Reading:
    """One unit on its way."""

    def __init__(self, unit: Unit, settings: Settings) -> None:
        self._unit, self._settings = unit, settings
        self._may_match = _filter(settings.rules)
        self._pool = _pool(settings.seconds_per_page, settings.memory)
        self._waiting: deque[tuple[Capture, Future[Brought | Outcome]]] = deque()
        self.brought: list[Brought] = []
        self.counts: Counter[Outcome] = Counter()
        self.documents = self.bytes = 0

    def run(self) -> Trouble | None:
        """Reads the unit to its end, or to what keeps it from being read; says what that was."""
        trouble: Trouble | None = None
        try:
            for capture in held(self._unit.via).captures(self._unit):
                self._take(capture)
                while len(self._waiting) > _AHEAD or (self._waiting and self._waiting[0][1].done()):
                    self._conclude()
        except PlaceError as error:
            trouble = error.trouble
        while self._waiting:
            self._conclude()
        return trouble

    def _take(self, capture: Capture) -> None:
        self.documents += 1
        self.bytes += len(capture.body)
        if (outcome := _ended(capture)) is not None:
            self.counts[outcome] += 1
            return
        page = capture.page(self._settings.now)
        # What came with a document (a mail's subject) may name a topic as well, and is short.
        if capture.lead is None and not self._may_match(page):
            self.counts[Outcome.OFF_TOPIC] += 1
            return
        settings = self._settings
        language = settings.languages.get(self._unit.source)
        lead = capture.lead or Lead(capture.url, link=capture.url)
        future = self._pool.submit(
            read_page, page, lead, capture.captured, language, settings.rules, settings.gists, settings.names
        )
        self._waiting.append((capture, future))

    def _conclude(self) -> None:
        """Takes what became of the page that was given away first: so they stay in the order of the file."""
        _, future = self._waiting.popleft()
        try:
            end = future.result()
        except TaskFailedError:
            end = Outcome.UNREADABLE
        if isinstance(end, Brought):
            self.brought.append(end)
        else:
            self.counts[end] += 1


def _ended(capture: Capture) -> Outcome | None:
    """The end of what needs no reading: it is no page, or nobody knows where it is from."""
    if not (capture.url or (capture.lead and capture.lead.url)):
        return Outcome.NO_ADDRESS
    if capture.status == 304:  # a revisit: nothing had changed since another capture of it
        return Outcome.SEEN
    if capture.status >= 400:
        return Outcome.UNREACHABLE
    return Outcome.NOT_AN_ARTICLE if not capture.body and capture.lead is None else None


@lru_cache(maxsize=1)
def _filter(rules: tuple[TopicRule, ...]) -> PageFilter:
    return PageFilter(rules)


@lru_cache(maxsize=1)
def _pool(seconds: float, memory: int) -> WorkerPool:
    """One extractor for each process that works on units, kept between them: it takes half a second to start."""
    pool = WorkerPool(processes=1, seconds_per_page=seconds, memory=memory)
    # A process of an engine ends without `atexit`: it would wait for the extractor, which does not heed SIGTERM.
    Finalize(None, pool.close, exitpriority=100)
    return pool
