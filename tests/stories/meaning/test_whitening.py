"""What does not tell stories apart is turned down: rows of one story come nearer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("numpy", reason="no numpy in this environment; pip install 'toldonce[meaning]' brings it")

import numpy as np

from watcher.stories.meaning.arrays import Array, unit
from watcher.stories.meaning.whitening import scatter, whitening

SIZE = 12
ANGLES = 3
"""Directions in which reports of one story differ: newsrooms, languages, lengths."""


def reports(seed: int, stories: int = 30, each: int = 6) -> list[Array]:
    """Stories with reports that differ mostly in a few directions, which are the same for every story."""
    dice = np.random.default_rng(seed)
    made = []
    for _ in range(stories):
        told = dice.normal(size=SIZE) * 0.7
        apart = dice.normal(size=(each, SIZE)) * 0.1
        apart[:, :ANGLES] += dice.normal(size=(each, ANGLES)) * 2
        made.append(unit((told + apart).astype(np.float32)))
    return made


def within_and_between(stories: list[Array]) -> tuple[float, float]:
    """Mean cosines of two reports of one story, and of two of different stories."""
    rows = np.concatenate(stories)
    owner = np.repeat(np.arange(len(stories)), [len(each) for each in stories])
    cosines = rows @ rows.T
    same = owner[:, None] == owner[None, :]
    other = ~same
    np.fill_diagonal(same, val=False)
    return float(cosines[same].mean()), float(cosines[other].mean())


def test_reports_of_stories_it_was_not_learned_from_come_nearer_to_each_other() -> None:
    matrix = whitening(*scatter(reports(1)))
    before, after = reports(2), [unit(rows @ matrix) for rows in reports(2)]
    one_before, other_before = within_and_between(before)
    one_after, other_after = within_and_between(after)
    assert one_after > one_before + 0.2
    assert one_after - other_after > one_before - other_before + 0.2


@given(st.integers(0, 10_000), st.floats(0.05, 0.95))
def test_the_matrix_is_symmetric_of_no_scale_and_turns_no_direction_off(seed: int, shrunk: float) -> None:
    matrix = whitening(*scatter(reports(seed, stories=4)), shrunk)
    assert matrix.shape == (SIZE, SIZE)
    assert np.allclose(matrix, matrix.T, atol=1e-4)
    assert np.abs(matrix).max() == pytest.approx(1.0, abs=1e-5)
    assert np.linalg.eigvalsh(matrix.astype(np.float64)).min() > 0


def test_where_reports_differ_alike_in_every_direction_nothing_is_changed() -> None:
    even = np.eye(SIZE, dtype=np.float32)
    assert np.allclose(whitening(even * 5, 5.0), even, atol=1e-5)


@given(st.integers(0, 10_000))
def test_what_is_turned_down_most_is_what_stories_differ_in_most(seed: int) -> None:
    matrix = whitening(*scatter(reports(seed)))
    weight = np.diag(matrix)
    assert weight[:ANGLES].max() < weight[ANGLES:].min()


def test_a_story_told_once_says_nothing_of_angles() -> None:
    made = reports(3, stories=4)
    alone = [rows[:1] for rows in reports(4)]
    total, count = scatter(made)
    again, more = scatter([*made, *alone])
    assert np.allclose(total, again)
    assert count == more
    assert scatter(alone)[1] == 0.0


def test_a_story_told_two_hundred_times_does_not_decide_alone() -> None:
    often = reports(5, stories=1, each=200)
    assert scatter(often)[1] <= 20
