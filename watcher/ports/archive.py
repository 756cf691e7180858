"""The archive: what is read from it, and what one write transaction may do."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import Protocol

from watcher.types import (
    Article,
    Correction,
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
    LeadRecord,
    Likeness,
    Listed,
    MachineCall,
    MachineSpend,
    Made,
    Memory,
    Neighbourhood,
    OutboxRow,
    Outcome,
    Placement,
    Point,
    Receipt,
    Source,
    StoredArticle,
    StoredVectors,
    Story,
    Subscription,
    TopicMatch,
    Verdict,
    Visit,
)


class Store(Protocol):
    """The archive. Every read is one short transaction; every write goes through `writing`."""

    def writing(self) -> AbstractContextManager[Writer]:
        """One write transaction (BEGIN IMMEDIATE under the writer lock): all of it happens or nothing does."""
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
    def outbox_of(self, edition: int) -> tuple[OutboxRow, ...]: ...
    def channels_waiting(self) -> frozenset[str]:
        """The channels of messages that are still on their way."""
        ...

    def unfinished(self, editions: Sequence[int]) -> frozenset[int]:
        """Those of these editions with a message that is still on its way."""
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


class Writer(Protocol):
    """Writes within one transaction, and reads what that transaction already wrote."""

    # sources
    def claim_due(
        self, sources: Sequence[Source], now: datetime, limit: int, everything: bool = False
    ) -> tuple[Memory, ...]:
        """Claims up to `limit` of these sources that may be asked (`cadence.may_be_asked`), oldest due time first.

        Claiming stores `cadence.claimed_until` as its next due time, before any request: a kill causes no early second
        one. With `everything` also those not yet due, except where a server asked for a rest. Paused and ended sources
        are never claimed; one that moved to where another is asked ends. Returns each one's memory as it was *before*
        the claim, without what was learned of another address than the configured one.
        """
        ...

    def visited(self, visits: Sequence[Visit]) -> None: ...
    def put_off(self, memories: Sequence[Memory]) -> None:
        """Moves the due times of sources that were claimed and not asked: `due` and `because`, nothing else."""
        ...

    def pause(self, source: str, paused: bool) -> None: ...
    def keep_hosts(self, states: Sequence[HostState]) -> None: ...

    # leads and articles
    def record(self, leads: Sequence[LeadRecord]) -> None:
        """Keeps the ends of leads. One address is kept once; a second record of it is ignored.

        A record of a lead that came `again` adds its names, and its words as a revision where they are given.
        """
        ...

    def candidates(self, keys: Sequence[Key], besides: int = 0) -> tuple[Document, ...]:
        """As in the store, without the article `besides`."""
        ...

    def by_url(self, url: str) -> int | None: ...

    def add(
        self,
        article: Article,
        topics: Sequence[TopicMatch],
        keys: Sequence[Key],
        verdict: Verdict,
        facts: str = "",
    ) -> int:
        """Stores an article with its keys, facts and verdict, and puts it into its story; returns the article's id.

        Its story is that of `verdict.earlier` where that is a copy or retelling, else one of its own, until `regroup`
        says better. An address that is stored already keeps its row.

        A key that 200 articles hold already is not stored for another one: its holders find each other, and a text that
        half the web carries (a cookie banner) never makes a lookup slow.
        """
        ...

    # stories
    def documents(self, articles: Sequence[int]) -> tuple[Document, ...]: ...

    def points(self, articles: Sequence[int]) -> tuple[Point, ...]:
        """Where these articles stand in the order in which stories are made."""
        ...

    def neighbourhood(self, articles: Sequence[int]) -> Neighbourhood:
        """Everything that decides how these articles are grouped: those like them, and like those, up to a bound."""
        ...

    def liked(self, article: int) -> tuple[int, ...]:
        """The articles whose likeness with this one is kept, whatever it says."""
        ...

    def liken(self, likenesses: Iterable[Likeness]) -> None:
        """Keeps what articles are to others; a newer word on a pair replaces the older one."""
        ...

    def regroup(
        self,
        placements: Sequence[Placement],
        stories: Mapping[str, Sequence[str]],
        raised: datetime | None = None,
        hidden: bool = False,
    ) -> None:
        """Puts articles into stories: by the name of a story that is there, or any other name for one to be founded.

        A story was told by the editions that told one of its articles, wherever that was. With `raised`, what is
        founded by leaving a told story was told by none: the next edition brings it up. With `hidden` besides, only
        what no edition told anyway.
        """
        ...

    def rejudge(self, article: int, keys: Sequence[Key], verdict: Verdict, facts: str = "") -> None:
        """Replaces an article's verdict, likenesses and facts, and adds the keys it lacks."""
        ...

    def correct(self, correction: Correction) -> Correction:
        """Keeps a correction by hand; it comes back with its id. Nothing is regrouped by this alone."""
        ...

    def uncorrect(self, correction: int) -> Correction | None: ...

    def add_vectors(self, encoding: Encoding, article: int, vectors: Mapping[str, tuple[int, bytes]]) -> None:
        """Stores an article's vectors: by kind, the hash of the text and its vector (empty: it has none).

        All of an article's at once, and only once: what is stored already stays. Without any the article is noted as
        having nothing to encode, so that it is not pending again.
        """
        ...

    # editions
    def publish(self, edition: Edition, rows: Sequence[OutboxRow]) -> Edition:
        """Stores an edition, marks its stories as told in its schedule, and queues its messages, all at once.

        Ids in the arguments are ignored; the edition comes back with its own. Publishing the same (date, schedule)
        twice returns the stored one and changes nothing.
        """
        ...

    def rename_schedule(self, old: str, new: str) -> None:
        """The editions of a schedule that is configured no more go on under another name; that one has none yet."""
        ...

    # recipients
    def meet(self, addresses: Collection[str], now: datetime) -> None:
        """Remembers these as readers since now; who left has left for good."""
        ...

    def discard_waiting(self, addresses: Collection[str], why: str) -> None:
        """What waits for these recipients is not sent; `why` is what the outbox says of it."""
        ...

    def leave(self, address: str, now: datetime) -> bool:
        """Somebody wants no more: what waits for them is discarded. False: they had left before."""
        ...

    def restore(self, address: str, now: datetime) -> None:
        """Somebody who left reads again, from now on; StoreError for who has not left."""
        ...

    # outbox
    def lease(
        self, now: datetime, until: datetime, limit: int, channel: str | None = None, recipient: str | None = None
    ) -> tuple[OutboxRow, ...]:
        """Takes rows (of one channel or recipient) that are due, or whose earlier lease ran out: they are sending.

        Those with the fewest attempts come first.
        """
        ...

    def receipt(self, row: int, receipt: Receipt, next_attempt: datetime) -> None: ...
    def set_outbox(self, row: int, state: str, next_attempt: datetime) -> None: ...

    # machines
    def machine_spend(self, since: datetime) -> MachineSpend: ...

    def machine_asks(self, call: MachineCall) -> int:
        """Notes a request before it is made; returns its id."""
        ...

    def machine_answered(self, call: MachineCall) -> None:
        """What the request of this id took in the end, and what went wrong with it, if anything did."""
        ...

    def keep_machine_words(self, made: datetime, words: Mapping[int, KeptWords]) -> None:
        """Keeps what was said, by the hash of what was asked; what is kept already stays."""
        ...

    # backfill and pruning
    def checkpoint(self, name: str) -> str | None: ...
    def set_checkpoint(self, name: str, value: str) -> None: ...
    def prune(self, before: datetime) -> int:
        """Forgets title and address of off-topic leads found before a moment; the hash of the address stays."""
        ...
