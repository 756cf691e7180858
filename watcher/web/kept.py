"""Values that are not worked out for everybody who asks."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from watcher.ports import Clock

V = TypeVar("V")


class Kept(Generic[V]):
    """A value that is worked out every so often; while one thread does, the others are given the last one."""

    def __init__(self, make: Callable[[], V], lasts: timedelta, clock: Clock) -> None:
        self._make, self._lasts, self._clock = make, lasts, clock
        self._making = threading.Lock()
        self._found: tuple[datetime, V] | None = None

    def __call__(self) -> V:
        found = self._found
        if found is not None and (self._clock() - found[0] < self._lasts or self._making.locked()):
            return found[1]
        with self._making:
            if self._found is None or self._found is found:
                self._found = (self._clock(), self._make())
            return self._found[1]


def _one(_: object) -> int:
    return 1


class Shelf(Generic[V]):
    """The last values by what they were made of, each made once; one that is being made holds up nobody else.

    So many of them, or as many as weigh no more than `most` together; the last one is kept whatever it weighs.
    """

    def __init__(self, most: int, weigh: Callable[[V], int] = _one) -> None:
        self._most, self._weigh, self._weight = most, weigh, 0
        self._values: OrderedDict[Hashable, V] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], V]) -> V:
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key]
        value = make()
        with self._lock:
            if key not in self._values:
                self._weight += self._weigh(value)
                self._values[key] = value
            while self._weight > self._most and len(self._values) > 1:
                self._weight -= self._weigh(self._values.popitem(last=False)[1])
        return value
