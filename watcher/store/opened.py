"""An open database file: the connections to it, and the lock that every change is made under."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from sqlalchemy import Connection

from watcher.errors import StoreError
from watcher.store.connect import plain_errors, reading_engine, writing_engine
from watcher.store.locks import PATIENCE, WriterLock
from watcher.types import Encoding

if TYPE_CHECKING:
    from watcher.store.writer import SqlWriter


class Opened:
    """What every part of the store stands on: a snapshot to read from, a transaction to write in."""

    def __init__(
        self,
        path: Path,
        data_dir: Path,
        read_only: bool = False,
        patience: float = PATIENCE,
        encoding: Encoding | None = None,
    ) -> None:
        self.path = path
        self.encoding = encoding
        self.read_only = read_only
        self._lock = WriterLock(data_dir, patience)
        self._writers = None if read_only else writing_engine(path)
        self._readers = reading_engine(path, read_only)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the file. The last connection to close folds the log into the database."""
        self._readers.dispose()
        if self._writers is not None:
            self._writers.dispose()
        self._lock.close()

    @contextmanager
    def writing(self, patience: float | None = None) -> Iterator[SqlWriter]:
        """One write transaction: all of it happens or nothing does. StoreBusyError when the lock stays taken.

        `patience`: for how many seconds that is waited for, where it is less than usual.
        """
        if self._writers is None:
            raise StoreError(f"{self.path} was opened read-only; changes are made by `watcher run` and the commands")
        from watcher.store.writer import SqlWriter  # its modules have classes that stand on this one

        with self._lock.held(patience), plain_errors(self.path), self._writers.begin() as connection:
            yield SqlWriter(connection, self.encoding)

    @property
    def is_shared(self) -> bool:
        """Whether several daemons may be at work on it: not on a file, where locks see to it that there is one."""
        return False

    @contextmanager
    def claiming(self) -> Iterator[SqlWriter]:
        """A short transaction that takes what nobody else has: it locks rows, and waits for no writer."""
        with self.writing() as writer:
            yield writer

    @contextmanager
    def claims(self) -> Iterator[Connection]:
        """The same for leases, which belong to no part of the archive."""
        with self.claiming() as writer:
            yield writer.connection

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with plain_errors(self.path), self._readers.connect() as connection:
            yield connection
