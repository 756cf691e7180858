"""The shapes of the API for its document: what the rows of `watcher.shapes` and of an edition hold, field by field.

They describe, and are not on the way: answers are sent as the commands print them, and tests hold the two together.
"""

from __future__ import annotations

from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

Relation = Literal["copy", "retelling", "related", "new"]
Role = Literal["outlet", "primary", "forum", "aggregator"]
HeadlineOnly = Literal[
    "paywall", "consent-wall", "forbidden", "robots", "unreachable", "unreadable", "not-an-article", "too-short",
    "feed-only",
]  # fmt: skip


class Shape(BaseModel):
    """Nothing but these fields."""

    model_config = ConfigDict(extra="forbid")


class Error(Shape):
    """What went wrong, in a line."""

    error: str


class Passage(Shape):
    """Characters `start` to `end` (not included) of a text."""

    start: int
    end: int


class Fact(Shape):
    kind: str
    value: str


class Evidence(Shape):
    """Why something was decided: scores by signal, facts for and against, passages in the article's own text."""

    signals: dict[str, float]
    shared: list[Fact]
    conflicts: list[Fact]
    passages: list[Passage]
    cut: float


# --- articles ---


class Article(Shape):
    """A stored article; `topics` says of each topic whether the article is about it or mentions it, and the score."""

    id: int
    url: str
    title: str
    outlet: str
    source: str
    language: str
    published: AwareDatetime | None
    published_from: Literal["page", "feed", "found"]
    found: AwareDatetime
    headline_only: HeadlineOnly | None
    text_from: Literal["page", "feed"]
    counts_as_told: bool
    topics: dict[str, str]
    story: str
    relation: Relation


class Articles(Shape):
    """A page of articles, those stored last first; `next` is the `cursor` of the page after it."""

    articles: list[Article]
    next: str | None


class DatedArticle(Article):
    date: AwareDatetime


class WholeArticle(DatedArticle):
    role: Role
    authors: list[str]
    text: str


class Match(Shape):
    id: str
    relation: Literal["copy", "retelling", "related"]
    score: float
    evidence: Evidence


class FirstReport(Shape):
    article: int
    outlet: str
    url: str


class PlacedBy(Shape):
    article: str
    relation: Relation
    score: float
    cut: float
    evidence: Evidence | None = None


class NotGrouped(Shape):
    article: str
    relation: Relation
    score: float
    why: str
    conflicts: list[str]
    evidence: Evidence | None


class Revision(Shape):
    seen: AwareDatetime
    title: str


class Why(Article):
    """Everything decided about an article; an edition's id is 0 where it counts as told without one."""

    known_document: Match | None = None
    earlier: Match | None = None
    credits: list[str]
    first_report: FirstReport | None
    placed_by: PlacedBy | None
    not_grouped_with: NotGrouped | None
    revisions: list[Revision]
    told_in_edition: int | None


# --- stories ---


class StoryLine(Shape):
    """A story in a list."""

    id: str
    title: str
    url: str
    articles: int
    outlets: list[str]
    languages: list[str]
    told_in: int | None


class StoryList(Shape):
    """A page of stories, those that began last first; `next` is the `cursor` of the page after it."""

    stories: list[StoryLine]
    next: str | None


class Figure(Shape):
    value: float
    outlets: list[str]


class Difference(Shape):
    """One claim that outlets tell with different figures."""

    unit: str
    of: str
    figures: list[Figure]


class StoryRelation(Shape):
    """What put an article into the story: another one of it, and the evidence that was kept."""

    article: int
    to: int
    relation: Relation
    score: float
    cut: float
    shared: list[Fact]
    conflicts: list[Fact]
    passages: list[Passage]


class Correction(Shape):
    id: int
    kind: Literal["merge", "split", "apart"]
    made: AwareDatetime
    together: list[list[str]]
    apart: list[list[list[str]]]


class EditionLine(Shape):
    """An edition in a list: `name` is what it is asked by."""

    id: int
    date: str
    schedule: str


class Story(Shape):
    """A story with its timeline (`articles`, the earliest first)."""

    id: str
    title: str
    url: str
    articles: list[DatedArticle]
    outlets: list[str]
    languages: list[str]
    told_in: int | None
    first_report: int | None
    originals: list[str]
    unclear: list[str]
    shared: list[Fact]
    differences: list[Difference]
    relations: list[StoryRelation]
    corrections: list[Correction]
    editions: list[EditionLine]


# --- search ---


class Query(Shape):
    """A query as it was understood; `ignored` is what of it was not."""

    text: str
    words: list[str]
    without: list[str]
    topics: list[str]
    languages: list[str]
    outlets: list[str]
    sources: list[str]
    since: AwareDatetime | None
    until: AwareDatetime | None
    order: Literal["newest", "relevance"]
    ignored: list[str]


class Marks(Shape):
    title: list[Passage]
    excerpt: list[Passage]


class Hit(Shape):
    id: int
    story: str
    url: str
    title: str
    outlet: str
    source: str
    language: str
    date: AwareDatetime
    published: AwareDatetime | None
    found: AwareDatetime
    topics: list[str]
    headline_only: HeadlineOnly | None
    score: float
    excerpt: str
    marks: Marks


class Found(Shape):
    """A page of what was found. `total` is exact unless `more`; `waiting` articles cannot be found yet."""

    query: Query
    total: int
    more: bool
    next: str | None
    waiting: int
    hits: list[Hit]


# --- sources, known documents, status ---


class SourceLine(Shape):
    """A source in the list; counts are those of the last `days`."""

    id: str
    kind: str
    url: str
    title: str | None
    folder: list[str]
    language: str | None
    role: Role
    pages: Literal["always", "on-topic", "never"]
    state: Literal["new", "ok", "failing", "resting", "paused", "ended"]
    failing_since: AwareDatetime | None
    resting_until: AwareDatetime | None
    moved_to: str | None
    visited: AwareDatetime | None
    due: AwareDatetime | None
    because: str | None
    failures: int
    last: str
    days: int
    noise: float | None
    leads: int
    articles: int
    shown: int
    copies: int
    read: float | None
    last_news: AwareDatetime | None


class SourceList(Shape):
    sources: list[SourceLine]


class Host(Shape):
    host: str
    rest_until: AwareDatetime | None
    rest_because: str | None
    robots_status: int | None
    robots_at: AwareDatetime | None


class Harvest(Shape):
    days: int
    visits: int
    failed: int
    leads: dict[str, int]
    articles: int
    shown: int
    copies: int
    read: int
    noise: float | None


class LeftUnread(Shape):
    """What `pages = "on-topic"` misses, as far as a sample of what was left unread says."""

    looked: int
    missed: int
    share: float | None
    low: float
    high: float
    text: str


class Dropped(Shape):
    outcome: str
    title: str
    url: str
    found: AwareDatetime


class Visit(Shape):
    source: str
    status: int | None
    trouble: str | None
    outcomes: dict[str, int]
    due: AwareDatetime | None
    at: AwareDatetime


class Source(Shape):
    """Everything about one source; `words` is what a person is told."""

    id: str
    kind: str
    url: str
    title: str | None
    folder: list[str]
    language: str | None
    role: Role
    pages: Literal["always", "on-topic", "never"]
    state: Literal["new", "ok", "failing", "resting", "paused", "ended"]
    visited: AwareDatetime | None
    due: AwareDatetime | None
    because: str | None
    failures: int
    failing_since: AwareDatetime | None
    last: str
    etag: str | None
    last_modified: str | None
    unmodified_since: AwareDatetime | None
    changed: AwareDatetime | None
    visits: int
    rhythm: float | None
    ttl: float | None
    skip_hours: list[int]
    skip_days: list[int]
    moved_to: str | None
    moving_to: str | None
    moving_seen: int
    recovered: AwareDatetime | None
    ended: AwareDatetime | None
    host: Host
    harvest: Harvest
    left_unread: LeftUnread
    dropped: list[Dropped]
    last_visits: list[Visit]
    words: list[str]


class KnownDocument(Shape):
    id: str
    language: str
    title: str
    topics: list[str]
    published: str | None
    fingerprint: bool
    file: str


class KnownDocuments(Shape):
    known: list[KnownDocument]


class Kept(Shape):
    """What a mark kept from editions so far (or, follow, brought)."""

    articles: int
    stories: int


class Mark(Shape):
    """Something that somebody said by hand; of a story it speaks by the articles that the story had then."""

    id: int
    kind: Literal["mute", "follow", "known", "off-topic", "saved", "hide"]
    state: Literal["holds", "rests", "ended", "undone"]
    made: AwareDatetime
    until: AwareDatetime | None
    undone: AwareDatetime | None
    story: str | None
    headline: str | None
    url: str | None
    articles: list[int]
    outlet: str | None
    phrase: str | None
    topic: str | None
    source: str | None
    note: str
    kept: Kept


class MarkList(Shape):
    """Everything that was said, the newest first; what was taken back stays in the list."""

    marks: list[Mark]


class NextVisit(Shape):
    """A source that is asked next."""

    source: str
    due: AwareDatetime


class Database(Shape):
    """How large the archive is."""

    bytes: int
    bytes_a_day: int | None = Field(description="how fast it grows; null while it is too young to tell")
    schema_: str = Field(alias="schema")


class Machine(Shape):
    """What a machine was asked and what that cost; spent is money or tokens, as `in` says."""

    model: str
    calls_today: int
    spent_today: float
    per_day: float | None
    calls_this_month: int
    spent_this_month: float
    in_: Literal["tokens", "money"] = Field(alias="in")
    trouble: str | None


class Status(Shape):
    """How all is; troubles are null where there is none."""

    version: str
    config: str
    daemon: int | None = Field(description="the process that polls and publishes; null while none runs")
    sources: int
    topics: int
    next_edition: AwareDatetime | None
    next_of_all: AwareDatetime | None
    last_edition_stories: int | None
    due: int
    next_visits: list[NextVisit]
    paused: list[str]
    ended: list[str]
    next_attempt: AwareDatetime | None
    database: Database
    disk_free: int
    articles: int
    stories: int
    editions: int
    leads: dict[str, int]
    outbox: dict[str, int]
    refused: list[str]
    failing: list[str]
    last_edition: AwareDatetime | None
    out_trouble: str | None
    template_trouble: list[str]
    encoder: str
    pending: int
    encoder_trouble: str | None
    unindexed: int
    left_unread: LeftUnread
    machine: Machine | None = None
