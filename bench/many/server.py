"""A PostgreSQL server in a folder of its own, as Debian's programs make it."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

_SETTINGS = {
    "fsync": "off",  # the machine stays up: what a server was told survives its end
    "autovacuum": "on",
    "shared_buffers": "32MB",
    "max_connections": "200",
    "jit": "off",
    "listen_addresses": "127.0.0.1",
}
_PATIENCE = 60.0


def programs() -> Path | None:
    """The folder with `initdb`; None where there is no PostgreSQL."""
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else []
    folders += sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: float(folder.parent.name), reverse=True
    )
    return next((folder for folder in folders if (folder / "postgres").exists()), None)


class Server:
    """Running from the beginning; `close` ends it."""

    def __init__(self, folder: Path) -> None:
        found = programs()
        assert found is not None, "no PostgreSQL server here: apt-get install postgresql"
        self._bin, self._folder = found, folder
        folder.mkdir(parents=True)
        self._as_user: dict[str, Any] = {}
        if os.geteuid() == 0:  # a server is never root's
            user = pwd.getpwnam("postgres")
            os.chown(folder, user.pw_uid, user.pw_gid)
            self._as_user = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        begin = [found / "initdb", "--no-sync", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"]
        subprocess.run(
            [*begin, "--username=watcher", "-D", folder / "data"],
            check=True,
            capture_output=True,
            cwd="/",
            **self._as_user,
        )
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        self._process = self._start()
        self.run("CREATE DATABASE told TEMPLATE template0", "postgres")

    def close(self) -> None:
        self._stop(signal.SIGINT)

    def restart(self, *, crashes: bool) -> None:
        """Ends at once, as after a crash or politely, and begins again."""
        self._stop(signal.SIGQUIT if crashes else signal.SIGINT)
        self._process = self._start()

    def address(self, port: int | None = None) -> str:
        return f"postgresql+psycopg://watcher@127.0.0.1:{port or self.port}/told"

    def make(self, database: str) -> str:
        """A new database; its address."""
        self.run(f"CREATE DATABASE {database} TEMPLATE template0", "postgres")
        return self.address().removesuffix("told") + database

    def run(self, sql: str, database: str = "told") -> list[tuple[Any, ...]]:
        import psycopg

        with psycopg.connect(
            host="127.0.0.1", port=self.port, user="watcher", dbname=database, autocommit=True
        ) as connection:
            cursor = connection.execute(sql.encode())
            return cursor.fetchall() if cursor.description else []

    def _start(self) -> subprocess.Popen[bytes]:
        settings = _SETTINGS | {"port": str(self.port), "unix_socket_directories": str(self._folder)}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with (self._folder / "log").open("ab") as log:
            process = subprocess.Popen(
                [self._bin / "postgres", "-D", self._folder / "data", *options],
                cwd="/",
                stdout=log,
                stderr=log,
                **self._as_user,
            )
        ready = [self._bin / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        until = time.monotonic() + _PATIENCE
        while subprocess.run(ready, check=False).returncode:
            assert process.poll() is None, (self._folder / "log").read_text()
            assert time.monotonic() < until, "the server does not begin"
            time.sleep(0.05)
        return process

    def _stop(self, how: int) -> None:
        self._process.send_signal(how)
        self._process.wait(_PATIENCE)
