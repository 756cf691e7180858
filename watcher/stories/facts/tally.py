"""Facts as they are gathered: counted, at their foremost place, and in the end the strongest of each kind."""

from __future__ import annotations

from collections.abc import Mapping

from watcher.stories.facts import rarity
from watcher.stories.facts.marks import Mark, strength

MOST: Mapping[str, int] = {
    "number": 40, "model": 30, "name": 50, "entity": 40, "date": 16, "action": 20, "quote": 12, "sound": 48, "word": 70,
}  # fmt: skip
"""Facts kept of each kind: a table of figures is no story, and comparing has to stay quick."""

_Same = tuple[str, str, str]


class _Row:
    """One fact so far."""

    __slots__ = ("also", "place", "shown", "times", "weight")

    def __init__(self, weight: float | None, place: int, shown: str, also: tuple[str, ...]) -> None:
        self.weight, self.place, self.shown, self.also = weight, place, shown, also
        self.times = 1


class Tally:
    """Takes facts one by one, in any order of places."""

    def __init__(self) -> None:
        self._rows: dict[str, dict[_Same, _Row]] = {kind: {} for kind in MOST}

    def add(
        self, kind: str, key: str, shown: str, place: int, *, weight: float | None = None, also: tuple[str, ...] = (),
        unit: str = "", role: str = "",
    ) -> None:  # fmt: skip
        """One place where a fact stands; its weight is looked up where none is given."""
        rows = self._rows[kind]
        row = rows.get((key, unit, role))
        if row is None:
            rows[key, unit, role] = _Row(weight, place, shown, also)
        else:
            row.times += 1
            if place < row.place:
                row.place = place

    def keys(self) -> frozenset[str]:
        """Every fact's key, those that are not kept included."""
        return frozenset(key for rows in self._rows.values() for key, _, _ in rows)

    def marks(self) -> tuple[Mark, ...]:
        """The strongest facts, by kind, in an order that is the same for the same document."""
        found: list[Mark] = []
        for kind, most in MOST.items():
            ranked: list[tuple[float, _Same, float]] = []
            rows = self._rows[kind]
            for same, row in rows.items():
                weight = rarity.weight(same[0], kind) if row.weight is None else row.weight
                ranked.append((-strength(weight, row.place, row.times), same, weight))
            ranked.sort()
            for _, same, weight in ranked[:most]:
                row, (key, unit, role) = rows[same], same
                times = min(row.times, 9)
                found.append(Mark(kind, key, row.shown, round(weight, 2), row.place, times, row.also, unit, role))
        return tuple(found)
