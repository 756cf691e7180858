"""Under which keys a retelling is found again: the rarest facts at the front, and pairs of less rare ones."""

from __future__ import annotations

from hashlib import blake2b
from itertools import combinations

from watcher.stories.facts.marks import LEAD, Facts, Mark
from watcher.types import Key

SIGNAL, VERSION = "facts", 1
MOST_KEYS = 12
_SINGLES = 6
_PAIRED = 4
_RARE = 3.0
_KINDS = frozenset({"number", "model", "name", "entity", "sound"})
_PAIR_KINDS = frozenset({"number", "model", "entity", "sound", "action"})


def keys_of(facts: Facts) -> tuple[Key, ...]:
    """At most twelve keys, the most telling first; equal facts give equal keys in every process."""
    singles = sorted((mark for mark in facts.marks if mark.kind in _KINDS), key=_rank)
    chosen = {mark.key: None for mark in singles if mark.weight >= _RARE}
    values = [_hash(key) for key in list(chosen)[:_SINGLES]]
    fore = [mark for mark in facts.marks if mark.kind in _PAIR_KINDS and mark.place <= LEAD and mark.weight >= 0.5]
    medium = list(dict.fromkeys(mark.key for mark in sorted(fore, key=_rank)))[:_PAIRED]
    values += [_hash("+".join(sorted(pair))) for pair in combinations(medium, 2)]
    return tuple(Key(SIGNAL, VERSION, value) for value in dict.fromkeys(values))[:MOST_KEYS]


def _rank(mark: Mark) -> tuple[float, str]:
    return -mark.strength, mark.key


def _hash(text: str) -> int:
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big", signed=True)
