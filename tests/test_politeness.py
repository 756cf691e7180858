"""The pace per host, driven by a clock that only this test moves."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.politeness import Lanes


def test_one_of_a_lane_is_in_flight_and_the_next_starts_after_the_gap() -> None:
    lanes: Lanes[str] = Lanes(gap=2, concurrency=8)
    for item in "abc":
        lanes.put("h:80", item)
    assert lanes.take(0) == ["a"]
    assert lanes.take(100) == []
    assert lanes.next_moment(100) is None
    lanes.done("h:80", 100.5)
    assert lanes.next_moment(100.5) == 100.5
    assert lanes.take(100.5) == ["b"]
    lanes.done("h:80", 100.6)
    assert lanes.next_moment(100.6) == 102.5
    assert lanes.take(102.4) == []
    assert lanes.take(102.5) == ["c"]


def test_a_slow_host_holds_nobody_up() -> None:
    lanes: Lanes[str] = Lanes(gap=2, concurrency=8)
    for number in range(50):
        lanes.put("slow:80", f"slow{number}")
    lanes.put("fast:80", "fast")
    assert lanes.take(0) == ["slow0", "fast"]


def test_no_more_than_the_allowed_number_is_in_flight() -> None:
    lanes: Lanes[int] = Lanes(gap=0, concurrency=3)
    for number in range(10):
        lanes.put(f"h{number}:80", number)
    assert lanes.take(0) == [0, 1, 2]
    assert lanes.next_moment(0) is None
    lanes.done("h1:80", 1)
    assert lanes.take(1) == [3]


def test_a_host_that_asked_for_rest_is_left_alone_until_then() -> None:
    lanes: Lanes[str] = Lanes(gap=1, concurrency=8)
    lanes.put("h:80", "a")
    lanes.put("h:80", "b")
    lanes.take(0)
    lanes.rest("h:80", 500)
    lanes.done("h:80", 1)
    assert lanes.next_moment(1) == 500
    lanes.rest("h:80", 100)
    assert lanes.take(499) == []
    assert lanes.take(500) == ["b"]


def test_a_rest_holds_for_work_that_comes_later() -> None:
    lanes: Lanes[str] = Lanes(gap=1, concurrency=8)
    lanes.rest("h:80", 50)
    lanes.take(10)
    lanes.put("h:80", "a")
    assert lanes.take(49) == []
    assert lanes.take(50) == ["a"]


def test_the_gap_is_kept_after_a_lane_ran_empty() -> None:
    lanes: Lanes[str] = Lanes(gap=10, concurrency=8)
    lanes.put("h:80", "a")
    lanes.take(0)
    lanes.done("h:80", 1)
    lanes.take(2)
    lanes.put("h:80", "b")
    assert lanes.take(9.9) == []
    assert lanes.take(10) == ["b"]


def test_a_lane_can_be_slower_than_the_others() -> None:
    lanes: Lanes[str] = Lanes(gap=1, concurrency=8)
    for item in "ab":
        lanes.put("h:80", item)
    lanes.pace("h:80", 30)
    lanes.take(0)
    lanes.done("h:80", 1)
    assert lanes.next_moment(1) == 30


def test_what_waits_in_a_lane_can_be_dropped() -> None:
    lanes: Lanes[str] = Lanes(gap=1, concurrency=8)
    for item in "abc":
        lanes.put("h:80", item)
    lanes.take(0)
    assert lanes.drop("h:80") == ["b", "c"]
    assert len(lanes) == 0
    lanes.done("h:80", 1)
    assert lanes.next_moment(1) is None


def test_ending_what_never_started_is_a_defect() -> None:
    lanes: Lanes[str] = Lanes(gap=1, concurrency=8)
    with pytest.raises(ValueError, match="h:80"):
        lanes.done("h:80", 0)


def test_lanes_without_work_are_forgotten() -> None:
    lanes: Lanes[int] = Lanes(gap=1, concurrency=1000)
    for number in range(1000):
        lanes.put(f"h{number}:80", number)
    for number in lanes.take(0):
        lanes.done(f"h{number}:80", 0.5)
    lanes.take(10)
    assert not lanes._lanes
    assert not lanes._idle


@settings(max_examples=60)
@given(st.randoms(use_true_random=True), st.floats(0, 5), st.integers(1, 6))
def test_however_work_comes_every_rule_holds_and_all_of_it_is_done(
    chance: random.Random, gap: float, concurrency: int
) -> None:
    lanes: Lanes[tuple[str, int]] = Lanes(gap=gap, concurrency=concurrency)
    flying: dict[str, float] = {}
    started: dict[str, float] = {}
    order: dict[str, list[int]] = {}
    resting: dict[str, float] = {}
    now, put, left = 0.0, 0, 60
    while left or len(lanes) or flying:
        if left and chance.random() < 0.5:
            name = f"h{chance.randrange(5)}:80"
            lanes.put(name, (name, put))
            put, left = put + 1, left - 1
        if chance.random() < 0.1:
            name = f"h{chance.randrange(5)}:80"
            resting[name] = max(resting.get(name, 0), now + 3)
            lanes.rest(name, now + 3)
        for name, number in lanes.take(now):
            assert name not in flying
            assert now >= started.get(name, -100) + gap
            assert now >= resting.get(name, 0)
            flying[name], started[name] = now, now
            order.setdefault(name, []).append(number)
        assert len(flying) <= concurrency
        moment = lanes.next_moment(now)
        if flying and (moment is None or chance.random() < 0.7):
            name = chance.choice(sorted(flying))
            now += chance.random() * 3
            lanes.done(name, now)
            del flying[name]
        elif moment is not None:
            assert moment >= now
            now = max(moment, now + 0.001)
    assert sorted(number for numbers in order.values() for number in numbers) == list(range(put))
    assert all(numbers == sorted(numbers) for numbers in order.values())
