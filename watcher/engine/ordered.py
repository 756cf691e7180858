"""Loads in the order of their units, whichever is finished first, with few of them in flight."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError, Future
from itertools import islice
from typing import Protocol

from watcher.errors import ConfigError
from watcher.types import Load, Reason, Trouble, Unit

Work = Callable[[Unit], Load]
"""What is done with a unit: importable where it is done, as it is sent there by name (a `partial` may carry more)."""

# How often whoever waits for a unit looks whether it is to stop.
_PATIENCE = 0.2


class Submit(Protocol):
    """Runs a function somewhere else; `concurrent.futures.Executor.submit` as far as it is needed."""

    def __call__(self, function: Work, unit: Unit, /) -> Future[Load]: ...


class LostError(Exception):
    """A unit took the process that worked on it with it, again and again."""


class Ordered:
    """Satisfies `ports.Engine` over anything that has a `submit`. `in_flight` is asked anew for each unit."""

    def __init__(self, submit: Submit, work: Work, in_flight: Callable[[], int]) -> None:
        self._submit, self._work, self._in_flight = submit, work, in_flight

    def run(self, units: Iterable[Unit], stop: Callable[[], bool] = lambda: False) -> Iterator[Load]:
        waiting, flying = iter(units), deque[tuple[Unit, Future[Load]]]()
        try:
            while True:
                for unit in islice(waiting, max(0, self._in_flight() - len(flying))):
                    flying.append((unit, self._submit(self._work, unit)))
                if not flying or stop():
                    return
                unit, future = flying[0]
                load = self._load(unit, future)
                if load is not None:
                    flying.popleft()
                    yield load
        finally:
            for _, future in flying:
                future.cancel()

    def look(self) -> None:
        """Called now and then while nothing comes: raises where nothing will."""

    def _load(self, unit: Unit, future: Future[Load]) -> Load | None:
        """What a future gives; None while it gives nothing."""
        try:
            return future.result(_PATIENCE)
        except TimeoutError:
            if not future.done():
                self.look()
                return None
            trouble = Trouble(Reason.TIMEOUT, f"{unit.name} took too long")
        except ConfigError:  # what is missing here is missing for every unit: it is no trouble of this one
            raise
        except LostError as error:
            trouble = Trouble(Reason.KILLED, f"{unit.name} could not be worked on: {error}")
        except CancelledError:
            trouble = Trouble(Reason.KILLED, f"{unit.name} was called off before it was done")
        except Exception as error:  # noqa: BLE001 - the boundary: a unit that nothing can be done with costs no other
            trouble = Trouble(Reason.UNREADABLE, f"{unit.name} could not be read: {type(error).__name__}: {error}")
        return Load(unit, trouble=trouble)
