"""Connections to SQLite: how they are opened, how transactions begin, and what their errors mean to a user.

- WAL: readers and the writer do not wait for one another. Its checkpoint runs inside a commit, so under the writer
  lock too (SQLite before 3.51.3 can corrupt when two connections write and checkpoint at once). No `mmap_size`.
- `synchronous=FULL`: an acknowledged receipt survives a power cut, not only a kill, else a mail is sent twice.
  That costs one fsync a transaction, and jobs write in batches.
- `BEGIN IMMEDIATE` for every writing transaction: with the driver's default 600 of 800 concurrent updates were lost,
  with BEGIN DEFERRED 495 of 800 failed as locked in spite of the busy timeout (measured, SQLAlchemy 2.1).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection, Engine, QueuePool, create_engine, event
from sqlalchemy.exc import DBAPIError

from watcher.errors import StoreBusyError, StoreError

# Programs that do not know our lock (the sqlite3 shell, a backup) are waited for this long.
_BUSY_SECONDS = 10.0
_WAL_BYTES = 64 * 1024 * 1024  # what the log is cut back to after a long reader made it grow
# Of the writer, taken only where an archive is that large: the eighty random keys of an article touch as many pages.
# With 8 MiB one of a million took in 89 % of the articles a second that one of ten thousand does, with 32 MiB 95 %.
_CACHE_KIB = 32 * 1024
_THREADS = 64  # readers at once: as many as there are fetching threads

_DISK_CODES = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_TOOBIG, sqlite3.SQLITE_NOMEM}
_BUSY_CODES = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL}
_RIGHTS_CODES = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH}
_DAMAGE_CODES = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def connect(path: Path, read_only: bool = False) -> sqlite3.Connection:
    """A bare connection in autocommit mode: transactions begin where we say so."""
    mode = "ro" if read_only else "rwc"
    return sqlite3.connect(
        f"file:{quote(str(path))}?mode={mode}",
        uri=True,
        timeout=_BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,  # the pool hands a connection to one thread at a time
    )


def writing_engine(path: Path, foreign_keys: bool = True) -> Engine:
    """One connection; each transaction on it is BEGIN IMMEDIATE."""

    def open_writer() -> sqlite3.Connection:
        connection = connect(path)
        connection.execute(f"PRAGMA foreign_keys={int(foreign_keys)}")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute(f"PRAGMA journal_size_limit={_WAL_BYTES}")
        connection.execute(f"PRAGMA cache_size=-{_CACHE_KIB}")
        return connection

    engine = create_engine("sqlite://", creator=open_writer, poolclass=QueuePool, pool_size=1, max_overflow=0)
    event.listen(engine, "begin", _begin_immediate)
    return engine


def reading_engine(path: Path, read_only: bool) -> Engine:
    """Connections that cannot write; each transaction on them is one consistent snapshot."""

    def open_reader() -> sqlite3.Connection:
        connection = connect(path, read_only)
        connection.execute("PRAGMA query_only=ON")
        return connection

    engine = create_engine("sqlite://", creator=open_reader, poolclass=QueuePool, pool_size=4, max_overflow=_THREADS)
    event.listen(engine, "begin", _begin)
    return engine


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


MOVE_AWAY = "move it away or restore a backup"


@contextmanager
def plain_errors(path: Path, damaged: str = MOVE_AWAY) -> Iterator[None]:
    """Turns what a disk, a lock or a foreign file can do into a StoreError with advice; defects pass unchanged."""
    try:
        yield
    except DBAPIError as error:
        if isinstance(error.orig, sqlite3.Error) and (plain := _explain(error.orig, path, damaged)):
            raise plain from error
        raise
    except sqlite3.Error as error:
        if plain := _explain(error, path, damaged):
            raise plain from error
        raise


def _explain(error: sqlite3.Error, path: Path, damaged: str) -> StoreError | None:
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return None
    primary = code & 0xFF  # the rest says more about the same
    if primary in _BUSY_CODES:
        return StoreBusyError(f"{path} is locked by another program ({error}); try again when it has finished")
    if primary in _DISK_CODES:
        return StoreError(
            f"writing to {path} failed ({error}); nothing was stored: make room on its disk and try again"
        )
    if primary in _RIGHTS_CODES:
        advice = "check the owner and mode of the file, of its -wal and -shm beside it, and of the folder"
        return StoreError(f"no right to use {path} ({error}); {advice}")
    if primary in _DAMAGE_CODES:
        return StoreError(f"{path} is not a database or is damaged ({error}); {damaged}")
    return None
