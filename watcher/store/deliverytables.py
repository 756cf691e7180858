"""The tables of recipients, and of what a machine was asked and said."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Float, Index, Table
from sqlmodel import Field, SQLModel

from watcher.store.fields import key_field, moment_field, text_field


class RecipientRow(SQLModel, table=True):
    """What is remembered of a recipient: the fields of `types.Subscription`, by the same names."""

    __tablename__ = "recipient"

    address: str = text_field(primary_key=True)
    since: datetime = moment_field()
    left: datetime | None = moment_field()


class MachineCallRow(SQLModel, table=True):
    """One request to a machine: when, which, where, what was sent, and what it cost."""

    __tablename__ = "machine_call"
    __table_args__ = (Index("machine_call_at", "at"),)  # what was spent today; the log, newest first

    id: int | None = key_field(default=None, primary_key=True)
    at: datetime = moment_field()
    machine: str = text_field()
    url: str = text_field()
    sent: str = text_field()  # JSON: the articles whose words were sent, and how many characters
    tokens_in: int = Field(default=0, sa_type=BigInteger)
    tokens_out: int = Field(default=0, sa_type=BigInteger)
    cost: float = Field(default=0.0, sa_type=Float)
    trouble: str | None = text_field()


class MachineWordsRow(SQLModel, table=True):
    """What a machine said, by the hash of machine, language and words that it was given."""

    __tablename__ = "machine_words"
    __table_args__ = {"sqlite_with_rowid": False}

    hash: int = key_field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    made: datetime = moment_field()
    body: str = text_field()  # JSON


def _table(name: str) -> Table:
    return SQLModel.metadata.tables[name]


recipient = _table("recipient")
machine_call = _table("machine_call")
machine_words = _table("machine_words")
