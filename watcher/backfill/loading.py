"""What engines bring, written down: Loads in the order of their units, in short transactions of the one writer.

Load ─> each capture: met before? ─> article (dated as of its capture) ─> judged and stored, in batches
                                                                     └─> with the last batch: its unit is done
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Collection, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, replace

from watcher import ingest
from watcher.backfill import checkpoints
from watcher.backfill.plan import Task
from watcher.poll import Parts
from watcher.stories.gist import basis
from watcher.types import (
    UNKNOWN_LANGUAGE,
    Article,
    Brought,
    Document,
    Gist,
    KnownLead,
    LeadRecord,
    Load,
    Outcome,
    Source,
    TopicMatch,
    Window,
)

# How long one transaction may hold the writer's lock: a daemon beside us waits that long.
HELD_SECONDS = 0.2
_NO_ADDRESS = ("title ", "text ", "id ")  # names of a lead that are none


@dataclass(frozen=True, slots=True)
class _Read:
    """An article that is being understood."""

    followed: ingest.Followed
    article: Article
    topics: tuple[TopicMatch, ...]
    gist: Future[Gist]

    def prepared(self, source: Source) -> ingest.Prepared:
        return ingest.prepare(self.followed, self.article, source, self.topics, self.gist.result())


class Loading:
    """Takes one Load after the other; what it was given is in the store when `take` returns."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def take(self, task: Task, load: Load) -> Counter[Outcome]:
        """Stores what a unit brought, and that it is done if nothing went wrong with it; how its captures ended."""
        parts, counts = self._parts, Counter(load.counts)
        waiting = deque(self._prepared(task, load, counts))
        is_done = False
        while not is_done:
            with parts.store.writing() as writer:
                end, records = parts.seconds() + HELD_SECONDS, list[LeadRecord]()
                while waiting and parts.seconds() < end:
                    item = waiting.popleft()
                    if isinstance(item, ingest.Prepared):
                        outcome = ingest.settle(item, writer, parts.judge, parts.seeds, parts.clock(), parts.rules)
                        item = ingest.ended_as(item, outcome)
                    counts[item.outcome] += 1
                    records.append(item)
                writer.record(records)
                is_done = not waiting
                if is_done and load.trouble is None:
                    checkpoints.finish(
                        writer, task.unit, parts.clock(), counts, load.documents, load.bytes, task.topics
                    )
        return counts

    def _prepared(self, task: Task, load: Load, counts: Counter[Outcome]) -> list[LeadRecord | ingest.Prepared]:
        """Every capture of a Load as an article to be judged, or as its end."""
        pending: set[str] = set()
        source = replace(task.source, kind=task.way.name, pages="always")  # its text was looked at: no need to guess
        found = [
            each
            for brought in load.brought
            for each in self._ends_of(brought, source, task.unit.window, pending, counts)
        ]
        # All of them are being understood side by side before the first is waited for.
        return [each.prepared(source) if isinstance(each, _Read) else each for each in found]

    def _ends_of(
        self, brought: Brought, source: Source, window: Window, pending: set[str], counts: Counter[Outcome]
    ) -> Iterator[LeadRecord | _Read]:
        parts, now = self._parts, self._parts.clock()
        sifted = ingest.sift([brought.lead], source, self._known, pending, parts.matches, now, window=window)
        counts[Outcome.SEEN] += sifted.seen
        yield from sifted.ended
        for followed in sifted.followed:
            pending.add(followed.url)  # an id tells no capture from another
            article = self._read(followed, brought, source, window)
            if isinstance(article, Outcome):
                yield ingest.ended(followed, source, article, now)
                continue
            topics = self._topics(brought, source, article)
            if topics:
                yield _Read(followed, article, topics, self._gist(brought, ingest.document(article, topics)))
            else:
                yield ingest.ended(followed, source, Outcome.OFF_TOPIC, now)

    def _gist(self, brought: Brought, document: Document) -> Future[Gist]:
        """The gist that was brought along, if it was read of this very document; else it is read here."""
        if brought.gist is None or brought.gist.of != basis(document):
            return self._parts.workers.gist(document)
        known: Future[Gist] = Future()
        known.set_result(brought.gist)
        return known

    def _read(self, followed: ingest.Followed, brought: Brought, source: Source, window: Window) -> Article | Outcome:
        article = ingest.read(
            followed,
            source,
            brought.extraction,
            outlet=None,
            language=self._language(brought),
            now=self._parts.clock(),
            captured=brought.captured,
        )
        if isinstance(article, Outcome):
            return article
        # By its date where it has one: a crawl of a day holds pages of many years.
        if article.published is not None and not window.holds(article.published):
            return Outcome.TOO_OLD
        return replace(article, told=ingest.counts_as_told(followed, article, first_visit=False, window=window))

    def _known(self, names: Collection[str]) -> dict[str, KnownLead]:
        """By address alone. A page of a crawl has one of its own, and a mail without one has one made of what it says;
        two of one title are two pages, whether the first was written before a kill or not, and two letters that a
        broken program sent with one Message-ID are two letters."""
        return self._parts.store.known([name for name in names if not name.startswith(_NO_ADDRESS)])

    def _topics(self, brought: Brought, source: Source, article: Article) -> tuple[TopicMatch, ...]:
        if not brought.topics:
            return ingest.topics_of(self._parts.matches, source, article.title, article.text)
        return tuple(match for match in brought.topics if not source.topics or match.topic in source.topics)

    def _language(self, brought: Brought) -> str:
        lead, extraction = brought.lead, brought.extraction
        words = f"{extraction.title or lead.title}\n{extraction.text or lead.content or lead.summary}"
        return lead.language or self._parts.identify(words) or UNKNOWN_LANGUAGE
