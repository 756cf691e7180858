"""Visits sources: asks them, reads what they answer into leads, and follows every lead to its end.

    claim ─> ask the source ─> read it in a worker ─> sift its leads ─> ask their pages ─> extract in a worker
      ^                                                                                          │
      └── next due time <── visit written <── every lead ended <── judged and stored, in batches ┘

One thread runs all of it and is told of every answer through a queue of calls; fetching happens in a pool of threads,
reading and extracting in worker processes. Nothing is written but in batches, at most `BATCH_SECONDS` after it was
known, and a visit only after all its leads: a kill in between costs a second look at leads that are then `seen`.
"""

from __future__ import annotations

import hashlib
from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from queue import Empty, SimpleQueue
from typing import TypeVar

from watcher import cadence, ingest, urls
from watcher.errands import Errands
from watcher.glance import glance
from watcher.politeness import Lanes
from watcher.ports import Clock, Fetch, Judge, Matcher, Store, Workers
from watcher.sources import KINDS
from watcher.stories.cluster import Rules
from watcher.types import (
    UNKNOWN_LANGUAGE,
    Extraction,
    LeadRecord,
    Memory,
    Outcome,
    Page,
    Reading,
    Reason,
    Request,
    Seed,
    Source,
    Trouble,
    Visit,
    Window,
)
from watcher.visits import OpenVisit, closed

Answer = TypeVar("Answer")

# The contract's half second between knowing something and having it in the store.
BATCH_SECONDS = 0.5
# How long one transaction may hold the writer's lock while it judges: commands beside the daemon wait that long.
HELD_SECONDS = 0.2
# Articles that wait to be judged before no more pages are asked: what is read faster than it is judged waits outside.
MOST_PREPARED = 100
# A host that wants a longer rest than this (a 429 or 503 without a time asks for hours) holds no run open: what waits
# for it ends as unreachable, and the source's own due time says when it is asked again.
LONGEST_WAIT = 60.0
# A pass takes at most this many sources from the due table at once, so that a thousand due ones do not all wait in
# memory; the next ring takes the next ones.
CLAIM = 1000
_NO_SUCH_PAGE = frozenset({404, 410})


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


@dataclass(frozen=True, slots=True)
class _Work:
    lane: str
    request: Request
    then: Callable[[Page | Trouble], None]


class Pass:
    """A run over sources. `run` returns when everything claimed has ended, or, with `stop`, as soon as that is safe."""

    def __init__(self, parts: Parts, on_visit: Callable[[Visit], None] | None = None) -> None:
        self._parts = parts
        self._on_visit = on_visit
        self._lanes: Lanes[_Work] = Lanes(gap=parts.gap, concurrency=parts.concurrency)
        self._calls: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._open: dict[str, OpenVisit] = {}
        self._records: list[LeadRecord] = []
        self._prepared: deque[tuple[OpenVisit, ingest.Prepared]] = deque()
        self._finished: list[OpenVisit] = []
        self._pending: set[str] = set()  # addresses followed but not yet written
        self._flush_at: float | None = None
        self.rounds = 0  # how often everything that was due had been asked to its end

    @property
    def prepared(self) -> int:
        """Articles that are read and wait to be judged and written."""
        return len(self._prepared)

    # --- what may be called from another thread ---

    def ring(self, sources: Sequence[Source], everything: bool = False) -> None:
        """Asks the run to claim what is due now. Safe from any thread."""
        self._calls.put(lambda: self.claim(sources, everything))

    # --- the run ---

    def claim(self, sources: Sequence[Source], everything: bool = False, limit: int = CLAIM) -> None:
        """Claims up to `limit` sources that are due and queues their first requests."""
        now = self._parts.clock()
        free = [source for source in sources if source.id not in self._open]
        with self._parts.store.writing() as writer:
            memories = writer.claim_due(free, now, limit, everything)
        by_id = {source.id: source for source in free}
        for memory in memories:
            self.visit(by_id[memory.source], memory)
        self.rounds += not self._open  # nothing was due: whoever waits for the first round need not

    def visit(self, source: Source, memory: Memory, window: Window | None = None) -> None:
        """Queues the first requests of one source."""
        opened = OpenVisit(source, memory, self._parts.clock(), window)
        self._open[source.id] = opened
        opened.waiting = 1
        for request in KINDS[source.kind].requests(source, memory, window):
            opened.waiting += 1
            opened.asked.add(request.url)
            self._ask(request, partial(self._answered, opened))
        self._one_less(opened)

    def run(self, stop: Callable[[], bool] = lambda: False, forever: bool = False) -> None:
        """Works until nothing is open, or for ever; ends early, with everything known written, when `stop` says so.

        However it ends, it waits for no request: what a server still answers then is nobody's any more.
        """
        errands = Errands(self._parts.concurrency, "fetch")
        try:
            while not stop() and (forever or self._open or not self._calls.empty()):
                now = self._parts.seconds()
                for work in self._lanes.take(now) if len(self._prepared) < MOST_PREPARED else ():
                    future = errands.send(self._parts.fetch, work.request)
                    self._then(future, partial(self._landed, work))
                self._next_call(now)
                self._flush_when_due()
        finally:
            errands.dismiss()
        while self._prepared or self._records or self._finished:
            self.flush()

    def _next_call(self, now: float) -> None:
        taking = self._lanes.next_moment(now) if len(self._prepared) < MOST_PREPARED else None
        moments = [moment for moment in (taking, self._flush_at) if moment is not None]
        patience = max(0.0, min([*(moment - now for moment in moments), BATCH_SECONDS]))
        try:
            self._calls.get(timeout=patience)()
            while True:
                self._calls.get_nowait()()
        except Empty:
            return

    def _ask(self, request: Request, then: Callable[[Page | Trouble], None]) -> None:
        lane = urls.host_port(request.url)
        work = _Work(lane, request, then)
        wait = self._lanes.wait_of(lane, self._parts.seconds())
        if wait > LONGEST_WAIT:
            self._calls.put(partial(_leave_alone, work, wait))
        else:
            self._lanes.put(lane, work)

    def _landed(self, work: _Work, future: Future[Page | Trouble]) -> None:
        now = self._parts.seconds()
        self._lanes.done(work.lane, now)
        answer = future.result()
        if isinstance(answer, Trouble) and (rest := cadence.host_rest(answer)) is not None:
            self._lanes.rest(work.lane, now + rest.total_seconds())
            if rest.total_seconds() > LONGEST_WAIT:
                for waiting in self._lanes.drop(work.lane):
                    _leave_alone(waiting, rest.total_seconds())
        work.then(answer)

    def _then(self, future: Future[Answer], call: Callable[[Future[Answer]], None]) -> None:
        """Calls back in the run's own thread. What a closing pool cancelled never ended: its visit stays unwritten."""

        def hand_over(done: Future[Answer]) -> None:
            if not done.cancelled():
                self._calls.put(partial(call, done))

        future.add_done_callback(hand_over)

    # --- a source's answer ---

    def _answered(self, opened: OpenVisit, answer: Page | Trouble) -> None:
        if isinstance(answer, Trouble):
            # Numbered archive pages end with a 404 behind the last one: that is the end of an archive, not trouble.
            if opened.window is None or opened.page is None or answer.status not in _NO_SUCH_PAGE:
                opened.status, opened.trouble = answer.status, answer
            return self._one_less(opened)
        opened.status = opened.status or answer.status
        opened.page = opened.page or answer
        digest = hashlib.blake2b(answer.body, digest_size=16).hexdigest()
        unchanged = opened.window is None and digest == opened.memory.body_hash
        if answer.status == 304 or unchanged:
            return self._one_less(opened)
        opened.body_hash = opened.body_hash or digest
        future = self._parts.workers.read(opened.source, answer, opened.window)
        self._then(future, partial(self._was_read, opened))
        return None

    def _was_read(self, opened: OpenVisit, future: Future[Reading | Trouble]) -> None:
        reading = future.result()
        if isinstance(reading, Trouble):
            opened.trouble = reading
            return self._one_less(opened)
        if not opened.has_read:
            opened.reading, opened.has_read = reading, True
        opened.whole = opened.whole and reading.whole
        for request in reading.more:
            if request.url not in opened.asked:
                opened.asked.add(request.url)
                opened.waiting += 1
                self._ask(request, partial(self._answered, opened))
        self._sift(opened, reading)
        return self._one_less(opened)

    def _sift(self, opened: OpenVisit, reading: Reading) -> None:
        addresses = {url for lead in reading.leads if lead.url and (url := urls.canonical(lead.url))}
        followed = self._parts.store.followed(addresses) | (addresses & self._pending)
        now = self._parts.clock()
        sifted = ingest.sift(reading.leads, opened.source, followed, self._parts.matches, now, opened.window)
        if sifted.seen:
            opened.counts[Outcome.SEEN] += sifted.seen
        left = glance(
            sifted.followed, opened.source, self._parts.matches, opened.memory, now,
            window=opened.window, asked=opened.blind,
        )  # fmt: skip
        opened.blind += sum(not (each.lead.title or each.lead.summary) for each in left.followed)
        # What waits for the next visit must be found there: an unchanged sitemap would never be read again.
        opened.whole = opened.whole and not left.later
        for record in (*sifted.ended, *left.ended):
            self._end(opened, record)
        for going_on in left.followed:
            self._pending.add(going_on.url)
            opened.waiting += 1
            if going_on.wants_page:
                self._ask(Request(going_on.lead.url or going_on.url), partial(self._page_came, opened, going_on))
            else:
                self._conclude(opened, going_on, None)

    # --- a lead's page ---

    def _page_came(self, opened: OpenVisit, followed: ingest.Followed, answer: Page | Trouble) -> None:
        if isinstance(answer, Trouble):
            return self._conclude(opened, followed, answer)
        future = self._parts.workers.extract(answer, opened.source.language)
        return self._then(future, lambda done: self._conclude(opened, followed, done.result()))

    def _conclude(self, opened: OpenVisit, followed: ingest.Followed, answer: Extraction | Trouble | None) -> None:
        now = self._parts.clock()
        article = ingest.read(
            followed,
            opened.source,
            answer,
            outlet=opened.reading.title or opened.memory.title,
            language=self._language(opened, followed),
            now=now,
        )
        if isinstance(article, Outcome):
            self._end(opened, ingest.ended(followed, opened.source, article, now))
            return self._one_less(opened)
        told = ingest.counts_as_told(article, first_visit=opened.memory.visits == 0, window=opened.window)
        article = replace(article, told=told)
        prepared = ingest.prepare(followed, article, opened.source, self._parts.matches, self._parts.judge)
        if prepared is None:
            self._end(opened, ingest.ended(followed, opened.source, Outcome.OFF_TOPIC, now))
            return self._one_less(opened)
        self._prepared.append((opened, prepared))
        return self._schedule_flush()

    def _language(self, opened: OpenVisit, followed: ingest.Followed) -> str:
        given = opened.source.language or followed.lead.language or opened.reading.language
        lead = followed.lead
        return given or self._parts.identify(f"{lead.title}\n{lead.content or lead.summary}") or UNKNOWN_LANGUAGE

    # --- ends, and writing them down ---

    def _end(self, opened: OpenVisit, record: LeadRecord) -> None:
        opened.counts[record.outcome] += 1
        self._pending.add(record.url)
        self._records.append(record)
        self._schedule_flush()

    def _one_less(self, opened: OpenVisit) -> None:
        opened.waiting -= 1
        if opened.waiting == 0:
            self._finished.append(opened)
            self._schedule_flush()

    def _schedule_flush(self) -> None:
        if self._flush_at is None:
            self._flush_at = self._parts.seconds() + BATCH_SECONDS

    def _flush_when_due(self) -> None:
        nothing_else = self._calls.empty() and not self._lanes.flying
        if self._flush_at is not None and (nothing_else or self._parts.seconds() >= self._flush_at):
            self.flush()

    def flush(self) -> None:
        """Writes down what is known, in one short transaction: articles, ends of leads, visits that are complete.

        Articles that do not fit into its time stay prepared for the next one.
        """
        self._flush_at = None
        if not (self._prepared or self._records or self._finished):
            return
        parts = self._parts
        with parts.store.writing() as writer:
            end = parts.seconds() + HELD_SECONDS
            while self._prepared:
                opened, item = self._prepared.popleft()
                outcome = ingest.settle(item, writer, parts.judge, parts.seeds, parts.clock(), parts.rules)
                self._end(opened, _record_of(item, outcome))
                self._one_less(opened)
                if parts.seconds() >= end:
                    break
            writer.record(self._records)
            visits = [closed(opened, parts.clock()) for opened in self._finished]
            writer.visited(visits)
        self._pending.difference_update(record.url for record in self._records)
        for opened, visit in zip(self._finished, visits, strict=True):
            del self._open[opened.source.id]
            if self._on_visit is not None:
                self._on_visit(visit)
        self.rounds += bool(self._finished and not self._open)
        self._records, self._finished = [], []
        self._flush_at = parts.seconds() if self._prepared else None


def _leave_alone(work: _Work, seconds: float) -> None:
    """Ends what would have to wait for a host that asked to be left alone."""
    rest = timedelta(seconds=seconds)
    text = f"{work.lane} asked to be left alone; {work.request.url} is not asked for {rest.total_seconds():.0f} s"
    work.then(Trouble(Reason.STATUS, text, retry_after=rest))


def _record_of(item: ingest.Prepared, outcome: Outcome) -> LeadRecord:
    article = item.article
    return LeadRecord(item.lead_url, article.source, article.title, outcome, article.found, article.published)


def total(visits: Iterable[Visit]) -> Counter[Outcome]:
    """Leads by outcome over several visits."""
    counts: Counter[Outcome] = Counter()
    for visit in visits:
        counts.update(visit.counts)
    return counts
