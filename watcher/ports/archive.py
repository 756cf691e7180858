"""The archive: what is read from it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import Protocol

from watcher.ports.writing import Writer
from watcher.types import (
    Aged,
    Document,
    Edition,
    Encoding,
    Found,
    Given,
    Grown,
    HostState,
    KeptWords,
    Key,
    KnownLead,
    Listed,
    MachineSpend,
    Made,
    Mark,
    Member,
    Memory,
    OutboxRow,
    Outcome,
    PassedText,
    Placement,
    StoredArticle,
    StoredVectors,
    Story,
    Subscription,
    Verdict,
    Visit,
)


class Store(Protocol):
    """The archive. Every read is one short transaction; every write goes through `writing`."""

    def writing(self) -> AbstractContextManager[Writer]:
        """One write transaction (BEGIN IMMEDIATE under the writer lock): all of it happens or nothing does."""
        ...

    def claiming(self) -> AbstractContextManager[Writer]:
        """A short write transaction that takes what nobody else has: it waits for nobody who writes an article."""
        ...

    # sources
    def memories(self, sources: Iterable[str]) -> dict[str, Memory]: ...
    def hosts(self, names: Iterable[str]) -> dict[str, HostState]:
        """What is remembered of these host:ports; one never heard of is absent."""
        ...

    def visits(self, source: str, limit: int) -> tuple[Visit, ...]:
        """The last visits of a source, newest first; each with the source's present memory."""
        ...

    # leads and articles
    def known(self, names: Collection[str]) -> dict[str, KnownLead]:
        """The leads that ended before and are known by these names: addresses, ids, titles (`ingest.identity`)."""
        ...

    def candidates(self, keys: Sequence[Key]) -> tuple[Document, ...]:
        """Stored articles that share keys, most shared keys first, at most 100. Constant work however many are stored.

        Of many keys of one signal they share more than one (`stories.signal.fewest_shared`).

        A document's id is the article's id in decimal. Its facts and vectors come along, where they are stored.
        """
        ...

    def documents(self, articles: Sequence[int]) -> tuple[Document, ...]:
        """The articles with these ids, in that order, as they are compared."""
        ...

    def passed_by(self, since: datetime) -> Iterator[PassedText]:
        """Everything found since a moment that a rule can be tried on: articles, then headlines of off-topic leads."""
        ...

    # vectors
    def vectors(self, encoding: Encoding, since: datetime, after: int = 0) -> Iterator[StoredVectors]:
        """The vectors of articles found since a moment, in the order they were stored, from behind number `after`."""
        ...

    def vectors_of(self, encoding: Encoding, articles: Sequence[int]) -> dict[int, dict[str, bytes]]:
        """The vectors of these articles, by kind; an article that has none yet is left out."""
        ...

    def encoded(self, encoding: Encoding, hashes: Sequence[int]) -> dict[int, bytes]:
        """The vectors of texts that were encoded before, by the hash of the text (`meaning.text_hash`)."""
        ...

    def pending(self, encoding: Encoding, since: datetime, limit: int, after: int = 0) -> tuple[Document, ...]:
        """Articles found since a moment, not counting as told, that have no vectors yet: by rising id, behind `after`.

        Whoever goes on from the last id it was given never reads the archive twice.
        """
        ...

    def backlog(self, encoding: Encoding, limit: int, below: int | None = None, above: int = 0) -> tuple[Document, ...]:
        """Whatever has no vectors yet with an id between these two, by falling id."""
        ...

    def last_article(self) -> int:
        """The highest id; 0 in an empty archive."""
        ...

    def awaited(self, since: datetime, until: datetime) -> int:
        """How many articles found in [since, until) and not told already have no vectors yet; 0 without an encoder."""
        ...

    def set_aside(self, since: datetime, until: datetime) -> int:
        """How many articles found in [since, until) count as told: of first visits, out of archives."""
        ...

    def article(self, id_or_url: str) -> StoredArticle | None: ...
    def verdict(self, article: int) -> Verdict | None: ...
    def placement(self, article: int) -> Placement | None:
        """Where an article was put within its story, and why; None where nobody has placed it."""
        ...

    def story(self, story: str) -> Story | None: ...

    # marks
    def marks(self) -> tuple[Mark, ...]:
        """What people said by hand of what they read, what they took back included, the oldest first."""
        ...

    def marks_on(self, articles: Collection[int]) -> tuple[Mark, ...]:
        """Those that were said of one of these articles."""
        ...

    def members(self, articles: Collection[int]) -> tuple[Member, ...]:
        """Every article of every story that holds one of these."""
        ...

    def kept_back(self, marks: Collection[int], schedule: str, since: datetime) -> frozenset[int]:
        """The articles found since a moment that these marks kept out of editions of a schedule."""
        ...

    def holding(self, articles: Collection[int], schedule: str) -> tuple[tuple[Story, ...], tuple[Grown, ...]]:
        """The stories of these articles: those not told by that schedule; and the others, as grown by these."""
        ...

    # editions
    def untold(self, since: datetime, until: datetime, schedule: str | None = None) -> tuple[Story, ...]:
        """Whole stories, not told in any edition, with at least one article found in [since, until).

        Articles that count as told (backfill) bring up no story, but come along with theirs.
        With a schedule, what editions of other schedules told does not count: their readers are others.
        """
        ...

    def grown(self, since: datetime, until: datetime, schedule: str | None = None) -> tuple[Grown, ...]:
        """Whole stories told before (by that schedule) that got an article found in [since, until).

        Each with the articles no edition told yet, however long ago they were found. What counts as told (backfill) is
        never among them.
        """
        ...

    def told_at(self, urls: Sequence[str], schedule: str | None = None) -> frozenset[str]:
        """Those of these canonical addresses at which an article of a told story stands."""
        ...

    def told_seeds(self, seeds: Iterable[str], schedule: str | None = None) -> frozenset[str]:
        """Those of these known documents that an edition (of that schedule) has named as told again."""
        ...

    def retold(self, since: datetime, until: datetime, schedule: str | None = None) -> int:
        """How many stories that were told before (by that schedule) got another article found in [since, until)."""
        ...

    def asked(self, since: datetime, until: datetime) -> int:
        """How many sources had a visit that ended in [since, until)."""
        ...

    def outcomes(self, since: datetime, until: datetime) -> Mapping[Outcome, int]:
        """Leads by outcome, over the visits that ended in [since, until)."""
        ...

    def volumes(self, bounds: Sequence[datetime]) -> tuple[Found, ...]:
        """What was found in each span between two neighbouring moments (rising), not counting what counts as told."""
        ...

    def last_edition(self, schedule: str | None = None) -> Edition | None:
        """The newest edition by `until`; with a schedule, the newest of that one."""
        ...

    def edition(self, id_or_date: str) -> Edition | None: ...
    def editions(self, limit: int) -> tuple[Edition, ...]: ...
    def editions_since(self, schedule: str, day: date) -> tuple[Edition, ...]:
        """The editions of a schedule dated this day or later, oldest first."""
        ...

    def listed(self, limit: int) -> tuple[Listed, ...]:
        """The newest editions by `until`, newest first, without what they tell."""
        ...

    def listed_between(self, first: date, last: date) -> tuple[Listed, ...]:
        """The editions dated between these days, both included, oldest first."""
        ...

    def beside(self, first: date, last: date) -> tuple[date | None, date | None]:
        """The day of the last edition before these days, and of the first one after them."""
        ...

    def months(self) -> tuple[date, ...]:
        """The first day of every month with an edition, oldest first."""
        ...

    def made(self, schedule: str, limit: int) -> tuple[Made, ...]:
        """Which editions of a schedule were made, those stored last first."""
        ...

    def made_since(self, moment: datetime) -> tuple[Made, ...]:
        """The editions of all schedules that end after a moment, those stored first first."""
        ...

    def made_last(self) -> Mapping[str, Made]:
        """The edition of each schedule that was stored last."""
        ...

    # outbox
    def outbox(self, states: Sequence[str] = ()) -> tuple[OutboxRow, ...]: ...
    def is_leased(self, row: int, until: datetime) -> bool:
        """Whether a row is still being sent under the lease that ends then: asked of the database, anew each time."""
        ...

    def outbox_of(self, edition: int) -> tuple[OutboxRow, ...]: ...
    def channels_waiting(self) -> frozenset[str]:
        """The channels of messages that are still on their way."""
        ...

    def unfinished(self, editions: Sequence[int]) -> frozenset[int]:
        """Those of these editions with a message that is still on its way."""
        ...

    # words
    def index_next(self) -> int:
        """Puts the next articles into the index of words; how many: 0 when it is complete."""
        ...

    def forget_words(self) -> None:
        """Empties the index of words, to be filled anew."""
        ...

    # retention
    def aged(self, before: datetime, limit: int, after: Aged | None = None) -> tuple[Aged, ...]:
        """The next articles found before a moment, the oldest first, that are neither saved nor removed already."""
        ...

    # recipients
    def given(self, since: datetime, until: datetime) -> Mapping[str, Given]:
        """What each reader was given last, by `types.address_key`, of the editions that end in (since, until]."""
        ...

    def subscriptions(self) -> tuple[Subscription, ...]:
        """Everybody who reads, and whoever left; addresses as `types.address_key` writes them."""
        ...

    # machines
    def machine_words(self, hashes: Collection[int]) -> dict[int, KeptWords]:
        """What was said to the words of these hashes; words never asked for are absent."""
        ...

    def machine_spend(self, since: datetime) -> MachineSpend:
        """What the requests since a moment took together, those without an answer at their most."""
        ...

    # backfill
    def checkpoint(self, name: str) -> str | None: ...
    def checkpoints(self, names: Sequence[str]) -> dict[str, str]:
        """Those of these that were set, in one look."""
        ...
