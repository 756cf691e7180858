"""A PostgreSQL server for a bench: in a folder of its own, kept from run to run, ended with the run."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests" / "support"))

from pgserver import WHY_NOT, Server, _user, programs
from sqlalchemy import text

from watcher.store import SqlStore
from watcher.store.postgres.bulk import settle
from watcher.store.postgres.connect import driver
from watcher.store.tables import metadata

# As somebody with a small server sets it up; it waits for its disk, as it should.
_SETTINGS = {"shared_buffers": "512MB", "max_wal_size": "4GB", "listen_addresses": "", "jit": "off"}
_PORT = 54_329  # of a socket in the folder: no other program's


@contextmanager
def serving(folder: Path) -> Iterator[Server]:
    """A running server over the databases that earlier runs left in the folder."""
    bin_, data = programs(), folder / "data"
    if bin_ is None:
        raise SystemExit(WHY_NOT)
    folder.mkdir(parents=True, exist_ok=True)
    user = _user()
    as_user: dict[str, Any] = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
    if user is not None:
        os.chown(folder, user.pw_uid, user.pw_gid)
    if not (data / "PG_VERSION").exists():
        made = [
            bin_ / "initdb",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--username=watcher",
            "-D",
            data,
        ]
        subprocess.run(made, check=True, capture_output=True, cwd="/", **as_user)
    settings = _SETTINGS | {"port": str(_PORT), "unix_socket_directories": str(folder)}
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    with (folder.parent / f"{folder.name}.log").open("w") as log:
        process = subprocess.Popen(
            [bin_ / "postgres", "-D", data, *options], cwd="/", stdout=log, stderr=log, **as_user
        )
    try:
        while subprocess.run([bin_ / "pg_isready", "-q", "-h", folder, "-p", str(_PORT)], check=False).returncode:
            if process.poll() is not None:
                raise SystemExit(f"the server ended at once: {log.name} says why")
            time.sleep(0.1)
        yield Server(folder, _PORT)
    finally:
        process.terminate()
        process.wait(60)


def database(server: Server, name: str) -> str:
    """The address of a database, made where it is not there."""
    if not server.run(f"SELECT 1 FROM pg_database WHERE datname = '{name}'"):  # noqa: S608 - our own name
        server.make(name)
    return server.address(name)


class PostgresSink:
    """Rows by COPY, each call a transaction."""

    def __init__(self, store: SqlStore) -> None:
        self.store = store
        with store.ground.writing() as connection:
            filled = ", ".join(f'"{table.name}"' for table in metadata.sorted_tables)
            connection.execute(text(f"TRUNCATE {filled} CASCADE"))

    def rows(self, table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
        sql = driver().sql
        named = sql.SQL(", ").join(map(sql.Identifier, columns))
        with self.store.ground.writing() as connection:
            bare: Any = connection.connection.driver_connection
            statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), named)
            with bare.cursor() as cursor, cursor.copy(statement) as sink:
                for row in rows:
                    sink.write_row(row)

    def close(self) -> None:
        with self.store.ground.writing() as connection:
            settle(connection, metadata.sorted_tables)
