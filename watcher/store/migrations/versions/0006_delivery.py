"""Quiet days that were skipped; recipients as the store knows them (since when, and since when no more), and what a machine was asked and said."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")  # in the order of its bytes, as SQLite has it


def upgrade() -> None:
    op.add_column("edition", sa.Column("skipped", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "recipient",
        sa.Column("address", TEXT, primary_key=True, nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("left", sa.BigInteger()),
    )
    op.create_table(
        "machine_call",
        sa.Column("id", KEY, primary_key=True, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("machine", TEXT, nullable=False),
        sa.Column("url", TEXT, nullable=False),
        sa.Column("sent", TEXT, nullable=False),
        sa.Column("tokens_in", sa.BigInteger(), nullable=False),
        sa.Column("tokens_out", sa.BigInteger(), nullable=False),
        sa.Column("cost", sa.Float(), nullable=False),
        sa.Column("trouble", TEXT),
    )
    op.create_index("machine_call_at", "machine_call", ["at"])
    op.create_table(
        "machine_words",
        sa.Column("hash", KEY, primary_key=True, nullable=False, autoincrement=False),
        sa.Column("made", sa.BigInteger(), nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sqlite_with_rowid=False,
    )
