"""A PostgreSQL server for a bench: in a folder of its own, kept from run to run, ended with the run."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).resolve().parents[2] / "tests" / "support"))

from pgserver import WHY_NOT, Server, _user, programs
from sqlalchemy import text

from grown.rows import KEY, OWNER
from watcher.store import SqlStore
from watcher.store.postgres.bulk import settle
from watcher.store.postgres.connect import driver
from watcher.store.postgres.parts import SHARE_BITS, share_label, vectors
from watcher.store.tables import metadata
from watcher.store.wordrows import IndexRow, article_of
from watcher.store.words import VERSION

# As Debian has it, but for what every server is given that holds more than a few gigabytes (Debian: 128MB and 1GB), and
# for what the how-to recommends (off). It waits for its disk, as it should.
_SETTINGS = {
    "shared_buffers": "512MB",
    "max_wal_size": "4GB",
    "wal_compression": "lz4",
    "listen_addresses": "",
    "jit": "off",
}
# Nothing that is filled anew after an accident need survive one; it is all on the disk when the server ends.
_FILLING = {
    "fsync": "off", "wal_level": "minimal", "max_wal_senders": "0", "autovacuum": "off", "full_page_writes": "off",
    "synchronous_commit": "off", "maintenance_work_mem": "1500MB", "max_parallel_maintenance_workers": "1",
    "checkpoint_timeout": "30min",
}  # fmt: skip
_PORT = 54_329  # of a socket in the folder: no other program's


@contextmanager
def serving(folder: Path, filling: bool = False) -> Iterator[Server]:
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
    settings = _SETTINGS | (_FILLING if filling else {}) | {"port": str(_PORT), "unix_socket_directories": str(folder)}
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
        process.send_signal(signal.SIGINT)  # ends now, whoever is connected, with everything on the disk
        process.wait(300)


def database(server: Server, name: str) -> str:
    """The address of a database, made where it is not there."""
    if not server.run(f"SELECT 1 FROM pg_database WHERE datname = '{name}'"):  # noqa: S608 - our own name
        server.make(name)
    return server.address(name)


class PostgresSink:
    """Rows by COPY, in one transaction with the emptying of the tables: without a log, and without indexes."""

    def __init__(self, store: SqlStore) -> None:
        self.store = store
        self.running = ExitStack()
        self.connection = self.running.enter_context(store.ground.writing())
        bound, laters = list(self.connection.execute(text(_CONSTRAINTS))), []
        for _, drop in reversed(bound):  # what others refer to goes after them, and comes back before
            self.connection.exec_driver_sql(drop)
        for made, drop in list(self.connection.execute(text(_INDEXES))):
            self.connection.exec_driver_sql(drop)
            laters.append(made)
        self.laters = [made for made, _ in bound] + laters
        filled = ", ".join([*(f'"{table.name}"' for table in metadata.sorted_tables), "words", "words_part"])
        self.connection.exec_driver_sql(f"TRUNCATE {filled} CASCADE")

    def rows(self, table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
        sql = driver().sql
        named = sql.SQL(", ").join(map(sql.Identifier, columns))
        bare: Any = self.connection.connection.driver_connection
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), named)
        with bare.cursor() as cursor, cursor.copy(statement) as sink:
            for row in rows:
                sink.write_row(row)

    def keys(self, signal: int, total: int, articles: int) -> None:
        made = f"SELECT {signal}, {KEY}, {OWNER} FROM generate_series(0, {total - 1}::bigint) AS n(i)"  # noqa: S608 - our own words
        made = made.format(total=total, articles=articles)
        self.connection.exec_driver_sql(f"INSERT INTO signal_key (signal, key, article) {made}".replace("%", "%%"))

    def words(self, rows: Iterable[tuple[int, IndexRow]], last: int) -> None:
        """The index of words; the vector of each kind of text is made once, with a number in it that none has."""
        known: dict[int, str] = {}

        def vector(kind: int, row: IndexRow) -> str:
            if kind < 0:
                return vectors(row)[0]
            number, share = str(article_of(row.row)), f"'{share_label(row.row >> SHARE_BITS)}'"
            if kind not in known:
                title, told = row.title.removesuffix(number), row.text.removeprefix(number)
                made = vectors(replace(row, title=title + _STAND_IN, text=_STAND_IN + told))[0]
                known[kind] = made.replace(share, _SOME_SHARE)
            return known[kind].replace(_STAND_IN, number).replace(_SOME_SHARE, share)

        self.rows("words", ("row", "vector"), ((row.row, vector(kind, row)) for kind, row in rows))
        self.rows("checkpoint", ("name", "value"), [("words", f"{VERSION}:{last}")])

    def close(self) -> None:
        for later in self.laters:
            start = time.perf_counter()
            self.connection.exec_driver_sql(later)
            if (spent := time.perf_counter() - start) > 5:
                print(f"{spent:.0f} s: {later}", flush=True)
        settle(self.connection, metadata.sorted_tables)
        self.running.close()
        self.store.compact()


_STAND_IN, _SOME_SHARE = "777777777777", "'.t'"
# What makes each constraint and index again, and what takes it away.
_CONSTRAINTS = """
SELECT format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)),
       format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname)
FROM pg_constraint WHERE contype IN ('f', 'p', 'u') AND connamespace = 'public'::regnamespace ORDER BY contype = 'f'
"""
_INDEXES = """
SELECT indexdef, format('DROP INDEX %I', indexname) FROM pg_indexes WHERE schemaname = 'public'
"""
