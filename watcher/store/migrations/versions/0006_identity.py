"""What leads are recognised by, what their feeds changed about them, and whose words an article's text is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("lead", sa.Column("said", sa.LargeBinary()))
    op.add_column("lead", sa.Column("edits", sa.SmallInteger(), nullable=False, server_default="0"))
    op.add_column("lead", sa.Column("names", sa.SmallInteger(), nullable=False, server_default="0"))
    op.add_column("article", sa.Column("text_from", sa.Text(), nullable=False, server_default="page"))
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
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sqlite_with_rowid=False,
    )
