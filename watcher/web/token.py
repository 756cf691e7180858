"""The token that opens the service: from the environment, or made by the service and kept where only its owner reads.

`data_dir/service.token`. Whoever changes it ends every session at once: the file is looked at on each request.
"""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path

from watcher.config import Config
from watcher.errors import WatcherError

_FILE = "service.token"
_BYTES = 24  # 192 bits: nobody guesses them, slowed down or not
_LONGEST = 1000


class Token:
    """What opens the service of one configuration. Used by any number of threads."""

    def __init__(self, config: Config) -> None:
        self._given = config.service.token
        self.file = config.watcher.data_dir / _FILE
        self._seen: tuple[tuple[int, int, int], str | None] | None = None

    @property
    def is_given(self) -> bool:
        """True where it comes from the environment: it is changed there."""
        return self._given is not None

    def read(self) -> str | None:
        """The token as it is now; None where there is none, and nobody may sign in."""
        if self._given is not None:
            return self._given
        try:
            state = self.file.stat()
            stamp = (state.st_ino, state.st_mtime_ns, state.st_size)
            if self._seen is None or self._seen[0] != stamp:
                text = self.file.read_text("ascii")[:_LONGEST].strip()
                self._seen = stamp, text or None
            return self._seen[1]
        except (OSError, UnicodeDecodeError):
            return None

    def made(self) -> str | None:
        """The token; made where there is none yet. None where it cannot be kept."""
        found = self.read()
        if found is not None:
            return found
        try:
            self.replace()
        except WatcherError:
            return None
        return self.read()

    def replace(self) -> str:
        """Makes another one: who signed in by the old one is signed out, everywhere."""
        if self._given is not None:
            raise WatcherError(
                "the token comes from WATCHER_SERVICE__TOKEN: change it there and start the service again"
            )
        token = secrets.token_urlsafe(_BYTES)
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(prefix=f".{_FILE}.", dir=self.file.parent)  # nobody else may read it
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(f"{token}\n")
            Path(name).replace(self.file)
        except OSError as error:
            raise WatcherError(f"{self.file}: cannot be written ({error.strerror}); check `data_dir`") from error
        return token
