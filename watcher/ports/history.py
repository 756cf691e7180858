"""Backfills: who works on what is at hand already."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from watcher.types import Load, Unit


class Engine(Protocol):
    """Has units of captures worked on in other processes, of this machine or of many."""

    def run(self, units: Iterable[Unit], stop: Callable[[], bool] = lambda: False) -> Iterator[Load]:
        """One Load for each unit, in the order of the units, whichever is finished first.

        Only so many units are under way that what waits for an earlier one stays small. A unit that could not be worked
        on (it took its processes with it) is a Load with trouble. Ends early, without what is under way, once `stop`
        says so.
        """
        ...
