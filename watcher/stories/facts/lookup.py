"""Under which keys a retelling is found again: the rarest facts, and pairs of what stands at the front.

Where all articles are about one subject no single fact is rare; 910C and R1 together are. Numbers of keys of each sort
were chosen with bench/facts.py: rare facts find general news, pairs find news of one subject.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from hashlib import blake2b
from itertools import combinations

from watcher.stories.facts.marks import LEAD, Facts, Mark
from watcher.types import Key

SIGNAL = "facts"
VERSION = 1
"""Goes up whenever the facts of a text change, and so its keys: stored facts of another version are read anew."""
MOST_KEYS = 12  # each for three spans of time
SPAN_DAYS = 10
_SINGLE, _SOUNDS, _PAIRED, _FILLING = 5, 2, 4, 6
_RARE, _RARE_SOUND, _SAID = 2.6, 2.2, 0.6
"""Weights from which a fact is a key alone, a name's sound is one, and a fact may be part of a pair."""
_HARD = frozenset({"number", "model", "entity"})
_ALONE = _HARD | {"name"}
_FURTHER = _HARD | {"name", "action"}


def keys_of(facts: Facts, moment: datetime | None = None) -> tuple[Key, ...]:
    """At most twelve keys; equal facts of one time give equal keys in every process.

    With a moment each key stands for its span of ten days and for the spans beside it. So two articles share a key
    where they lie less than 20 days apart, the more keys the nearer; and a key that the subject's news is full of is
    shared with the articles of some weeks, not with the first that ever held it.
    """
    return tuple(
        Key(SIGNAL, VERSION, _hash(f"{key}@{span}" if span is not None else key))
        for key in _chosen(facts)
        for span in _spans(moment)
    )


def _spans(moment: datetime | None) -> tuple[int | None, ...]:
    if moment is None:
        return (None,)
    own = (moment.date() - date(1970, 1, 1)).days // SPAN_DAYS
    return (own - 1, own, own + 1)


def _chosen(facts: Facts) -> list[str]:
    """The facts and pairs that are looked up, the strongest first."""
    front = [mark for mark in facts.marks if mark.place <= LEAD and mark.weight >= _SAID]
    chosen = _strongest((mark for mark in facts.marks if mark.kind in _ALONE and mark.weight >= _RARE), _SINGLE)
    chosen += _strongest((m for m in facts.marks if m.kind == "sound" and m.weight >= _RARE_SOUND), _SOUNDS)
    for kinds, most in ((_HARD, _PAIRED), (_FURTHER, _FILLING)):
        paired = _strongest((mark for mark in front if mark.kind in kinds), most)
        chosen += ["+".join(sorted(pair)) for pair in combinations(paired, 2)]
    return list(dict.fromkeys(chosen))[:MOST_KEYS]


def _strongest(marks: Iterable[Mark], most: int) -> list[str]:
    ranked = sorted(marks, key=lambda mark: (-mark.strength, mark.key))
    return list(dict.fromkeys(mark.key for mark in ranked))[:most]


def _hash(text: str) -> int:
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big", signed=True)
