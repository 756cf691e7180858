"""Who holds which key, in memory: the same rule and the same bounds by which an archive finds candidates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from watcher.stories.signal import fewest_shared
from watcher.types import Key

HOLDERS = 200
"""Of one key. Whoever comes later is found by its other keys, and holders find each other."""
CANDIDATES = 100
"""That are put before the judge. 544 articles on one subject, most of them of a few weeks, gave one archive in three
orders with these two bounds; with 64 and 128 three of them depended on the order, with 20 and 24 five."""


class KeyIndex:
    """Documents by number. What is asked of it does not grow with how many came."""

    def __init__(self) -> None:
        self._holders: dict[Key, list[int]] = {}

    def add(self, number: int, keys: Iterable[Key]) -> None:
        """Remembers who holds these keys; a key that too many hold already is not kept for another."""
        for key in dict.fromkeys(keys):
            holders = self._holders.setdefault(key, [])
            if len(holders) < HOLDERS:
                holders.append(number)

    def candidates(self, keys: Iterable[Key]) -> list[int]:
        """Those that share most of these keys, and enough of one signal's; among equals the lower number first."""
        distinct = dict.fromkeys(keys)
        given = Counter(key.signal for key in distinct)
        held = Counter((number, key.signal) for key in distinct for number in self._holders.get(key, ()))
        shared: Counter[int] = Counter()
        for (number, signal), count in held.items():
            if count >= fewest_shared(given[signal]):
                shared[number] += count
        return sorted(shared, key=lambda number: (-shared[number], number))[:CANDIDATES]
