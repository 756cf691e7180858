"""One write transaction over the archive: each call goes to the module of its subject."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection

from watcher.ports import Writer
from watcher.store import (
    articles,
    brought,
    corrections,
    editions,
    feedaddresses,
    groups,
    leases,
    machine,
    marks,
    outbox,
    recipients,
    retention,
    subjects,
    upkeep,
    vectors,
    words,
)
from watcher.store import leads as lead_rows
from watcher.store import sources as source_rows
from watcher.types import (
    Article,
    Correction,
    Document,
    Edition,
    Encoding,
    FeedAddress,
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


class SqlWriter(Writer):
    """One write transaction: `ports.Writer`. Of no use once `writing` has ended."""

    def __init__(self, connection: Connection, encoding: Encoding | None = None) -> None:
        self._connection = connection
        self._encoding = encoding

    @property
    def connection(self) -> Connection:
        """For the store's own modules."""
        return self._connection

    # sources
    def claim_due(
        self, sources: Sequence[Source], now: datetime, limit: int, everything: bool = False
    ) -> tuple[Memory, ...]:
        return source_rows.claim_due(self._connection, sources, now, limit, everything)

    def claim_again(self, claims: Mapping[str, tuple[datetime, datetime]]) -> frozenset[str]:
        return source_rows.claim_again(self._connection, claims)

    def visited(self, visits: Sequence[Visit]) -> None:
        source_rows.visited(self._connection, visits)

    def put_off(self, memories: Sequence[Memory]) -> None:
        source_rows.put_off(self._connection, memories)

    def keep_hosts(self, states: Sequence[HostState]) -> None:
        source_rows.keep_hosts(self._connection, states)

    # leases
    def turns(
        self, holder: str, ended: Mapping[str, float], wanted: Collection[str], seconds: float
    ) -> Mapping[str, float]:
        return leases.turns(self._connection, holder, ended, wanted, seconds)

    def claim_pages(self, holder: str, addresses: Collection[str]) -> frozenset[str]:
        return leases.claim_pages(self._connection, holder, addresses)

    def free_pages(self, holder: str, addresses: Collection[str]) -> None:
        leases.free_pages(self._connection, holder, addresses)

    def pause(self, source: str, paused: bool) -> None:
        source_rows.pause(self._connection, source, paused)

    # leads and articles
    def record(self, leads: Sequence[LeadRecord]) -> None:
        lead_rows.record(self._connection, leads)

    def candidates(self, keys: Sequence[Key], besides: int = 0) -> tuple[Document, ...]:
        return brought.bring(self._connection, articles.candidates(self._connection, keys, besides), self._encoding)

    def by_url(self, url: str) -> int | None:
        return articles.by_url(self._connection, url)

    def add(
        self,
        article: Article,
        topics: Sequence[TopicMatch],
        keys: Sequence[Key],
        verdict: Verdict,
        facts: str = "",
    ) -> int:
        number = articles.add(self._connection, article, topics, keys, verdict)
        brought.keep_facts(self._connection, number, facts, anew=False)
        return number

    def set_topic(self, topic: str, matches: Mapping[int, TopicMatch | None]) -> set[int]:
        return subjects.set_topic(self._connection, topic, matches)

    # stories
    def documents(self, articles_: Sequence[int]) -> tuple[Document, ...]:
        return brought.bring(self._connection, articles.documents(self._connection, articles_), self._encoding)

    def points(self, articles_: Sequence[int]) -> tuple[Point, ...]:
        return groups.points(self._connection, articles_)

    def neighbourhood(self, articles_: Sequence[int]) -> Neighbourhood:
        return groups.neighbourhood(self._connection, articles_)

    def liked(self, article: int) -> tuple[int, ...]:
        return groups.liked(self._connection, article)

    def liken(self, likenesses: Iterable[Likeness]) -> None:
        groups.liken(self._connection, likenesses)

    def regroup(
        self,
        placements: Sequence[Placement],
        stories_: Mapping[str, Sequence[str]],
        raised: datetime | None = None,
        hidden: bool = False,
    ) -> None:
        groups.regroup(self._connection, placements, stories_, raised, hidden)

    def rejudge(self, article: int, keys: Sequence[Key], verdict: Verdict, facts: str = "") -> None:
        articles.rejudge(self._connection, article, keys, verdict)
        brought.keep_facts(self._connection, article, facts, anew=True)

    def correct(self, correction: Correction) -> Correction:
        return corrections.add(self._connection, correction)

    def uncorrect(self, correction: int) -> Correction | None:
        return corrections.remove(self._connection, correction)

    # marks
    def mark(self, said: Mark) -> Mark:
        return marks.add(self._connection, said)

    def unmark(self, mark: int, moment: datetime) -> Mark | None:
        return marks.undo(self._connection, mark, moment)

    def annotate(self, mark: int, note: str) -> Mark | None:
        return marks.annotate(self._connection, mark, note)

    def add_vectors(self, encoding: Encoding, article: int, vectors_: Mapping[str, tuple[int, bytes]]) -> None:
        vectors.add(self._connection, encoding, article, vectors_)

    # editions
    def publish(self, edition: Edition, rows: Sequence[OutboxRow]) -> Edition:
        return editions.publish(self._connection, edition, rows)

    def rename_schedule(self, old: str, new: str) -> None:
        editions.rename_schedule(self._connection, old, new)

    # words
    def index_words(self, rows: Sequence[words.IndexRow], after: int, last: int) -> None:
        words.fill(self._connection, rows, after, last)

    def forget_words(self) -> None:
        words.empty(self._connection)

    # recipients
    def meet(self, addresses: Collection[str], now: datetime) -> None:
        recipients.meet(self._connection, addresses, now)

    def discard_waiting(self, addresses: Collection[str], why: str) -> None:
        recipients.discard_waiting(self._connection, addresses, why)

    def leave(self, address: str, now: datetime) -> bool:
        return recipients.leave(self._connection, address, now)

    def restore(self, address: str, now: datetime) -> None:
        recipients.restore(self._connection, address, now)

    # outbox
    def lease(
        self, now: datetime, until: datetime, limit: int, channel: str | None = None, recipient: str | None = None
    ) -> tuple[OutboxRow, ...]:
        return outbox.lease(self._connection, now, until, limit, channel, recipient)

    def receipt(self, row: int, receipt: Receipt, next_attempt: datetime) -> None:
        outbox.receipt(self._connection, row, receipt, next_attempt)

    def set_outbox(self, row: int, state: str, next_attempt: datetime) -> None:
        outbox.set_state(self._connection, row, state, next_attempt)

    # feeds of one's own
    def make_feed(self, address: FeedAddress) -> FeedAddress:
        return feedaddresses.make(self._connection, address)

    def revoke_feed(self, id: int, now: datetime) -> bool:
        return feedaddresses.revoke(self._connection, id, now)

    # machines
    def machine_spend(self, since: datetime) -> MachineSpend:
        return machine.spend(self._connection, since)

    def machine_asks(self, call: MachineCall) -> int:
        return machine.asks(self._connection, call)

    def machine_answered(self, call: MachineCall) -> None:
        machine.answered(self._connection, call)

    def keep_machine_words(self, made: datetime, words: Mapping[int, KeptWords]) -> None:
        machine.keep_words(self._connection, made, words)

    # backfill and pruning
    def checkpoint(self, name: str) -> str | None:
        return upkeep.get_checkpoint(self._connection, name)

    def set_checkpoint(self, name: str, value: str) -> None:
        upkeep.set_checkpoint(self._connection, name, value)

    def forget_machine(self, before: datetime) -> None:
        machine.forget(self._connection, before)

    def prune(self, before: datetime, most: int | None = None) -> int:
        return upkeep.prune(self._connection, before, most)

    def remove(self, articles_: Sequence[int], at: datetime) -> int:
        return retention.remove(self._connection, articles_, at)

    def sweep(self, after: str) -> str | None:
        return retention.sweep(self._connection, after)
