"""Vectors of articles."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")  # in the order of its bytes, as SQLite has it


def upgrade() -> None:
    op.create_table(
        "vector",
        sa.Column("id", KEY, primary_key=True, nullable=False),
        sa.Column("article", KEY, sa.ForeignKey("article.id"), nullable=False),
        sa.Column("signal", KEY, sa.ForeignKey("signal.id"), nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("hash", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.UniqueConstraint("article", "signal", "kind", name="vector_once"),
    )
    op.create_index("vector_hash", "vector", ["signal", "hash"])
