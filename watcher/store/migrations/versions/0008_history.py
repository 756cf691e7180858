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
    if op.get_context().dialect.name == "postgresql":
        _keys_of_postgresql()


def _keys_of_postgresql() -> None:
    """Eighty rows of each article. No table here is its own index: a primary key of three numbers was as large as the
    rows. The index has the key alone (of 64 bits: two signals share one by chance as seldom as two addresses), which
    makes it half as large, and the rows are narrow. That no row is there twice is seen to by who writes (`articles`).
    """
    op.execute("ALTER TABLE signal_key RENAME TO signal_key_wide")
    op.execute(
        "CREATE TABLE signal_key (key bigint NOT NULL, article integer NOT NULL, signal smallint NOT NULL)"
    )
    op.execute("INSERT INTO signal_key SELECT key, article, signal FROM signal_key_wide ORDER BY article, key")
    op.execute("DROP TABLE signal_key_wide")
    op.execute("CREATE INDEX signal_key_key ON signal_key (key)")
