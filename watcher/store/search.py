"""Searching the archive, and keeping the index of words at it: a part of the store."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, literal, select
from sqlalchemy.exc import DBAPIError

from watcher.errors import WordsError
from watcher.store import words
from watcher.store.brought import topics_named
from watcher.store.opened import Opened
from watcher.store.stories import dated
from watcher.store.tables import article, captured
from watcher.text.excerpt import excerpt, marks
from watcher.types import MOST_COUNTED, Passage, SearchHit, SearchQuery, SearchResult, Term

BATCH = 250  # articles put into the index in one transaction: a tenth of a second of the writer's lock
_DAMAGED = 11  # SQLITE_CORRUPT: said of the index, too, whose tables hang together and make no sense
_DAMAGED_ON_SERVER = ("XX001", "XX002")


class Searching(Opened):
    """What the store finds by words, and how the index of them is kept."""

    def search(
        self, query: SearchQuery, limit: int = 20, cursor: str | None = None, *, excerpts: bool = True
    ) -> SearchResult:
        """The articles that a query finds, `limit` of them, after those before `cursor` (a result's `next`).

        Newest first, or the best of the newest 1,000 first. Finds what the index holds: `waiting` articles are stored
        and not in it yet. What is no cursor is the first page; any place goes on from there. A query that is void finds
        nothing. A list to take along shows no `excerpts`: without them no text is read and nothing is marked (1,000
        hits: 60 ms, not 220).
        """
        with self._reading() as connection, _of_index():
            if query.is_void:
                return SearchResult(query=query, waiting=words.reach(connection).waiting)
            found = words.newest_rows(connection, query, MOST_COUNTED + 1)
            page, scores, following = _page(connection, query, found, limit, cursor)
            return SearchResult(
                query=query,
                hits=_hits(connection, page, query, scores, excerpts),
                total=min(len(found), MOST_COUNTED),
                more=len(found) > MOST_COUNTED,
                next=following,
                waiting=words.reach(connection).waiting,
            )

    def unindexed(self) -> int:
        """How many articles cannot be found by their words yet."""
        with self._reading() as connection:
            return words.reach(connection).waiting

    def index_next(self, limit: int = BATCH) -> int:
        """Puts the next articles into the index of words; how many: 0 when it is complete.

        Read and cut into words before the lock is taken. Whoever else does the same at that moment does it instead.
        """
        with self._reading() as connection:
            last = words.reach(connection).last
            upto, rows = words.beyond(connection, last, limit)
        with self.writing() as writer, _of_index():
            writer.index_words(rows, last, upto)
        return len(rows)

    def forget_words(self) -> None:
        """Empties the index of words, to be filled anew: searches find nothing until it is."""
        with self.writing() as writer:
            writer.forget_words()


def _page(
    connection: Connection, query: SearchQuery, found: Sequence[int], limit: int, cursor: str | None
) -> tuple[list[int], dict[int, float], str | None]:
    """The rows of a page, what they weigh, and the cursor of the next one."""
    is_place = cursor and cursor.isascii() and cursor.isdecimal() and len(cursor) < 19
    place = (int(cursor) or None) if cursor and is_place else None  # nothing stands at 0: no result gives it
    if query.order == "relevance" and query.terms:
        counted = found[:MOST_COUNTED]
        scores = words.weights(connection, query, counted)
        ranked = sorted(counted, key=lambda row: (-round(scores.get(row, 0.0), 9), -row))
        start = place or 0
        return ranked[start : start + limit], scores, str(start + limit) if len(ranked) > start + limit else None
    rows = list(found[: limit + 1]) if place is None else words.newest_rows(connection, query, limit + 1, place)
    return rows[:limit], {}, str(rows[limit - 1]) if len(rows) > limit else None


_COLUMNS = (
    "id", "story", "url", "title", "text", "outlet", "source", "language", "found", "told", "published",
    "headline_only", "published_from",
)  # fmt: skip


def _hits(
    connection: Connection, rows: Sequence[int], query: SearchQuery, scores: dict[int, float], excerpts: bool
) -> tuple[SearchHit, ...]:
    numbers = [words.article_of(row) for row in rows]
    columns = [article.c[name] if excerpts or name != "text" else literal("").label("text") for name in _COLUMNS]
    read = select(*columns, captured.c.at.label("captured")).where(article.c.id.in_(numbers))
    rows_of_them = connection.execute(read.join(captured, captured.c.article == article.c.id, isouter=True))
    stored = {each.id: each for each in rows_of_them}
    topics = topics_named(connection, numbers)
    terms = query.terms if excerpts else ()
    return tuple(
        _hit(stored[number], tuple(topics.get(number, ())), terms, scores.get(row, 0.0))
        for row, number in zip(rows, numbers, strict=True)
        if number in stored
    )


def _hit(row: Any, topics: tuple[str, ...], terms: Sequence[Term], score: float) -> SearchHit:
    piece, inside = excerpt(row.text, terms) if row.text else (Passage(0, 0), ())
    return SearchHit(
        id=row.id,
        story=str(row.story),
        url=row.url,
        title=row.title,
        outlet=row.outlet,
        source=row.source,
        language=row.language,
        date=words.effective(row),
        found=row.found,
        published=dated(row),
        topics=topics,
        headline_only=row.headline_only,
        score=score,
        excerpt=row.text[piece.start : piece.end],
        starts=piece.start,
        title_marks=marks(row.title, terms),
        excerpt_marks=inside,
    )


@contextmanager
def _of_index() -> Iterator[None]:
    """What is damaged is the index: it can be made anew."""
    try:
        yield
    except DBAPIError as error:
        code = getattr(error.orig, "sqlite_errorcode", 0)
        if code & 0xFF == _DAMAGED or getattr(error.orig, "sqlstate", None) in _DAMAGED_ON_SERVER:
            raise WordsError(
                f"the index of words is damaged ({error.orig}): `watcher search --rebuild` makes it anew"
            ) from error
        raise
