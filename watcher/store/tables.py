"""The tables. Rows never leave `store/`; statements are SQLAlchemy Core over the tables named at the end.

Keys are signed 64-bit integers, moments are microseconds (`columns.Moment`), addresses are unique by their hash.
Each index says which question it answers; none of these questions gets slower with the size of the archive.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import BigInteger, Date, Float, Index, LargeBinary, MetaData, SmallInteger, Table, text
from sqlmodel import Field, SQLModel, UniqueConstraint

from watcher.store.columns import Span
from watcher.store.deliverytables import machine_call as machine_call
from watcher.store.deliverytables import machine_words as machine_words
from watcher.store.deliverytables import recipient as recipient
from watcher.store.fields import flag_field, key_field, moment_field, text_field
from watcher.store.handtables import feed_address as feed_address
from watcher.store.handtables import mark as mark
from watcher.store.handtables import mark_article as mark_article
from watcher.store.leadtables import lead as lead
from watcher.store.leadtables import lead_name as lead_name
from watcher.store.leadtables import revision as revision

Day = date  # a column is called `date`


class SourceState(SQLModel, table=True):
    """What is remembered of a source: the fields of `types.Memory`, by the same names."""

    __tablename__ = "source_state"

    source: str = text_field(primary_key=True)
    due: datetime | None = moment_field()
    etag: str | None = text_field()
    last_modified: str | None = text_field()
    body_hash: str | None = text_field()
    visited: datetime | None = moment_field()
    changed: datetime | None = moment_field()
    visits: int = Field(default=0, sa_type=BigInteger)
    failures: int = Field(default=0, sa_type=BigInteger)
    trouble: str | None = text_field()
    failing_since: datetime | None = moment_field()
    title: str | None = text_field()
    moved_to: str | None = text_field()
    moved: datetime | None = moment_field()
    paused: bool = flag_field()
    ended: datetime | None = moment_field()
    because: str | None = text_field()
    hints: str | None = text_field()  # JSON of types.Hints; null: none
    unmodified_since: datetime | None = moment_field()
    moving_to: str | None = text_field()
    moving_since: datetime | None = moment_field()
    moving_seen: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})
    rhythm: timedelta | None = Field(default=None, sa_type=Span)
    recovered: datetime | None = moment_field()
    recovered_from: datetime | None = moment_field()
    url: str | None = text_field()


class HostRow(SQLModel, table=True):
    """What is remembered of a host:port: the fields of `types.HostState`, by the same names."""

    __tablename__ = "host"

    host: str = text_field(primary_key=True)
    rest_until: datetime | None = moment_field()
    rest_because: str | None = text_field()
    robots: str | None = text_field()
    robots_status: int | None = Field(default=None, sa_type=SmallInteger)
    robots_at: datetime | None = moment_field()


# A visit with something to count, spelled in every statement as in its index: else the index is not used.
BROUGHT = "counts <> '{}' OR trouble IS NOT NULL"


class VisitRow(SQLModel, table=True):
    __tablename__ = "visit"
    __table_args__ = (
        Index("visit_ended", "ended"),  # outcomes of an edition's window; prune
        Index("visit_source", "source", "ended"),  # the last visits of one source
        Index(  # what a source brought: most visits bring nothing
            "visit_brought", "source", "ended", sqlite_where=text(BROUGHT), postgresql_where=text(BROUGHT)
        ),
    )

    id: int | None = key_field(default=None, primary_key=True)
    source: str = text_field()
    started: datetime = moment_field()
    ended: datetime = moment_field()
    status: int | None = Field(default=None, sa_type=SmallInteger)
    counts: str = text_field()  # JSON, outcomes that occurred
    trouble: str | None = text_field()  # JSON of types.Trouble


class StoryRow(SQLModel, table=True):
    __tablename__ = "story"
    __table_args__ = (
        Index(  # stories split off within an edition's window
            "story_raised",
            "raised",
            sqlite_where=text("raised IS NOT NULL"),
            postgresql_where=text("raised IS NOT NULL"),
        ),
    )

    id: int | None = key_field(default=None, primary_key=True)
    told_in: int | None = Field(default=None, sa_type=BigInteger)  # first edition that told it; 0: without one
    raised: datetime | None = moment_field()  # when it was split by hand from a told one: the next edition tells it


class ArticleRow(SQLModel, table=True):
    """The text comes last: what is read without it does not touch its pages."""

    __tablename__ = "article"
    __table_args__ = (
        UniqueConstraint("url_hash", name="article_url"),
        Index("article_story", "story"),  # a story's articles
        Index("article_found", "found", "told", "story"),  # stories of an edition's window; the newest articles
        Index("article_source", "source", "found"),  # what a source brought lately
    )

    id: int | None = key_field(default=None, primary_key=True)
    url_hash: int = Field(sa_type=BigInteger)
    story: int = key_field(foreign_key="story.id")
    relation: str = text_field()  # to the story's founder, as judged when it was added
    found: datetime = moment_field()
    told: bool = flag_field()
    published: datetime | None = moment_field()
    published_from: str = text_field()
    source: str = text_field()
    outlet: str = text_field()
    language: str = text_field()
    role: str = text_field()
    headline_only: str | None = text_field()
    text_from: str = text_field(default="page", sa_column_kwargs={"server_default": "page"})
    authors: str = text_field()  # JSON
    url: str = text_field()
    title: str = text_field()
    text: str = text_field()


class ArticleTopic(SQLModel, table=True):
    __tablename__ = "article_topic"
    __table_args__ = (
        Index("article_topic_topic", "topic", "article"),  # a topic's newest articles
        {"sqlite_with_rowid": False},
    )

    article: int = key_field(primary_key=True, foreign_key="article.id")
    topic: str = text_field(primary_key=True)
    rank: int = Field(sa_type=SmallInteger)  # as given, strongest first
    about: bool = flag_field()
    score: float = Field(sa_type=Float)
    terms: str = text_field()  # JSON


class Signal(SQLModel, table=True):
    """The name and version of a signal as one small number, so that 24 million keys need not carry a name."""

    __tablename__ = "signal"
    __table_args__ = (UniqueConstraint("name", "version", name="signal_version"),)

    id: int | None = key_field(default=None, primary_key=True)
    name: str = text_field()
    version: int = Field(sa_type=BigInteger)


class SignalKey(SQLModel, table=True):
    """Who holds a key. The table is its own index: about 20 bytes a row, so 24 keys of a million articles fit 1 GB.

    No foreign keys: articles are never deleted, and `integrity` looks for orphans.
    """

    __tablename__ = "signal_key"
    __table_args__ = {"sqlite_with_rowid": False}

    signal: int = key_field(primary_key=True)
    key: int = key_field(primary_key=True)
    article: int = key_field(primary_key=True)


class FactsRow(SQLModel, table=True):
    """What an article says, packed: read once when it came, compared ever after."""

    __tablename__ = "facts"

    article: int = key_field(primary_key=True, foreign_key="article.id", sa_column_kwargs={"autoincrement": False})
    version: int = Field(sa_type=BigInteger)  # of the reader: what an older one read is read anew
    packed: bytes = Field(sa_type=LargeBinary)  # zlib: two fifths of the text


class VectorRow(SQLModel, table=True):
    """What an encoder made of one piece of an article. `signal` is the encoder's name and the recipe's version.

    An id of its own that only rises: an index that knows the last one it took asks for what came later.
    """

    __tablename__ = "vector"
    __table_args__ = (
        UniqueConstraint("article", "signal", "kind", name="vector_once"),  # an article's vectors; which lack theirs
        Index("vector_hash", "signal", "hash"),  # the vector of a text seen before
    )

    id: int | None = key_field(default=None, primary_key=True)
    article: int = key_field(foreign_key="article.id")
    signal: int = key_field(foreign_key="signal.id")
    kind: str = text_field()  # "" where an article has nothing to encode
    hash: int = Field(sa_type=BigInteger)  # of the text
    body: bytes = Field(sa_type=LargeBinary)  # empty where the text has no vector


class LikenessRow(SQLModel, table=True):
    """What one article is to another, as far as grouping needs it: copies, retellings, and pairs a fit was asked for.

    The fields of `types.Likeness`, by the same names. Few rows: most articles are like no other.
    """

    __tablename__ = "likeness"
    __table_args__ = (
        Index("likeness_other", "other"),  # who is like this one
        {"sqlite_with_rowid": False},
    )

    article: int = key_field(primary_key=True)
    other: int = key_field(primary_key=True)
    relation: str = text_field()
    score: float = Field(sa_type=Float)
    cut: float = Field(sa_type=Float)
    conflicts: str | None = text_field()  # JSON


class PlacingRow(SQLModel, table=True):
    """Where an article was put within its story, and why; absent where nobody has placed it."""

    __tablename__ = "placing"

    article: int = key_field(primary_key=True, foreign_key="article.id", sa_column_kwargs={"autoincrement": False})
    strand: int = key_field(foreign_key="article.id")
    body: str | None = text_field()  # JSON of types.Placement where there is more to say


class CorrectionRow(SQLModel, table=True):
    __tablename__ = "correction"

    id: int | None = key_field(default=None, primary_key=True)
    body: str = text_field()  # JSON of types.Correction


class CorrectionArticle(SQLModel, table=True):
    __tablename__ = "correction_article"
    __table_args__ = (
        Index("correction_article_correction", "correction"),  # all of a correction's articles
        {"sqlite_with_rowid": False},
    )

    article: int = key_field(primary_key=True, foreign_key="article.id")
    correction: int = key_field(primary_key=True, foreign_key="correction.id")


class VerdictRow(SQLModel, table=True):
    __tablename__ = "verdict"
    __table_args__ = (
        Index(  # articles that tell a known document
            "verdict_seed",
            "seed",
            sqlite_where=text("seed IS NOT NULL"),
            postgresql_where=text("seed IS NOT NULL"),
        ),
    )

    article: int = key_field(primary_key=True, foreign_key="article.id", sa_column_kwargs={"autoincrement": False})
    seed: str | None = text_field()  # the known document it tells (copy or retelling)
    body: str = text_field()  # JSON of types.Verdict


class EditionRow(SQLModel, table=True):
    __tablename__ = "edition"
    __table_args__ = (
        UniqueConstraint("date", "schedule", name="edition_once"),
        Index("edition_until", "until"),  # the newest edition
        Index("edition_schedule", "schedule", "until"),  # the newest of a schedule
    )

    id: int | None = key_field(default=None, primary_key=True)
    date: Day = Field(sa_type=Date)
    schedule: str = text_field()
    until: datetime = moment_field()
    skipped: bool = flag_field()  # a quiet day that told nobody anything: it had its turn, and stands in no list
    body: str = text_field()  # JSON of types.Edition


class EditionStory(SQLModel, table=True):
    __tablename__ = "edition_story"
    __table_args__ = (
        Index("edition_story_story", "story", "edition"),  # the editions that told a story
        {"sqlite_with_rowid": False},
    )

    edition: int = key_field(primary_key=True, foreign_key="edition.id")
    story: int = key_field(primary_key=True, foreign_key="story.id")


class OutboxRowTable(SQLModel, table=True):
    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("edition", "channel", "recipient", name="outbox_once"),
        Index("outbox_state", "state", "next_attempt"),  # what is due; lists by state
    )

    id: int | None = key_field(default=None, primary_key=True)
    edition: int = key_field(foreign_key="edition.id")
    channel: str = text_field()
    recipient: str = text_field()
    message_id: str = text_field()
    state: str = text_field()
    attempts: int = Field(default=0, sa_type=BigInteger)
    next_attempt: datetime = moment_field()
    leased_until: datetime | None = moment_field()
    created: datetime = moment_field()
    reply: str = text_field()
    payload: bytes = Field(sa_type=LargeBinary)


class CapturedRow(SQLModel, table=True):
    """When the copy that was read was taken. A table of its own: added to `article`, it would lie behind the text."""

    __tablename__ = "captured"

    article: int = key_field(primary_key=True, foreign_key="article.id", sa_column_kwargs={"autoincrement": False})
    at: datetime = moment_field()


class RemovedRow(SQLModel, table=True):
    """A tombstone: what the article said is gone, and it is not read again."""

    __tablename__ = "removed"

    article: int = key_field(primary_key=True, foreign_key="article.id", sa_column_kwargs={"autoincrement": False})
    at: datetime = moment_field()


class LeaseRow(SQLModel, table=True):
    """Who does what only one at a time may do, where several daemons share a database."""

    __tablename__ = "lease"

    name: str = text_field(primary_key=True)
    holder: str = text_field()
    until: datetime = moment_field()


class Checkpoint(SQLModel, table=True):
    __tablename__ = "checkpoint"

    name: str = text_field(primary_key=True)
    value: str = text_field()


metadata: MetaData = SQLModel.metadata


def _table(name: str) -> Table:
    return metadata.tables[name]


source_state = _table("source_state")
host = _table("host")
visit = _table("visit")
story = _table("story")
article = _table("article")
article_topic = _table("article_topic")
signal = _table("signal")
signal_key = _table("signal_key")
facts = _table("facts")
vector = _table("vector")
likeness = _table("likeness")
placing = _table("placing")
correction = _table("correction")
correction_article = _table("correction_article")
verdict = _table("verdict")
edition = _table("edition")
edition_story = _table("edition_story")
outbox = _table("outbox")
checkpoint = _table("checkpoint")
lease = _table("lease")
captured = _table("captured")
removed = _table("removed")
