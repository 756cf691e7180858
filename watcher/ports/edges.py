"""What reaches outside, and the rules that have settings: fetching, workers, encoders, channels, the judge."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from watcher.types import (
    Document,
    Edition,
    Extraction,
    Gist,
    Given,
    Key,
    Listed,
    MachineAnswer,
    Made,
    Match,
    OutboxRow,
    Page,
    Placed,
    Reading,
    Receipt,
    Request,
    Seed,
    Slips,
    Source,
    Subscription,
    TopicMatch,
    Trouble,
    Verdict,
    Window,
    Wording,
)

Clock = Callable[[], datetime]
Held = Callable[[date], Sequence[Edition]]
"""The stored editions of one schedule from a day on, oldest first."""
Wait = Callable[[float], object]


@dataclass(frozen=True, slots=True)
class Before:
    """What was told before an edition: to each reader, and by the line of editions that it goes on with."""

    given: Mapping[str, Given] = field(default_factory=dict)  # by `types.address_key`
    last: Made | None = None  # of this line, skipped ones too; None: this edition begins it
    edition: Callable[[int], Edition | None] = lambda _: None


class Fetch(Protocol):
    """Asks one address. Never raises for what a network can do: that is a Trouble. Called from many threads."""

    def __call__(self, request: Request) -> Page | Trouble: ...


class Workers(Protocol):
    """Does what hostile bytes could kill in other processes, under limits of time and memory."""

    def read(self, source: Source, page: Page, window: Window | None) -> Future[Reading | Trouble]: ...

    def extract(self, page: Page, lead_language: str | None) -> Future[Extraction]:
        """A page that kills its worker is an Extraction with the outcome `unreadable`."""
        ...

    def gist(self, document: Document) -> Future[Gist]:
        """A text that kills its worker has neither facts nor keys: it is a story of its own."""
        ...


class Tasks(Protocol):
    """Runs importable functions in other processes."""

    def submit(self, function: Callable[..., Any], *args: Any, seconds: float) -> Future[Any]: ...


Post = Callable[..., object]
"""`http.post_json`: sends JSON to an address of the operator's and returns the answer's JSON, or a Trouble."""


class Send(Protocol):
    """`http.send`: a body to an address of the operator's, by POST, or a GET without one. None: it was taken."""

    def __call__(
        self,
        url: str,
        clock: Clock,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        seconds: float = 30.0,
    ) -> Trouble | None: ...


Notify = Callable[[str, str, str], Receipt]
"""Tells the operator: subject, text, and an id that is the same for every attempt."""


class Encoder(Protocol):
    """Turns texts into vectors, without blocking who asks.

    A vector is what the encoder gives, whole and not yet centred, one signed byte a dimension: its direction counts,
    its length does not. An empty one stands for a text that has none (nothing in it, or it killed the encoder): it is
    not worth asking again. A Trouble concerns all the texts: ask again later.
    """

    @property
    def name(self) -> str:
        """Vectors of two names never meet."""
        ...

    def encode(self, texts: Sequence[str]) -> Future[tuple[bytes, ...] | Trouble]:
        """One vector for each text, in order. After `close` the future raises CancelledError."""
        ...

    def close(self) -> None: ...


class Machine(Protocol):
    """Puts words into another language, without blocking who asks. A Trouble concerns the whole request."""

    @property
    def name(self) -> str:
        """The model, as readers are told it."""
        ...

    @property
    def url(self) -> str:
        """Where it is asked, without what may be secret in an address."""
        ...

    def at_most(self, words: Sequence[Wording], into: str) -> tuple[int, int]:
        """Tokens that a request for these can take at the most: those sent, those answered."""
        ...

    def ask(self, words: Sequence[Wording], into: str) -> Future[MachineAnswer | Trouble]:
        """One answer for each of the words, in order, cleaned and bounded; whether it is right is not looked at."""
        ...


class Matcher(Protocol):
    """Says which topics a text is about and which it only mentions."""

    def __call__(self, title: str, text: str) -> tuple[TopicMatch, ...]: ...


class Judge(Protocol):
    """Gives keys for a document, and a verdict against the seeds and the candidates the keys found."""

    def prepared(self, document: Document) -> Document:
        """The same document with its facts: what is worth doing once, before the writer's lock is taken."""
        ...

    def whole(self, document: Document) -> bytes:
        """The vector under which a document is found by its meaning; empty without vectors."""
        ...

    def keys(self, document: Document) -> tuple[Key, ...]: ...

    def verdict(self, document: Document, seeds: Sequence[Seed], candidates: Sequence[Document]) -> Verdict: ...

    def compare(self, a: Document, b: Document) -> Match:
        """What `a` is to `b`, by the id of `b`."""
        ...


class Nearest(Protocol):
    """Finds documents by their meaning: vectors in the order of their numbers, asked for the nearest to another."""

    @property
    def last(self) -> int:
        """The number of the last vector it was given."""
        ...

    def add(self, placed: Iterable[Placed]) -> None:
        """Takes vectors, in the order of their numbers; what it has already (up to `last`) is passed over."""
        ...

    def nearest(self, vector: bytes, since: datetime, until: datetime, limit: int) -> tuple[tuple[int, float], ...]:
        """The articles with a moment in [since, until) nearest to a vector, with cosines: best first, then by id."""
        ...


class Channel(Protocol):
    """Delivers one finished payload to one recipient. Never raises for what the other side can do."""

    name: str

    def deliver(self, row: OutboxRow) -> Receipt: ...


class Past(Protocol):
    """The editions that were made: what of the store an overview of them needs."""

    def edition(self, id_or_date: str) -> Edition | None: ...
    def listed(self, limit: int) -> tuple[Listed, ...]: ...
    def listed_between(self, first: date, last: date) -> tuple[Listed, ...]: ...
    def beside(self, first: date, last: date) -> tuple[date | None, date | None]: ...
    def months(self) -> tuple[date, ...]: ...


class Press(Protocol):
    """Turns a stored edition into what readers get."""

    def outbox_rows(
        self,
        edition: Edition,
        now: datetime,
        held: Held = ...,
        known: Mapping[str, Subscription] | None = None,
        before: Before | None = None,
    ) -> tuple[OutboxRow, ...]:
        """One finished row for each recipient of the edition's schedule (several where there are several channels).

        `held` gives the schedule's earlier editions, for readers who leave days out; `known` says, by
        `types.address_key`, what the store remembers of readers: who joined gets nothing that ended before, who left
        gets nothing. By `before` nobody gets two editions of a date, and everybody what they were not given yet.
        """
        ...

    def write_out(self, edition: Edition, past: Past) -> tuple[str, ...]:
        """Writes the edition's files, and the pages and feeds that list it, each atomically; returns their paths.

        `errors.OutputError` where one cannot be written.
        """
        ...

    def tidy(self) -> None:
        """Removes what a process left half written that was killed; `errors.OutputError` where it may not look."""
        ...

    def slips(self) -> Slips:
        """What is wrong with copied templates, in whose place the shipped ones were used."""
        ...
