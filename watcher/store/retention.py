"""What is not kept for ever: texts that grew old leave a tombstone, so that they are not read and told again.

What an article said goes: its text, what its feed said of it later, its facts, its vectors, the keys it was found by.
What remains: address, title, dates, topics, its place in its story, what was decided about it, every edition and mark.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, func, select, update

from watcher.store import leads, words
from watcher.store.columns import batches
from watcher.store.opened import Opened
from watcher.store.statements import insert_new
from watcher.store.tables import article, facts, mark, mark_article, removed, revision, signal, signal_key, vector
from watcher.store.upkeep import get_checkpoint, set_checkpoint
from watcher.types import UNSWEPT, Aged

_STRETCH = 100_000  # keys looked at in one transaction: some 50 ms
_BLOCKS = 500  # of a server's table: as many keys
_LOWEST = -(1 << 63)


@dataclass(frozen=True, slots=True)
class _Place:
    """How far a walk through the keys came."""

    signal: int
    key: int


class RetentionReads(Opened):
    """What has grown old."""

    def aged(self, before: datetime, limit: int, after: Aged | None = None) -> tuple[Aged, ...]:
        """The next articles found before a moment, the oldest first, that are neither saved nor removed already."""
        query = select(article.c.id, article.c.found).where(article.c.found < before, *_removable())
        if after is not None:
            later = (article.c.found == after.found) & (article.c.id > after.article)
            query = query.where((article.c.found > after.found) | later, article.c.found >= after.found)
        with self._reading() as connection:
            rows = connection.execute(query.order_by(article.c.found, article.c.id).limit(limit))
            return tuple(Aged(row.id, row.found) for row in rows)

    def aging(self, before: datetime) -> tuple[int, int]:
        """How many articles would be removed, and how many were found before that moment and are saved."""
        old = article.c.found < before
        with self._reading() as connection:
            count = select(func.count()).select_from(article)
            going = connection.execute(count.where(old, *_removable())).scalar_one()
            kept = connection.execute(count.where(old, _saved(), ~_is_removed())).scalar_one()
        return int(going), int(kept)

    def removed(self, articles: Sequence[int]) -> Mapping[int, datetime]:
        """When the texts of those of these articles were removed that have none any more."""
        with self._reading() as connection:
            rows = (
                row
                for part in batches(list(articles))
                for row in connection.execute(select(removed).where(removed.c.article.in_(part)))
            )
            return {row.article: row.at for row in rows}


def _removable() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return ~_is_removed(), ~_saved()


def _is_removed() -> ColumnElement[bool]:
    return select(removed.c.article).where(removed.c.article == article.c.id).exists()


def _saved() -> ColumnElement[bool]:
    marked = (mark_article.c.article == article.c.id, mark.c.id == mark_article.c.mark)
    return select(mark.c.id).where(*marked, mark.c.kind == "saved", mark.c.undone.is_(None)).exists()


def remove(connection: Connection, numbers: Sequence[int], at: datetime) -> int:
    """Makes tombstones of these articles; returns of how many: what is saved meanwhile, or removed, stays as it is."""
    going = connection.execute(
        select(article.c.id, article.c.url).where(article.c.id.in_(numbers), *_removable())
    ).all()
    ids = [row.id for row in going]
    if not ids:
        return 0
    before = words.rows_of(connection, ids)
    emptied = update(article).where(article.c.id.in_(ids))
    connection.execute(emptied.values(text="", headline_only="removed"))
    words.replace(connection, before, words.rows_of(connection, ids))
    for table in (facts, vector):
        connection.execute(delete(table).where(table.c.article.in_(ids)))
    of = [known.number for known in leads.known(connection, [row.url for row in going]).values()]
    connection.execute(delete(revision).where(revision.c.lead.in_(of)))
    insert_new(connection, removed, [{"article": number, "at": at} for number in ids])
    set_checkpoint(connection, UNSWEPT, str(_unswept(connection) + len(ids)))
    return len(ids)


def _unswept(connection: Connection) -> int:
    return int(get_checkpoint(connection, UNSWEPT) or 0)


def sweep(connection: Connection, after: str) -> str | None:
    """Deletes the keys of removed articles on the next stretch of all keys; how far it came, None at the end.

    Keys stand in their own order, not in that of articles: whoever looks for an article's keys walks through them all.
    So it is done for many articles at once, in stretches, begun anew after a kill.
    """
    if connection.dialect.name == "postgresql":
        return _sweep_blocks(connection, after)
    place = _read(after) or _Place(0, _LOWEST)
    number = connection.execute(select(func.min(signal.c.id)).where(signal.c.id >= place.signal)).scalar()
    if number is None:
        set_checkpoint(connection, UNSWEPT, "0")
        return None
    first = place.key if number == place.signal else _LOWEST
    here: list[Any] = [signal_key.c.signal == number, signal_key.c.key >= first]
    end = connection.execute(select(signal_key.c.key).where(*here).order_by(signal_key.c.key).offset(_STRETCH).limit(1))
    last = end.scalar()
    if last is not None:
        here.append(signal_key.c.key <= last)
    connection.execute(delete(signal_key).where(*here, signal_key.c.article.in_(select(removed.c.article))))
    return f"{number + 1}:{_LOWEST}" if last is None or last == (1 << 63) - 1 else f"{number}:{last + 1}"


def _sweep_blocks(connection: Connection, after: str) -> str | None:
    """The same in the order in which the rows lie on a server's disk: keys that come later lie behind, or in gaps."""
    first = int(after) if after.isdecimal() else 0
    sized = "SELECT pg_relation_size('signal_key') / current_setting('block_size')::integer"
    if first >= int(connection.exec_driver_sql(sized).scalar_one()):
        set_checkpoint(connection, UNSWEPT, "0")
        return None
    stretch = f"ctid >= '({first},0)' AND ctid < '({first + _BLOCKS},0)'"
    is_gone = "article IN (SELECT article FROM removed)"
    connection.exec_driver_sql(f"DELETE FROM signal_key WHERE {stretch} AND {is_gone}")  # noqa: S608 - our own numbers
    return str(first + _BLOCKS)


def _read(after: str) -> _Place | None:
    number, _, key = after.partition(":")
    return _Place(int(number), int(key)) if key else None
