"""What people say by hand about what they read, the feeds they read it by, and the words by which articles are found."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")  # in the order of its bytes, as SQLite has it


def upgrade() -> None:
    op.create_table(
        "mark",
        sa.Column("id", KEY, primary_key=True, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("made", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger()),
        sa.Column("undone", sa.BigInteger()),
        sa.Column("body", TEXT, nullable=False),
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
        sa.Column("feed", TEXT, nullable=False),
        sa.Column("form", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("made", sa.BigInteger(), nullable=False),
        sa.Column("revoked", sa.BigInteger()),
    )
    if op.get_context().dialect.name == "postgresql":
        _words_of_postgresql()
        return
    # The words come as our own tokeniser cuts them, with spaces between: the same on every database. To this one
    # everything beyond ASCII is a letter: it knows of no marks, no scripts, and of no Unicode older than ours.
    # Contentless: the texts stand in `article`.
    op.execute(
        "CREATE VIRTUAL TABLE words USING fts5(title, text, labels, content='', "
        "tokenize=\"ascii tokenchars '.'\")"
    )


def _words_of_postgresql() -> None:
    """Vectors made of the same words. One holds no more than 255 places of a word: long articles take several."""
    op.execute("CREATE TABLE words (row bigint PRIMARY KEY, vector tsvector NOT NULL)")
    op.execute(
        "CREATE TABLE words_part (row bigint, part integer, vector tsvector NOT NULL, PRIMARY KEY (row, part))"
    )
    for table in ("words", "words_part"):
        # Without a list of what is still to be put in: every search would go through it.
        op.execute(f"CREATE INDEX {table}_vector ON {table} USING gin (vector) WITH (fastupdate = off)")
