"""What people say by hand about what they read, the feeds they read it by, and the words by which articles are found."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "mark",
        sa.Column("id", KEY, primary_key=True, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("made", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger()),
        sa.Column("undone", sa.BigInteger()),
        sa.Column("body", sa.Text(), nullable=False),
    )
    op.create_index("mark_kind", "mark", ["kind"])
    op.create_table(
        "mark_article",
        sa.Column("article", KEY, sa.ForeignKey("article.id"), primary_key=True, nullable=False),
        sa.Column("mark", KEY, sa.ForeignKey("mark.id"), primary_key=True, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("mark_article_mark", "mark_article", ["mark"])
    op.create_table(
        "mark_effect",
        sa.Column("mark", KEY, sa.ForeignKey("mark.id"), primary_key=True, nullable=False),
        sa.Column("article", KEY, sa.ForeignKey("article.id"), primary_key=True, nullable=False),
        sa.Column("edition", KEY, sa.ForeignKey("edition.id"), primary_key=True, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "feed_address",
        sa.Column("id", KEY, primary_key=True, nullable=False),
        sa.Column("feed", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("made", sa.BigInteger(), nullable=False),
        sa.Column("revoked", sa.BigInteger()),
    )
    # The words come as our own tokeniser cuts them, with spaces between: the same on every database. To this one
    # everything beyond ASCII is a letter: it knows of no marks, no scripts, and of no Unicode older than ours.
    # Contentless: the texts stand in `article`.
    op.execute(
        "CREATE VIRTUAL TABLE words USING fts5(title, text, labels, content='', "
        "tokenize=\"ascii tokenchars '.'\")"
    )
