"""How stories came about: likenesses, placings, corrections by hand."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

BIG = sa.BigInteger()
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TEXT = sa.Text()


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
    # What had been grouped before was grouped by this: a later replay must not tear it apart.
    op.execute(
        """
        INSERT INTO likeness (article, other, relation, score, cut)
        SELECT verdict.article, CAST(json_extract(verdict.body, '$.earlier.id') AS INTEGER),
               json_extract(verdict.body, '$.earlier.relation'), json_extract(verdict.body, '$.earlier.score'),
               coalesce(json_extract(verdict.body, '$.earlier.evidence.cut'), 0)
          FROM verdict
         WHERE json_extract(verdict.body, '$.earlier.relation') IN ('copy', 'retelling')
        """
    )
