"""A PostgreSQL server for the tests: one for the whole run, in a folder of its own, gone after it.

Debian's programs are enough (`apt-get install postgresql`): no server of the machine is used or started. Whoever asks
first starts it; a guard beside it stops it when the last process of the run that knew of it has ended, in whatever way.
"""

from __future__ import annotations

import fcntl
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

_SETTINGS = {
    "fsync": "off",  # what a test stored need not survive a power cut
    "full_page_writes": "off",
    "autovacuum": "off",
    "shared_buffers": "32MB",
    "max_connections": "100",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "jit": "off",
    "listen_addresses": "127.0.0.1",  # for tests that cut connections; the others use the socket
    "logging_collector": "off",
}


def programs() -> Path | None:
    """The folder with `initdb`; None where there is no PostgreSQL."""
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else []
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    folders += sorted(debian, key=lambda folder: float(folder.parent.name), reverse=True)
    return next((folder for folder in folders if (folder / "initdb").exists() and (folder / "postgres").exists()), None)


WHY_NOT = "no PostgreSQL server here (no initdb in the PATH or in /usr/lib/postgresql): apt-get install postgresql"


@dataclass(frozen=True)
class Server:
    """A running server; its administrator is `watcher`, whom it believes without a password through its socket."""

    folder: Path
    port: int

    def address(self, database: str, user: str = "watcher") -> str:
        """As `[watcher] database` has it, through the socket."""
        return f"postgresql+psycopg://{user}@/{database}?host={self.folder}&port={self.port}"

    def by_network(self, database: str, port: int | None = None) -> str:
        """The same through loopback, or through whatever listens at `port` in between."""
        return f"postgresql+psycopg://watcher@127.0.0.1:{port or self.port}/{database}"

    def run(self, sql: str, database: str = "postgres") -> list[tuple[object, ...]]:
        """One statement of the administrator's, outside every transaction."""
        import psycopg

        with psycopg.connect(
            host=str(self.folder), port=self.port, user="watcher", dbname=database, autocommit=True
        ) as connection:
            cursor = connection.execute(sql)
            return cursor.fetchall() if cursor.description else []

    def make(self, database: str, template: str = "template0") -> None:
        self.run(f'CREATE DATABASE "{database}" TEMPLATE "{template}"')


def of_this_run() -> Server:
    """The server of this test run, started where nobody has yet."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", f"{os.getpid()}")
    folder = Path(tempfile.gettempdir()) / f"told-pg-{run[:12]}"
    folder.mkdir(mode=0o755, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "port").exists():
            _start(folder)
        _register(folder)
    return Server(folder, int((folder / "port").read_text()))


def _register(folder: Path) -> None:
    """Says that this process is there: an open end of a pipe, which the kernel closes when the process ends."""
    os.open(folder / "alive", os.O_WRONLY | os.O_CLOEXEC)


def _start(folder: Path) -> None:
    os.mkfifo(folder / "alive", 0o600)
    guard = [sys.executable, __file__, str(folder)]
    with (folder / "log").open("w") as log:
        subprocess.run(guard, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, check=True)
    until = time.monotonic() + 60
    while not (folder / "port").exists():
        if (folder / "failed").exists() or time.monotonic() > until:
            told = "\n".join(file.read_text() for file in (folder / "failed", folder / "log") if file.exists())
            raise RuntimeError(f"no PostgreSQL server: {told}")
        time.sleep(0.02)


# --- the guard, a process of its own ---


def _guard(folder: Path) -> None:
    reader = os.open(folder / "alive", os.O_RDONLY | os.O_NONBLOCK)  # before anybody writes: then nobody waits
    try:
        server = _begin(folder)
    except (OSError, subprocess.SubprocessError) as error:
        (folder / "failed").write_text(f"{error} {getattr(error, 'stderr', '')}")
        return
    try:
        _wait_for_the_end(reader)
    finally:
        server.send_signal(signal.SIGINT)  # ends now, and leaves nobody waiting
        server.wait(120)
        shutil.rmtree(folder, ignore_errors=True)


def _begin(folder: Path) -> subprocess.Popen[bytes]:
    bin_, data = programs(), folder / "data"
    assert bin_ is not None, WHY_NOT
    user = _user()
    if user is not None:
        os.chown(folder, user.pw_uid, user.pw_gid)
    as_user = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
    begin = [bin_ / "initdb", "--no-sync", "--auth=trust", "--encoding=UTF8", "--username=watcher", "-D", data]
    # Sorted as people do, not by bytes: what depends on it without saying so is seen.
    by_people = ["--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en-US"]
    for locale in (by_people, ["--locale=C.UTF-8"], ["--locale=C"]):
        made = subprocess.run([*begin, *locale], capture_output=True, text=True, cwd="/", **as_user)
        if made.returncode == 0:
            break
    made.check_returncode()
    rules = data / "pg_hba.conf"  # by the network one user needs a password, and one is never let in
    asked = "host all locked all scram-sha-256\nhost all barred all reject\n"
    rules.write_text(asked + rules.read_text())
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = _SETTINGS | {"port": str(port), "unix_socket_directories": str(folder)}
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    server = subprocess.Popen([bin_ / "postgres", "-D", data, *options], cwd="/", **as_user)
    while subprocess.run([bin_ / "pg_isready", "-q", "-h", folder, "-p", str(port)], check=False).returncode:
        if server.poll() is not None:
            raise OSError("the server ended at once")
        time.sleep(0.05)
    (folder / "port.new").write_text(str(port))
    (folder / "port.new").rename(folder / "port")
    return server


def _user() -> pwd.struct_passwd | None:
    """Whose the server is: it refuses to be root's."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise OSError("a server is never root's, and there is no user `nobody`")


def _wait_for_the_end(reader: int) -> None:
    """Until nobody holds the other end any more; before somebody has opened it, that looks the same."""
    begun, until = False, time.monotonic() + 60
    while True:
        try:
            ended = os.read(reader, 1) == b""
        except BlockingIOError:
            begun, ended = True, False
        if ended and (begun or time.monotonic() > until):
            return
        time.sleep(0.2)


if __name__ == "__main__" and os.fork() == 0:  # nobody's child: nobody waits for it
    _guard(Path(sys.argv[1]))
