"""How much of one sketch is in another: `measure` for documents whose text is not at hand.

Without the text there are no passages to follow word by word. Instead the blocks of each sketch are walked from the
top: where shingles of the other sketch come again and again there is a stretch both have, up to the block where they
stop.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from watcher.stories.copy.coverage import CORE, ENOUGH, SMALLEST, SMALLEST_SHARE, Exchanged, is_template, weighed
from watcher.stories.copy.sketch import BLOCK, Sketch

_MISSES = 6
"""Shingles in a row that a stretch may miss. After an editor who replaced 15 % of the words and a scanner that misread
2 % of the characters 42 % survive: seven misses in a row are one chance in forty-five."""
_FULL = 0.3
"""Surviving share of a stretch from which it counts whole."""
_UNTOUCHED = 0.85
"""Share of the shingles that survive where nothing was edited or misread, a few figures aside."""
_FEWEST = 3  # shingles in common that make a stretch


@dataclass(frozen=True, slots=True)
class Likeness:
    """The sameness of two sketches (0 to 1), and the blocks of the first that the second has."""

    value: float
    blocks: tuple[int, ...] = ()


@dataclass(slots=True)
class _Block:
    """Shingles of one block: all that are kept, and those the other sketch has too."""

    kept: int = 0
    shared: int = 0


def likeness(a: Sketch, b: Sketch) -> Likeness:
    """Compares two sketches; the order does not matter for the value."""
    limit = min(a.limit, b.limit)
    common = {value for value, _ in a.shingles if value <= limit} & {value for value, _ in b.shingles}
    if len(common) < _FEWEST or min(a.size, b.size) < SMALLEST:
        return Likeness(0.0)
    covered_a, covered_b = _covered(a, limit, common), _covered(b, limit, common)
    value = max(_coverage(a, covered_a), _coverage(b, covered_b))
    shared = min(_mass(a, covered_a), _mass(b, covered_b))
    if shared < SMALLEST or (shared < ENOUGH and shared < SMALLEST_SHARE * max(a.size, b.size)):
        value = min(value, 0.3)
    elif _frames(a, b, covered_a, covered_b) or _differs(a, b, covered_a, covered_b):
        value = min(value, 0.5)
    return Likeness(value, tuple(block for block, share in sorted(covered_a.items()) if share >= 0.5))


def _covered(made: Sketch, limit: int, common: set[int]) -> dict[int, float]:
    """For each block of a stretch how much of it the other text has: inner blocks whole, the outer two in part."""
    blocks = [_Block() for _ in range(made.size // BLOCK + 1)]
    for value, block in made.shingles:
        if value <= limit and block < len(blocks):
            blocks[block].kept += 1
            blocks[block].shared += value in common
    covered: dict[int, float] = {}
    for first, last in _stretches(blocks):
        inside = blocks[first : last + 1]
        share = sum(block.shared for block in inside) / sum(block.kept for block in inside)
        surely = min(1.0, share / _FULL) if sum(block.shared for block in inside) >= _FEWEST else 0.0
        for at in range(first, last + 1):
            is_edge = at in (first, last)
            part = blocks[at].shared / blocks[at].kept / share if is_edge else 1.0
            covered[at] = surely * min(1.0, part)
    return covered


def _stretches(blocks: Sequence[_Block]) -> Iterable[tuple[int, int]]:
    """First and last block of each run in which shared shingles keep coming."""
    first = last = None
    missed = 0
    for at, block in enumerate(blocks):
        if not block.shared:
            missed += block.kept
        elif first is None or last is None or missed > _MISSES:
            if first is not None and last is not None:
                yield first, last
            first, last, missed = at, at, 0
        else:
            last, missed = at, 0
    if first is not None and last is not None:
        yield first, last


def _coverage(made: Sketch, covered: dict[int, float]) -> float:
    spans = []
    whole = made.size // BLOCK
    for block, share in covered.items():
        # The last words of a text begin no shingle: they go with the block before them.
        end = made.size if block >= whole - 1 else (block + 1) * BLOCK
        spans.append((block * BLOCK / made.size, end / made.size, share))
    return weighed(_disjoint(spans))


def _disjoint(spans: Iterable[tuple[float, float, float]]) -> list[tuple[float, float, float]]:
    """Spans in order, none beginning before the last one ended."""
    found: list[tuple[float, float, float]] = []
    for start, end, share in sorted(spans):
        begin = max(start, found[-1][1]) if found else start
        if begin < end:
            found.append((begin, end, share))
    return found


def _mass(made: Sketch, covered: dict[int, float]) -> float:
    return sum(share * (min(made.size, (block + 1) * BLOCK) - block * BLOCK) for block, share in covered.items())


def _frames(a: Sketch, b: Sketch, covered_a: dict[int, float], covered_b: dict[int, float]) -> bool:
    """True when only the top is shared and each goes on with another story: a banner nobody knows."""
    if not (covered_a.get(0) and covered_b.get(0)):
        return False
    return all(
        made.size - (max(covered) + 1) * BLOCK > CORE * made.size for made, covered in ((a, covered_a), (b, covered_b))
    )


def _differs(a: Sketch, b: Sketch, covered_a: dict[int, float], covered_b: dict[int, float]) -> bool:
    """True when the figures or names in what both have are others: two bulletins filled into one form."""
    is_edited = _survived(a, b, covered_a) < _UNTOUCHED
    figures = _exchanged(a.words, b.words, _within(a.figures, covered_a), _within(b.figures, covered_b))
    names = _exchanged(a.words, b.words, _within(a.names, covered_a), _within(b.names, covered_b))
    return is_template(figures, names, is_misread=is_edited)


def _survived(a: Sketch, b: Sketch, covered: dict[int, float]) -> float:
    """The share of the shingles of `a`, where it is covered, that `b` has."""
    theirs = {value for value, _ in b.shingles}
    kept = [value in theirs for value, block in a.shingles if value <= b.limit and block in covered]
    return sum(kept) / max(1, len(kept))


def _within(marks: Iterable[tuple[int, int]], covered: dict[int, float]) -> set[int]:
    return {value for value, block in marks if covered.get(block, 0.0) >= 0.5}


def _exchanged(words_a: frozenset[int], words_b: frozenset[int], a: set[int], b: set[int]) -> Exchanged:
    """Words of a kind that only one of the texts has.

    Re-casing makes names of all words or of none; so what one text calls a name is looked for among all words of the
    other, and only what is missing on both sides counts as exchanged.
    """
    return Exchanged(
        other=min(len(a - words_b), len(b - words_a)),
        same=max(len(a & words_b), len(b & words_a)),
    )
