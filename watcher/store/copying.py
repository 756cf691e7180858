"""Moving an archive to another database: every row of every table, under the same ids, or nothing.

Read as one snapshot while nobody else may write, written in one transaction: who is cut off in the middle leaves an
empty target behind, and begins anew. The index of words is not taken along: it is the one thing that is made otherwise
on the other side, out of what is; and what there is is counted there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import (
    Boolean,
    Connection,
    Date,
    Float,
    LargeBinary,
    Table,
    TableClause,
    column,
    func,
    insert,
    select,
    table,
    text,
)
from sqlalchemy.types import TypeEngine

from watcher.errors import StoreError
from watcher.store import tally, words
from watcher.store.archive import SqlStore
from watcher.store.columns import CleanText
from watcher.store.leases import DAEMON
from watcher.store.tables import checkpoint, lease, metadata

_MADE_HERE = (words.CHECKPOINT, tally.CHECKPOINT)  # what is not taken along: it is made on the other side
BATCH = 5_000  # rows between two lines of progress
Progress = Callable[[str, int, int], None]  # what is copied, how many rows are, of how many


def copy_archive(source: SqlStore, target: SqlStore, progress: Progress) -> dict[str, int]:
    """Copies everything, and returns how many rows each table has. StoreError where the target holds something.

    Nobody writes to the source meanwhile: what was stored after its snapshot would be missing on the other side.
    """
    with source.ground.writing(), source.ground.reading() as there, target.ground.writing() as here:
        _refuse_what_runs(there, source.ground.name)
        _refuse_what_holds(here, target.ground.name)
        words.empty(here)
        tally.forget(here)
        counts = _counts(there)
        total, done = sum(counts.values()), 0
        for each in _tables():
            progress(each.name, done, total)
            for rows in _batches(_rows(there, each)):
                _put(here, each, rows)
                done += len(rows)
                progress(each.name, done, total)
        _settle(here)
        written = _counts(here)
        if written != counts:
            odd = ", ".join(sorted(name for name in counts if counts[name] != written[name]))
            raise StoreError(f"the copy in {target.ground.name} is not whole ({odd}); nothing of it was kept")
        tally.anew(here)
    return counts


def _tables() -> Sequence[Table]:
    """Those whose rows are taken along, each after what its rows refer to. A lease is of the daemons over there."""
    return [each for each in metadata.sorted_tables if each is not lease]


def _refuse_what_runs(connection: Connection, name: str) -> None:
    """Daemons that share a server say that they are there; the one of a file holds a lock (`locks`)."""
    now = text("CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS bigint)")
    if connection.dialect.name != "postgresql":
        return
    there = select(func.count()).select_from(lease).where(lease.c.name.startswith(DAEMON), column("until") > now)
    if number := connection.execute(there).scalar_one():
        raise StoreError(
            f"{number} `watcher run` work on {name}; stop them first (one that was killed counts as gone soon)"
        )


def _refuse_what_holds(connection: Connection, name: str) -> None:
    for each in _tables():
        query = select(func.count()).select_from(select(each).limit(1).subquery())
        if each is checkpoint:
            query = select(func.count()).select_from(each).where(each.c.name.not_in(_MADE_HERE))
        if connection.execute(query).scalar_one():
            raise StoreError(f"{name} holds something already ({each.name}); name an empty database")


def _counts(connection: Connection) -> dict[str, int]:
    return {each.name: int(connection.execute(_counted(each)).scalar_one()) for each in _tables()}


def _counted(each: Table) -> Any:
    query = select(func.count()).select_from(each)
    return query.where(each.c.name.not_in(_MADE_HERE)) if each is checkpoint else query


def _plain(each: Table) -> TableClause:
    """The table with its rows as the database has them: a moment is a number on both."""
    return table(each.name, *(column(name, _type(known.type)) for name, known in each.c.items()))


def _type(known: TypeEngine[Any]) -> TypeEngine[Any] | None:
    for kind in (Boolean, Date, LargeBinary, Float, CleanText):
        if isinstance(known, kind):
            return kind()
    return None


def _rows(connection: Connection, each: Table) -> Iterator[Any]:
    """In the order of their keys, in which a table without row ids is written fastest; never all at once."""
    plain = _plain(each)
    query = select(plain).order_by(*(plain.c[key.name] for key in each.primary_key))
    if each is checkpoint:
        query = query.where(plain.c.name.not_in(_MADE_HERE))
    yield from connection.execution_options(stream_results=True, max_row_buffer=BATCH).execute(query)


def _batches(rows: Iterator[Any]) -> Iterator[list[Any]]:
    while batch := list(islice(rows, BATCH)):
        yield batch


def _put(connection: Connection, each: Table, rows: Sequence[Any]) -> None:
    if connection.dialect.name == "postgresql":
        from watcher.store.postgres.bulk import put

        put(connection, each, rows)
    else:
        connection.execute(insert(_plain(each)), [row._asdict() for row in rows])


def _settle(connection: Connection) -> None:
    """What a server does not do by itself when rows come with their ids."""
    if connection.dialect.name == "postgresql":
        from watcher.store.postgres.bulk import settle

        settle(connection, _tables())
