"""What engines bring, written down: Loads in the order of their units, in short transactions of the one writer.

Load ─> each capture: met before? ─> article (dated as of its capture) ─> judged and stored, in batches
                                                                     └─> with the last batch: its unit is done
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Collection, Iterator
from dataclasses import replace

from watcher import ingest
from watcher.backfill import checkpoints
from watcher.backfill.plan import Task
from watcher.poll import Parts
from watcher.types import (
    UNKNOWN_LANGUAGE,
    Article,
    Brought,
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
_BY_WORDS = ("title ", "text ")  # names of a lead that are no address and no id


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
                    checkpoints.finish(writer, task.unit, parts.clock(), counts, load.documents, load.bytes)
        return counts

    def _prepared(self, task: Task, load: Load, counts: Counter[Outcome]) -> Iterator[LeadRecord | ingest.Prepared]:
        """Every capture of a Load as an article to be judged, or as its end."""
        pending: set[str] = set()
        source = replace(task.source, kind=task.way.name, pages="always")  # its text was looked at: no need to guess
        for brought in load.brought:
            yield from self._one(brought, source, task.unit.window, pending, counts)

    def _one(
        self, brought: Brought, source: Source, window: Window, pending: set[str], counts: Counter[Outcome]
    ) -> Iterator[LeadRecord | ingest.Prepared]:
        parts, now = self._parts, self._parts.clock()
        sifted = ingest.sift([brought.lead], source, self._known, pending, parts.matches, now, window=window)
        counts[Outcome.SEEN] += sifted.seen
        yield from sifted.ended
        for followed in sifted.followed:
            pending.update((followed.url, *followed.names))
            article = ingest.read(
                followed,
                source,
                brought.extraction,
                outlet=None,
                language=self._language(brought),
                now=now,
                captured=brought.captured,
            )
            if not isinstance(article, Outcome) and not _is_within(article, window):
                article = Outcome.TOO_OLD
            if isinstance(article, Outcome):
                yield ingest.ended(followed, source, article, now)
                continue
            topics = self._topics(brought, source, article)
            if not topics:
                yield ingest.ended(followed, source, Outcome.OFF_TOPIC, now)
                continue
            told = ingest.counts_as_told(followed, article, first_visit=False, window=window)
            gist = brought.gist
            if not gist.keys:
                gist = parts.workers.gist(ingest.document(article, topics)).result()
            yield ingest.prepare(followed, replace(article, told=told), source, topics, gist)

    def _known(self, names: Collection[str]) -> dict[str, KnownLead]:
        """By address and id alone. A page of a crawl has an address of its own; two of one title are two pages, whether
        the first was written before a kill or not."""
        return self._parts.store.known([name for name in names if not name.startswith(_BY_WORDS)])

    def _topics(self, brought: Brought, source: Source, article: Article) -> tuple[TopicMatch, ...]:
        if not brought.topics:
            return ingest.topics_of(self._parts.matches, source, article.title, article.text)
        return tuple(match for match in brought.topics if not source.topics or match.topic in source.topics)

    def _language(self, brought: Brought) -> str:
        lead, extraction = brought.lead, brought.extraction
        words = f"{extraction.title or lead.title}\n{extraction.text or lead.content or lead.summary}"
        return lead.language or self._parts.identify(words) or UNKNOWN_LANGUAGE


def _is_within(article: Article, window: Window) -> bool:
    """By its date where it has one: a crawl of a day holds pages of many years."""
    return article.published is None or window.holds(article.published)
