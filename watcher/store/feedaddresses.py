"""The addresses of feeds that somebody made, and took back; and what was saved, for the feed of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, Row, select, update

from watcher.store import codec
from watcher.store.columns import batches
from watcher.store.handtables import feed_address, mark
from watcher.store.opened import Opened
from watcher.store.statements import insert_one
from watcher.store.tables import article, visit
from watcher.types import FeedAddress, Mark
from watcher.types.marks import SavedArticle, SavedStory

_SAVED = 200  # the newest of them, as many stories as a feed holds
_SHOWN = 12  # articles of each; the page has all


class FeedReads(Opened):
    """What the store knows of feeds."""

    def feed_addresses(self) -> tuple[FeedAddress, ...]:
        """All that were ever made, the oldest first."""
        with self._reading() as connection:
            rows = connection.execute(select(feed_address).order_by(feed_address.c.id))
            return tuple(_address(row) for row in rows)

    def feed_address(self, id: int) -> FeedAddress | None:
        """The one of this id, revoked or not."""
        with self._reading() as connection:
            row = connection.execute(select(feed_address).where(feed_address.c.id == id)).one_or_none()
            return None if row is None else _address(row)

    def saved(self) -> tuple[SavedStory, ...]:
        """What was saved last and not taken back, the newest first."""
        wanted = (mark.c.kind == "saved") & mark.c.undone.is_(None)
        with self._reading() as connection:
            rows = connection.execute(
                select(mark.c.id, mark.c.body).where(wanted).order_by(mark.c.id.desc()).limit(_SAVED)
            )
            marks = [replace(codec.loads(Mark, row.body), id=row.id) for row in rows]
            known = _articles(connection, sorted({each for said in marks for each in said.articles[:_SHOWN]}))
        return tuple(
            SavedStory(said, tuple(known[each] for each in said.articles[:_SHOWN] if each in known)) for said in marks
        )

    def last_visit(self) -> datetime | None:
        """When the last visit to any source ended."""
        with self._reading() as connection:
            return connection.execute(select(visit.c.ended).order_by(visit.c.ended.desc()).limit(1)).scalar()


def _articles(connection: Connection, numbers: Sequence[int]) -> dict[int, SavedArticle]:
    columns = (article.c.id, article.c.url, article.c.title, article.c.outlet, article.c.language)
    return {
        row.id: SavedArticle(row.id, row.url, row.title, row.outlet, row.language)
        for part in batches(numbers)
        for row in connection.execute(select(*columns).where(article.c.id.in_(part)))
    }


def make(connection: Connection, address: FeedAddress) -> FeedAddress:
    """Keeps a new one; its id comes from here."""
    row = {"feed": address.feed, "form": address.form, "name": address.name, "made": address.made, "revoked": None}
    return replace(address, id=insert_one(connection, feed_address, row))


def revoke(connection: Connection, id: int, now: datetime) -> bool:
    """Takes one back, for good; False where there is none, or it was taken back before."""
    theirs = (feed_address.c.id == id) & feed_address.c.revoked.is_(None)
    return connection.execute(update(feed_address).where(theirs).values(revoked=now)).rowcount > 0


def _address(row: Row[tuple[object, ...]]) -> FeedAddress:
    return FeedAddress(row.id, row.feed, row.form, row.made, row.name, row.revoked)
