"""The index of words: what it is given of each article, and what it finds. The SQL of searching stands here alone.

A row of the index is called by the quarter of an hour its article counts for and by the article's id: in the order of
its rows articles stand by date, whenever they were found, and a span of dates is a span of rows. Whatever else narrows
a search and never changes (language, outlet, source) stands in the index as words too, in a column of its own.

It runs behind: a checkpoint says up to which article it reaches, and moves in the transaction that filled it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import add
from typing import Any

from sqlalchemy import Connection, func, select, text
from sqlalchemy.exc import DBAPIError

from watcher.store.tables import article
from watcher.store.upkeep import get_checkpoint, set_checkpoint
from watcher.text.words import indexed, is_paired
from watcher.types import Article, SearchQuery, Term

VERSION = 1  # of the tokeniser and of what a row holds: another one, and the index is made anew by itself
CHECKPOINT = "words"
# Small steps between rows are short in the index. 67 million articles; midnight is a quarter's beginning in every zone.
_ID_BITS = 26
_ID = (1 << _ID_BITS) - 1
_QUARTER = 900  # seconds
_MOST_QUARTERS = (1 << (61 - _ID_BITS)) - 1
_LAST_ROW = (1 << 62) - 1
# A word that every row has, and that no text can have: our words never begin with a point.
_EVERY = ".a"


@dataclass(frozen=True, slots=True)
class Reach:
    """Up to which article the index reaches, and how many articles there are beyond."""

    last: int
    waiting: int


@dataclass(frozen=True, slots=True)
class IndexRow:
    """One article as the index is given it."""

    row: int
    title: str
    text: str
    labels: str


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
    rows = (
        IndexRow(row_of(effective(each), each.id), indexed(each.title), indexed(each.text), _labels(each))
        for each in found
    )
    return max((each.id for each in found), default=last), sorted(rows, key=lambda each: each.row)


def fill(connection: Connection, rows: Sequence[IndexRow], after: int, last: int) -> None:
    """Puts rows into the index, which ends with article `after`, and then with `last`; where it does not, nothing."""
    if not (get_checkpoint(connection, CHECKPOINT) or "").startswith(f"{VERSION}:"):
        empty(connection)
    if not rows or reach(connection).last != after:
        return
    connection.exec_driver_sql(
        "INSERT INTO words(rowid, title, text, labels) VALUES (?, ?, ?, ?)",
        [(each.row, each.title, each.text, each.labels) for each in rows],
    )
    set_checkpoint(connection, CHECKPOINT, f"{VERSION}:{last}")


def empty(connection: Connection) -> None:
    """Forgets every row; the articles are there to fill it again."""
    connection.exec_driver_sql("INSERT INTO words(words) VALUES ('delete-all')")
    set_checkpoint(connection, CHECKPOINT, f"{VERSION}:0")


# --- whether it can be believed ---

_SAMPLED = 200
_CURE = "`watcher search --rebuild` makes it anew"


def faults(connection: Connection) -> list[str]:
    """What is wrong with the index as far as it goes: rows too few or too many, words that are not found again.

    That it does not reach the newest articles yet is no fault.
    """
    last = reach(connection).last
    articles = {number for (number,) in connection.execute(select(article.c.id).where(article.c.id <= last))}
    try:
        rows = {row & _ID for (row,) in connection.exec_driver_sql("SELECT rowid FROM words")}
        lost = sum(not _is_found(connection, number) for number in _sample(sorted(articles & rows)))
    except DBAPIError as error:
        return [f"the index of words is damaged ({error.orig}): {_CURE}"]
    wrong = len(articles ^ rows) + lost
    return [f"the index of words is wrong about {wrong} articles: {_CURE}"] if wrong else []


def _sample(numbers: Sequence[int]) -> Sequence[int]:
    return numbers[:: max(1, len(numbers) // _SAMPLED)]


def _is_found(connection: Connection, number: int) -> bool:
    """True where an article's row is found by the ends of its title, its text and its labels."""
    _, (row,) = beyond(connection, number - 1, 1)
    told = ((name, getattr(row, name).split()) for name in ("title", "text", "labels"))
    wanted = " AND ".join(f'{name} : "{word}"' for name, words in told if words for word in (words[0], words[-1]))
    asked = {"match": wanted, "row": row.row}
    query = text("SELECT 1 FROM words WHERE words MATCH :match AND rowid = :row")
    return connection.execute(query, asked).first() is not None


# --- rows ---


def row_of(moment: datetime, number: int) -> int:
    """What a row of the index is called."""
    return min(max(0, int(moment.timestamp() // _QUARTER)), _MOST_QUARTERS) << _ID_BITS | number


def article_of(row: int) -> int:
    """Whose row it is."""
    return row & _ID


def effective(row: Any) -> datetime:
    """The moment an article counts for, by its row."""
    named = ("found", "told", "published")
    return Article("", "", "", "", "", "", **{name: getattr(row, name) for name in named}).effective


def _labels(row: Any) -> str:
    return f"{indexed(row.outlet)} {_EVERY} {_language(row.language)} {_source(row.source)}"


def _language(language: str) -> str:
    return "." + _hash(f"language {language.lower()}")


def _source(source: str) -> str:
    return "." + _hash(f"source {source}")


def _hash(label: str) -> str:
    return hashlib.blake2b(label.encode("utf-8", "replace"), digest_size=6).hexdigest()


# --- what is asked ---


def matching(query: SearchQuery) -> str:
    """The query in the index's own language: every word in quotes, so that nothing typed can be anything else."""
    wanted = [_in_text(term) for term in query.terms]
    wanted += [_any(_in_labels(term) for term in query.outlets)] if query.outlets else []
    wanted += [_any(_label(_language(each)) for each in query.languages)] if query.languages else []
    wanted += [_any(_label(_source(each)) for each in query.sources)] if query.sources else []
    expression = " AND ".join(wanted or [_label(_EVERY)])
    return f"({expression}) NOT {_any(map(_in_text, query.without))}" if query.without else expression


def _in_text(term: Term) -> str:
    return f"{{title text}} : {_phrase(term)}"


def _in_labels(term: Term) -> str:
    return f"labels : {_phrase(term)}"


def _label(label: str) -> str:
    return f'labels : "{label}"'


def _any(expressions: Iterable[str]) -> str:
    return "(" + " OR ".join(expressions) + ")"


def _phrase(term: Term) -> str:
    """A run within a phrase stands whole; the last one of a paired script, whatever follows it there."""
    *before, last = term.runs
    words = [word for run in before for word in indexed(run).split()]
    if not is_paired(last):
        words.append(last)
    else:
        words += map(add, last, last[1:]) if len(last) > 1 else [last]
    begins = len(last) == 1 if is_paired(last) else term.begins
    return f'"{" ".join(words)}"' + (" *" if begins else "")


@dataclass(frozen=True, slots=True)
class _Span:
    """The rows that a search may find: those of its dates, before the ones that were shown already."""

    first: int
    end: int


def _span(query: SearchQuery, before: int | None) -> _Span:
    first = row_of(query.since, 0) if query.since else 0
    end = row_of(query.until, 0) if query.until else _LAST_ROW
    return _Span(first, end if before is None else min(end, before))


def newest_rows(connection: Connection, query: SearchQuery, limit: int, before: int | None = None) -> list[int]:
    """The rows found, newest first, before one of them."""
    span = _span(query, before)
    asked = {"match": matching(query), "first": span.first, "end": span.end, "limit": limit, **_topics(query)}
    rows = connection.execute(text(_newest(len(query.topics))), asked)
    return [row for (row,) in rows]


def _newest(topics: int) -> str:
    return f"SELECT rowid FROM words WHERE {_found(topics)} ORDER BY rowid DESC LIMIT :limit"  # noqa: S608 - our own words


def _weighed(topics: int) -> str:
    return f"SELECT rowid, bm25(words, 5.0, 1.0, 0.0) FROM words WHERE {_found(topics)}"  # noqa: S608 - our own words


def _found(topics: int) -> str:
    names = ", ".join(f":topic{number}" for number in range(topics))
    of_row = f"article = (words.rowid & {_ID}) AND topic IN ({names}) AND about"
    about = f" AND EXISTS (SELECT 1 FROM article_topic WHERE {of_row})"  # noqa: S608 - our own words
    return "words MATCH :match AND rowid >= :first AND rowid < :end" + (about if topics else "")


def _topics(query: SearchQuery) -> dict[str, str]:
    return {f"topic{number}": topic for number, topic in enumerate(query.topics)}


def weights(connection: Connection, query: SearchQuery, first: int) -> dict[int, float]:
    """How well each row from `first` on fits the words of a query; a word in a title counts for five in a text.

    SQLite's own bm25, better the higher; a word of every second article weighs next to nothing in it.
    """
    span = _span(query, None)
    asked = {"match": matching(query), "first": max(first, span.first), "end": span.end, **_topics(query)}
    rows = connection.execute(text(_weighed(len(query.topics))), asked)
    return {row: -float(rank) for row, rank in rows}
