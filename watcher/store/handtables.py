"""The tables of what people say by hand about what they read, and of the feeds they read it by."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, Table
from sqlmodel import SQLModel

from watcher.store.fields import key_field, moment_field, text_field


class MarkRow(SQLModel, table=True):
    """One mark. Few rows: people make them one by one."""

    __tablename__ = "mark"
    __table_args__ = (Index("mark_kind", "kind"),)  # those of one kind, for its list

    id: int | None = key_field(default=None, primary_key=True)
    kind: str = text_field()
    made: datetime = moment_field()
    until: datetime | None = moment_field()
    undone: datetime | None = moment_field()
    body: str = text_field()  # JSON of types.Mark


class MarkArticle(SQLModel, table=True):
    __tablename__ = "mark_article"
    __table_args__ = (
        Index("mark_article_mark", "mark"),  # all of a mark's articles
        {"sqlite_with_rowid": False},
    )

    article: int = key_field(primary_key=True, foreign_key="article.id")
    mark: int = key_field(primary_key=True, foreign_key="mark.id")


class MarkEffect(SQLModel, table=True):
    """An article that a mark kept out of an edition, or (follow) brought."""

    __tablename__ = "mark_effect"
    __table_args__ = ({"sqlite_with_rowid": False},)

    mark: int = key_field(primary_key=True, foreign_key="mark.id")
    article: int = key_field(primary_key=True, foreign_key="article.id")
    edition: int = key_field(primary_key=True, foreign_key="edition.id")


class FeedAddressRow(SQLModel, table=True):
    """A feed's own address: the fields of `types.FeedAddress`, by the same names."""

    __tablename__ = "feed_address"

    id: int | None = key_field(default=None, primary_key=True)
    feed: str = text_field()
    form: str = text_field()
    name: str = text_field(default="")
    made: datetime = moment_field()
    revoked: datetime | None = moment_field()


def _table(name: str) -> Table:
    return SQLModel.metadata.tables[name]


mark = _table("mark")
mark_article = _table("mark_article")
mark_effect = _table("mark_effect")
feed_address = _table("feed_address")
