"""Corrections by hand: kept by the articles they speak of, so that they outlive every regrouping."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection, delete, insert, select

from watcher.store import codec
from watcher.store import numbers as numbering
from watcher.store.columns import batches
from watcher.store.tables import correction, correction_article
from watcher.types import Correction


def add(connection: Connection, said: Correction) -> Correction:
    """Under a number that none had before."""
    number = numbering.next_correction(connection)
    connection.execute(insert(correction), {"id": number, "body": codec.dumps(replace(said, id=0))})
    rows = [{"article": int(each), "correction": number} for each in sorted(articles_of(said), key=int)]
    connection.execute(insert(correction_article), rows)
    return replace(said, id=number)


def remove(connection: Connection, number: int) -> Correction | None:
    """Takes a correction back; returns what it said."""
    found = _load(connection, [number]) if number.bit_length() < 64 else ()  # no id is longer
    if not found:
        return None
    numbering.keep_correction(connection)
    connection.execute(delete(correction_article).where(correction_article.c.correction == number))
    connection.execute(delete(correction).where(correction.c.id == number))
    return found[0]


def listed(connection: Connection) -> tuple[Correction, ...]:
    """All of them, the oldest first."""
    rows = connection.execute(select(correction.c.id, correction.c.body).order_by(correction.c.id))
    return tuple(replace(codec.loads(Correction, row.body), id=row.id) for row in rows)


def of_articles(connection: Connection, numbers: Sequence[int]) -> tuple[Correction, ...]:
    """Those that speak of one of these articles."""
    rows = [
        row.correction
        for part in batches(numbers)
        for row in connection.execute(
            select(correction_article.c.correction).where(correction_article.c.article.in_(part)).distinct()
        )
    ]
    return _load(connection, sorted(set(rows)))


def partners(connection: Connection, numbers: Sequence[int]) -> set[int]:
    """The articles that corrections put together with one of these."""
    wanted = {str(number) for number in numbers}
    return {
        int(each)
        for said in of_articles(connection, numbers)
        for group in said.together
        if wanted.intersection(group)
        for each in group
    }


def articles_of(said: Correction) -> set[str]:
    """Every article a correction speaks of."""
    groups = [*said.together, *(group for pair in said.apart for group in pair)]
    return {each for group in groups for each in group}


def _load(connection: Connection, numbers: Sequence[int]) -> tuple[Correction, ...]:
    if not numbers:
        return ()
    rows = connection.execute(
        select(correction.c.id, correction.c.body).where(correction.c.id.in_(numbers)).order_by(correction.c.id)
    )
    return tuple(replace(codec.loads(Correction, row.body), id=row.id) for row in rows)
