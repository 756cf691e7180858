"""When a kept copy was taken, what was removed, and who does what only one at a time may do."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")  # in the order of its bytes, as SQLite has it


def upgrade() -> None:
    for name in ("captured", "removed"):
        op.create_table(
            name,
            sa.Column("article", KEY, sa.ForeignKey("article.id"), primary_key=True, autoincrement=False, nullable=False),
            sa.Column("at", sa.BigInteger(), nullable=False),
        )
    op.create_table(
        "lease",
        sa.Column("name", TEXT, primary_key=True, nullable=False),
        sa.Column("holder", TEXT, nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
    )
