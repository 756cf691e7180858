"""Inserts that meet a row that is there already, in the words of the database at hand."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Connection, Table, bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite

Row = Mapping[str, Any]


def insert_new(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Inserts the rows whose key or unique columns are not taken yet, and leaves the others as they are."""
    if rows:
        connection.execute(upsert(connection.dialect.name, table).on_conflict_do_nothing(), rows)


def insert_or_update(connection: Connection, table: Table, rows: Sequence[Row], columns: Iterable[str]) -> None:
    """Inserts rows; where the primary key is taken, only the named columns are changed."""
    if not rows:
        return
    connection.execute(_upsert(connection.dialect.name, table, tuple(columns)), rows)


def insert_one(connection: Connection, table: Table, row: Row) -> int:
    """Inserts one row and returns the id it was given."""
    return int(connection.execute(table.insert().returning(table.c.id), row).scalar_one())


@cache  # making one costs five times as much as executing it
def _upsert(dialect: str, table: Table, columns: tuple[str, ...]) -> sqlite.Insert | postgresql.Insert:
    statement = upsert(dialect, table)
    changes = {name: statement.excluded[name] for name in columns}
    key = [column.name for column in table.primary_key]
    return statement.on_conflict_do_update(index_elements=key, set_=changes)


def upsert(dialect: str, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An insert that can say what is to be done where the row is there already."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


@cache
def given(dialect: str, name: str) -> Any:
    """For `column.in_`: many numbers, handed over with the parameter of this name (`handed`).

    They are one value: a list written anew for each statement takes longer to write than to look up.
    """
    if dialect == "sqlite":
        return select(func.json_each(bindparam(name)).table_valued("value").c.value)
    return select(func.unnest(bindparam(name, type_=postgresql.ARRAY(BigInteger))))


def handed(connection: Connection, numbers: Collection[int]) -> str | list[int]:
    """The value for a parameter of `given`."""
    return json.dumps(list(numbers)) if connection.dialect.name == "sqlite" else list(numbers)


def insert_as(connection: Connection, table: Table, number: int, row: Row) -> int:
    """Inserts one row under an id of our own, which no later row is given by the database."""
    insert_one(connection, table, {"id": number, **row})
    if connection.dialect.name == "postgresql":  # its counter knows of no row that it did not number itself
        counter = func.pg_get_serial_sequence(table.name, "id")
        connection.execute(select(func.setval(counter, func.greatest(func.nextval(counter) - 1, number))))
    return number
