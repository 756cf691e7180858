"""What one document says, as marks: each a fact with the keys it is compared by, its rarity and its place."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from watcher.stories.facts import rarity

TITLE, LEAD, BODY = 0, 1, 2
"""Where a fact stands. A fact keeps the foremost of its places."""

KINDS = ("number", "model", "name", "entity", "date", "action", "quote", "sound", "word")
"""`sound` is a name by its consonants, the same in every script; `word` the beginning of a rare ordinary word."""


LOOSE = frozenset({"word", "sound"})
"""Kinds that are too loose to say what a document is about."""


def strength(weight: float, place: int, times: int) -> float:
    """What a fact counts for in its document: rare, at the front, said often."""
    return weight * _AT[place] * _SAID[min(times, 9)]


_AT = (1.5, 1.25, 1.0)  # title, lead, body
_SAID = (1.0, *(1.0 + 0.3 * math.log(times) for times in range(1, 10)))


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
    role: str = ""  # numbers: what is counted, as the key of a model; empty: not told

    @property
    def strength(self) -> float:
        return strength(self.weight, self.place, self.times)


@dataclass(frozen=True)  # without slots: `cached_property` keeps its values in the instance's dictionary
class Facts:
    """Everything one document says that survives translation and retelling, in a fixed order."""

    language: str
    marks: tuple[Mark, ...] = ()
    actors: tuple[
        str, ...
    ] = ()  # keys of who acts in title and first sentence: companies, people, institutions, states
    deeds: tuple[str, ...] = ()  # keys of what is done there

    @cached_property
    def index(self) -> Mapping[str, tuple[Mark, ...]]:
        """From every key, other readings included, to its marks."""
        found: dict[str, tuple[Mark, ...]] = {}
        for mark in self.marks:
            for key in (mark.key, *mark.also):
                found[key] = (*found[key], mark) if key in found else (mark,)
        return found

    @cached_property
    def mass(self) -> Mapping[str, float]:
        """The sum of squared strengths, by kind."""
        found = dict.fromkeys(KINDS, 0.0)
        for mark in self.marks:
            found[mark.kind] += mark.strength**2
        return found

    @cached_property
    def is_on_subject(self) -> bool:
        """True for a text that speaks of what this program is made for: AI, its chips and their makers."""
        return any(mark.key in rarity.subject() for mark in self.marks)

    @cached_property
    def front(self) -> float:
        """The strength of all that is said in title and opening."""
        return sum(mark.strength for mark in self.marks if mark.place <= LEAD and mark.kind not in LOOSE)


_FIELD, _ROW = "\x1f", "\x1e"


def pack(facts: Facts) -> str:
    """The facts as a compact text, about 4 kB for an article: what a store keeps of them."""
    head = _FIELD.join((facts.language, " ".join(facts.actors), " ".join(facts.deeds)))
    return _ROW.join([head, *map(_packed, facts.marks)])


def _packed(mark: Mark) -> str:
    fields = [mark.kind[:2], mark.key, mark.shown, f"{mark.weight:g}", f"{mark.place}{mark.times}"]
    if mark.also or mark.unit or mark.role:
        fields += [" ".join(mark.also), mark.unit, mark.role]
    return _FIELD.join(fields)


def unpack(text: str) -> Facts:
    """The facts that `pack` wrote; ValueError when it is not one."""
    head, *rows = text.split(_ROW)
    try:
        language, actors, deeds = head.split(_FIELD)
        return Facts(language, tuple(map(_unpacked, rows)), tuple(actors.split()), tuple(deeds.split()))
    except (IndexError, KeyError, TypeError, ValueError) as error:
        raise ValueError(f"not packed facts: {error}") from error


_BY_SHORT = {kind[:2]: kind for kind in KINDS}


def _unpacked(row: str) -> Mark:
    kind, key, shown, weight, placed, *rest = row.split(_FIELD)
    also, unit, role = rest or ("", "", "")
    return Mark(
        _BY_SHORT[kind], key, shown, float(weight), int(placed[0]), int(placed[1:]), tuple(also.split()), unit, role
    )
