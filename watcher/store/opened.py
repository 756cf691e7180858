"""An open archive: what is read and what is written, on whatever ground it stands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from sqlalchemy import Connection

from watcher.store.ground import Ground
from watcher.store.tally import tallying
from watcher.types import Encoding

if TYPE_CHECKING:
    from watcher.store.writer import SqlWriter


class Opened:
    """What every part of the store stands on: a snapshot to read from, a transaction to write in."""

    def __init__(self, ground: Ground, read_only: bool = False, encoding: Encoding | None = None) -> None:
        self.ground = ground
        self.encoding = encoding
        self.read_only = read_only

    @property
    def path(self) -> Path:
        """The file of the archive; StoreError where it stands in no file of ours."""
        return self.ground.file

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the database."""
        self.ground.close()

    @contextmanager
    def writing(self, patience: float | None = None) -> Iterator[SqlWriter]:
        """One write transaction: all of it happens or nothing does. StoreBusyError when the lock stays taken.

        `patience`: for how many seconds that is waited for, where it is less than usual.
        """
        from watcher.store.writer import SqlWriter  # its modules have classes that stand on this one

        with self.ground.writing(patience) as connection, tallying(connection):
            yield SqlWriter(connection, self.encoding)

    @property
    def is_shared(self) -> bool:
        """Whether several daemons may be at work on it: not on a file, where locks see to it that there is one."""
        return self.ground.is_shared

    @contextmanager
    def claiming(self) -> Iterator[SqlWriter]:
        """A short transaction that takes what nobody else has: it locks rows, and waits for no writer."""
        if not self.is_shared:
            with self.writing() as writer:
                yield writer
            return
        from watcher.store.writer import SqlWriter

        with self.ground.claiming() as connection:
            yield SqlWriter(connection, self.encoding)

    @contextmanager
    def claims(self) -> Iterator[Connection]:
        """The same for leases, which belong to no part of the archive."""
        with self.claiming() as writer:
            yield writer.connection

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with self.ground.reading() as connection:
            yield connection
