"""Connections to PostgreSQL: how they are opened, how transactions begin, and what their errors mean to a user.

- Who reads sees one snapshot (REPEATABLE READ) and can change nothing (READ ONLY).
- Who writes takes an advisory lock first, and sees in each statement what was written before (READ COMMITTED): a
  snapshot of the whole transaction would be from before the lock was given, and miss what its last holder wrote.
- A connection that the server let go of in the meantime is noticed before it is used (`pool_pre_ping`, 0.1 ms).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, QueuePool, create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from watcher.errors import StoreError, StoreMissingError
from watcher.store.postgres.address import Address
from watcher.store.postgres.trouble import explain, full

if TYPE_CHECKING:
    import psycopg

_KEPT, _MORE = 4, 16  # readers: a server has 100 connections for all its clients, where nobody changed that
_CLAIMS = 7
_OLDEST = 140000  # the oldest version that its makers still mend
_WAIT = 30.0  # seconds for a connection of the pool


def driver() -> Any:
    """psycopg, where it is installed."""
    try:
        import psycopg
    except ImportError:
        raise StoreMissingError(
            "[watcher] database is a PostgreSQL address, and what talks to one is not installed: "
            "pip install 'toldonce[postgres]'"
        ) from None
    return psycopg


def connect(address: Address) -> psycopg.Connection[Any]:
    """A connection to a server that we can use; StoreError where that is not one."""
    connection: psycopg.Connection[Any] = driver().connect(**address.options)
    encoding = connection.info.parameter_status("server_encoding")
    trouble = None
    if connection.info.server_version < _OLDEST:
        version = connection.info.parameter_status("server_version")
        trouble = f"is on a PostgreSQL {version}, and 14 is the oldest this program knows: upgrade the server"
    elif encoding != "UTF8":
        trouble = (
            f"is in the encoding {encoding}, which has no room for every script: "
            f"createdb --encoding=UTF8 --template=template0 NAME makes one that has"
        )
    if trouble:
        connection.close()
        raise StoreError(f"the database {address.name} {trouble}")
    return connection


def writing_engine(address: Address) -> Engine:
    """One connection."""
    return _engine(lambda: connect(address), 1, 0)


def claiming_engine(address: Address) -> Engine:
    """Connections for claims and leases: several, for several hands at once."""
    return _engine(lambda: connect(address), 1, _CLAIMS)


def reading_engine(address: Address) -> Engine:
    """Connections that cannot write; each transaction on them is one consistent snapshot."""

    def open_reader() -> psycopg.Connection[Any]:
        connection = connect(address)
        connection.isolation_level = driver().IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        return connection

    return _engine(open_reader, _KEPT, _MORE)


def _engine(open_one: Any, kept: int, more: int) -> Engine:
    driver()  # an engine would say it in words of its own
    return create_engine(
        "postgresql+psycopg://",
        creator=open_one,
        poolclass=QueuePool,
        pool_size=kept,
        max_overflow=more,
        pool_timeout=_WAIT,
        pool_pre_ping=True,
        use_native_hstore=False,  # would be asked for at the first connection
    )


@contextmanager
def plain_errors(address: Address) -> Iterator[None]:
    """Turns what a server, a network or an administrator can do into a StoreError with advice; defects pass."""
    try:
        yield
    except DBAPIError as error:
        if isinstance(error.orig, driver().Error) and (plain := explain(error.orig, address)):
            raise plain from error
        raise
    except PoolTimeoutError as error:
        raise full(address) from error
    except driver().Error as error:
        if plain := explain(error, address):
            raise plain from error
        raise
