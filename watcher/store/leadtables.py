"""The tables of leads: their ends, the names they are known by, and what their feeds changed about them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, LargeBinary, SmallInteger, Table, text
from sqlmodel import Field, SQLModel

from watcher.store.fields import key_field, moment_field, text_field


class LeadRow(SQLModel, table=True):
    """The end of a lead. Title and address stay null for stored ones (the article has them) and go when pruned.

    `said` is what it said, pressed into some fifty bytes; two small counters bound what a restless feed may write.
    """

    __tablename__ = "lead"
    __table_args__ = (
        Index(  # off-topic leads that a new rule can still be tried on; what prune has to forget
            "lead_off_topic",
            "found",
            sqlite_where=text("outcome = 'off-topic' AND url IS NOT NULL"),
            postgresql_where=text("outcome = 'off-topic' AND url IS NOT NULL"),
        ),
        Index(  # what was dropped of a source lately
            "lead_source",
            "source",
            "found",
            sqlite_where=text("url IS NOT NULL"),
            postgresql_where=text("url IS NOT NULL"),
        ),
    )

    url_hash: int = key_field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    source: str = text_field()
    outcome: str = text_field()
    found: datetime = moment_field()
    published: datetime | None = moment_field()
    title: str | None = text_field()
    url: str | None = text_field()
    said: bytes | None = Field(default=None, sa_type=LargeBinary)
    edits: int = Field(default=0, sa_type=SmallInteger, sa_column_kwargs={"server_default": "0"})
    names: int = Field(default=0, sa_type=SmallInteger, sa_column_kwargs={"server_default": "0"})


class LeadName(SQLModel, table=True):
    """Other names of leads: ids and titles within their source, addresses they had besides; hashed like addresses.

    As long as there are leads there are names: who forgets one sends an old article again. About 20 bytes a row.
    """

    __tablename__ = "lead_name"
    __table_args__ = {"sqlite_with_rowid": False}

    name: int = key_field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    lead: int = key_field()


class RevisionRow(SQLModel, table=True):
    """What a feed said later of a stored lead. By hash: a text that swings to and fro is kept once."""

    __tablename__ = "revision"
    __table_args__ = {"sqlite_with_rowid": False}

    lead: int = key_field(primary_key=True)
    hash: int = key_field(primary_key=True)
    seen: datetime = moment_field()
    title: str = text_field()
    body: bytes = Field(sa_type=LargeBinary)  # zlib


def _table(name: str) -> Table:
    return SQLModel.metadata.tables[name]


lead = _table("lead")
lead_name = _table("lead_name")
revision = _table("revision")
