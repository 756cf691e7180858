"""What is known and not written yet: articles to be judged, ends of leads, visits that are complete.

Nothing is written but in batches, at most `BATCH_SECONDS` after it was known, and a visit only after all its leads: a
kill in between costs a second look at leads that are then `seen`.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace

from watcher import ingest, sampling
from watcher.poll.hosts import Hosts
from watcher.poll.parts import Parts, Visiting
from watcher.ports import Writer
from watcher.types import Because, LeadRecord, Outcome, Visit
from watcher.visits import closed

# The contract's half second between knowing something and having it in the store.
BATCH_SECONDS = 0.5
# How long one transaction may hold the writer's lock while it judges: commands beside the daemon wait that long.
HELD_SECONDS = 0.2
# Articles that wait to be judged before no more pages are asked: what is read faster than it is judged waits outside.
MOST_PREPARED = 100


class Writing:
    """Takes what becomes of visits and leads, and writes it down in short transactions."""

    def __init__(self, parts: Parts, hosts: Hosts, on_closed: Callable[[Visiting, Visit], None]) -> None:
        self._parts = parts
        self._hosts = hosts
        self._on_closed = on_closed
        self._records: list[LeadRecord] = []
        self._prepared: deque[tuple[Visiting, ingest.Prepared]] = deque()
        self._finished: list[Visiting] = []
        self._pending: set[str] = set()  # addresses followed but not yet written
        self._looked: Counter[str] = Counter()  # pages read though their lead named no topic, by source
        self._about: Counter[str] = Counter()
        self._freed: set[str] = set()  # addresses claimed among several daemons, and not followed
        self._due: float | None = None

    @property
    def prepared(self) -> int:
        """Articles that are read and wait to be judged and written."""
        return len(self._prepared)

    @property
    def is_full(self) -> bool:
        return len(self._prepared) >= MOST_PREPARED

    @property
    def is_empty(self) -> bool:
        return not (
            self._prepared or self._records or self._finished or self._looked or self._freed or self._hosts.has_changed
        )

    @property
    def due(self) -> float | None:
        """When what is known must be written; None when nothing waits."""
        return self._due

    def is_due(self, now: float) -> bool:
        return self._due is not None and now >= self._due

    @property
    def pending(self) -> Collection[str]:
        """Addresses that are followed already, their ends not written yet."""
        return self._pending

    def follow(self, address: str) -> None:
        """Notes that a lead is followed: nobody else needs to."""
        self._pending.add(address)

    def free(self, addresses: Iterable[str]) -> None:
        """Has claims given up with the next batch."""
        self._freed.update(addresses)
        if self._freed:
            self._schedule()

    def end(self, opened: Visiting, record: LeadRecord) -> None:
        """Notes the end of a lead."""
        opened.counts[record.outcome] += 1
        self._pending.add(record.url)
        self._records.append(record)
        self._schedule()

    def leave(self, opened: Visiting, address: str, outcome: Outcome) -> None:
        """Notes how a lead ended for this time: nothing of it is written, the next run finds it as it was."""
        opened.counts[outcome] += 1
        self._pending.discard(address)
        self.free([address])

    def judge(self, opened: Visiting, prepared: ingest.Prepared) -> None:
        """Has an article judged and stored with the next batch."""
        self._prepared.append((opened, prepared))
        self._schedule()

    def looked(self, source: str, about: bool) -> None:
        """Notes that a page was read whose lead named no topic, and whether it is about one."""
        self._looked[source] += 1
        self._about[source] += about
        self._schedule()

    def one_less(self, opened: Visiting) -> None:
        """Says that one of the answers a visit waits for has come to its end; the last one ends the visit."""
        opened.waiting -= 1
        if opened.waiting == 0:
            self._finished.append(opened)
            self._schedule()

    def _schedule(self) -> None:
        if self._due is None:
            self._due = self._parts.seconds() + BATCH_SECONDS

    def flush(self) -> None:
        """Writes down what is known, in one short transaction: articles, ends of leads, visits that are complete.

        Articles that do not fit into its time stay prepared for the next one.
        """
        self._due = None
        if self.is_empty:
            return
        parts = self._parts
        with parts.store.writing() as writer:
            self._settle(writer)
            writer.record(self._records)
            # What another daemon visits is its own to write.
            ended = [(opened, _closed(opened, parts)) for opened in self._finished]
            mine = [(opened, visit) for opened, visit in ended if not opened.is_anothers]
            writer.visited([visit for opened, visit in mine if opened.rests_until is None])
            put_off = [visit.memory for opened, visit in mine if opened.rests_until is not None]
            writer.put_off([memory for memory in put_off if memory is not None])
            if self._hosts.has_changed:
                self._hosts.keep(writer)
            if self._looked:
                sampling.note(writer, parts.clock(), self._looked, self._about)
            if parts.share is not None:  # with what was found there: whoever claims them next finds it
                writer.free_pages(parts.share.holder, [*self._freed, *(record.url for record in self._records)])
        self._hosts.kept()
        self._pending.difference_update(record.url for record in self._records)
        self._records, self._finished, self._freed = [], [], set()
        self._looked, self._about = Counter(), Counter()
        for opened, visit in ended:
            self._on_closed(opened, visit)
        self._due = parts.seconds() if self._prepared else None

    def _settle(self, writer: Writer) -> None:
        parts = self._parts
        end = parts.seconds() + HELD_SECONDS
        while self._prepared:
            opened, item = self._prepared.popleft()
            outcome = ingest.settle(item, writer, parts.judge, parts.seeds, parts.clock(), parts.rules)
            self.end(opened, ingest.ended_as(item, outcome))
            self.one_less(opened)
            if parts.seconds() >= end:
                break


def _closed(opened: Visiting, parts: Parts) -> Visit:
    """The visit that has ended. One that its host's rest came before asked nothing: only its due time moves."""
    if opened.rests_until is None:
        return closed(opened, parts.clock())
    memory = replace(opened.memory, due=opened.rests_until, because=Because.HOST_REST)
    return Visit(opened.source.id, opened.started, parts.clock(), None, {}, memory, opened.trouble)


def total(visits: Iterable[Visit]) -> Counter[Outcome]:
    """Leads by outcome over several visits."""
    counts: Counter[Outcome] = Counter()
    for visit in visits:
        counts.update(visit.counts)
    return counts
