"""Several daemons on one database: what each must know of the others. Absent where there is only one."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol


class Share(Protocol):
    """A daemon's place among the others. It lapses when the database was out of reach for too long."""

    @property
    def holder(self) -> str:
        """The name in which this daemon claims."""
        ...

    @property
    def span(self) -> float:
        """Seconds for which a place holds without being renewed."""
        ...

    def is_held(self) -> bool:
        """Whether what was claimed in this name is still ours. Asks nobody: it is known by the local clock."""
        ...

    def anew(self) -> None:
        """Takes a new place; what was claimed before is anybody's. StoreAwayError where nobody can be asked for one."""
        ...

    def alone(self, hand: str) -> AbstractContextManager[Callable[[], bool] | None]:
        """Makes this daemon the one that does something: yields whether it still is; None where another one is."""
        ...
