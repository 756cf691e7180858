"""Which schema a database file has, and bringing it up to date: in one transaction, after a backup, or not at all."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Literal

from sqlalchemy import Connection

from watcher.errors import StoreError
from watcher.store.connect import MOVE_AWAY, connect, plain_errors, writing_engine
from watcher.store.migrations import REVISIONS

# Written into the file's header ("told"): a database without it is somebody else's.
APPLICATION_ID = 0x746F6C64

ANOTHER_COPY = "nothing was changed: restore another copy that `watcher db backup` made"

State = Literal["empty", "old", "current"]


def state_of(
    path: Path, revisions: Sequence[str] = REVISIONS, read_only: bool = False, *, is_copy: bool = False
) -> State:
    """Whether a file is empty, needs a migration, or is up to date; StoreError when it is not ours or newer than us.

    What is to be done about that is another thing for a copy that is to be restored than for the archive itself.
    """
    if not path.exists() or path.stat().st_size == 0:
        return "empty"
    damaged = ANOTHER_COPY if is_copy else MOVE_AWAY
    with plain_errors(path, damaged), closing(connect(path, read_only)) as connection:
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if application != APPLICATION_ID:
            if tables:
                advice = ANOTHER_COPY if is_copy else "set data_dir to a folder of its own"
                raise StoreError(f"{path} is a database of another program; {advice}")
            return "empty"
        version = _version(connection)
    if version is None:
        return "empty"
    if version not in revisions:
        raise StoreError(
            f"{path} was written by a newer version of this program (schema {version}, this one knows up to "
            f"{revisions[-1]}); upgrade the program, or restore "
            + ("an older copy" if is_copy else "the backup made before the last migration")
        )
    return "current" if version == revisions[-1] else "old"


def _version(connection: sqlite3.Connection) -> str | None:
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return None if row is None else str(row[0])


def migrate(path: Path, revisions: Sequence[str] = REVISIONS, scripts: Path | None = None) -> None:
    """Creates or upgrades the schema in one BEGIN IMMEDIATE transaction. Call it under the writer lock.

    A second starter that waited for the lock finds nothing left to do.
    """
    state = state_of(path, revisions)
    if state == "current":
        return
    if state == "old":
        _keep_backup(path)
    engine = writing_engine(path, foreign_keys=False)  # on, the copying of a table would empty those that refer to it
    try:
        with plain_errors(path), engine.begin() as connection:
            connection.exec_driver_sql(f"PRAGMA application_id={APPLICATION_ID}")
            upgrade(connection, scripts)
            if connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                raise StoreError(f"{path} has rows that refer to nothing; run `watcher db check` with the old version")
    finally:
        engine.dispose()


def upgrade(connection: Connection, scripts: Path | None = None) -> None:
    """Runs the migrations that are missing, in the transaction of this connection."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(scripts or Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _keep_backup(path: Path) -> None:
    with closing(connect(path, read_only=True)) as source:
        version = _version(source)
    copy(path, path.with_name(f"{path.name}.schema-{version}"))


def copy(path: Path, target: Path) -> None:
    """A consistent copy of a database that may be in use; at its place only when it is whole."""
    part = target.with_name(target.name + ".part")
    part.unlink(missing_ok=True)
    try:
        with (
            plain_errors(target),
            closing(connect(path, read_only=True)) as source,
            closing(sqlite3.connect(part)) as sink,
        ):
            source.backup(sink)
        part.replace(target)
    except OSError as error:
        raise StoreError(f"cannot write the backup {target}: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)


def restore(source: Path, path: Path) -> Path | None:
    """Puts a copy's content in the place of a database's, in one transaction of SQLite's: all of it or nothing.

    Call it under the writer lock. Whoever has the database open sees what was restored. A database that cannot be read
    is put aside first, and its new name returned. StoreError where the copy is damaged, not ours, or of a newer
    version: the database is as it was then.
    """
    if not source.exists():
        raise StoreError(f"there is no file {source}: name the copy that `watcher db backup` made")
    if path.exists() and source.samefile(path):
        raise StoreError(f"{source} is the database itself; name the copy that `watcher db backup` made")
    if state_of(source, read_only=True, is_copy=True) == "empty":
        raise StoreError(f"{source} is no copy of an archive; {ANOTHER_COPY}")
    with plain_errors(source, ANOTHER_COPY), closing(connect(source, read_only=True)) as copied:
        faults = [str(row[0]) for row in copied.execute("PRAGMA quick_check(3)") if row[0] != "ok"]
        if faults:
            raise StoreError(f"{source} is damaged ({faults[0]}); {ANOTHER_COPY}")
        aside = _put_aside(path)
        with plain_errors(path), closing(connect(path)) as sink:
            sink.execute("PRAGMA synchronous=FULL")
            copied.backup(sink)
            sink.execute("PRAGMA journal_mode=WAL")
    return aside


def _put_aside(path: Path) -> Path | None:
    """Renames a database that SQLite cannot even begin to read, its log with it; None for one that it can."""
    if not path.exists():
        return None
    try:
        with closing(connect(path)) as connection:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.DatabaseError as error:
        if isinstance(
            error, sqlite3.OperationalError
        ):  # locked, no rights, a full disk: nothing that moving would mend
            raise StoreError(f"{path} cannot be opened ({error}); nothing was changed") from error
    else:
        return None
    aside = path.with_name(f"{path.name}.damaged")
    path.replace(aside)
    for ending in ("-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
    return aside
