"""What polling remembers of sources and hosts (hints, moves, rhythm, rests, robots.txt); what leads are recognised by,
what their feeds changed about them, and whose words an article's text is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")  # in the order of its bytes, as SQLite has it


def upgrade() -> None:
    with op.batch_alter_table("source_state") as table:
        table.add_column(sa.Column("because", TEXT))
        table.add_column(sa.Column("hints", TEXT))
        table.add_column(sa.Column("unmodified_since", sa.BigInteger()))
        table.add_column(sa.Column("moving_to", TEXT))
        table.add_column(sa.Column("moving_since", sa.BigInteger()))
        table.add_column(sa.Column("moving_seen", sa.BigInteger(), nullable=False, server_default="0"))
        table.add_column(sa.Column("rhythm", sa.BigInteger()))
        table.add_column(sa.Column("moved", sa.BigInteger()))
        table.add_column(sa.Column("recovered", sa.BigInteger()))
        table.add_column(sa.Column("recovered_from", sa.BigInteger()))
        table.add_column(sa.Column("url", TEXT))
    op.create_table(
        "host",
        sa.Column("host", TEXT, primary_key=True, nullable=False),
        sa.Column("rest_until", sa.BigInteger()),
        sa.Column("rest_because", TEXT),
        sa.Column("robots", TEXT),
        sa.Column("robots_status", sa.SmallInteger()),
        sa.Column("robots_at", sa.BigInteger()),
    )
    op.create_index("article_source", "article", ["source", "found"])
    op.create_index(
        "lead_source",
        "lead",
        ["source", "found"],
        sqlite_where=sa.text("url IS NOT NULL"),
        postgresql_where=sa.text("url IS NOT NULL"),
    )
    op.create_index(
        "visit_brought",
        "visit",
        ["source", "ended"],
        sqlite_where=sa.text("counts <> '{}' OR trouble IS NOT NULL"),
        postgresql_where=sa.text("counts <> '{}' OR trouble IS NOT NULL"),
    )
    op.add_column("lead", sa.Column("said", sa.LargeBinary()))
    op.add_column("lead", sa.Column("edits", sa.SmallInteger(), nullable=False, server_default="0"))
    op.add_column("lead", sa.Column("names", sa.SmallInteger(), nullable=False, server_default="0"))
    op.add_column("article", sa.Column("text_from", TEXT, nullable=False, server_default="page"))
    # What was kept of an article that could not be read was its feed's teaser.
    op.execute("UPDATE article SET text_from = 'feed' WHERE headline_only IS NOT NULL")
    op.create_table(
        "lead_name",
        sa.Column("name", KEY, primary_key=True, nullable=False, autoincrement=False),
        sa.Column("lead", KEY, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "revision",
        sa.Column("lead", KEY, primary_key=True, nullable=False, autoincrement=False),
        sa.Column("hash", KEY, primary_key=True, nullable=False, autoincrement=False),
        sa.Column("seen", sa.BigInteger(), nullable=False),
        sa.Column("title", TEXT, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sqlite_with_rowid=False,
    )
