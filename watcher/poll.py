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
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from queue import Empty, SimpleQueue
from typing import TypeVar

from watcher import cadence, ingest, urls
from watcher.politeness import Lanes
from watcher.ports import Clock, Fetch, Judge, Matcher, Store, Workers
from watcher.sources import KINDS
from watcher.stories.cluster import Rules
from watcher.types import (
    UNKNOWN_LANGUAGE,
    Extraction,
    Hints,
    LeadRecord,
    Memory,
    Outcome,
    Page,
    Reading,
    Request,
    Seed,
    Source,
    Trouble,
    Visit,
    Window,
)

Answer = TypeVar("Answer")

# The contract's half second between knowing something and having it in the store.
BATCH_SECONDS = 0.5
# A pass takes at most this many sources from the due table at once, so that a thousand due ones do not all wait in
# memory; the next ring takes the next ones.
CLAIM = 1000


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


@dataclass(slots=True)
class _Open:
    """A visit under way."""

    source: Source
    memory: Memory
    started: datetime
    window: Window | None
    status: int | None = None
    page: Page | None = None
    body_hash: str | None = None
    reading: Reading = field(default_factory=Reading)
    trouble: Trouble | None = None
    whole: bool = True  # nothing of what was read was cut off
    counts: Counter[Outcome] = field(default_factory=Counter)
    waiting: int = 0  # answers and articles still to come
    asked: set[str] = field(default_factory=set)  # archive pages, so that a loop of them ends


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
        self._open: dict[str, _Open] = {}
        self._records: list[LeadRecord] = []
        self._prepared: list[tuple[_Open, ingest.Prepared]] = []
        self._finished: list[_Open] = []
        self._pending: set[str] = set()  # addresses followed but not yet written
        self._flush_at: float | None = None
        self.rounds = 0  # how often everything that was open had ended

    # --- what may be called from another thread ---

    def ring(self, sources: Sequence[Source], everything: bool = False) -> None:
        """Asks the run to claim what is due now. Safe from any thread."""
        self._calls.put(lambda: self.claim(sources, everything))

    # --- the run ---

    def claim(self, sources: Sequence[Source], everything: bool = False) -> None:
        """Claims what is due and queues its first requests."""
        now = self._parts.clock()
        free = [source for source in sources if source.id not in self._open]
        with self._parts.store.writing() as writer:
            memories = writer.claim_due(free, now, CLAIM, everything)
        by_id = {source.id: source for source in free}
        for memory in memories:
            self.visit(by_id[memory.source], memory)

    def visit(self, source: Source, memory: Memory, window: Window | None = None) -> None:
        """Queues the first requests of one source."""
        opened = _Open(source, memory, self._parts.clock(), window)
        self._open[source.id] = opened
        opened.waiting = 1
        for request in KINDS[source.kind].requests(source, memory, window):
            opened.waiting += 1
            opened.asked.add(request.url)
            self._ask(request, partial(self._answered, opened))
        self._one_less(opened)

    def run(self, stop: Callable[[], bool] = lambda: False, forever: bool = False) -> None:
        """Works until nothing is open, or for ever; ends early, with everything known written, when `stop` says so."""
        with ThreadPoolExecutor(self._parts.concurrency, thread_name_prefix="fetch") as pool:
            while not stop() and (forever or self._open or not self._calls.empty()):
                now = self._parts.seconds()
                for work in self._lanes.take(now):
                    future = pool.submit(self._parts.fetch, work.request)
                    self._then(future, partial(self._landed, work))
                self._next_call(now)
                self._flush_when_due()
            pool.shutdown(wait=not stop(), cancel_futures=True)
        self.flush()

    def _next_call(self, now: float) -> None:
        moments = [moment for moment in (self._lanes.next_moment(now), self._flush_at) if moment is not None]
        patience = max(0.0, min([*(moment - now for moment in moments), BATCH_SECONDS]))
        try:
            self._calls.get(timeout=patience)()
            while True:
                self._calls.get_nowait()()
        except Empty:
            return

    def _ask(self, request: Request, then: Callable[[Page | Trouble], None]) -> None:
        lane = urls.host_port(request.url)
        self._lanes.put(lane, _Work(lane, request, then))

    def _landed(self, work: _Work, future: Future[Page | Trouble]) -> None:
        now = self._parts.seconds()
        self._lanes.done(work.lane, now)
        answer = future.result()
        if isinstance(answer, Trouble) and (rest := cadence.host_rest(answer)) is not None:
            self._lanes.rest(work.lane, now + rest.total_seconds())
        work.then(answer)

    def _then(self, future: Future[Answer], call: Callable[[Future[Answer]], None]) -> None:
        """Calls back in the run's own thread. What a closing pool cancelled never ended: its visit stays unwritten."""

        def hand_over(done: Future[Answer]) -> None:
            if not done.cancelled():
                self._calls.put(partial(call, done))

        future.add_done_callback(hand_over)

    # --- a source's answer ---

    def _answered(self, opened: _Open, answer: Page | Trouble) -> None:
        if isinstance(answer, Trouble):
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

    def _was_read(self, opened: _Open, future: Future[Reading | Trouble]) -> None:
        reading = future.result()
        if isinstance(reading, Trouble):
            opened.trouble = reading
            return self._one_less(opened)
        opened.reading = reading if opened.reading == Reading() else opened.reading
        opened.whole = opened.whole and reading.whole
        for request in reading.more:
            if request.url not in opened.asked:
                opened.asked.add(request.url)
                opened.waiting += 1
                self._ask(request, partial(self._answered, opened))
        self._sift(opened, reading)
        return self._one_less(opened)

    def _sift(self, opened: _Open, reading: Reading) -> None:
        addresses = {url for lead in reading.leads if lead.url and (url := urls.canonical(lead.url))}
        followed = self._parts.store.followed(addresses) | (addresses & self._pending)
        now = self._parts.clock()
        sifted = ingest.sift(reading.leads, opened.source, followed, self._parts.matches, now, opened.window)
        if sifted.seen:
            opened.counts[Outcome.SEEN] += sifted.seen
        for record in sifted.ended:
            self._end(opened, record)
        for going_on in sifted.followed:
            self._pending.add(going_on.url)
            opened.waiting += 1
            if going_on.wants_page:
                self._ask(Request(going_on.lead.url or going_on.url), partial(self._page_came, opened, going_on))
            else:
                self._conclude(opened, going_on, None)

    # --- a lead's page ---

    def _page_came(self, opened: _Open, followed: ingest.Followed, answer: Page | Trouble) -> None:
        if isinstance(answer, Trouble):
            return self._conclude(opened, followed, answer)
        future = self._parts.workers.extract(answer, opened.source.language)
        return self._then(future, lambda done: self._conclude(opened, followed, done.result()))

    def _conclude(self, opened: _Open, followed: ingest.Followed, answer: Extraction | Trouble | None) -> None:
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

    def _language(self, opened: _Open, followed: ingest.Followed) -> str:
        given = opened.source.language or followed.lead.language or opened.reading.language
        lead = followed.lead
        return given or self._parts.identify(f"{lead.title}\n{lead.content or lead.summary}") or UNKNOWN_LANGUAGE

    # --- ends, and writing them down ---

    def _end(self, opened: _Open, record: LeadRecord) -> None:
        opened.counts[record.outcome] += 1
        self._pending.add(record.url)
        self._records.append(record)
        self._schedule_flush()

    def _one_less(self, opened: _Open) -> None:
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
        """Writes down all that is known, in one transaction: articles, ends of leads, visits that are complete."""
        self._flush_at = None
        if not (self._prepared or self._records or self._finished):
            return
        parts = self._parts
        with parts.store.writing() as writer:
            prepared, self._prepared = self._prepared, []
            for opened, item in prepared:
                outcome = ingest.settle(item, writer, parts.judge, parts.seeds, parts.rules)
                self._end(opened, _record_of(item, outcome))
                self._one_less(opened)
            writer.record(self._records)
            visits = [self._visit(opened) for opened in self._finished]
            writer.visited(visits)
        self._pending.difference_update(record.url for record in self._records)
        for opened, visit in zip(self._finished, visits, strict=True):
            del self._open[opened.source.id]
            if self._on_visit is not None:
                self._on_visit(visit)
        self.rounds += bool(self._finished and not self._open)
        self._records, self._finished, self._flush_at = [], [], None

    def _visit(self, opened: _Open) -> Visit:
        now = self._parts.clock()
        hints = opened.reading.hints
        memory = None if opened.window else _remember(opened, now, hints)
        return Visit(opened.source.id, opened.started, now, opened.status, dict(opened.counts), memory, opened.trouble)


def _record_of(item: ingest.Prepared, outcome: Outcome) -> LeadRecord:
    article = item.article
    return LeadRecord(item.lead_url, article.source, article.title, outcome, article.found, article.published)


def _remember(opened: _Open, now: datetime, hints: Hints) -> Memory:
    """What to remember of a source after this visit. Trouble forgets nothing: validators are of the last good read."""
    before, page, trouble = opened.memory, opened.page, opened.trouble
    memory = replace(before, visited=now, visits=before.visits + 1)
    if trouble is not None:
        memory = replace(
            memory,
            failures=before.failures + 1,
            trouble=trouble.text,
            failing_since=before.failing_since or now,
            ended=now if trouble.status == 410 else before.ended,
        )
    elif page is not None:
        memory = replace(
            memory,
            failures=0,
            trouble=None,
            failing_since=None,
            changed=now if _brought_news(opened.counts) else before.changed,
            title=opened.reading.title or before.title,
        )
        memory = _with_validators(memory, opened, page) if opened.whole else memory
    return replace(memory, due=cadence.next_due(opened.source, before, now, page, trouble, hints))


def _with_validators(memory: Memory, opened: _Open, page: Page) -> Memory:
    """A 304 that carries a validator refreshes it; one that carries none leaves the old one. A body cut off gives none:
    the rest of it would never be asked for."""
    kept = page.status == 304
    return replace(
        memory,
        etag=page.header("etag") or (memory.etag if kept else None),
        last_modified=page.header("last-modified") or (memory.last_modified if kept else None),
        body_hash=opened.body_hash or memory.body_hash,
    )


def _brought_news(counts: Mapping[Outcome, int]) -> bool:
    return any(count for outcome, count in counts.items() if outcome is not Outcome.SEEN)


def total(visits: Iterable[Visit]) -> Counter[Outcome]:
    """Leads by outcome over several visits."""
    counts: Counter[Outcome] = Counter()
    for visit in visits:
        counts.update(visit.counts)
    return counts
