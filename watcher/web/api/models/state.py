"""Sources, known documents, what was said by hand, and how all is."""

from __future__ import annotations

from typing import Literal

from pydantic import AwareDatetime, Field

from watcher.web.api.models.shape import Role, Shape


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
    state: Literal["new", "ok", "missed", "failing", "resting", "paused", "ended"]
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
    state: Literal["new", "ok", "missed", "failing", "resting", "paused", "ended"]
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


class MachineState(Shape):
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
    missed: list[str]
    last_edition: AwareDatetime | None
    out_trouble: str | None
    template_trouble: list[str]
    encoder: str
    pending: int
    encoder_trouble: str | None
    unindexed: int
    left_unread: LeftUnread
    machine: MachineState | None = None
