"""The index of words: what it is given of each article, and what it finds. `wordrows` says what is the same on every
database, `sqlitewords` and `postgres.words` what is not.

It runs behind: a checkpoint says up to which article it reaches, and moves in the transaction that filled it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Connection, func, select
from sqlalchemy.exc import DBAPIError

from watcher.store import sqlitewords
from watcher.store.tables import article
from watcher.store.upkeep import get_checkpoint, set_checkpoint
from watcher.store.wordrows import IndexRow, Span, article_of, labels, row_of, span
from watcher.text.words import indexed
from watcher.types import Article, SearchQuery

__all__ = ["IndexRow", "article_of", "row_of"]

VERSION = 1  # of the tokeniser and of what a row holds: another one, and the index is made anew by itself
CHECKPOINT = "words"


@dataclass(frozen=True, slots=True)
class Reach:
    """Up to which article the index reaches, and how many articles there are beyond."""

    last: int
    waiting: int


class Index(Protocol):
    """What each database has a module of."""

    def put(self, connection: Connection, rows: Sequence[IndexRow]) -> None:
        """Adds rows."""

    def take_out(self, connection: Connection, rows: Sequence[IndexRow]) -> None:
        """Takes out rows, each said exactly as it was put in."""

    def clear(self, connection: Connection) -> None:
        """Forgets every row."""

    def rows(self, connection: Connection) -> set[int]:
        """Every row there is."""

    def is_found(self, connection: Connection, row: IndexRow) -> bool:
        """True where a row is found by the ends of its title, its text and its labels."""

    def newest(self, connection: Connection, query: SearchQuery, span: Span, limit: int) -> list[int]:
        """The rows found, newest first."""

    def weights(self, connection: Connection, query: SearchQuery, rows: Sequence[int]) -> dict[int, float]:
        """How well each of these rows, which were found, fits the words of a query."""


def _index(connection: Connection) -> Index:
    if connection.dialect.name == "sqlite":
        return sqlitewords
    from watcher.store.postgres import words

    return words


def reach(connection: Connection) -> Reach:
    """How far the index goes; one of another version goes nowhere."""
    newest = connection.execute(select(func.max(article.c.id))).scalar() or 0
    version, _, last = (get_checkpoint(connection, CHECKPOINT) or "").partition(":")
    reached = int(last) if version == str(VERSION) else 0
    return Reach(reached, max(0, int(newest) - reached))


def beyond(connection: Connection, last: int, limit: int) -> tuple[int, list[IndexRow]]:
    """The rows of the next articles after `last`, in the order of the index; and the last of these articles."""
    columns = ("id", "found", "told", "published", "source", "outlet", "language", "title", "text")
    found = connection.execute(
        select(*(article.c[name] for name in columns)).where(article.c.id > last).order_by(article.c.id).limit(limit)
    ).all()
    rows = sorted(map(_index_row, found), key=lambda each: each.row)
    return max((each.id for each in found), default=last), rows


def rows_of(connection: Connection, numbers: Sequence[int]) -> list[IndexRow]:
    """What the index holds of these articles, as they are now; nothing of those it does not reach."""
    reached = reach(connection).last
    columns = ("id", "found", "told", "published", "source", "outlet", "language", "title", "text")
    named = [article.c[name] for name in columns]
    found = connection.execute(select(*named).where(article.c.id.in_(numbers), article.c.id <= reached)).all()
    return sorted(map(_index_row, found), key=lambda each: each.row)


def replace(connection: Connection, before: Sequence[IndexRow], now: Sequence[IndexRow]) -> None:
    """Puts rows in the place of those that say the same articles otherwise."""
    if before:
        _index(connection).take_out(connection, before)
        _index(connection).put(connection, now)


def _index_row(row: Any) -> IndexRow:
    return IndexRow(row_of(effective(row), row.id), indexed(row.title), indexed(row.text), labels(row))


def fill(connection: Connection, rows: Sequence[IndexRow], after: int, last: int) -> None:
    """Puts rows into the index, which ends with article `after`, and then with `last`; where it does not, nothing."""
    if not (get_checkpoint(connection, CHECKPOINT) or "").startswith(f"{VERSION}:"):
        empty(connection)
    if not rows or reach(connection).last != after:
        return
    _index(connection).put(connection, rows)
    set_checkpoint(connection, CHECKPOINT, f"{VERSION}:{last}")


def empty(connection: Connection) -> None:
    """Forgets every row; the articles are there to fill it again."""
    _index(connection).clear(connection)
    set_checkpoint(connection, CHECKPOINT, f"{VERSION}:0")


def effective(row: Any) -> datetime:
    """The moment an article counts for, by its row."""
    named = ("found", "told", "published")
    return Article("", "", "", "", "", "", **{name: getattr(row, name) for name in named}).effective


# --- whether it can be believed ---

_SAMPLED = 200
_CURE = "`watcher search --rebuild` makes it anew"


def faults(connection: Connection) -> list[str]:
    """What is wrong with the index as far as it goes: rows too few or too many, words that are not found again.

    That it does not reach the newest articles yet is no fault.
    """
    last, index = reach(connection).last, _index(connection)
    articles = {number for (number,) in connection.execute(select(article.c.id).where(article.c.id <= last))}
    try:
        rows = set(map(article_of, index.rows(connection)))
        sample = _sample(sorted(articles & rows))
        lost = sum(not index.is_found(connection, beyond(connection, number - 1, 1)[1][0]) for number in sample)
    except DBAPIError as error:
        return [f"the index of words is damaged ({error.orig}): {_CURE}"]
    wrong = len(articles ^ rows) + lost
    return [f"the index of words is wrong about {wrong} articles: {_CURE}"] if wrong else []


def _sample(numbers: Sequence[int]) -> Sequence[int]:
    return numbers[:: max(1, len(numbers) // _SAMPLED)]


# --- what is found ---


def newest_rows(connection: Connection, query: SearchQuery, limit: int, before: int | None = None) -> list[int]:
    """The rows found, newest first, before one of them."""
    return _index(connection).newest(connection, query, span(query, before), limit)


def weights(connection: Connection, query: SearchQuery, rows: Sequence[int]) -> dict[int, float]:
    """How well each row that was found fits the words of a query; a word in a title counts for five in a text."""
    return _index(connection).weights(connection, query, rows) if rows else {}
