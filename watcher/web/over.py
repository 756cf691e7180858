"""What is over before its time: sessions that were signed out of, and links that were used.

`data_dir/service.over`, a line each, so that a process that is started again knows it too. Where it cannot be written,
the process remembers by itself. A line goes when what it names would have ended anyway.
"""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

from watcher.log import logger

FILE = "service.over"


class Over:
    """Ids, and until when (seconds since 1970) each would have been good. Used by any number of threads."""

    def __init__(self, folder: Path, now: Callable[[], float]) -> None:
        self._file, self._now = folder / FILE, now
        self._lock = threading.Lock()
        self._ids: dict[str, int] = {}
        self._seen: tuple[int, int, int] | None = None
        self._has_complained = False

    def __contains__(self, id: str) -> bool:
        self._look()
        return id in self._ids

    def note(self, id: str, until: int) -> bool:
        """Remembers that one is over; False where it was before."""
        with self._lock:
            self._look()
            if id in self._ids:
                return False
            young = {each: end for each, end in self._ids.items() if end > self._now()}
            is_shorter = len(young) < len(self._ids)
            self._ids = {**young, id: until}
            try:
                self._write() if is_shorter else self._add(id, until)
            except OSError as error:
                self._complain(error)
            return True

    def _look(self) -> None:
        """Takes up what another process wrote, or this one before it was started again."""
        try:
            state = self._file.stat()
            stamp = (state.st_ino, state.st_mtime_ns, state.st_size)
            if stamp != self._seen:
                pairs = (line.split() for line in self._file.read_text("ascii", "replace").splitlines())
                # What could not be written stays known beside it.
                self._ids = {**self._ids, **{pair[0]: int(pair[1]) for pair in pairs if _is_whole(pair)}}
                self._seen = stamp
        except FileNotFoundError:
            return
        except OSError as error:
            self._complain(error)

    def _add(self, id: str, until: int) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        # Added in one piece: a command beside this process, or another service, loses nothing of it.
        handle = os.open(self._file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(handle, f"{id} {until}\n".encode())
        finally:
            os.close(handle)

    def _write(self) -> None:
        handle, name = tempfile.mkstemp(prefix=f".{FILE}.", dir=self._file.parent)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.writelines(f"{id} {until}\n" for id, until in self._ids.items())
        Path(name).replace(self._file)

    def _complain(self, error: OSError) -> None:
        if not self._has_complained:
            self._has_complained = True
            text = f"{self._file}: {error.strerror}: a sign-out is forgotten when the service is started again"
            logger().warning("sign-out", trouble=text)


def _is_whole(pair: list[str]) -> bool:
    return len(pair) == 2 and pair[1].isascii() and pair[1].isdigit()
