"""Does a score mean what it says: of pairs scored 0.9, are nine in ten right?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from watcher.evaluation.scoring import Pair

BINS = 10
MIDDLE = (0.1, 0.9)
"""Over all pairs, answering 0 to everything looks calibrated; here nothing is easy."""


@dataclass(frozen=True, slots=True)
class Bin:
    """Pairs of like score: their mean score, and the share of them that are the same story."""

    score: float
    right: float
    n: int


def calibration(pairs: Iterable[Pair], bins: int = BINS) -> tuple[Bin, ...]:
    """Bins of equal count (one more in some where it does not divide), lowest scores first; fewer for fewer pairs.

    Pairs of one score cannot be told apart: where a bin ends among them each carries their common share.
    """
    points = _points(pairs)
    count = min(bins, len(points))
    cuts = [len(points) * step // count for step in range(count + 1)] if count else []
    return tuple(_bin(points[start:end]) for start, end in pairwise(cuts))


def expected_error(bins: Sequence[Bin]) -> float | None:
    """The mean distance of score and truth over all pairs in the bins; None without any."""
    total = sum(each.n for each in bins)
    return sum(each.n * abs(each.score - each.right) for each in bins) / total if total else None


def middle(pairs: Iterable[Pair]) -> list[Pair]:
    """Those neither nearly certain nor nearly excluded."""
    low, high = MIDDLE
    return [pair for pair in pairs if low <= pair.score <= high]


def _points(pairs: Iterable[Pair]) -> list[tuple[float, float]]:
    points: list[tuple[float, float]] = []
    for score, tied in groupby(sorted(pairs, key=lambda pair: pair.score), key=lambda pair: pair.score):
        same = [pair.same for pair in tied]
        points += [(score, sum(same) / len(same))] * len(same)
    return points


def _bin(points: Sequence[tuple[float, float]]) -> Bin:
    n = len(points)
    return Bin(sum(score for score, _ in points) / n, sum(right for _, right in points) / n, n)
