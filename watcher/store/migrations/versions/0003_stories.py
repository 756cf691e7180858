"""How stories came about: likenesses, placings, corrections by hand."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

BIG = sa.BigInteger()
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")  # in the order of its bytes, as SQLite has it


def _key(name: str, *reference: sa.ForeignKey, primary: bool = False) -> sa.Column[Any]:
    return sa.Column(name, KEY, *reference, nullable=False, primary_key=primary, autoincrement=False)


def upgrade() -> None:
    op.add_column("story", sa.Column("raised", BIG, nullable=True))
    for index, table, column in (("story_raised", "story", "raised"), ("verdict_seed", "verdict", "seed")):
        filled = sa.text(f"{column} IS NOT NULL")
        op.create_index(index, table, [column], sqlite_where=filled, postgresql_where=filled)
    _likenesses()
    op.create_table(
        "placing",
        _key("article", sa.ForeignKey("article.id"), primary=True),
        _key("strand", sa.ForeignKey("article.id")),
        sa.Column("body", TEXT, nullable=True),
    )
    op.create_table(
        "correction",
        sa.Column("id", KEY, primary_key=True, nullable=False),
        sa.Column("body", TEXT, nullable=False),
    )
    op.create_table(
        "correction_article",
        _key("article", sa.ForeignKey("article.id"), primary=True),
        _key("correction", sa.ForeignKey("correction.id"), primary=True),
        sqlite_with_rowid=False,
    )
    op.create_index("correction_article_correction", "correction_article", ["correction"])


def _likenesses() -> None:
    op.create_table(
        "likeness",
        _key("article", primary=True),
        _key("other", primary=True),
        sa.Column("relation", TEXT, nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("cut", sa.Float(), nullable=False),
        sa.Column("conflicts", TEXT, nullable=True),
        sqlite_with_rowid=False,
    )
    op.create_index("likeness_other", "likeness", ["other"])
    _keep_what_was_grouped()


def _keep_what_was_grouped() -> None:
    """What had been grouped before was grouped by its verdict: a later replay must not tear it apart."""
    connection = op.get_bind()
    verdicts = sa.table("verdict", sa.column("article"), sa.column("body"))
    columns = ("article", "other", "relation", "score", "cut")
    likenesses = sa.table("likeness", *(sa.column(name) for name in columns))
    last = -1
    while True:
        page = sa.select(verdicts).where(verdicts.c.article > last).order_by(verdicts.c.article).limit(1000)
        rows = connection.execute(page).all()
        if found := [row for row in map(_likeness, rows) if row is not None]:
            connection.execute(sa.insert(likenesses), found)
        if not rows:
            return
        last = rows[-1].article


def _likeness(row: Any) -> dict[str, object] | None:
    earlier = json.loads(row.body).get("earlier")
    if not earlier or earlier["relation"] not in ("copy", "retelling") or not earlier["id"].isdecimal():
        return None
    cut = earlier.get("evidence", {}).get("cut", 0.0)
    return {
        "article": row.article,
        "other": int(earlier["id"]),
        "relation": earlier["relation"],
        "score": earlier["score"],
        "cut": cut,
    }
