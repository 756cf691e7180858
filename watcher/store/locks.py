"""Who may write: one lock file for every write transaction, one more for the daemon.

`flock`, because the kernel lets go of it when its holder dies, however it dies. Between the threads of a process a
lock of its own: `flock` does not tell threads apart.
"""

from __future__ import annotations

import fcntl
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from watcher.errors import StoreBusyError, StoreError

# A transaction takes milliseconds, an edition's or a migration's a second or two: who waits longer met something stuck.
PATIENCE = 30.0  # seconds
_FIRST_PAUSE, _LONGEST_PAUSE = 0.0005, 0.02  # seconds between two looks at the lock


class WriterLock:
    """The right to write: held by one thread of one process at a time. Not re-entrant."""

    def __init__(self, data_dir: Path, patience: float = PATIENCE) -> None:
        self._path = data_dir / "writer.lock"
        self._patience = patience
        self._threads = threading.Lock()
        self._owner: int | None = None
        self._file = -1
        self._process: int | None = None  # the one that opened the file

    @contextmanager
    def held(self, patience: float | None = None) -> Iterator[None]:
        """Waits for the lock, and lets it go at the end; StoreBusyError when patience runs out."""
        if self._owner == threading.get_ident():
            raise RuntimeError("a write transaction inside a write transaction of the same thread")
        patience = self._patience if patience is None else patience
        if not self._threads.acquire(timeout=patience):
            raise self._busy(patience)
        try:
            self._owner = threading.get_ident()
            if self._process != os.getpid():  # not opened yet, or closed by a fork
                self._file, self._process = _open(self._path), os.getpid()
            if not _lock(self._file, patience):
                raise self._busy(patience)
            try:
                yield
            finally:
                fcntl.flock(self._file, fcntl.LOCK_UN)
        finally:
            self._owner = None
            self._threads.release()

    def close(self) -> None:
        if self._process == os.getpid():
            _close(self._file)
        self._process = None

    def _busy(self, patience: float) -> StoreBusyError:
        return StoreBusyError(
            f"another command has been writing to {self._path.parent} for more than {patience:g} seconds; "
            "try again when it has finished (`fuser` on writer.lock there names the process)"
        )


@contextmanager
def hold_daemon_lock(data_dir: Path) -> Iterator[None]:
    """Makes this process the one daemon of a data folder; StoreBusyError when there is one already."""
    path = data_dir / "daemon.lock"
    file = _open(path)
    try:
        if not _lock(file, 0.0):
            raise StoreBusyError(f"already running {_holder(path)} on {data_dir}; stop that one first")
        os.ftruncate(file, 0)
        os.pwrite(file, json.dumps({"pid": os.getpid()}).encode(), 0)
        yield
    finally:
        _close(file)


def daemon_of(data_dir: Path) -> int | None:
    """The process that is the daemon of a data folder; None where there is none, or where nobody can say.

    Asked of the kernel's list: trying the lock oneself could keep a daemon that is just starting from it.
    """
    path = data_dir / "daemon.lock"
    try:
        inode = f":{path.stat().st_ino}"
        lines = Path("/proc/locks").read_text("ascii", "replace").splitlines()
        is_held = any(line.split()[1] == "FLOCK" and line.split()[5].endswith(inode) for line in lines)
        return int(json.loads(path.read_text())["pid"]) if is_held else None
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        return None


@contextmanager
def try_to_hold(data_dir: Path, name: str) -> Iterator[bool]:
    """Holds a lock file of a data folder if nobody else does; False where somebody does."""
    file = _open(data_dir / name)
    try:
        yield _lock(file, 0.0)
    finally:
        _close(file)


def _holder(path: Path) -> str:
    with suppress(OSError, ValueError, KeyError, TypeError):
        pid = int(json.loads(path.read_text())["pid"])
        since = datetime.fromtimestamp(path.stat().st_mtime, UTC)  # written once, when the daemon started
        return f"(pid {pid}, since {since:%Y-%m-%d %H:%M:%S} UTC)"
    return "(it has not yet said who it is)"


# Forked children get a copy of every open lock, and a lock is held until the last copy is closed: without this, a
# worker that outlives a killed daemon would keep the next one from starting.
_open_files: set[int] = set()


def _close_in_child() -> None:
    for file in tuple(_open_files):
        _close(file)


os.register_at_fork(after_in_child=_close_in_child)


def _open(path: Path) -> int:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise StoreError(
            f"cannot write to {path.parent}: {error.strerror}; make it writable or set data_dir"
        ) from error
    _open_files.add(file)
    return file


def _close(file: int) -> None:
    if file in _open_files:  # else a fork has closed it
        _open_files.discard(file)
        os.close(file)


def _lock(file: int, patience: float) -> bool:
    """Tries for about `patience` seconds. Not a blocking `flock`: that has no time limit outside the main thread."""
    pause, waited, waiter = _FIRST_PAUSE, 0.0, threading.Event()
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if waited >= patience:
                return False
        else:
            return True
        waiter.wait(pause)
        waited += pause
        pause = min(pause * 2, _LONGEST_PAUSE)
