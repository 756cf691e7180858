"""Two documents' facts side by side: what they share, what they say differently, and how much that tells."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from watcher.stories.facts.entities import known
from watcher.stories.facts.marks import KINDS, LEAD, LOOSE, TITLE, Facts, Mark
from watcher.stories.facts.units import SPANS, agree
from watcher.types import Fact

FEATURES = (
    *(f"{kind}_agreement" for kind in KINDS),  # 0 to 1: cosine of the strengths, within one kind
    *(f"{kind}_shared" for kind in KINDS),  # rarity of what is shared, as ln(1 + sum of weights)
    "pooled",  # 0 to 1: cosine over all kinds together, damped where little is told
    "front",  # share of what one front (title and opening) says that the other document says too: the greater share
    "back",  # the same, the smaller share
    "hard",  # ln(1 + rarity of shared numbers, models, names and entities that stand at the front of both)
    "numbers_differ",  # rarity of numbers of one role or unit, at the front of both, with other values
    "actors_differ",  # 1: who acts at the front is told on both sides, and is nobody in common
    "deeds_differ",  # 1: the same for what is done
    "days_differ",  # 1: days are told on both sides, and none is shared
    "title_differ",  # ln(1 + rarity of numbers, models and entities in one title that the other document never says)
    "titles_differ",  # the same, of the title of which less is missing
    "same_language",
    "length",  # ln(1 + facts of the document with fewer)
)
"""The names of the features, in the order in which `FactsEvidence.features` gives them."""

_WEIGHTS = Path(__file__).with_name("weights.json")
_MOST_SHOWN = 12
_HARD = frozenset({"number", "model", "name", "entity"})
_LEAST_SOUND = 1.0  # a name's sound that weighs less is shared by too many names to be shown

_TELLING_NUMBER = 3.0  # rarity: a number that hardly another story has; a round one (300,000) weighs 2.5

_Pairs = Sequence[tuple[Mark, Mark]]


@dataclass(frozen=True, slots=True)
class FactsEvidence:
    """What two documents' facts say about each other: the features for a judge, the facts for a reader."""

    score: float
    features: tuple[float, ...]
    shared: tuple[Fact, ...] = ()
    conflicts: tuple[Fact, ...] = ()


def compare(a: Facts, b: Facts) -> FactsEvidence:
    """Symmetric, but that a conflict names what `a` says first; 1 for a document and itself."""
    is_turned = not _is_first(a, b)
    one, other = (b, a) if is_turned else (a, b)
    pairs = list(_pairs(one, other))
    numbers = _differing_numbers(one, other, pairs)
    features = _features(one, other, pairs, sum(weight for weight, _, _ in numbers))
    score = 1.0 if a.marks == b.marks else _score(features, one.language == other.language, bool(pairs))
    conflicts = [_conflict("number", *((theirs, ours) if is_turned else (ours, theirs))) for _, ours, theirs in numbers]
    return FactsEvidence(score, features, _shown(pairs), (*conflicts, *_apart_facts(a, b, features, pairs)))


def _is_first(a: Facts, b: Facts) -> bool:
    """An order of any two documents, so that comparing them either way round does the same."""
    for ours, theirs in zip(a.marks, b.marks, strict=False):
        if ours != theirs:
            return (ours.key, ours.unit, ours.role, ours.strength) <= (
                theirs.key,
                theirs.unit,
                theirs.role,
                theirs.strength,
            )
    return len(a.marks) <= len(b.marks)


def _features(a: Facts, b: Facts, pairs: _Pairs, numbers_differ: float) -> tuple[float, ...]:
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
    unsaid = sorted((_unsaid(a, pairs, 0), _unsaid(b, pairs, 1)))
    return (
        *(_cosine(products[kind], a.mass[kind], b.mass[kind]) for kind in KINDS),
        *(math.log1p(weights[kind]) for kind in KINDS),
        _pooled(_FACTOR[a.language == b.language], products, a.mass, b.mass),
        fronts[1],
        fronts[0],
        math.log1p(hard),
        numbers_differ,
        _apart(a.actors, b.actors),
        _apart(a.deeds, b.deeds),
        float(not products["date"] and bool(_days(a)) and bool(_days(b))),
        unsaid[1],
        unsaid[0],
        float(a.language == b.language),
        math.log1p(min(len(a.marks), len(b.marks))),
    )


def _cosine(product: float, ours: float, theirs: float) -> float:
    # A model may be another document's number (RTX 5090): then one side has nothing of this kind.
    return min(1.0, product / math.sqrt(ours * theirs)) if product and ours and theirs else 0.0


# What a kind counts for in the pooled cosine, in one language and across two.
_FACTOR: Mapping[bool, Mapping[str, float]] = {
    True: dict.fromkeys(KINDS, 1.0) | {"date": 0.5, "action": 0.5, "quote": 0.5, "sound": 0.0},
    False: {"number": 1.0, "model": 1.0, "name": 0.6, "entity": 1.5, "date": 0.5, "action": 0.5, "quote": 0.0,
            "sound": 0.6, "word": 0.15},
}  # fmt: skip
_ENOUGH = 25.0
"""Squared strength that damps agreement of documents that tell little: about two rare facts."""


def _pooled(
    factors: Mapping[str, float], products: Mapping[str, float], ours: Mapping[str, float], theirs: Mapping[str, float]
) -> float:
    shared = sum(factors[kind] * products[kind] for kind in KINDS)
    one = sum(factors[kind] * ours[kind] for kind in KINDS) + _ENOUGH
    other = sum(factors[kind] * theirs[kind] for kind in KINDS) + _ENOUGH
    return min(1.0, shared / math.sqrt(one * other))


@cache
def _weights() -> Mapping[str, tuple[float, tuple[float, ...]]]:
    """The two linear models behind the overall score, made by bench/facts_weights.py."""
    table = json.loads(_WEIGHTS.read_text("utf-8"))
    return {
        name: (float(table[name]["bias"]), tuple(float(table[name]["weights"][feature]) for feature in FEATURES))
        for name in ("one language", "two languages")
    }


def _score(features: tuple[float, ...], is_one_language: bool, shares_anything: bool) -> float:
    if not shares_anything:
        return 0.0
    bias, weights = _weights()["one language" if is_one_language else "two languages"]
    total = bias + sum(weight * feature for weight, feature in zip(weights, features, strict=True))
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total))))


def _pairs(a: Facts, b: Facts) -> Iterator[tuple[Mark, Mark]]:
    """The facts both tell, each used once; agreement of the likelier readings goes before that of others."""
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


def _front(facts: Facts, pairs: _Pairs, side: int) -> float:
    """How much of what a document says at its front the other one says too."""
    total = facts.front
    shared = sum(pair[side].strength for pair in pairs if pair[side].place <= LEAD and pair[side].kind not in LOOSE)
    return min(1.0, shared / total) if total else 0.0


def _unsaid(facts: Facts, pairs: _Pairs, side: int) -> float:
    """What a title says that the other document never does: a figure in a headline is what the story is about."""
    said = {id(pair[side]) for pair in pairs}
    return math.log1p(
        sum(m.weight for m in facts.marks if m.place == TITLE and m.kind in _TITLED and id(m) not in said)
    )


_TITLED = frozenset({"number", "model", "entity"})


def _apart(ours: Sequence[str], theirs: Sequence[str]) -> float:
    return float(bool(ours) and bool(theirs) and not set(ours) & set(theirs))


def _days(facts: Facts) -> list[Mark]:
    return [mark for mark in facts.marks if mark.kind == "date" and mark.key.count("-")]


def _differing_numbers(a: Facts, b: Facts, pairs: _Pairs) -> list[tuple[float, Mark, Mark]]:
    """Numbers at both fronts that count one thing and differ, the weightiest of each thing: a claim told in two ways.

    What is counted is a model number behind the figure, or else its unit; of figures without either nobody can tell.
    """
    agreed = {id(mark) for pair in pairs for mark in pair}
    told = {_counted(pair[0]) for pair in pairs if pair[0].kind == "number"}
    ours, theirs = _claims(a, agreed), _claims(b, agreed)
    found = [
        (min(ours[thing].weight, theirs[thing].weight), ours[thing], theirs[thing])
        for thing in ours
        if thing in theirs and thing not in told
    ]
    return sorted(found, key=lambda row: (-row[0], row[1].key, row[2].key))[:_MOST_SHOWN]


def _claims(facts: Facts, agreed: set[int]) -> dict[str, Mark]:
    found: dict[str, Mark] = {}
    for mark in facts.marks:
        thing = _counted(mark) if mark.kind == "number" and mark.place <= LEAD and id(mark) not in agreed else ""
        if thing and (thing not in found or mark.weight > found[thing].weight):
            found[thing] = mark
    return found


def _counted(mark: Mark) -> str:
    return mark.role or mark.unit


def _conflict(kind: str, ours: Mark, theirs: Mark) -> Fact:
    of = f" {ours.role[2:].upper()}" if ours.role else ""
    return Fact(kind, f"{ours.shown}{of} ≠ {theirs.shown}{of}")


def _apart_facts(a: Facts, b: Facts, features: tuple[float, ...], pairs: _Pairs) -> Iterator[Fact]:
    """Other actors, other deeds, other days, in words.

    Who tells one rare number at both fronts tells of one deed: a later report of it names others who act since.
    """
    named = dict(zip(FEATURES, features, strict=True))
    is_one_deed = any(_is_telling_number(ours) and max(ours.place, theirs.place) <= LEAD for ours, theirs in pairs)
    if named["actors_differ"] and not is_one_deed:
        yield Fact("actor", f"{_names(a.actors)} ≠ {_names(b.actors)}")
    if named["deeds_differ"] and not is_one_deed:
        yield Fact("action", f"{_names(a.deeds)} ≠ {_names(b.deeds)}")
    if named["days_differ"]:
        yield Fact("date", f"{_days(a)[0].shown} ≠ {_days(b)[0].shown}")


def _is_telling_number(mark: Mark) -> bool:
    return mark.kind == "number" and mark.weight >= _TELLING_NUMBER and mark.unit not in SPANS


def _names(keys: Sequence[str]) -> str:
    entities = known().by_id
    shown = (entities[key[2:]].names[0] if key[2:] in entities else key[2:] for key in keys[:2])
    return ", ".join(shown)


def _shown(pairs: _Pairs) -> tuple[Fact, ...]:
    """What both tell, the weightiest first; a name is not shown a second time by its sound."""
    ranked = sorted(
        ((min(ours.weight, theirs.weight), ours, theirs) for ours, theirs in pairs if ours.kind != "word"),
        key=lambda row: (-row[0], row[1].kind, row[1].key),
    )
    found: dict[Fact, None] = {}
    for weight, ours, theirs in ranked:
        if ours.kind != "sound":
            found[Fact(ours.kind, ours.shown)] = None
        elif weight >= _LEAST_SOUND and ours.shown.casefold() != theirs.shown.casefold():
            found[Fact("name", f"{ours.shown} = {theirs.shown}")] = None
        if len(found) == _MOST_SHOWN:
            break
    return tuple(found)
