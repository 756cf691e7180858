"""How much of one sketch is in another: `measure` for documents whose text is not at hand.

Without the text there are no passages to follow word by word. Instead each block of a sketch is asked what share of
the shingles in and around it the other sketch has: in the same text most survive editing, in another almost none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from watcher.stories.copy.coverage import ENOUGH, SMALLEST, SMALLEST_SHARE, is_template, weighed
from watcher.stories.copy.sketch import BLOCK, Sketch

_FULL = 0.36
"""Surviving share of the shingles from which a block counts whole: after an editor who replaced 15 % of the words and a
scanner that misread 2 % of the characters 42 % survive."""
_NOISE = 0.12
"""Up to this share is chance: stock phrases, names of three words."""
_FEWEST = 4  # shingles two sketches have in common at least


@dataclass(frozen=True, slots=True)
class Compared:
    """The sameness of two sketches (0 to 1), and the blocks of the first that the second has."""

    value: float
    blocks: tuple[int, ...] = ()


def compare_sketches(a: Sketch, b: Sketch) -> Compared:
    """Compares two sketches; the order does not matter for the value."""
    limit = min(a.limit, b.limit)
    ours = [mark for mark in a.shingles if mark[0] <= limit]
    theirs = [mark for mark in b.shingles if mark[0] <= limit]
    common = {value for value, _ in ours} & {value for value, _ in theirs}
    if len(common) < _FEWEST or min(a.size, b.size) < SMALLEST:
        return Compared(0.0)
    covered_a, covered_b = _covered(ours, common), _covered(theirs, common)
    value = max(_coverage(a, covered_a), _coverage(b, covered_b))
    shared = min(_mass(a, covered_a), _mass(b, covered_b))
    if shared < SMALLEST or (shared < ENOUGH and shared < SMALLEST_SHARE * max(a.size, b.size)):
        value = min(value, 0.3)
    elif _differs(a, b, covered_a, covered_b):
        value = min(value, 0.5)
    return Compared(value, tuple(block for block, share in sorted(covered_a.items()) if share >= 0.5))


def _covered(marks: Iterable[tuple[int, int]], common: set[int]) -> dict[int, float]:
    """For each block how surely the other text has it: by the surviving shingles in it and its two neighbours."""
    total: Counter[int] = Counter()
    alive: Counter[int] = Counter()
    for value, block in marks:
        total[block] += 1
        alive[block] += value in common
    covered = {}
    for block in range(max(total, default=-1) + 1):
        around = range(block - 1, block + 2)
        # The block itself counts double: the edge of a passage should not blur over a whole neighbour.
        asked = sum(total[near] for near in around) + total[block]
        found = sum(alive[near] for near in around) + alive[block]
        share = found / asked if asked else 0.0
        covered[block] = min(1.0, share / _FULL) if share > _NOISE and (alive[block] or not total[block]) else 0.0
    return covered


def _coverage(made: Sketch, covered: dict[int, float]) -> float:
    spans = []
    for block, share in covered.items():
        start, end = block * BLOCK, min(made.size, (block + 1) * BLOCK)
        # The last block has few shingles or none: a run of three words has to fit in.
        spans.append((start / made.size, (made.size if block == max(covered) else end) / made.size, share))
    return weighed(spans)


def _mass(made: Sketch, covered: dict[int, float]) -> float:
    return sum(share * (min(made.size, (block + 1) * BLOCK) - block * BLOCK) for block, share in covered.items())


def _differs(a: Sketch, b: Sketch, covered_a: dict[int, float], covered_b: dict[int, float]) -> bool:
    """True when the figures or names in what both have are others: two bulletins filled into one form."""
    figures = _exchanged(a.words, b.words, _within(a.figures, covered_a), _within(b.figures, covered_b))
    names = _exchanged(a.words, b.words, _within(a.names, covered_a), _within(b.names, covered_b))
    return is_template(*figures, *names)


def _within(marks: Iterable[tuple[int, int]], covered: dict[int, float]) -> set[int]:
    return {value for value, block in marks if covered.get(block, 0.0) >= 0.5}


def _exchanged(words_a: frozenset[int], words_b: frozenset[int], a: set[int], b: set[int]) -> tuple[int, int]:
    """How many stand where the other text has others, and how many both have.

    Re-casing makes names of all words or of none; so what one text calls a name is looked for among all words of the
    other, and only what is missing on both sides counts as exchanged.
    """
    missing = min(len(a - words_b), len(b - words_a))
    same = max(len(a & words_b), len(b & words_a)) if min(len(words_a), len(words_b)) else 0
    return missing, same
