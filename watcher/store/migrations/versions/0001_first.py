"""The first schema."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

# Written out and not taken from the tables' classes: those change with later versions, this step never does.
BIG = sa.BigInteger()
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SMALL = sa.SmallInteger()
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")  # in the order of its bytes, as SQLite has it


def _id() -> sa.Column[Any]:
    return sa.Column("id", KEY, primary_key=True, nullable=False)


def _need(name: str, kind: sa.types.TypeEngine[Any], *reference: sa.ForeignKey, primary: bool = False) -> sa.Column[Any]:
    return sa.Column(name, kind, *reference, nullable=False, primary_key=primary, autoincrement=False)


def _may(name: str, kind: sa.types.TypeEngine[Any]) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=True)


def upgrade() -> None:
    _sources()
    _stories()
    _signals()
    _editions()
    op.create_table("checkpoint", _need("name", TEXT, primary=True), _need("value", TEXT))


def _sources() -> None:
    op.create_table(
        "source_state",
        _need("source", TEXT, primary=True),
        _may("due", BIG),
        _may("etag", TEXT),
        _may("last_modified", TEXT),
        _may("body_hash", TEXT),
        _may("visited", BIG),
        _may("changed", BIG),
        _need("visits", BIG),
        _need("failures", BIG),
        _may("trouble", TEXT),
        _may("failing_since", BIG),
        _may("title", TEXT),
        _may("moved_to", TEXT),
        _need("paused", sa.Boolean()),
        _may("ended", BIG),
    )
    op.create_table(
        "visit",
        _id(),
        _need("source", TEXT),
        _need("started", BIG),
        _need("ended", BIG),
        _may("status", SMALL),
        _need("counts", TEXT),
        _may("trouble", TEXT),
    )
    op.create_index("visit_ended", "visit", ["ended"])
    op.create_index("visit_source", "visit", ["source", "ended"])
    op.create_table(
        "lead",
        _need("url_hash", KEY, primary=True),
        _need("source", TEXT),
        _need("outcome", TEXT),
        _need("found", BIG),
        _may("published", BIG),
        _may("title", TEXT),
        _may("url", TEXT),
    )
    remembered = sa.text("outcome = 'off-topic' AND url IS NOT NULL")
    op.create_index("lead_off_topic", "lead", ["found"], sqlite_where=remembered, postgresql_where=remembered)


def _stories() -> None:
    op.create_table("story", _id(), _may("told_in", BIG))
    op.create_table(
        "article",
        _id(),
        _need("url_hash", BIG),
        _need("story", KEY, sa.ForeignKey("story.id")),
        _need("relation", TEXT),
        _need("found", BIG),
        _need("told", sa.Boolean()),
        _may("published", BIG),
        _need("published_from", TEXT),
        _need("source", TEXT),
        _need("outlet", TEXT),
        _need("language", TEXT),
        _need("role", TEXT),
        _may("headline_only", TEXT),
        _need("authors", TEXT),
        _need("url", TEXT),
        _need("title", TEXT),
        _need("text", TEXT),
        sa.UniqueConstraint("url_hash", name="article_url"),
    )
    op.create_index("article_story", "article", ["story"])
    op.create_index("article_found", "article", ["found", "told", "story"])
    op.create_table(
        "article_topic",
        _need("article", KEY, sa.ForeignKey("article.id"), primary=True),
        _need("topic", TEXT, primary=True),
        _need("rank", SMALL),
        _need("about", sa.Boolean()),
        _need("score", sa.Float()),
        _need("terms", TEXT),
        sqlite_with_rowid=False,
    )
    op.create_index("article_topic_topic", "article_topic", ["topic", "article"])


def _signals() -> None:
    op.create_table(
        "signal",
        _id(),
        _need("name", TEXT),
        _need("version", BIG),
        sa.UniqueConstraint("name", "version", name="signal_version"),
    )
    op.create_table(
        "signal_key",
        _need("signal", KEY, primary=True),
        _need("key", KEY, primary=True),
        _need("article", KEY, primary=True),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "verdict",
        _need("article", KEY, sa.ForeignKey("article.id"), primary=True),
        _may("seed", TEXT),
        _need("body", TEXT),
    )


def _editions() -> None:
    op.create_table(
        "edition",
        _id(),
        _need("date", sa.Date()),
        _need("schedule", TEXT),
        _need("until", BIG),
        _need("body", TEXT),
        sa.UniqueConstraint("date", "schedule", name="edition_once"),
    )
    op.create_index("edition_until", "edition", ["until"])
    op.create_index("edition_schedule", "edition", ["schedule", "until"])
    op.create_table(
        "edition_story",
        _need("edition", KEY, sa.ForeignKey("edition.id"), primary=True),
        _need("story", KEY, sa.ForeignKey("story.id"), primary=True),
        sqlite_with_rowid=False,
    )
    op.create_index("edition_story_story", "edition_story", ["story", "edition"])
    op.create_table(
        "outbox",
        _id(),
        _need("edition", KEY, sa.ForeignKey("edition.id")),
        _need("channel", TEXT),
        _need("recipient", TEXT),
        _need("message_id", TEXT),
        _need("state", TEXT),
        _need("attempts", BIG),
        _need("next_attempt", BIG),
        _may("leased_until", BIG),
        _need("created", BIG),
        _need("reply", TEXT),
        _need("payload", sa.LargeBinary()),
        sa.UniqueConstraint("edition", "channel", "recipient", name="outbox_once"),
    )
    op.create_index("outbox_state", "outbox", ["state", "next_attempt"])
