"""What one document says, as marks: each a fact with the keys it is compared by, its rarity and its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

TITLE, LEAD, BODY = 0, 1, 2
"""Where a fact stands. A fact keeps the foremost of its places."""

KINDS = ("number", "model", "name", "entity", "date", "action", "quote", "sound", "word")
"""`sound` is a name by its consonants, the same in every script; `word` the beginning of a rare ordinary word."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One fact as one document tells it.

    Two marks agree when the key of one is the key of the other, or stands in its `also` (another reading of the same
    spelling: 50.000 in a text of unclear convention, 27 January without its year).
    """

    kind: str
    key: str
    shown: str
    weight: float  # rarity: about the natural logarithm of how many stories there are to one that holds it
    place: int = BODY
    times: int = 1
    also: tuple[str, ...] = ()
    unit: str = ""  # numbers: "%", "USD", "km"; empty: not told
    role: str = ""  # numbers: what is counted, as the key of a model or a counted thing; empty: not told


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything one document says that survives translation or retelling, in a fixed order.

    `index` leads from every key to its marks; it is derived, and neither compared nor written down.
    """

    language: str
    marks: tuple[Mark, ...] = ()
    actors: tuple[str, ...] = ()  # keys of who acts in title and first sentence: companies, people, institutions, states
    deeds: tuple[str, ...] = ()  # keys of what is done there
    index: Mapping[str, tuple[Mark, ...]] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        index: dict[str, tuple[Mark, ...]] = {}
        for mark in self.marks:
            for key in (mark.key, *mark.also):
                index[key] = (*index.get(key, ()), mark)
        object.__setattr__(self, "index", index)
