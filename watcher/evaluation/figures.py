"""Precision, recall and F1 of pairs, and how much is found when hardly any false alarm is allowed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from watcher.evaluation.scoring import Pair


@dataclass(frozen=True, slots=True)
class Counts:
    """Pairs by what was said and what is so. Fractions occur where a pair belongs half to each of two events."""

    right: float = 0.0  # said same, is same
    false: float = 0.0  # said same, is not
    missed: float = 0.0  # is same, not said
    apart: float = 0.0  # neither

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.right + other.right,
            self.false + other.false,
            self.missed + other.missed,
            self.apart + other.apart,
        )

    def __mul__(self, weight: float) -> Counts:
        return Counts(self.right * weight, self.false * weight, self.missed * weight, self.apart * weight)

    @property
    def n(self) -> float:
        return self.right + self.false + self.missed + self.apart


def precision(counts: Counts) -> float | None:
    """The share of what was said that is so. Nothing said: 0 where something should have been, else None."""
    if said := counts.right + counts.false:
        return counts.right / said
    return 0.0 if counts.missed else None


def recall(counts: Counts) -> float | None:
    """The share of what is so that was said. Nothing to find: 0 where something was said all the same, else None."""
    if there := counts.right + counts.missed:
        return counts.right / there
    return 0.0 if counts.false else None


def f1(counts: Counts) -> float | None:
    """The harmonic mean of both; None where nothing is the same and nothing was said."""
    total = 2 * counts.right + counts.false + counts.missed
    return 2 * counts.right / total if total else None


def tally(said: bool, same: bool) -> Counts:
    """One pair, counted."""
    return Counts(
        right=float(said and same), false=float(said and not same), missed=float(same and not said),
        apart=float(not said and not same),
    )  # fmt: skip


def counted(pairs: Iterable[Pair]) -> Counts:
    """What the scorer's relations say, against what is so."""
    right = false = missed = apart = 0
    for pair in pairs:
        if pair.said:
            right, false = right + pair.same, false + (not pair.same)
        else:
            missed, apart = missed + pair.same, apart + (not pair.same)
    return Counts(right, false, missed, apart)


def row(counts: Counts) -> dict[str, float | int | None]:
    """Counts as they are shown."""
    return {
        "n": round(counts.n),
        "precision": rounded(precision(counts)),
        "recall": rounded(recall(counts)),
        "f1": rounded(f1(counts)),
    }


def rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def by_language(pairs: Iterable[Pair], languages: Sequence[str]) -> dict[str, Counts]:
    """The counts of each pair of languages (`de-en`, the two in alphabetical order), sorted."""
    parts: dict[str, list[Pair]] = {}
    for pair in pairs:
        parts.setdefault(language_pair(languages[pair.a], languages[pair.b]), []).append(pair)
    return {name: counted(parts[name]) for name in sorted(parts)}


def language_pair(a: str, b: str) -> str:
    """Two languages as one name, whichever comes first."""
    return "-".join(sorted((a, b)))


def recall_at(pairs: Iterable[Pair], rate: float) -> float | None:
    """The best share of same pairs found by a cut on the score with at most `rate` false alarms a different pair.

    Pairs of one score fall together: a cut cannot tell them apart. None where nothing is the same.
    """
    ranked = sorted(pairs, key=lambda pair: -pair.score)
    same = sum(pair.same for pair in ranked)
    allowed = int(rate * (len(ranked) - same) + 1e-9)
    found = false = reached = 0
    for score, tied in groupby(ranked, key=lambda pair: pair.score):
        if score <= 0:  # nothing at all speaks for these
            break
        for pair in tied:
            found, false = found + pair.same, false + (not pair.same)
        if false > allowed:
            break
        reached = found
    return reached / same if same else None


def best_cut(scored: Sequence[tuple[float, bool]]) -> tuple[float, Counts]:
    """The cut on a score with the best F1, chosen with hindsight: an upper bound, never a promise."""
    ranked = sorted(scored, key=lambda pair: -pair[0])
    same = sum(is_same for _, is_same in ranked)
    best_value, best = 0.0, (float("inf"), Counts(missed=same, apart=len(ranked) - same))
    found = false = 0
    for score, tied in groupby(ranked, key=lambda pair: pair[0]):
        for _, is_same in tied:
            found, false = found + is_same, false + (not is_same)
        counts = Counts(found, false, same - found, len(ranked) - same - false)
        value = f1(counts) or 0.0
        if value > best_value:
            best_value, best = value, (score, counts)
    return best


def shares(parts: Mapping[str, Counts]) -> dict[str, dict[str, float | int | None]]:
    """Named counts as they are shown."""
    return {name: row(counts) for name, counts in parts.items()}
