"""Facts as they are gathered: counted, at their foremost place, and in the end the strongest of each kind."""

from __future__ import annotations

from collections.abc import Mapping
from heapq import nsmallest

from watcher.stories.facts import rarity
from watcher.stories.facts.marks import Mark, strength

MOST: Mapping[str, int] = {
    "number": 40, "model": 30, "name": 50, "entity": 40, "date": 16, "action": 20, "quote": 12, "sound": 48, "word": 70,
}  # fmt: skip
"""Facts kept of each kind: a table of figures is no story, and comparing has to stay quick."""

_Same = tuple[str, str, str]


class Tally:
    """Takes facts one by one, in any order of places."""

    def __init__(self) -> None:
        self._rows: dict[str, dict[_Same, list[object]]] = {kind: {} for kind in MOST}

    def add(
        self, kind: str, key: str, shown: str, place: int, *, weight: float | None = None, also: tuple[str, ...] = (),
        unit: str = "", role: str = "",
    ) -> None:  # fmt: skip
        """One place where a fact stands; its weight is looked up where none is given."""
        rows = self._rows[kind]
        row = rows.get((key, unit, role))
        if row is None:
            rows[key, unit, role] = [weight, place, 1, shown, also]
        else:
            row[2] += 1  # type: ignore[operator]  # a list of mixed fields: four times quicker than objects
            if place < row[1]:  # type: ignore[operator]  # the same
                row[1] = place

    def marks(self) -> tuple[Mark, ...]:
        """The strongest facts, by kind, in an order that is the same for the same document."""
        found: list[Mark] = []
        for kind, most in MOST.items():
            ranked = []
            for (key, unit, role), (given, place, times, shown, also) in self._rows[kind].items():
                weight = rarity.weight(key, kind) if given is None else given
                strong = strength(weight, place, times)  # type: ignore[arg-type]  # the same
                ranked.append((-strong, key, unit, role, weight, place, times, shown, also))
            for _, key, unit, role, weight, place, times, shown, also in nsmallest(most, ranked, key=lambda row: row[:4]):
                found.append(Mark(kind, key, shown, round(weight, 2), place, min(times, 9), also, unit, role))  # type: ignore[arg-type, type-var]  # the same
        return tuple(found)
