"""What an archive stands on: a database that can be read in snapshots and written by one at a time.

Two of them: a file of SQLite (here), and a database of a PostgreSQL server (`postgres/`, imported where one is named).
Everything above asks the same questions of both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection

from watcher.errors import StoreError
from watcher.store.compaction import compact
from watcher.store.connect import plain_errors, reading_engine, writing_engine
from watcher.store.locks import PATIENCE, WriterLock
from watcher.store.schema import State, state_of


class Ground(Protocol):
    """An open database."""

    @property
    def name(self) -> str:
        """What it is called in messages: a path, or an address without its password."""

    @property
    def file(self) -> Path:
        """The file that it is; StoreError, with what to do instead, where it is none."""

    def reading(self) -> AbstractContextManager[Connection]:
        """One consistent snapshot."""

    def writing(self, patience: float | None = None) -> AbstractContextManager[Connection]:
        """One transaction, with the right to write, which one connection of all has at a time: StoreBusyError when
        that stays taken for `patience` seconds."""

    def claiming(self) -> AbstractContextManager[Connection]:
        """A short transaction that takes rows which nobody else has; it waits for whoever holds those, and for nobody
        with the right to write, where there is a server."""

    @property
    def is_shared(self) -> bool:
        """Whether several daemons may be at work on it."""

    heard: Callable[[datetime], object]
    """Told what the clock of a server shows, in each transaction."""

    def state(self) -> State:
        """Whether it is empty, of an older schema, or up to date; StoreError where it cannot be read."""

    def size(self) -> int:
        """Bytes on the disk."""

    def is_same(self, other: Ground) -> bool:
        """True where both are one database."""

    def compact(self, full: bool = False) -> None:
        """Gives space back that nothing stands in. Nobody may write meanwhile; a kill leaves everything as it was."""

    def close(self) -> None:
        """Lets go of it."""


class SqliteGround:
    """A file of SQLite."""

    def __init__(self, path: Path, data_dir: Path, read_only: bool = False, patience: float = PATIENCE) -> None:
        self.file = path
        self.heard: Callable[[datetime], object] = lambda _moment: None  # never: it has no clock of its own
        self._lock = WriterLock(data_dir, patience)
        self._writers = None if read_only else writing_engine(path)
        self._readers = reading_engine(path, read_only)

    @property
    def name(self) -> str:
        return str(self.file)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        with plain_errors(self.file), self._readers.connect() as connection:
            yield connection

    @contextmanager
    def writing(self, patience: float | None = None) -> Iterator[Connection]:
        if self._writers is None:
            raise opened_read_only(self.name)
        with self._lock.held(patience), plain_errors(self.file), self._writers.begin() as connection:
            yield connection

    def claiming(self) -> AbstractContextManager[Connection]:
        return self.writing()  # nothing waits here: there is one daemon

    is_shared = False  # locks beside the file see to that

    def state(self) -> State:
        return state_of(self.file, read_only=True)

    def size(self) -> int:
        """The log included."""
        parts = [self.file.with_name(self.file.name + ending) for ending in ("", "-wal")]
        return sum(part.stat().st_size for part in parts if part.exists())

    def is_same(self, other: Ground) -> bool:
        return isinstance(other, SqliteGround) and self.file.samefile(other.file)

    def compact(self, full: bool = False) -> None:  # noqa: ARG002 - a file is always written anew as a whole
        if self._writers is None:
            raise opened_read_only(self.name)
        with self._lock.held():
            compact(self.file)

    def close(self) -> None:
        """The last connection to close folds the log into the database."""
        self._readers.dispose()
        if self._writers is not None:
            self._writers.dispose()
        self._lock.close()


def nothing_in(name: str) -> StoreError:
    """There is no archive to look at, copy, check or make smaller: said in one way, whatever was asked for."""
    return StoreError(f"there is nothing in {name} yet; `watcher poll` or `watcher run` makes it")


def opened_read_only(name: str) -> StoreError:
    return StoreError(f"{name} was opened read-only; changes are made by `watcher run` and the commands")
