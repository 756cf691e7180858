from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.evaluation import Counts, Pair, f1, precision, recall
from watcher.evaluation.calibration import calibration, expected_error, middle
from watcher.evaluation.figures import best_cut, by_language, counted, recall_at, row
from watcher.types import Relation


def pair(score: float, same: bool, said: bool = False, a: int = 0, b: int = 1) -> Pair:
    return Pair(a, b, same, Relation.RETELLING if said else Relation.NEW, score)


PAIRS = st.lists(st.tuples(st.sampled_from([0.0, 0.2, 0.5, 0.5, 0.8, 1.0]), st.booleans()), min_size=1, max_size=60)


def test_copies_and_retellings_are_yes_and_related_is_no() -> None:
    said = [Pair(0, 1, True, relation, 0.9) for relation in Relation]
    assert counted(said) == Counts(right=2, missed=2)


def test_precision_recall_and_f1_are_those_of_the_textbook() -> None:
    counts = Counts(right=6, false=2, missed=4, apart=88)
    assert (precision(counts), recall(counts)) == (0.75, 0.6)
    assert f1(counts) == pytest.approx(2 * 0.75 * 0.6 / 1.35)
    assert row(counts) == {"n": 100, "precision": 0.75, "recall": 0.6, "f1": 0.6667}


def test_a_judge_that_never_says_yes_scores_nought_where_there_was_something_to_find() -> None:
    assert row(Counts(missed=3, apart=7)) == {"n": 10, "precision": 0.0, "recall": 0.0, "f1": 0.0}


def test_where_there_was_nothing_to_find_and_nothing_said_there_is_no_figure() -> None:
    assert row(Counts(apart=7)) == {"n": 7, "precision": None, "recall": None, "f1": None}


def test_languages_make_one_pair_whichever_comes_first() -> None:
    parts = by_language([pair(1, True, a=0, b=1), pair(0, True, a=1, b=2), pair(0, True, a=0, b=2)], ["en", "de", "en"])
    assert [(name, part.n) for name, part in parts.items()] == [("de-en", 2), ("en-en", 1)]


def test_recall_counts_what_stands_above_the_allowed_false_alarms() -> None:
    apart = [pair(0.01 * step, False) for step in range(100)]
    same = [pair(1.0, True), pair(0.985, True), pair(0.975, True), pair(0.2, True)]
    assert recall_at(apart + same, 0.001) == 0.25  # 0 of 100 allowed: only what lies above 0.99
    assert recall_at(apart + same, 0.01) == 0.5  # one, the pair scored 0.99
    assert recall_at(apart + same, 0.02) == 0.75


def test_a_cut_cannot_part_pairs_of_one_score() -> None:
    assert recall_at([pair(0.7, True), pair(0.7, False), pair(0.1, False)], 0.1) == 0.0


def test_pairs_scored_nought_are_not_found_by_any_cut() -> None:
    assert recall_at([pair(0.9, True), pair(0.0, True)], 0.001) == 0.5


@given(PAIRS)
def test_the_order_of_pairs_changes_no_figure(drawn: list[tuple[float, bool]]) -> None:
    pairs = [pair(score, same, said=score > 0.4) for score, same in drawn]
    mixed = random.Random(4).sample(pairs, len(pairs))
    assert recall_at(pairs, 0.05) == recall_at(mixed, 0.05)
    assert calibration(pairs) == calibration(mixed)
    assert best_cut(drawn) == best_cut(random.Random(4).sample(drawn, len(drawn)))


@given(PAIRS)
def test_the_best_cut_is_at_least_as_good_as_any_other(drawn: list[tuple[float, bool]]) -> None:
    _, best = best_cut(drawn)
    for cut in (0.1, 0.4, 0.6, 0.9):
        counts = counted([pair(score, same, said=score >= cut) for score, same in drawn])
        assert (f1(counts) or 0.0) <= (f1(best) or 0.0)
    assert best.n == len(drawn)


def test_bins_hold_equal_counts_and_say_what_share_was_right() -> None:
    bins = calibration([pair(step / 100, step >= 50) for step in range(100)])
    assert [(each.n, each.right) for each in bins] == [(10, 0.0)] * 5 + [(10, 1.0)] * 5
    assert bins[0].score == pytest.approx(0.045)
    assert expected_error(bins) == pytest.approx(0.25)


def test_a_score_that_is_the_share_of_right_ones_has_no_error() -> None:
    pairs = [pair(share / 10, number < share) for share in range(11) for number in range(10)]
    assert expected_error(calibration(pairs, bins=11)) == pytest.approx(0.0)


@given(PAIRS)
def test_every_pair_is_in_one_bin(drawn: list[tuple[float, bool]]) -> None:
    bins = calibration([pair(score, same) for score, same in drawn])
    assert sum(each.n for each in bins) == len(drawn)
    assert max(each.n for each in bins) - min(each.n for each in bins) <= 1
    assert sum(each.right * each.n for each in bins) == pytest.approx(sum(same for _, same in drawn))


def test_answering_nought_to_everything_is_not_called_calibrated_in_the_middle() -> None:
    pairs = [pair(0.0, False)] * 500 + [pair(0.3, True)] * 5
    assert expected_error(calibration(pairs)) < 0.01
    assert expected_error(calibration(middle(pairs))) == pytest.approx(0.7)
    assert expected_error(calibration(middle([pair(0.0, False)]))) is None
