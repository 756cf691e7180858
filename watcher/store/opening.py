"""Opening an archive: the right file, with the right schema, or one line that says why not."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from watcher.errors import StoreError
from watcher.store.archive import SqlStore
from watcher.store.ground import SqliteGround, nothing_in
from watcher.store.locks import PATIENCE, WriterLock
from watcher.store.schema import State, migrate, restore, state_of
from watcher.types import Encoding

if TYPE_CHECKING:
    from watcher.store.postgres import Served

FILE_NAME = "watcher.db"
SQLITE = "sqlite:///"
_MAGIC = b"SQLite format 3\0"


def open_store(
    data_dir: Path,
    database: str | None = None,
    read_only: bool = False,
    patience: float = PATIENCE,
    encoding: Encoding | None = None,
    password: str | None = None,
) -> SqlStore:
    """Opens an archive, in a file or on a server, creating or upgrading it first; read-only, it must be current.

    Articles bring along their vectors of this encoding when they are compared.
    Every failure is a StoreError that says what to do, and leaves the database as it was.
    """
    if is_served(database):
        from watcher.store.postgres import open_ground, read_address

        _make_folders(data_dir)
        return SqlStore(open_ground(read_address(database or "", password), read_only, patience), read_only, encoding)
    path = file_of(data_dir, database)
    if read_only:
        _check_readable(path)
        return SqlStore(SqliteGround(path, data_dir, read_only=True, patience=patience), True, encoding)
    _make_folders(data_dir, path.parent)
    _check_file(path)
    if state_of(path) != "current":
        lock = WriterLock(data_dir, patience)
        try:
            with lock.held():
                migrate(path)
        finally:
            lock.close()
    return SqlStore(SqliteGround(path, data_dir, patience=patience), False, encoding)


def is_served(database: str | None) -> bool:
    """True for an archive on a PostgreSQL server."""
    return database is not None and database.split(":", 1)[0].split("+", 1)[0] in ("postgresql", "postgres")


def restore_store(source: Path, data_dir: Path, database: str | None = None) -> Path | None:
    """Puts a copy's content in the place of the archive's; where the latter was, if it could not be read any more.

    What was made of the archive and can be made again (the index of vectors) is removed: it may know what the copy does
    not. Only while no daemon runs.
    """
    if is_served(database):
        raise StoreError(
            "an archive on a server is restored by its own program: "
            "pg_restore --clean --if-exists --dbname=DATABASE FILE"
        )
    path = file_of(data_dir, database)
    _make_folders(data_dir, path.parent)
    lock = WriterLock(data_dir)
    try:
        with lock.held():
            kept = restore(source, path)
            (data_dir / "vectors.index").unlink(missing_ok=True)
            return kept
    finally:
        lock.close()


def is_there(data_dir: Path, database: str | None = None, password: str | None = None) -> bool:
    """True where there is an archive already, of whatever version."""
    if is_served(database):
        return state_at(data_dir, database, password) != "empty"
    return file_of(data_dir, database).exists()


def state_at(data_dir: Path, database: str | None = None, password: str | None = None) -> State:
    """Whether there is an archive, and whether it needs a migration; StoreError where it cannot be read."""
    if not is_served(database):
        return state_of(file_of(data_dir, database))
    from watcher.store.postgres import PostgresGround, read_address

    ground = PostgresGround(read_address(database or "", password), read_only=True)
    try:
        return ground.state()
    finally:
        ground.close()


def served_by(database: str | None, password: str | None = None) -> Served | None:
    """What a server says of itself and of the database, whatever is in it; None for a file."""
    if not is_served(database):
        return None
    from watcher.store.postgres import PostgresGround, read_address

    ground = PostgresGround(read_address(database or "", password), read_only=True)
    try:
        return ground.served()
    finally:
        ground.close()


def name_of(data_dir: Path, database: str | None) -> str:
    """What a database is called in sentences: never with a password."""
    if not is_served(database):
        return str(file_of(data_dir, database))
    from watcher.store.postgres import read_address

    return read_address(database or "").name


def file_of(data_dir: Path, database: str | None) -> Path:
    """Where the archive of a configuration is, or will be; StoreError for one that is no file."""
    if database is None:
        return data_dir / FILE_NAME
    if database.startswith(SQLITE) and len(database) > len(SQLITE):
        return Path(database.removeprefix(SQLITE))
    scheme = database.split(":", 1)[0]  # never the whole address: it may hold a password
    raise StoreError(
        f"cannot use a {scheme} database: this program stores in SQLite ({SQLITE}PATH, or data_dir alone) "
        "or PostgreSQL (postgresql+psycopg://user@host/name)"
    )


def _check_readable(path: Path) -> None:
    if not path.exists():
        raise nothing_in(str(path))
    _check_file(path)
    state = state_of(path, read_only=True)
    if state != "current":
        raise StoreError(f"{path} has the schema of an older version; run `watcher db upgrade` first")


def _make_folders(*folders: Path) -> None:
    for folder in folders:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"cannot make the folder {folder}: {error.strerror}; make it, or set data_dir") from error


def _check_file(path: Path) -> None:
    """SQLite would make a database of an empty or missing file, and says little about others."""
    try:
        if not path.exists():
            return
        if not path.is_file():
            raise StoreError(f"{path} is not a file; move it away, or set data_dir to another folder")
        with path.open("rb") as file:
            head = file.read(len(_MAGIC))
    except OSError as error:
        raise StoreError(f"cannot read {path}: {error.strerror}; check its owner and mode") from error
    if head not in (b"", _MAGIC):
        raise StoreError(f"{path} is not a database; move it away, or set data_dir to another folder")
