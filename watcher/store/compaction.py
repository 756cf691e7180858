"""Giving space back: SQLite keeps what was freed for what comes; a file is only smaller once it was written anew."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from watcher.errors import StoreError
from watcher.store.connect import connect, plain_errors

# A copy in a temporary file, and the same pages once more in the log until they are in their place.
_COPIES = 2
_SPARE = 16 * 2**20  # bytes


def compact(path: Path) -> None:
    """Writes a database file anew, without holes, its index of words in one piece. Call it under the writer lock.

    By SQLite's own VACUUM: readers go on reading what there was, and a kill or a full disk leaves everything as it was.
    Not a copy put in the file's place: whoever had the old one open would go on writing to that.
    """
    with plain_errors(path), closing(connect(path)) as connection:
        _check_room(path, _used(connection))
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("INSERT INTO words(words) VALUES ('optimize')")
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _used(connection: sqlite3.Connection) -> int:
    """Bytes that something stands in."""
    (size,), (pages,), (free,) = (
        connection.execute(f"PRAGMA {name}").fetchone() for name in ("page_size", "page_count", "freelist_count")
    )
    return int(size) * (int(pages) - int(free))


def _check_room(path: Path, used: int) -> None:
    """StoreError where the disk, or that of temporary files, has not the room that it takes meanwhile."""
    temporary = Path(os.environ.get("SQLITE_TMPDIR") or os.environ.get("TMPDIR") or tempfile.gettempdir())
    apart = temporary.stat().st_dev != path.parent.stat().st_dev
    wanted = {path.parent: used * (_COPIES - apart) + _SPARE} | ({temporary: used + _SPARE} if apart else {})
    for folder, bytes_ in wanted.items():
        free = shutil.disk_usage(folder).free
        if free < bytes_:
            raise StoreError(
                f"writing {path} anew takes {bytes_ / 1e6:,.0f} MB more in {folder} for a while, and "
                f"{free / 1e6:,.0f} MB are free: make room, or name a folder on a larger disk in SQLITE_TMPDIR; "
                "nothing was changed"
            )
