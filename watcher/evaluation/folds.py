"""Measuring on small sets without fooling oneself: whole groups held out, and an interval over events.

One event often holds most of the pairs that are the same. So beside the pooled figure stand the mean over events and a
bootstrap interval over events: what other events would have given.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from watcher.evaluation.figures import Counts, f1

_ROUNDS = 2000
"""Resamplings. The ends of a 95 % interval move by less than 0.005 from one seed to the next."""

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Fold:
    """Places of the rows to be tested, and of those that may be learned from: no group stands on both sides."""

    test: tuple[int, ...]
    train: tuple[int, ...]


def folds(groups: Sequence[frozenset[str]], count: int | None = None) -> Iterator[Fold]:
    """Holds out every row exactly once, together with all rows that share a group with it.

    A row is a document (one group) or a pair (the groups of its two documents); a pair across two groups is tested by
    what learned from neither. `count` puts several groups into one fold, as evenly as they go; None: a fold a group.
    """
    fold_of = _dealt(groups, count)
    touched = [frozenset(fold_of[group] for group in row) for row in groups]
    for held in sorted(set(touched), key=sorted):
        test = tuple(place for place, row in enumerate(touched) if row == held)
        train = tuple(place for place, row in enumerate(touched) if row.isdisjoint(held))
        yield Fold(test, train)


def cross_validated(
    rows: Sequence[Row],
    groups: Sequence[frozenset[str]],
    fit: Callable[[Sequence[Row]], Callable[[Row], float]],
    count: int | None = None,
) -> list[float]:
    """A score for each row from what `fit` made of rows of other groups, in the order of the rows."""
    scores = [0.0] * len(rows)
    for fold in folds(groups, count):
        score = fit([rows[place] for place in fold.train])
        for place in fold.test:
            scores[place] = score(rows[place])
    return scores


@dataclass(frozen=True, slots=True)
class Pooled:
    """One figure three ways: over all pairs, as the mean over events, and the 95 % interval over events."""

    figure: float
    mean: float
    low: float
    high: float
    events: int


def pooled(
    events: Mapping[str, Counts],
    measure: Callable[[Counts], float | None] = f1,
    rounds: int = _ROUNDS,
    seed: int = 20,
) -> Pooled:
    """The figure over the counts of all events. Events that say nothing by themselves are left out of the mean."""
    counts = [events[name] for name in sorted(events)]
    single = [value for value in map(measure, counts) if value is not None]
    chance = random.Random(seed)  # noqa: S311 - resampling, no secret
    drawn = sorted(
        value for _ in range(rounds) if (value := measure(_sum(chance.choices(counts, k=len(counts))))) is not None
    ) if counts else []  # fmt: skip
    return Pooled(
        figure=measure(_sum(counts)) or 0.0,
        mean=sum(single) / len(single) if single else 0.0,
        low=drawn[int(0.025 * len(drawn))] if drawn else 0.0,
        high=drawn[min(len(drawn) - 1, int(0.975 * len(drawn)))] if drawn else 0.0,
        events=len(counts),
    )


def by_event(counts: Iterable[tuple[frozenset[str], Counts]]) -> dict[str, Counts]:
    """Counts summed by event; what lies between two events belongs half to each, so that all of them add up."""
    found: dict[str, Counts] = {}
    for events, part in counts:
        for event in events:
            found[event] = found.get(event, Counts()) + part * (1 / len(events))
    return found


def _sum(counts: Iterable[Counts]) -> Counts:
    total = Counts()
    for part in counts:
        total += part
    return total


def _dealt(groups: Sequence[frozenset[str]], count: int | None) -> dict[str, int]:
    """A fold for each group: the largest groups first, each into the fold that is emptiest."""
    sizes: dict[str, int] = {}
    for row in groups:
        for group in row:
            sizes[group] = sizes.get(group, 0) + 1
    filled = [0] * (len(sizes) if count is None else min(count, len(sizes)))
    dealt: dict[str, int] = {}
    for group in sorted(sizes, key=lambda name: (-sizes[name], name)):
        emptiest = filled.index(min(filled))
        dealt[group] = emptiest
        filled[emptiest] += sizes[group]
    return dealt
