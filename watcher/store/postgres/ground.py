"""An archive's database on a PostgreSQL server, open: who reads, who may write, and whether it has our tables."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from watcher.errors import StoreError
from watcher.store.ground import Ground, nothing_in, opened_read_only
from watcher.store.locks import PATIENCE
from watcher.store.postgres.address import Address
from watcher.store.postgres.connect import claiming_engine, plain_errors, reading_engine, writing_engine
from watcher.store.postgres.schema import migrate, state_of
from watcher.store.postgres.trouble import busy
from watcher.store.schema import State

# "told" again: of all advisory locks in a database the one of who writes.
RIGHT = 0x746F6C64
CLAIM_PATIENCE = 10_000  # milliseconds: a batch of articles holds a row for a fraction of a second
_LOCK_NOT_AVAILABLE = "55P03"


def _nobody(_moment: datetime) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Served:
    """A database, its size in bytes, and its server: which version, and what its clock shows."""

    name: str
    version: str
    size: int
    now: datetime


class PostgresGround:
    """A database of a server. Opens no connection before one is needed."""

    def __init__(self, address: Address, read_only: bool = False, patience: float = PATIENCE) -> None:
        self.address = address
        self._patience = patience
        self._turn = threading.Lock()
        self._owner: int | None = None
        self._writers = None if read_only else writing_engine(address)
        self._claimers = None if read_only else claiming_engine(address)
        self.heard: Callable[[datetime], object] = _nobody
        self._readers = reading_engine(address)

    @property
    def name(self) -> str:
        return self.address.name

    @property
    def file(self) -> Path:
        copying = f"pg_dump --format=custom --file=FILE {self.address.database}"
        raise StoreError(f"{self.name} is no file: its server copies it ({copying})")

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        with plain_errors(self.address), self._readers.connect() as connection:
            yield connection

    @contextmanager
    def writing(self, patience: float | None = None) -> Iterator[Connection]:
        if self._writers is None:
            raise opened_read_only(self.name)
        patience = self._patience if patience is None else patience
        with self._taking_turns(patience), plain_errors(self.address), self._writers.begin() as connection:
            self._take_right(connection, patience)
            self._hear(connection)
            yield connection

    is_shared = True

    @contextmanager
    def claiming(self) -> Iterator[Connection]:
        if self._claimers is None:
            raise opened_read_only(self.name)
        with plain_errors(self.address), self._claimers.begin() as connection:
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = {CLAIM_PATIENCE}; SET LOCAL synchronous_commit = on")
            self._hear(connection)
            yield connection

    def _hear(self, connection: Connection) -> None:
        """Tells whoever keeps a clock by the server's what it shows: now that we may write, and nobody else does."""
        if self.heard is not _nobody:
            self.heard(connection.exec_driver_sql("SELECT clock_timestamp()").scalar_one())

    @contextmanager
    def _taking_turns(self, patience: float) -> Iterator[None]:
        """Among the threads of this process: they share one connection."""
        if self._owner == threading.get_ident():
            raise RuntimeError("a write transaction inside a write transaction of the same thread")
        if not self._turn.acquire(timeout=patience):
            raise busy(self.address, patience)
        try:
            self._owner = threading.get_ident()
            yield
        finally:
            self._owner = None
            self._turn.release()

    def _take_right(self, connection: Connection, patience: float) -> None:
        """Among all who write to this database; let go of at the end of the transaction, however that comes."""
        try:
            connection.exec_driver_sql(  # in one go; a server that need not wait for its disk is told to, here
                f"SET LOCAL lock_timeout = {max(1, int(patience * 1000))}; SET LOCAL synchronous_commit = on; "
                f"SELECT pg_advisory_xact_lock({RIGHT})"
            )
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) == _LOCK_NOT_AVAILABLE:
                raise busy(self.address, patience) from error
            raise

    def state(self) -> State:
        with self.reading() as connection:
            return state_of(connection, self.name)

    def migrate(self) -> None:
        """Creates or upgrades the schema, in one transaction."""
        with self.writing() as connection:
            migrate(connection, self.name)

    def size(self) -> int:
        with self.reading() as connection:
            return int(connection.exec_driver_sql("SELECT pg_database_size(current_database())").scalar_one())

    def served(self) -> Served:
        """What the server says of itself; a StoreError where it says nothing."""
        asked = "SELECT current_setting('server_version'), pg_database_size(current_database()), clock_timestamp()"
        with self.reading() as connection:
            connection.exec_driver_sql("SELECT 1")  # the way there is known now: what follows takes a round trip
            version, size, now = connection.exec_driver_sql(asked).one()
        return Served(self.name, str(version).split()[0], int(size), now.astimezone(UTC))

    def is_same(self, other: Ground) -> bool:
        """Asked of the servers: one of them can be reached by many addresses."""
        return isinstance(other, PostgresGround) and self._identity() == other._identity()

    def _identity(self) -> tuple[object, ...]:
        named = "current_schema() FROM pg_database WHERE datname = current_database()"
        asked = f"SELECT pg_postmaster_start_time(), oid, {named}"
        with self.reading() as connection:
            return tuple(connection.exec_driver_sql(asked).one())

    def compact(self, full: bool = False) -> None:
        """What the server does by itself, now and for all tables; `full` writes them anew: nobody reads meanwhile."""
        if self._writers is None:
            raise opened_read_only(self.name)
        with plain_errors(self.address), self._writers.connect() as connection:
            alone = connection.execution_options(isolation_level="AUTOCOMMIT")
            alone.exec_driver_sql("VACUUM (FULL, ANALYZE)" if full else "VACUUM (ANALYZE)")

    def close(self) -> None:
        self._readers.dispose()
        for engine in (self._writers, self._claimers):
            if engine is not None:
                engine.dispose()


def open_ground(address: Address, read_only: bool, patience: float) -> PostgresGround:
    """The database with the schema of this version: made or upgraded first, or, read-only, there and current."""
    ground = PostgresGround(address, read_only, patience)
    try:
        state = ground.state()
        if state != "current" and not read_only:
            ground.migrate()
        elif state == "empty":
            raise nothing_in(address.name)
        elif state == "old":
            raise StoreError(f"{address.name} has the schema of an older version; run `watcher db upgrade` first")
    except BaseException:
        ground.close()
        raise
    return ground
