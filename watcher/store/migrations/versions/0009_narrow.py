"""On PostgreSQL: keys in half the room, and an index of words that says of which weeks a row is."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Connection

revision = "0009"
down_revision = "0008"

_WORDS = ("words", "words_part")


def upgrade() -> None:
    # What was counted beside a program that does not count along is counted anew.
    op.execute("DELETE FROM checkpoint WHERE name = 'counts'")
    if op.get_context().dialect.name != "postgresql":
        return
    connection = op.get_bind()
    if _is_there(connection, "SELECT FROM pg_constraint WHERE conrelid = 'signal_key'::regclass AND contype = 'p'"):
        _narrow_keys()
    if not _is_there(connection, "SELECT WHERE to_regclass('words_article') IS NOT NULL"):
        if any(_is_there(connection, _unlabelled(table)) for table in _WORDS):
            _begin_words_anew()
        for table in _WORDS:
            # By article, for those of a topic; the number is `wordrows.ID` as it was then.
            op.execute(f"CREATE INDEX {table}_article ON {table} ((row & 67108863))")


def _is_there(connection: Connection, query: str) -> bool:
    """Asked first: an archive made between two releases may have it already."""
    return bool(connection.exec_driver_sql(f"SELECT EXISTS ({query})").scalar_one())  # noqa: S608 - our own words


def _narrow_keys() -> None:
    """Eighty rows of each article. No table here is its own index: a primary key of three numbers was as large as the
    rows. The index has the key alone (of 64 bits: two signals share one by chance as seldom as two addresses), which
    makes it half as large, and the rows are narrow. That no row is there twice is seen to by who writes (`articles`).
    """
    op.execute("ALTER TABLE signal_key RENAME TO signal_key_wide")
    op.execute("CREATE TABLE signal_key (key bigint NOT NULL, article integer NOT NULL, signal smallint NOT NULL)")
    op.execute("INSERT INTO signal_key SELECT key, article, signal FROM signal_key_wide ORDER BY article, key")
    op.execute("DROP TABLE signal_key_wide")
    op.execute("CREATE INDEX signal_key_key ON signal_key (key)")


def _unlabelled(table: str) -> str:
    """Rows without a label of their share of time (`parts.share_label` as it was then), which no search would find.

    Those of a release are such from the first one; all are looked at only where a build between two releases wrote.
    """
    label = "quote_literal('.t' || (row >> 36))::tsquery"
    return f"SELECT FROM {table} WHERE NOT vector @@ {label}"  # noqa: S608 - our own words


def _begin_words_anew() -> None:
    """The articles are there to fill it again, behind."""
    op.execute(f"TRUNCATE {', '.join(_WORDS)}")
    op.execute("DELETE FROM checkpoint WHERE name = 'words'")
