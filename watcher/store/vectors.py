"""What an encoder made of articles: stored once, found again by article or by text, walked through in order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, func, select

from watcher.store.articles import DOCUMENT, document, signal_numbers
from watcher.store.columns import batches
from watcher.store.statements import insert_new
from watcher.store.tables import article, removed, signal, vector
from watcher.types import Document, Encoding, StoredVectors

_BATCH = 2_000  # rows; some 800 kB


def add(connection: Connection, encoding: Encoding, number: int, found: Mapping[str, tuple[int, bytes]]) -> None:
    """Stores an article's vectors; a row without any stands for nothing to encode."""
    made_by = _number(connection, encoding, create=True)
    rows = [
        {"article": number, "signal": made_by, "kind": kind, "hash": text, "body": body}
        for kind, (text, body) in (found or {"": (0, b"")}).items()
    ]
    insert_new(connection, vector, rows)


def since(connection: Connection, encoding: Encoding, moment: datetime, after: int) -> Iterator[StoredVectors]:
    """Walks the table by its own id. Where to begin is asked once: the first vector of an article found by then."""
    made_by = _number(connection, encoding)
    if made_by is None:
        return
    if not after:
        first = connection.execute(
            select(func.min(vector.c.id))
            .join(article, article.c.id == vector.c.article)
            .where(article.c.found >= moment, vector.c.signal == made_by)
        ).scalar()
        if first is None:
            return
        after = int(first) - 1
    for number, rows in groupby(_walk(connection, made_by, moment, after), key=lambda row: row.article):
        pieces = list(rows)
        held = {row.kind: row.body for row in pieces if row.body}
        dated = pieces[0].published or pieces[0].found
        yield StoredVectors(pieces[-1].id, number, pieces[0].language, dated, held)


def _walk(connection: Connection, made_by: int, moment: datetime, after: int) -> Iterator[Any]:
    columns = (vector.c.id, vector.c.article, vector.c.signal, vector.c.kind, vector.c.body)
    while True:
        rows = connection.execute(
            select(*columns, article.c.language, article.c.published, article.c.found)
            .join(article, article.c.id == vector.c.article)
            .where(vector.c.id > after)
            .order_by(vector.c.id)
            .limit(_BATCH)
        ).all()
        yield from (row for row in rows if row.signal == made_by and row.found >= moment)
        if len(rows) < _BATCH:
            return
        after = rows[-1].id


def of_articles(connection: Connection, encoding: Encoding, numbers: Sequence[int]) -> dict[int, dict[str, bytes]]:
    """The vectors of these articles, by kind."""
    made_by = _number(connection, encoding)
    found: defaultdict[int, dict[str, bytes]] = defaultdict(dict)
    for part in batches(numbers):
        rows = connection.execute(
            select(vector.c.article, vector.c.kind, vector.c.body)
            .where(vector.c.article.in_(part), vector.c.signal == made_by)
            .order_by(vector.c.id)
        )
        for row in rows:
            found[row.article].update({row.kind: row.body} if row.body else {})
    return dict(found)


def of_texts(connection: Connection, encoding: Encoding, hashes: Sequence[int]) -> dict[int, bytes]:
    """The vectors of texts encoded before, by hash; empty for one that has none."""
    made_by = _number(connection, encoding)
    found: dict[int, bytes] = {}
    for part in batches(list(dict.fromkeys(hashes))):
        rows = connection.execute(
            select(vector.c.hash, vector.c.body).where(
                vector.c.signal == made_by, vector.c.hash.in_(part), vector.c.kind != ""
            )
        )
        found.update({row.hash: row.body for row in rows})
    return found


def pending(
    connection: Connection, encoding: Encoding, moment: datetime, limit: int, after: int
) -> tuple[Document, ...]:
    """Articles without vectors, walked by rising id; none that counts as told."""
    query = _lacking(encoding, connection).where(
        article.c.id > after, article.c.found >= moment, article.c.told.is_(False)
    )
    return tuple(map(document, connection.execute(query.order_by(article.c.id).limit(limit))))


def backlog(
    connection: Connection, encoding: Encoding, below: int | None, above: int, limit: int
) -> tuple[Document, ...]:
    """Articles without vectors, walked by falling id."""
    query = _lacking(encoding, connection).where(article.c.id > above)
    if below is not None:
        query = query.where(article.c.id < below)
    return tuple(map(document, connection.execute(query.order_by(article.c.id.desc()).limit(limit))))


def last_article(connection: Connection) -> int:
    return int(connection.execute(select(func.max(article.c.id))).scalar() or 0)


def awaited(connection: Connection, encoding: Encoding, moment: datetime, until: datetime) -> int:
    """How many articles found in a span, and not told already, have no vectors yet."""
    lacking = _lacking(encoding, connection).where(
        article.c.found >= moment, article.c.found < until, article.c.told.is_(False)
    )
    return int(connection.execute(lacking.with_only_columns(func.count())).scalar_one())


def _lacking(encoding: Encoding, connection: Connection) -> Any:
    made_by = _number(connection, encoding)
    has_one = select(vector.c.id).where(vector.c.article == article.c.id, vector.c.signal == made_by)
    is_removed = select(removed.c.article).where(removed.c.article == article.c.id)
    return select(*DOCUMENT).where(~has_one.exists(), ~is_removed.exists())


def _number(connection: Connection, encoding: Encoding, create: bool = False) -> int | None:
    """The number that an encoding has in the store; None for one it has never seen."""
    key = (f"meaning:{encoding.encoder}", encoding.recipe)
    known = signal_numbers(connection).get(key)
    if known is None and create:
        insert_new(connection, signal, [{"name": key[0], "version": key[1]}])
        known = signal_numbers(connection)[key]
    return known
