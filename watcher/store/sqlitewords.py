"""The index of words in SQLite: FTS5, contentless. The SQL of searching a file stands here alone."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import cache

from sqlalchemy import Connection, TextClause, text

from watcher.store.wordrows import EVERY, ID, IndexRow, Span, language_label, source_label, wanted
from watcher.types import SearchQuery, Term


def put(connection: Connection, rows: Sequence[IndexRow]) -> None:
    """Adds rows."""
    connection.exec_driver_sql(
        "INSERT INTO words(rowid, title, text, labels) VALUES (?, ?, ?, ?)",
        [(each.row, each.title, each.text, each.labels) for each in rows],
    )


def take_out(connection: Connection, rows: Sequence[IndexRow]) -> None:
    """Takes out rows, each said exactly as it was put in: the index holds no text that it could look into."""
    connection.exec_driver_sql(
        "INSERT INTO words(words, rowid, title, text, labels) VALUES ('delete', ?, ?, ?, ?)",
        [(each.row, each.title, each.text, each.labels) for each in rows],
    )


def clear(connection: Connection) -> None:
    """Forgets every row."""
    connection.exec_driver_sql("INSERT INTO words(words) VALUES ('delete-all')")


def rows(connection: Connection) -> set[int]:
    """Every row there is."""
    return {row for (row,) in connection.exec_driver_sql("SELECT rowid FROM words")}


def is_found(connection: Connection, row: IndexRow) -> bool:
    """True where a row is found by the ends of its title, its text and its labels."""
    told = ((name, getattr(row, name).split()) for name in ("title", "text", "labels"))
    match = " AND ".join(f'{name} : "{word}"' for name, words in told if words for word in (words[0], words[-1]))
    query = text("SELECT 1 FROM words WHERE words MATCH :match AND rowid = :row")
    return connection.execute(query, {"match": match, "row": row.row}).first() is not None


def newest(connection: Connection, query: SearchQuery, span: Span, limit: int) -> list[int]:
    """The rows found, newest first."""
    found = connection.execute(_newest(len(query.topics)), _asked(query, span) | {"limit": limit}).scalar_one()
    return [int(row) for row in json.loads(found)]


def weights(connection: Connection, query: SearchQuery, rows: Sequence[int]) -> dict[int, float]:
    """SQLite's own bm25, better the higher; a word of every second article weighs next to nothing in it."""
    asked = {"match": matching(query), "first": min(rows), "end": max(rows) + 1, "rows": json.dumps(rows)}
    found = connection.execute(text(_WEIGHED), asked).scalar_one()
    return {row: -float(rank) for row, rank in json.loads(found)}


def _asked(query: SearchQuery, span: Span) -> dict[str, object]:
    topics = {f"topic{number}": topic for number, topic in enumerate(query.topics)}
    return {"match": matching(query), "first": span.first, "end": span.end, **topics}


# All rows come as one: between two rows the driver lets other threads go on, and waits up to 5 ms for each of them.
# Of a thousand rows that was a second, where pages were made beside it.
@cache
def _newest(topics: int) -> TextClause:
    found = f"SELECT rowid FROM words WHERE {_found(topics)} ORDER BY rowid DESC LIMIT :limit"  # noqa: S608 - our own words
    return text(f"SELECT json_group_array(rowid) FROM ({found})")  # noqa: S608 - likewise


# Which rows were found is known: what narrowed them beside the words need not be looked up again.
_WEIGHED = (
    "SELECT json_group_array(json_array(rowid, rank)) FROM words WHERE words MATCH :match "
    "AND rank MATCH 'bm25(5.0, 1.0, 0.0)' AND rowid >= :first AND rowid < :end "
    "AND +rowid IN (SELECT value FROM json_each(:rows))"
)


def _found(topics: int) -> str:
    names = ", ".join(f":topic{number}" for number in range(topics))
    of_row = f"article = (words.rowid & {ID}) AND topic IN ({names}) AND about"
    about = f" AND EXISTS (SELECT 1 FROM article_topic WHERE {of_row})"  # noqa: S608 - our own words
    return "words MATCH :match AND rowid >= :first AND rowid < :end" + (about if topics else "")


# --- what is asked ---


def matching(query: SearchQuery) -> str:
    """The query in the index's own language: every word in quotes, so that nothing typed can be anything else."""
    asked = [_in_text(term) for term in query.terms]
    asked += [_any(_in_labels(term) for term in query.outlets)] if query.outlets else []
    asked += [_any(_label(language_label(each)) for each in query.languages)] if query.languages else []
    asked += [_any(_label(source_label(each)) for each in query.sources)] if query.sources else []
    expression = " AND ".join(asked or [_label(EVERY)])
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
    asked = wanted(term)
    return f'"{" ".join(asked.words)}"' + (" *" if asked.begins else "")
