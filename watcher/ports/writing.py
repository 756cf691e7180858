"""The archive: what one write transaction may do."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from watcher.types import (
    Article,
    Correction,
    Document,
    Edition,
    Encoding,
    HostState,
    KeptWords,
    Key,
    LeadRecord,
    Likeness,
    MachineCall,
    MachineSpend,
    Mark,
    Memory,
    Neighbourhood,
    OutboxRow,
    Placement,
    Point,
    Receipt,
    Source,
    TopicMatch,
    Verdict,
    Visit,
)


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

    def claim_again(self, claims: Mapping[str, tuple[datetime, datetime]]) -> frozenset[str]:
        """Moves due times on from those that were claimed; returns the sources that nobody else has claimed since."""
        ...

    def visited(self, visits: Sequence[Visit]) -> None: ...
    def put_off(self, memories: Sequence[Memory]) -> None:
        """Moves the due times of sources that were claimed and not asked: `due` and `because`, nothing else."""
        ...

    def pause(self, source: str, paused: bool) -> None: ...
    def keep_hosts(self, states: Sequence[HostState]) -> None: ...

    # leases, where several daemons share the archive
    def turns(
        self, holder: str, ended: Mapping[str, float], wanted: Collection[str], seconds: float
    ) -> Mapping[str, float]:
        """Gives back the turns at these hosts, each in so many seconds, and takes others, for so many at the most.

        Returns for each wanted host how many seconds to wait before asking again: 0 where the turn is ours.
        """
        ...

    def claim_pages(self, holder: str, addresses: Collection[str]) -> frozenset[str]:
        """Those of these addresses that no other daemon follows at the moment; they are ours until they are freed."""
        ...

    def free_pages(self, holder: str, addresses: Collection[str]) -> None: ...

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

    def set_topic(self, topic: str, matches: Mapping[int, TopicMatch | None]) -> set[int]:
        """Writes what one topic is to these articles, None for nothing; returns those that had something else."""
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

    def mark(self, said: Mark) -> Mark:
        """Keeps what somebody said of what they read; it comes back with its id."""
        ...

    def unmark(self, mark: int, moment: datetime) -> Mark | None:
        """Takes a mark back: it stays in the list. None where there is none that could be."""
        ...

    def annotate(self, mark: int, note: str) -> Mark | None:
        """Puts another note to a mark; None where there is none."""
        ...

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
    def forget_machine(self, before: datetime) -> None:
        """Forgets what a machine was asked, and what it said, before a moment."""
        ...

    def prune(self, before: datetime, most: int | None = None) -> int:
        """Forgets title and address of off-topic leads found before a moment; the hash of the address stays.

        So with messages that are finished, and visits. How many rows that concerned: `most` of each kind, or all.
        """
        ...

    def remove(self, articles: Sequence[int], at: datetime) -> int:
        """Takes away what these articles said, but not of those that are saved; returns of how many.

        Address, title, dates, topics, story and what was decided stay: an article is not read, or told, again.
        """
        ...

    def sweep(self, after: str) -> str | None:
        """Forgets the keys of removed articles on the next stretch; how far it came ("": begin), None at the end."""
        ...
