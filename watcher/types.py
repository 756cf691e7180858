"""The words of the program: one frozen type per stage, each holding exactly what that stage knows.

A Source is visited and yields Leads; a lead is followed to a Page, read into an Article, given a Verdict;
articles form Stories, stories an Edition, an edition becomes a Message, delivery gives a Receipt.

Every moment is an aware `datetime` in UTC. A language is a primary subtag (`pt`) or `und`. An address is `url`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Literal

UNKNOWN_LANGUAGE = "und"

Role = Literal["outlet", "primary", "forum", "aggregator"]
Pages = Literal["always", "on-topic", "never"]


# --- sources and fetching ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Source:
    """One place that is visited: what the user wrote in `config.toml`."""

    id: str
    url: str
    kind: str = "feed"
    title: str | None = None  # the outlet's name as readers see it; None: taken from the feed or the host
    language: str | None = None
    role: Role = "outlet"
    pages: Pages = "on-topic"
    interval: timedelta = timedelta(minutes=30)
    topics: tuple[str, ...] = ()  # only these topics are looked for; empty: all


@dataclass(frozen=True, slots=True)
class Memory:
    """What the store remembers of a source between visits. Validators are kept byte for byte (Latin-1 text)."""

    source: str
    due: datetime | None = None  # None: never claimed, due at once
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None  # of the last body that was read; an equal one is not read again
    visited: datetime | None = None  # end of the last visit
    changed: datetime | None = None  # last visit that brought a lead not seen before
    visits: int = 0
    failures: int = 0  # in a row
    trouble: str | None = None  # the last visit's trouble in words; None: it went well
    failing_since: datetime | None = None
    title: str | None = None  # what the feed calls itself
    moved_to: str | None = None
    paused: bool = False
    ended: datetime | None = None  # the server said 410


@dataclass(frozen=True, slots=True)
class Window:
    """A span of the past, `since` included, `until` not. Absent when polling."""

    since: datetime
    until: datetime

    def holds(self, moment: datetime) -> bool:
        return self.since <= moment < self.until


@dataclass(frozen=True, slots=True)
class Request:
    """One address to ask, with the validators of the last good answer."""

    url: str
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """What a server answered: the final address, status, headers as received, decoded body, when."""

    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    fetched: datetime
    asked: str = ""  # the address first asked, before redirects
    permanent: bool = False  # every hop on the way here was a 301 or 308

    def header(self, name: str) -> str | None:
        """The first value of a header, its name in any case; None when the server sent none."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)


class Reason(StrEnum):
    """Why something expected to go wrong at times did go wrong."""

    TIMEOUT = "timeout"  # the wall-clock deadline passed
    NAME = "name"  # the host name has no address
    CONNECTION = "connection"  # refused, reset, closed early
    TLS = "tls"
    FORBIDDEN_ADDRESS = "forbidden-address"  # a private or reserved network that `allow` does not list
    BAD_ADDRESS = "bad-address"  # not http(s), or not an address at all
    TOO_LARGE = "too-large"
    REDIRECTS = "redirects"  # too many, a loop, or one without a target
    PROTOCOL = "protocol"  # not HTTP, or a broken encoding
    STATUS = "status"  # the server answered with an error status
    UNREADABLE = "unreadable"  # the body is not what the source's kind expects
    KILLED = "killed"  # a worker ran out of time or memory, or crashed


@dataclass(frozen=True, slots=True)
class Trouble:
    """Expected trouble as a value: a named reason, and one line that says what happened, to what, and what to do."""

    reason: Reason
    text: str
    status: int | None = None
    retry_after: timedelta | None = None
    fresh_for: timedelta | None = None  # how long an error answer says it stays true, by its cache headers


@dataclass(frozen=True, slots=True)
class Lead:
    """What a source claims about one article: evidence, not fact. Texts are plain; `url` is absolute http(s)."""

    url: str | None
    title: str = ""
    link: str | None = None  # as it stood in the source
    summary: str = ""
    content: str = ""
    published: datetime | None = None
    updated: datetime | None = None
    id: str | None = None
    language: str | None = None
    authors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hints:
    """What a feed itself says about when to come back."""

    ttl: timedelta | None = None
    skip_hours: frozenset[int] = frozenset()  # UTC, 0-23
    skip_days: frozenset[int] = frozenset()  # 0 = Monday


@dataclass(frozen=True, slots=True)
class Reading:
    """Leads found in a page, and more requests to follow (archives, further pages)."""

    leads: tuple[Lead, ...] = ()
    more: tuple[Request, ...] = ()
    title: str | None = None
    language: str | None = None
    hints: Hints = Hints()
    whole: bool = True  # False: the document was cut off; its validators are not kept, so that the rest is asked for


class Outcome(StrEnum):
    """The closed list of ends of a lead. Every lead ends in exactly one."""

    STORED = "stored"
    SEEN = "seen"
    OFF_TOPIC = "off-topic"
    TOO_SHORT = "too-short"
    TOO_OLD = "too-old"
    UNREACHABLE = "unreachable"
    FORBIDDEN = "forbidden"
    NOT_AN_ARTICLE = "not-an-article"
    UNREADABLE = "unreadable"
    NO_ADDRESS = "no-address"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class LeadRecord:
    """The end of one lead, as kept: what it was called, where it came from, what became of it."""

    url: str  # canonical
    source: str
    title: str
    outcome: Outcome
    found: datetime
    published: datetime | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """The end of a source's visit: counts by outcome, the new memory (with its next due time), trouble if any.

    A backfill's visit has no memory: it leaves what polling remembers as it is.
    """

    source: str
    started: datetime
    ended: datetime
    status: int | None
    counts: Mapping[Outcome, int]
    memory: Memory | None
    trouble: Trouble | None = None


# --- articles ---------------------------------------------------------------------------------------------------------

DateFrom = Literal["page", "feed", "found"]
HeadlineOnly = Literal[
    "paywall",
    "consent-wall",
    "forbidden",
    "robots",
    "unreachable",
    "unreadable",
    "not-an-article",
    "too-short",
    "feed-only",
]


@dataclass(frozen=True, slots=True)
class Extraction:
    """What the extractor made of one page. Empty strings and None where the page says nothing."""

    outcome: Literal["article", "not-an-article", "too-short", "unreadable"]
    url: str | None = None  # canonical, if the page names one
    title: str = ""
    text: str = ""
    published: datetime | None = None
    language: str = UNKNOWN_LANGUAGE
    outlet: str | None = None
    authors: tuple[str, ...] = ()
    wall: Literal["paywall", "consent-wall"] | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """What we read: text and where each claim about it came from; or a headline alone, with the reason."""

    url: str  # canonical
    title: str
    text: str
    source: str
    outlet: str
    language: str
    found: datetime
    published: datetime | None = None
    published_from: DateFrom = "found"
    authors: tuple[str, ...] = ()
    role: Role = "outlet"
    headline_only: HeadlineOnly | None = None
    told: bool = False  # counts as told already: backfilled, or old when its source was first visited

    @property
    def effective(self) -> datetime:
        """The moment the article counts for: its publication if known, else when it was found."""
        return self.published or self.found


@dataclass(frozen=True, slots=True)
class TopicRule:
    """What the user wrote about one topic: `[topics.ID]` in `config.toml`."""

    id: str
    title: str
    names: tuple[str, ...] = ()  # enough on their own
    weak: tuple[str, ...] = ()  # count only with one of `needs` in the same sentence
    needs: tuple[str, ...] = ()
    never: tuple[str, ...] = ()  # what looks like a name and is none
    without: tuple[str, ...] = ()  # shipped groups left out: stocks, deals, gaming, reviews


@dataclass(frozen=True, slots=True)
class TopicMatch:
    """One topic found in a text: `about` it or only mentioning it, with the names that matched."""

    topic: str
    about: bool
    score: float
    terms: tuple[str, ...]


# --- recognising stories ----------------------------------------------------------------------------------------------


class Relation(StrEnum):
    """What an article is to something earlier."""

    COPY = "copy"
    RETELLING = "retelling"
    RELATED = "related"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Document:
    """What can be compared: a seed, an article, a row of `match`.

    Where there is a fingerprint, copies are told by that and not by the text.
    """

    id: str
    text: str
    title: str = ""
    language: str = UNKNOWN_LANGUAGE
    url: str | None = None
    published: datetime | None = None
    fingerprint: str | None = None


@dataclass(frozen=True, slots=True)
class Seed:
    """A document that is already known."""

    id: str
    title: str
    text: str
    language: str
    topics: tuple[str, ...] = ()
    published: datetime | None = None
    fingerprint: str | None = None
    file: str = ""

    def document(self) -> Document:
        return Document(
            id=self.id,
            text=self.text,
            title=self.title,
            language=self.language,
            published=self.published,
            fingerprint=self.fingerprint,
        )


@dataclass(frozen=True, slots=True)
class Key:
    """A cheap key under which a document is found again: `value` is a signed 64-bit integer."""

    signal: str
    version: int
    value: int


@dataclass(frozen=True, slots=True)
class Encoding:
    """Which encoder made vectors, of which pieces of a text (the recipe): those of two encodings never meet."""

    encoder: str
    recipe: int


@dataclass(frozen=True, slots=True)
class StoredVectors:
    """An article's vectors as the store gives them back, by kind of piece. `number` rises with every one stored."""

    number: int
    article: int
    language: str
    moment: datetime  # the article's effective date
    vectors: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Fact:
    """Something two documents share or disagree on."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Passage:
    """Characters `start` to `end` (not included) of the given text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a match was decided as it was: scores (0 to 1) by signal, facts for and against, shared passages, the cut."""

    signals: Mapping[str, float] = field(default_factory=dict)
    shared: tuple[Fact, ...] = ()
    conflicts: tuple[Fact, ...] = ()
    passages: tuple[Passage, ...] = ()
    cut: float = 0.0


@dataclass(frozen=True, slots=True)
class Match:
    """A document's relation to one other, by id, with its score (0 to 1) and evidence."""

    id: str
    relation: Relation
    score: float
    evidence: Evidence = Evidence()


@dataclass(frozen=True, slots=True)
class Verdict:
    """The decision about one document: the best seed, every seed it tells, the best earlier document, the others."""

    seed: Match | None = None
    seeds: tuple[Match, ...] = ()
    earlier: Match | None = None
    also: tuple[Match, ...] = ()


@dataclass(frozen=True, slots=True)
class Likeness:
    """What a later article is to an earlier one, both by id, as far as grouping needs it."""

    article: str
    other: str
    relation: Relation
    score: float
    cut: float = 0.0
    conflicts: tuple[Fact, ...] = ()

    @property
    def vetoed(self) -> bool:
        """Facts speak against it so clearly that the judge would not even call the two related."""
        return self.relation is Relation.NEW and bool(self.conflicts)


@dataclass(frozen=True, slots=True)
class Point:
    """Where an article stands in the order in which stories are made: effective date, then canonical address."""

    id: str
    moment: datetime
    url: str = ""

    @property
    def order(self) -> tuple[datetime, str, str]:
        return self.moment, self.url, self.id


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an article did not join the story of an earlier one that it is like."""

    other: str
    relation: Relation
    score: float
    why: str
    conflicts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class Placement:
    """Where an article belongs: to the strand that begins with article `strand`, because of its likeness `by`.

    An article that begins a strand of its own has no `by` and is NEW.
    """

    article: str
    strand: str
    relation: Relation
    by: Likeness | None = None
    refused: tuple[Refusal, ...] = ()


CorrectionKind = Literal["merge", "split", "apart"]


@dataclass(frozen=True, slots=True)
class Correction:
    """What somebody said by hand about articles (by id): groups that belong together, pairs of groups that do not.

    The first of a group stands for it: everyone else of the group belongs to that one.
    """

    id: int
    kind: CorrectionKind
    made: datetime
    together: tuple[tuple[str, ...], ...] = ()
    apart: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """What decides the grouping of some articles: all that is like them, however far, up to a bound.

    `strands` and `stories` give each point's place so far, `relations` what it is there. Not `whole`: it met the bound.
    """

    points: tuple[Point, ...] = ()
    strands: Mapping[str, str] = field(default_factory=dict)
    stories: Mapping[str, str] = field(default_factory=dict)
    relations: Mapping[str, Relation] = field(default_factory=dict)
    likenesses: tuple[Likeness, ...] = ()
    corrections: tuple[Correction, ...] = ()
    whole: bool = True


# --- the edition ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """An article as the store gives it back: with its id, its topics, its story and its relation within that story."""

    id: int
    article: Article
    topics: tuple[TopicMatch, ...]
    story: str
    relation: Relation  # to the story's first report; NEW for the first report itself
    seed: Match | None = None  # the known document it tells, if any


@dataclass(frozen=True, slots=True)
class Story:
    """Articles that tell one thing, the earliest first, and the edition that told it already, if any."""

    id: str
    articles: tuple[StoredArticle, ...]
    told_in: int | None = None  # id of the edition; 0: counts as told without one (backfill, first visit)
    parted: bool = False  # split by hand from a story that had been told: its articles were wrongly merged


@dataclass(frozen=True, slots=True)
class Grown:
    """A told story with articles that no edition told yet, by id; when it was last told, if an edition did it."""

    story: Story
    fresh: frozenset[int]
    told_on: date | None = None


@dataclass(frozen=True, slots=True)
class Schedule:
    """When an edition is due: a local hour in a zone, on some days (0 = Monday)."""

    at: str  # "07:00"
    timezone: str
    days: frozenset[int] = frozenset(range(7))


@dataclass(frozen=True, slots=True)
class Report:
    """One article as an edition lists it, with the sentences that could summarise the story from it."""

    article: int
    url: str
    title: str
    outlet: str
    source: str
    language: str
    published: datetime
    relation: Relation
    role: Role = "outlet"
    headline_only: HeadlineOnly | None = None
    summary: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()  # every topic found in the article, about or mentioned; readers filter by them
    told: bool = False  # an earlier edition told it; it stands here for what is new


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence in an article's own words."""

    text: str
    outlet: str
    language: str


Status = Literal["new", "update", "known"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One story in an edition. `topics` are ordered strongest first; reports earliest first."""

    id: str
    status: Status
    topics: tuple[str, ...]
    reports: tuple[Report, ...]
    score: float = 0.0
    why: str = ""  # why these belong together, one line; empty where there is nothing to explain
    seed: str | None = None  # the known document it tells
    new: tuple[Quote, ...] = ()  # what an update adds to what was told
    parted: bool = False  # it was hidden in another story, wrongly: somebody split it off


@dataclass(frozen=True, slots=True)
class FailingSource:
    """A source the edition has to own up to."""

    id: str
    title: str
    since: datetime
    trouble: str


@dataclass(frozen=True, slots=True)
class Footer:
    """What an honest edition says about itself: the sources asked, those failing, and what became of every lead."""

    sources: int
    failing: tuple[FailingSource, ...] = ()
    outcomes: Mapping[Outcome, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Edition:
    """Everything one edition tells, independent of who reads it: filtered and rendered for each reader later.

    `entries` hold new stories and updates ranked best first; `known` those that a known document tells;
    `mentions` articles that only name a topic; `retold` counts told stories that got further coverage.
    """

    id: int  # 0 until stored (a preview)
    date: date
    schedule: str  # "07:00 Europe/Lisbon"; "first" for the edition of the first run
    since: datetime
    until: datetime
    made: datetime
    topics: tuple[tuple[str, str], ...]  # (topic, title) in the order of the config
    entries: tuple[Entry, ...]
    known: tuple[Entry, ...] = ()
    seeds: tuple[tuple[str, str], ...] = ()  # (seed, title) of those named in `known`
    mentions: tuple[Report, ...] = ()
    retold: int = 0
    footer: Footer = Footer(sources=0)


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who reads an edition, and what of it."""

    address: str
    topics: tuple[str, ...] = ()  # empty: all
    reads: tuple[str, ...] = ()
    schedule: Schedule | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """A finished mail: subject and both bodies."""

    subject: str
    html: str
    text: str


ReceiptState = Literal["delivered", "deferred", "refused"]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one delivery: delivered, deferred (try again) or refused (never), with the other side's words."""

    state: ReceiptState
    reply: str


OutboxState = Literal["waiting", "sending", "delivered", "refused", "discarded"]


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One message for one recipient through one channel, and how far it got."""

    id: int
    edition: int
    channel: str
    recipient: str
    message_id: str
    payload: bytes  # what is handed to the channel: for mail the whole message
    state: OutboxState
    attempts: int
    next_attempt: datetime
    created: datetime
    reply: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """How much the archive holds."""

    articles: int
    stories: int
    editions: int
    leads: Mapping[Outcome, int] = field(default_factory=dict)
    outbox: Mapping[str, int] = field(default_factory=dict)  # by state
