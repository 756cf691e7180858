from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.evaluation import Counts
from watcher.evaluation.folds import by_event, cross_validated, folds, pooled

GROUPS = st.lists(st.frozensets(st.sampled_from("abcdefg"), min_size=1, max_size=2), min_size=1, max_size=40)


@given(GROUPS, st.sampled_from([None, 1, 2, 3, 5]))
def test_every_row_is_held_out_once_and_never_learned_from_with_its_group(
    groups: list[frozenset[str]], count: int | None
) -> None:
    tested = []
    for fold in folds(groups, count):
        tested += fold.test
        held = {group for place in fold.test for group in groups[place]}
        assert not any(groups[place] & held for place in fold.train)
    assert sorted(tested) == list(range(len(groups)))


def test_several_groups_share_a_fold_when_there_are_more_groups_than_folds() -> None:
    groups = [frozenset(name) for name in "aaaabbcd"]
    assert sorted(len(fold.test) for fold in folds(groups, 2)) == [4, 4]


def test_each_row_is_scored_by_what_others_taught() -> None:
    def fit(rows: Sequence[int]) -> Callable[[int], float]:
        return lambda row: float(row in rows)

    rows = list(range(6))
    assert cross_validated(rows, [frozenset(str(row % 3)) for row in rows], fit) == [0.0] * 6


def test_the_pooled_figure_and_the_mean_over_events_differ_where_one_event_is_large() -> None:
    found = pooled({"large": Counts(right=98, missed=2), "small": Counts(right=1, missed=3)})
    assert found.figure == pytest.approx(2 * 99 / (2 * 99 + 5))
    assert found.mean == pytest.approx((2 * 98 / 198 + 2 / 5) / 2)
    assert found.low < found.figure < found.high
    assert found == pooled({"small": Counts(right=1, missed=3), "large": Counts(right=98, missed=2)})


def test_equal_events_leave_no_doubt_and_no_events_no_figure() -> None:
    same = pooled({str(number): Counts(right=3, false=1) for number in range(9)})
    assert same.low == same.high == same.figure
    assert pooled({}).events == 0


def test_what_lies_between_two_events_belongs_half_to_each() -> None:
    parts = [(frozenset("a"), Counts(right=1)), (frozenset("ab"), Counts(false=1)), (frozenset("b"), Counts(missed=1))]
    events = by_event(parts)
    assert events == {"a": Counts(right=1, false=0.5), "b": Counts(missed=1, false=0.5)}
    assert events["a"] + events["b"] == Counts(right=1, false=1, missed=1)
