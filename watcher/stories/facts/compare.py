"""Two documents' facts side by side: what they share, what they say differently, and how much that tells."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from watcher.stories.facts.marks import KINDS, LEAD, Facts, Mark
from watcher.stories.facts.units import agree
from watcher.types import Fact

FEATURES = (
    *(f"{kind}_agreement" for kind in KINDS),  # 0 to 1: cosine of the strengths, within one kind
    *(f"{kind}_shared" for kind in KINDS),  # rarity of what is shared, as ln(1 + sum of weights)
    "front",  # share of what the shorter front (title and opening) says that the other document says too
    "back",  # the same for the longer front
    "hard",  # ln(1 + rarity of shared numbers, models, names and entities that stand in a front on both sides)
    "numbers_differ",  # weight of numbers of one role or unit with different values
    "actors_differ",  # 1: who acts at the front is told on both sides and is nobody in common
    "deeds_differ",  # 1: the same for what is done
    "days_differ",  # 1: days are told on both sides and none is shared
    "same_language",
    "length",  # ln(1 + facts of the document with fewer)
)
"""The names of the features, in the order in which `FactsEvidence.features` gives them."""

# What a kind counts for in the overall score, in one language and across two: found with bench/facts.py.
_FACTOR: Mapping[bool, Mapping[str, float]] = {
    True: {"number": 1.0, "model": 1.0, "name": 1.0, "entity": 1.0, "date": 0.5, "action": 0.5, "quote": 0.5, "sound": 0.0,
           "word": 1.0},
    False: {"number": 1.0, "model": 1.0, "name": 0.6, "entity": 1.5, "date": 0.5, "action": 0.5, "quote": 0.0, "sound": 0.6,
            "word": 0.15},
}  # fmt: skip
_MOST_SHOWN = 12
_HARD = frozenset({"number", "model", "name", "entity"})
_SHOWN = frozenset({"number", "model", "name", "entity", "date", "action", "quote", "sound"})


@dataclass(frozen=True, slots=True)
class FactsEvidence:
    """What two documents' facts say about each other: the features for a judge, the facts for a reader."""

    score: float
    features: tuple[float, ...]
    shared: tuple[Fact, ...] = ()
    conflicts: tuple[Fact, ...] = ()


def compare(a: Facts, b: Facts) -> FactsEvidence:
    """Symmetric but for the order of values within a conflict; 1 for a document and itself."""
    pairs = list(_pairs(a, b))
    is_same = a.language == b.language
    products = dict.fromkeys(KINDS, 0.0)
    weights = dict.fromkeys(KINDS, 0.0)
    hard = 0.0
    for ours, theirs in pairs:
        products[ours.kind] += ours.strength * theirs.strength
        weight = min(ours.weight, theirs.weight)
        weights[ours.kind] += weight
        if ours.kind in _HARD and ours.place <= LEAD and theirs.place <= LEAD:
            hard += weight
    fronts = sorted((_front(a, pairs, 0), _front(b, pairs, 1)))
    conflicts = _conflicts(a, b, pairs)
    features = (
        *(_cosine(products[kind], a.mass[kind], b.mass[kind]) for kind in KINDS),
        *(math.log1p(weights[kind]) for kind in KINDS),
        fronts[1], fronts[0], math.log1p(hard),
        sum(weight for weight, _ in conflicts), _apart(a.actors, b.actors), _apart(a.deeds, b.deeds),
        _days_apart(a, b, products["date"]), float(is_same), math.log1p(min(len(a.marks), len(b.marks))),
    )  # fmt: skip
    factors = _FACTOR[is_same]
    score = 1.0 if a.marks == b.marks else _pooled(factors, products, a.mass, b.mass)
    return FactsEvidence(score, features, _shown(pairs), tuple(fact for _, fact in sorted(conflicts, key=_by_weight)))


def _by_weight(conflict: tuple[float, Fact]) -> tuple[float, str]:
    return -conflict[0], conflict[1].value


def _cosine(product: float, ours: float, theirs: float) -> float:
    # A model may be another document's number (RTX 5090): then one side has nothing of this kind.
    return min(1.0, product / math.sqrt(ours * theirs)) if product and ours and theirs else 0.0


_ENOUGH = 25.0
"""Squared strength that the shorter document's facts must reach before agreement counts in full: about two rare facts."""


def _pooled(
    factors: Mapping[str, float], products: Mapping[str, float], ours: Mapping[str, float], theirs: Mapping[str, float]
) -> float:
    shared = sum(factors[kind] * products[kind] for kind in KINDS)
    if not shared:
        return 0.0
    one = sum(factors[kind] * ours[kind] for kind in KINDS) + _ENOUGH
    other = sum(factors[kind] * theirs[kind] for kind in KINDS) + _ENOUGH
    return min(1.0, shared / math.sqrt(one * other))


def _pairs(a: Facts, b: Facts) -> Iterator[tuple[Mark, Mark]]:
    """The facts both tell, each used once; exact agreement goes before that of another reading."""
    used: set[int] = set()
    left: list[Mark] = []
    for mark in a.marks:
        for other in b.index.get(mark.key, ()):
            if other.key == mark.key and id(other) not in used and _is_one(mark, other):
                used.add(id(other))
                yield mark, other
                break
        else:
            left.append(mark)
    for mark in left:
        for other in _other_readings(mark, b):
            if id(other) not in used and _is_one(mark, other):
                used.add(id(other))
                yield mark, other
                break


def _other_readings(mark: Mark, b: Facts) -> Iterator[Mark]:
    for other in b.index.get(mark.key, ()):
        if other.key != mark.key:
            yield other
    for key in mark.also:
        for other in b.index.get(key, ()):
            if other.key == key:
                yield other


def _is_one(ours: Mark, theirs: Mark) -> bool:
    """False for one number of two things: 50,000 H100 and 50,000 H800, 5 million dollars and 5 million users."""
    if ours.kind != "number" or theirs.kind != "number":
        return True
    return agree(ours.unit, theirs.unit) and not (ours.role and theirs.role and ours.role != theirs.role)


def _front(facts: Facts, pairs: list[tuple[Mark, Mark]], side: int) -> float:
    """How much of what a document says at its front the other one says too."""
    total = sum(mark.strength for mark in facts.marks if mark.place <= LEAD and mark.kind not in _LOOSE)
    shared = sum(
        pair[side].strength for pair in pairs if pair[side].place <= LEAD and pair[side].kind not in _LOOSE
    )
    return shared / total if total else 0.0


_LOOSE = frozenset({"word", "sound"})


def _apart(ours: tuple[str, ...], theirs: tuple[str, ...]) -> float:
    return float(bool(ours) and bool(theirs) and not set(ours) & set(theirs))


def _days_apart(a: Facts, b: Facts, shared: float) -> float:
    return float(not shared and any(_is_day(m) for m in a.marks) and any(_is_day(m) for m in b.marks))


def _is_day(mark: Mark) -> bool:
    return mark.kind == "date" and len(mark.key) >= 7


def _conflicts(a: Facts, b: Facts, pairs: list[tuple[Mark, Mark]]) -> list[tuple[float, Fact]]:
    """Numbers of one thing with different values, and days, actors and deeds with nothing in common."""
    agreed = {id(mark) for pair in pairs for mark in pair}
    found: list[tuple[float, Fact]] = []
    theirs = [mark for mark in b.marks if _is_claim(mark) and id(mark) not in agreed]
    for mark in a.marks:
        if not _is_claim(mark) or id(mark) in agreed:
            continue
        for other in theirs:
            if _is_rival(mark, other):
                weight = min(mark.weight, other.weight)
                found.append((weight, Fact("number", f"{mark.shown} ≠ {other.shown}{_of(mark)}")))
                break
    return found[:_MOST_SHOWN]


def _of(mark: Mark) -> str:
    return f" ({mark.role[2:].upper()})" if mark.role else ""


def _is_claim(mark: Mark) -> bool:
    """A number at the front whose unit or role is told: others may be about anything."""
    return mark.kind == "number" and mark.place <= LEAD and bool(mark.unit or mark.role)


def _is_rival(ours: Mark, theirs: Mark) -> bool:
    if ours.role or theirs.role:
        return ours.role == theirs.role and ours.key != theirs.key
    return ours.unit == theirs.unit and ours.key != theirs.key


def _shown(pairs: list[tuple[Mark, Mark]]) -> tuple[Fact, ...]:
    """What both tell, the weightiest first; a name is not shown a second time by its sound."""
    ranked = sorted(
        ((min(o.weight, t.weight), o, t) for o, t in pairs if o.kind in _SHOWN),
        key=lambda row: (-row[0], row[1].kind, row[1].key),
    )
    found: dict[str, Fact] = {}
    for _, ours, theirs in ranked:
        if ours.kind == "sound" and (ours.shown == theirs.shown or ours.weight < 2.5):
            continue
        value = ours.shown if ours.kind != "sound" else f"{ours.shown} = {theirs.shown}"
        found.setdefault(f"{ours.kind} {value}", Fact("name" if ours.kind == "sound" else ours.kind, value))
        if len(found) == _MOST_SHOWN:
            break
    return tuple(found.values())
