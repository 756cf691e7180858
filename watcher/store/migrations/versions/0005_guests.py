"""What polling remembers of sources and hosts: hints, moves, rhythm, rests, robots.txt."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    with op.batch_alter_table("source_state") as table:
        table.add_column(sa.Column("because", sa.Text()))
        table.add_column(sa.Column("hints", sa.Text()))
        table.add_column(sa.Column("unmodified_since", sa.BigInteger()))
        table.add_column(sa.Column("moving_to", sa.Text()))
        table.add_column(sa.Column("moving_since", sa.BigInteger()))
        table.add_column(sa.Column("moving_seen", sa.BigInteger(), nullable=False, server_default="0"))
        table.add_column(sa.Column("rhythm", sa.BigInteger()))
        table.add_column(sa.Column("moved", sa.BigInteger()))
        table.add_column(sa.Column("recovered", sa.BigInteger()))
        table.add_column(sa.Column("recovered_from", sa.BigInteger()))
        table.add_column(sa.Column("url", sa.Text()))
    op.create_table(
        "host",
        sa.Column("host", sa.Text(), primary_key=True, nullable=False),
        sa.Column("rest_until", sa.BigInteger()),
        sa.Column("rest_because", sa.Text()),
        sa.Column("robots", sa.Text()),
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
