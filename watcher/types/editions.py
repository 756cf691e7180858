"""What readers get: stories, editions, messages and their receipts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal

from watcher.types.articles import Article, HeadlineOnly, TopicMatch
from watcher.types.marks import Effect
from watcher.types.sources import Outcome, Reason, Role
from watcher.types.stories import Match, Relation


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """An article as the store gives it back: with its id, its topics, its story and its relation within that story."""

    id: int
    article: Article
    topics: tuple[TopicMatch, ...]
    story: str
    relation: Relation  # to the story's first report; NEW for the first report itself
    seed: Match | None = None  # the known document it tells, if any
    facts: str = ""  # its packed facts, where they were worked out before


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
    hidden: frozenset[int] = frozenset()  # hidden by hand, after they may have been told: compared with, not shown


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
    credits: tuple[str, ...] = ()  # other outlets that it names as the origin of its news
    aside: bool = False  # comment, advice, an offer or the like in a story that is none: it does not lead it


@dataclass(frozen=True, slots=True)
class Sourcing:
    """How many outlets carry a story, whose reporting it is, and which outlets' origin cannot be told."""

    outlets: int
    originals: tuple[str, ...] = ()
    unclear: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """One value of a figure, and the outlets that give it."""

    value: float
    outlets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """One claim that outlets tell with different figures: what is counted (a product, or nothing), its unit, who says
    what. The figure that most outlets give comes first."""

    unit: str
    of: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Shared:
    """A fact that several reports of a story tell: `value` in English form; a number also as one, with its unit and
    the product it counts."""

    kind: str
    value: str
    number: float | None = None
    unit: str = ""
    of: str = ""


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence in an article's own words."""

    text: str
    outlet: str
    language: str


Status = Literal["new", "update", "known"]

Kind = Literal["news", "release", "paper", "thread", "market", "deal", "review"]
"""What sort of thing a story is. Releases, papers and threads stand in sections of their own; the last three (talk of
share prices, offers, product tests) stand behind the news."""


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
    first: int | None = None  # the article that reported it first: own reporting before what passes it on
    sourcing: Sourcing | None = None  # None: not worked out, for a story that nobody is shown in full
    differences: tuple[Difference, ...] = ()
    shared: tuple[Shared, ...] = ()  # why these belong together, the rarest fact first
    unsure: tuple[float, float] | None = None  # score and cut of the report that hardly belongs here, if one does
    kind: Kind = "news"
    aside: bool = (
        False  # no event: comment, advice, a list, games, talk of rumours or prices; stands behind what happened
    )
    followed: bool = False  # by hand: it is told in full, before the others


@dataclass(frozen=True, slots=True)
class Caution:
    """What makes an edition less than it should be, said at its top: many sources fail, or a language or a topic fell
    far below its usual volume. `name` is the language or topic; `seen` of a usual (or, of sources, possible) number."""

    about: Literal["sources", "language", "topic"]
    seen: int
    usual: float
    name: str = ""


@dataclass(frozen=True, slots=True)
class Volume:
    """How many articles about a topic were found on each of the last days, oldest first; the last is the edition's.

    A day is what an edition of that date covers, from its schedule's hour to the next. Of a young archive only the
    last `lived` days are its own: before, it was not there to find anything of any topic.
    """

    topic: str
    days: tuple[int, ...]
    lived: int | None = None  # None: all of them


@dataclass(frozen=True, slots=True)
class Found:
    """How many articles were found in a span of time: by language, and by topic that they are about."""

    languages: Mapping[str, int] = field(default_factory=dict)
    topics: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MachineWords:
    """A story's headline (and summary) in a language that the reader reads, as a machine put it.

    Without a headline: it was asked, and said nothing fit to be shown; the story keeps its own words alone.
    """

    story: str
    language: str
    headline: str
    machine: str  # the model's name, shown beside it
    summary: str = ""
    article: int = 0  # the report whose words these are


@dataclass(frozen=True, slots=True)
class FailingSource:
    """A source the edition has to own up to."""

    id: str
    title: str
    since: datetime
    trouble: str  # in an operator's words
    reason: Reason | None = None  # None: not known any more
    status: int | None = None


@dataclass(frozen=True, slots=True)
class SourceChange:
    """What happened to a source, said once: it answers again, it came to an end (410), it has another address."""

    id: str
    title: str
    change: Literal["recovered", "ended", "merged", "moved"]  # merged: moved to where another source is asked
    at: datetime
    since: datetime | None = None  # recovered: when the failure had begun
    url: str | None = None  # moved: where to, as it may be shown


@dataclass(frozen=True, slots=True)
class Footer:
    """What an honest edition says about itself: the sources asked, those failing, and what became of every lead.

    `pending` counts the articles that were grouped by the cheap signals alone, as their vectors had not come yet;
    `set_aside` those that were found and are no news: of a source's first visit, or out of an archive; `kept` counts
    what marks kept back.
    """

    sources: int
    failing: tuple[FailingSource, ...] = ()
    outcomes: Mapping[Outcome, int] = field(default_factory=dict)
    pending: int = 0
    changes: tuple[SourceChange, ...] = ()
    set_aside: int = 0
    kept: Mapping[str, int] = field(default_factory=dict)  # by what was said by hand: stories; for hide, articles


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
    cautions: tuple[Caution, ...] = ()
    volumes: tuple[Volume, ...] = ()  # in the order of `topics`
    machine: tuple[MachineWords, ...] = ()
    heeded: tuple[Effect, ...] = ()  # what was said by hand, and what it did here
    skipped: bool = False  # a quiet day, `on_empty = "skip"`: it told nobody anything, the next one begins where it did


@dataclass(frozen=True, slots=True)
class Listed:
    """That there is an edition, without what it tells."""

    id: int
    date: date
    schedule: str


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who reads an edition, and what of it. The days of its schedule are its own."""

    address: str
    topics: tuple[str, ...] = ()  # empty: all
    reads: tuple[str, ...] = ()
    schedule: Schedule | None = None
    language: str = ""  # of the page's own words; empty: that of [digest]


@dataclass(frozen=True, slots=True)
class Subscription:
    """What the store remembers of a recipient: since when it is one, and since when it wants no more."""

    address: str
    since: datetime
    left: datetime | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """The edition that a reader was given last, whatever became of its delivery, and how far it told."""

    edition: int
    date: date
    until: datetime


@dataclass(frozen=True, slots=True)
class Message:
    """A finished mail: subject and both bodies."""

    subject: str
    html: str
    text: str


def address_key(address: str) -> str:
    """What a recipient is remembered by, however the address is written."""
    return address.strip().casefold()


ReceiptState = Literal["delivered", "deferred", "refused"]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one delivery: delivered, deferred (try again) or refused (never), with the other side's words."""

    state: ReceiptState
    reply: str
    line: str = ""  # the server that could not be talked to, where the fault is the connection's and not the message's
    again: timedelta | None = None  # how long the other side asked to be left alone
    tried: bool = True  # False: nothing was sent for this message, and it is no attempt


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
class Slips:
    """What is wrong with copied templates, a line each, and the state of the copies in which that was found."""

    texts: tuple[str, ...] = ()
    state: str = ""


@dataclass(frozen=True, slots=True)
class Made:
    """That an edition of a schedule was made: for which local date, and up to when it tells."""

    id: int
    date: date
    until: datetime
    skipped: bool = False


@dataclass(frozen=True, slots=True)
class Counts:
    """How much the archive holds."""

    articles: int
    stories: int
    editions: int
    leads: Mapping[Outcome, int] = field(default_factory=dict)
    outbox: Mapping[str, int] = field(default_factory=dict)  # by state
