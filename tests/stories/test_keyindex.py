"""Who is found by keys: the law of the archive, in memory."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from watcher.stories.keyindex import CANDIDATES, HOLDERS, KeyIndex
from watcher.stories.signal import MANY_KEYS
from watcher.types import Key


def keys(*values: int, signal: str = "copy") -> tuple[Key, ...]:
    return tuple(Key(signal, 1, value) for value in values)


def test_whoever_shares_most_keys_comes_first_and_among_equals_the_earlier() -> None:
    index = KeyIndex()
    index.add(1, keys(1))
    index.add(2, keys(1, 2))
    index.add(3, keys(2))
    assert index.candidates(keys(1, 2)) == [2, 1, 3]
    assert index.candidates(keys(3)) == []


def test_of_many_keys_of_a_signal_a_single_one_in_common_is_chance() -> None:
    index = KeyIndex()
    index.add(1, keys(1))
    index.add(2, keys(1, 2))
    many = keys(*range(MANY_KEYS))
    assert index.candidates(many) == [2]
    assert index.candidates((*keys(1), *keys(*range(100, 100 + MANY_KEYS), signal="facts"))) == [1, 2]


def test_a_key_that_everyone_holds_finds_the_first_holders_alone() -> None:
    index = KeyIndex()
    for number in range(HOLDERS + 5):
        index.add(number, keys(7))
    index.add(HOLDERS + 5, keys(7, 8))
    assert index.candidates(keys(7)) == list(range(CANDIDATES))
    assert index.candidates(keys(8)) == [HOLDERS + 5]


@given(
    st.lists(st.frozensets(st.integers(0, 6), max_size=5), min_size=1, max_size=12), st.frozensets(st.integers(0, 6))
)
def test_candidates_are_those_that_counting_by_hand_finds(held: list[frozenset[int]], asked: frozenset[int]) -> None:
    index = KeyIndex()
    for number, values in enumerate(held):
        index.add(number, keys(*values, *values))
    by_hand = {number: len(values & asked) for number, values in enumerate(held) if values & asked}
    assert index.candidates(keys(*asked)) == sorted(by_hand, key=lambda number: (-by_hand[number], number))
