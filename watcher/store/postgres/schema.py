"""Which schema a PostgreSQL database has, and bringing it up to date: in one transaction or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Connection

from watcher.errors import StoreError
from watcher.store.migrations import REVISIONS
from watcher.store.schema import State, upgrade

# Said of the table that every program has which uses Alembic: a database without it is somebody else's. It comes along
# with a dump.
MARK = "told once"

# Tables of extensions are nobody's.
_LOOK = """
SELECT current_schema() IS NOT NULL,
       obj_description(to_regclass('alembic_version')) = %(mark)s,
       EXISTS (
           SELECT 1 FROM pg_class
           WHERE relnamespace = to_regnamespace(quote_ident(current_schema())) AND relkind IN ('r', 'p')
             AND NOT EXISTS (SELECT 1 FROM pg_depend WHERE objid = pg_class.oid AND deptype = 'e')
       )
"""


def state_of(connection: Connection, name: str, revisions: Sequence[str] = REVISIONS) -> State:
    """Whether a database is empty, needs a migration, or is up to date; StoreError when it is not ours or newer."""
    has_schema, is_ours, has_tables = connection.exec_driver_sql(_LOOK, {"mark": MARK}).one()
    if not has_schema:
        raise StoreError(
            f"{name} has no schema that its user may look into: ALTER USER … SET search_path = SCHEMA, or make the "
            "user the database's owner (as the server's administrator)"
        )
    if not is_ours:
        if has_tables:
            raise StoreError(f"{name} is a database of another program; make one of its own (`createdb NAME`)")
        return "empty"
    version = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    if version is None:
        return "empty"
    if version not in revisions:
        raise StoreError(
            f"{name} was written by a newer version of this program (schema {version}, this one knows up to "
            f"{revisions[-1]}); upgrade the program, or restore the dump made before the last migration"
        )
    return "current" if version == revisions[-1] else "old"


def migrate(
    connection: Connection, name: str, revisions: Sequence[str] = REVISIONS, scripts: Path | None = None
) -> None:
    """Creates or upgrades the schema. In a transaction with the right to write: who waited for it finds it done."""
    if state_of(connection, name, revisions) == "current":
        return
    upgrade(connection, scripts)
    connection.exec_driver_sql(f"COMMENT ON TABLE alembic_version IS '{MARK}'")
