"""What keeps a file from being read, as an error that carries a value."""

from __future__ import annotations

from watcher.errors import ReadError
from watcher.types import Reason, Trouble


class PlaceError(ReadError):
    """A file or folder that could not be read (to its end), as a value with a name."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.text)
        self.trouble = trouble

    def __reduce__(self) -> tuple[type[PlaceError], tuple[Trouble]]:
        return PlaceError, (self.trouble,)  # it may happen in another process than the one that is told


def trouble(reason: Reason, text: str, status: int | None = None) -> Trouble:
    """A reason in one line."""
    return Trouble(reason, " ".join(text.split()), status)
