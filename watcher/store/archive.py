"""The store as the jobs see it: `ports.Store` and `ports.Writer` over one database.

Nothing is decided here: a read opens a snapshot, a write a transaction under the lock, and each call goes to the
module of its subject.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

from watcher.errors import StoreError
from watcher.ports import Store
from watcher.store import (
    articles,
    brought,
    corrections,
    editions,
    groups,
    harvest,
    machine,
    outbox,
    recipients,
    schema,
    stories,
    tally,
    upkeep,
    vectors,
    words,
)
from watcher.store import leads as lead_rows
from watcher.store import sources as source_rows
from watcher.store import volumes as volume_rows
from watcher.store.feedaddresses import FeedReads
from watcher.store.listing import Listing
from watcher.store.markreads import MarkReads
from watcher.store.retention import RetentionReads
from watcher.store.search import Searching
from watcher.store.sizes import SizeReads
from watcher.store.subjectreads import SubjectReads
from watcher.types import (
    Correction,
    Counts,
    Document,
    Edition,
    Encoding,
    Found,
    Given,
    Grown,
    Harvest,
    HostState,
    KeptWords,
    Key,
    KnownLead,
    LeadRecord,
    Listed,
    MachineCall,
    MachineSpend,
    Made,
    Memory,
    OutboxRow,
    Outcome,
    Placement,
    Point,
    Revision,
    StoredArticle,
    StoredVectors,
    Story,
    Subscription,
    Verdict,
    Visit,
)


class SqlStore(Listing, Searching, FeedReads, MarkReads, SubjectReads, SizeReads, RetentionReads, Store):
    """An open archive: `ports.Store`, and what the commands ask beyond it. Used by any number of threads."""

    # sources
    def memories(self, sources: Iterable[str]) -> dict[str, Memory]:
        with self._reading() as connection:
            return source_rows.memories(connection, sources)

    def hosts(self, names: Iterable[str]) -> dict[str, HostState]:
        with self._reading() as connection:
            return source_rows.hosts(connection, names)

    def visits(self, source: str, limit: int) -> tuple[Visit, ...]:
        """The last visits of a source, newest first; each with the source's present memory."""
        with self._reading() as connection:
            return source_rows.visits(connection, source, limit)

    def harvest(self, sources: Iterable[str], since: datetime) -> dict[str, Harvest]:
        """What each of these sources brought since a moment, and what of it reached a reader."""
        with self._reading() as connection:
            return harvest.harvest(connection, sources, since)

    def dropped(self, source: str, limit: int) -> tuple[LeadRecord, ...]:
        """The leads of a source that became no article and are not forgotten yet, newest first."""
        with self._reading() as connection:
            return harvest.dropped(connection, source, limit)

    # leads and articles
    def known(self, names: Collection[str]) -> dict[str, KnownLead]:
        with self._reading() as connection:
            return lead_rows.known(connection, names)

    def revisions(self, url: str) -> tuple[Revision, ...]:
        """What feeds said later of the lead or article at this canonical address, the oldest first."""
        with self._reading() as connection:
            return lead_rows.revisions(connection, url)

    def lead(self, url: str) -> LeadRecord | None:
        """The end of the lead with this canonical address."""
        with self._reading() as connection:
            return lead_rows.find(connection, url)

    def off_topic(self, since: datetime, limit: int = 100_000) -> tuple[LeadRecord, ...]:
        """Off-topic leads found since a moment and not yet forgotten, newest first."""
        with self._reading() as connection:
            return lead_rows.off_topic(connection, since, limit)

    def candidates(self, keys: Sequence[Key]) -> tuple[Document, ...]:
        with self._reading() as connection:
            return brought.bring(connection, articles.candidates(connection, keys), self.encoding)

    def documents(self, articles_: Sequence[int]) -> tuple[Document, ...]:
        with self._reading() as connection:
            return brought.bring(connection, articles.documents(connection, articles_), self.encoding)

    # vectors
    def vectors(self, encoding: Encoding, since: datetime, after: int = 0) -> Iterator[StoredVectors]:
        with self._reading() as connection:
            yield from vectors.since(connection, encoding, since, after)

    def vectors_of(self, encoding: Encoding, articles: Sequence[int]) -> dict[int, dict[str, bytes]]:
        with self._reading() as connection:
            return vectors.of_articles(connection, encoding, articles)

    def encoded(self, encoding: Encoding, hashes: Sequence[int]) -> dict[int, bytes]:
        with self._reading() as connection:
            return vectors.of_texts(connection, encoding, hashes)

    def pending(self, encoding: Encoding, since: datetime, limit: int, after: int = 0) -> tuple[Document, ...]:
        with self._reading() as connection:
            found = vectors.pending(connection, encoding, since, limit, after)
            return brought.bring(connection, found, None)

    def backlog(self, encoding: Encoding, limit: int, below: int | None = None, above: int = 0) -> tuple[Document, ...]:
        with self._reading() as connection:
            return brought.bring(connection, vectors.backlog(connection, encoding, below, above, limit), None)

    def last_article(self) -> int:
        with self._reading() as connection:
            return vectors.last_article(connection)

    def awaited(self, since: datetime, until: datetime) -> int:
        if self.encoding is None:
            return 0
        with self._reading() as connection:
            return vectors.awaited(connection, self.encoding, since, until)

    def set_aside(self, since: datetime, until: datetime) -> int:
        with self._reading() as connection:
            return stories.set_aside(connection, since, until)

    def article(self, id_or_url: str) -> StoredArticle | None:
        with self._reading() as connection:
            return stories.article_of(connection, id_or_url)

    def articles(self, limit: int, since: datetime | None = None) -> tuple[StoredArticle, ...]:
        """The articles found last, newest first."""
        with self._reading() as connection:
            return stories.newest_articles(connection, limit, since)

    def verdict(self, article: int) -> Verdict | None:
        with self._reading() as connection:
            return articles.verdict_of(connection, article)

    def story(self, story: str) -> Story | None:
        with self._reading() as connection:
            return stories.story_of(connection, story)

    def placement(self, article: int) -> Placement | None:
        """Where an article was put within its story, and why; None where nobody has placed it."""
        with self._reading() as connection:
            return groups.placement_of(connection, article)

    def corrections(self) -> tuple[Correction, ...]:
        with self._reading() as connection:
            return corrections.listed(connection)

    def points(self) -> tuple[Point, ...]:
        with self._reading() as connection:
            return groups.all_points(connection)

    def story_names(self) -> dict[str, str]:
        """The story of every article, by id."""
        with self._reading() as connection:
            return groups.story_names(connection)

    def stories(self, limit: int) -> tuple[Story, ...]:
        """The stories that began last, newest first."""
        with self._reading() as connection:
            return stories.newest_stories(connection, limit)

    # editions
    def untold(self, since: datetime, until: datetime, schedule: str | None = None) -> tuple[Story, ...]:
        with self._reading() as connection:
            return stories.untold(connection, since, until, schedule)

    def grown(self, since: datetime, until: datetime, schedule: str | None = None) -> tuple[Grown, ...]:
        with self._reading() as connection:
            return stories.grown(connection, since, until, schedule)

    def told_at(self, urls: Sequence[str], schedule: str | None = None) -> frozenset[str]:
        with self._reading() as connection:
            return stories.told_at(connection, urls, schedule)

    def told_seeds(self, seeds: Iterable[str], schedule: str | None = None) -> frozenset[str]:
        with self._reading() as connection:
            return stories.told_seeds(connection, seeds, schedule)

    def retold(self, since: datetime, until: datetime, schedule: str | None = None) -> int:
        with self._reading() as connection:
            return stories.retold(connection, since, until, schedule)

    def asked(self, since: datetime, until: datetime) -> int:
        with self._reading() as connection:
            return source_rows.asked(connection, since, until)

    def outcomes(self, since: datetime, until: datetime) -> Mapping[Outcome, int]:
        with self._reading() as connection:
            return source_rows.outcomes(connection, since, until)

    def volumes(self, bounds: Sequence[datetime]) -> tuple[Found, ...]:
        with self._reading() as connection:
            return volume_rows.volumes(connection, bounds)

    def last_edition(self, schedule: str | None = None) -> Edition | None:
        with self._reading() as connection:
            return editions.last_edition(connection, schedule)

    def edition(self, id_or_date: str) -> Edition | None:
        with self._reading() as connection:
            return editions.edition_of(connection, id_or_date)

    def editions(self, limit: int) -> tuple[Edition, ...]:
        with self._reading() as connection:
            return editions.editions(connection, limit)

    def editions_of(self, day: date) -> tuple[Edition, ...]:
        """Those of a date, whatever their schedule, newest first."""
        with self._reading() as connection:
            return editions.editions_of(connection, day)

    def made(self, schedule: str, limit: int) -> tuple[Made, ...]:
        with self._reading() as connection:
            return editions.made(connection, schedule, limit)

    def made_since(self, moment: datetime) -> tuple[Made, ...]:
        with self._reading() as connection:
            return editions.made_since(connection, moment)

    def made_last(self) -> dict[str, Made]:
        with self._reading() as connection:
            return editions.made_last(connection)

    def editions_since(self, schedule: str, day: date) -> tuple[Edition, ...]:
        with self._reading() as connection:
            return editions.editions_since(connection, schedule, day)

    def listed(self, limit: int) -> tuple[Listed, ...]:
        with self._reading() as connection:
            return editions.listed(connection, limit)

    def listed_between(self, first: date, last: date) -> tuple[Listed, ...]:
        with self._reading() as connection:
            return editions.listed_between(connection, first, last)

    def beside(self, first: date, last: date) -> tuple[date | None, date | None]:
        with self._reading() as connection:
            return editions.beside(connection, first, last)

    def months(self) -> tuple[date, ...]:
        with self._reading() as connection:
            return editions.months(connection)

    # outbox
    def outbox(self, states: Sequence[str] = ()) -> tuple[OutboxRow, ...]:
        with self._reading() as connection:
            return outbox.listed(connection, states)

    def is_leased(self, row: int, until: datetime) -> bool:
        with self._reading() as connection:
            return outbox.is_leased(connection, row, until)

    def outbox_of(self, edition: int) -> tuple[OutboxRow, ...]:
        with self._reading() as connection:
            return outbox.of_edition(connection, edition)

    def channels_waiting(self) -> frozenset[str]:
        with self._reading() as connection:
            return outbox.channels_waiting(connection)

    def unfinished(self, editions: Sequence[int]) -> frozenset[int]:
        with self._reading() as connection:
            return outbox.unfinished(connection, editions)

    def given(self, since: datetime, until: datetime) -> dict[str, Given]:
        with self._reading() as connection:
            return outbox.given(connection, since, until)

    def subscriptions(self) -> tuple[Subscription, ...]:
        with self._reading() as connection:
            return recipients.subscriptions(connection)

    # machines
    def machine_words(self, hashes: Collection[int]) -> dict[int, KeptWords]:
        with self._reading() as connection:
            return machine.words(connection, hashes)

    def machine_spend(self, since: datetime) -> MachineSpend:
        with self._reading() as connection:
            return machine.spend(connection, since)

    def machine_calls(self, limit: int) -> tuple[MachineCall, ...]:
        """The last requests to machines, newest first."""
        with self._reading() as connection:
            return machine.calls(connection, limit)

    # backfill
    def checkpoint(self, name: str) -> str | None:
        with self._reading() as connection:
            return upkeep.get_checkpoint(connection, name)

    def checkpoints(self, names: Sequence[str]) -> dict[str, str]:
        """Those of these that were set, in one look."""
        with self._reading() as connection:
            return upkeep.get_checkpoints(connection, names)

    # the whole
    def is_current(self) -> bool:
        """True where the database is there and has the schema of this version; StoreError where it cannot be read."""
        return self.ground.state() == "current"

    def counts(self) -> Counts:
        with self._reading() as connection:
            return upkeep.counts(connection)

    def recount(self) -> bool:
        """True where what was kept of counts was wrong, and was counted anew. Nobody waits for the looking."""
        with self._reading() as connection:
            is_wrong = bool(tally.differences(connection))
        if is_wrong:
            with self.writing() as writer:
                tally.anew(writer.connection)
        return is_wrong

    def export(self) -> Iterator[dict[str, object]]:
        """Every article by url, without row ids and clock times: equal archives give equal exports."""
        with self._reading() as connection:
            yield from upkeep.export(connection)

    def integrity(self, quick: bool = False) -> list[str]:
        """What is wrong with the archive, a line each; nothing when all is well."""
        with self._reading() as connection:
            return [*upkeep.integrity(connection, quick), *words.faults(connection)]

    def compact(self, full: bool = False) -> None:
        """Gives space back that nothing stands in; nobody may write meanwhile."""
        self.ground.compact(full)
        with self.writing() as writer:
            tally.anew(writer.connection)

    def backup(self, target: Path) -> None:
        """A consistent copy, made while others read and write; it replaces `target` only when it is whole."""
        if target.exists() and target.samefile(self.path):
            raise StoreError(f"{target} is the database itself; name another file for the backup")
        schema.copy(self.path, target)
