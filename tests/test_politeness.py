"""The pace per host, driven by a clock that only this test moves."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.politeness import SLOW, TARDY, Lanes


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
    assert lanes.next_moment(0) == 1, "when the first of them is slow"
    lanes.done("h1:80", 0.5)
    assert lanes.take(0.5) == [3]
    assert lanes.take(0.9) == []


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


def test_what_is_in_flight_for_long_takes_nobodys_place() -> None:
    lanes: Lanes[str] = Lanes(gap=0, concurrency=4)
    for number in range(12):
        lanes.put(f"drip{number}:80", "drip")
    lanes.put("good:80", "good")
    assert lanes.take(0) == ["drip"] * 4
    assert lanes.take(0.9) == []
    assert lanes.take(1) == ["drip"] * 4
    assert lanes.take(2) == ["drip"] * 4
    assert lanes.next_moment(2) == 3
    assert lanes.take(3) == ["good"]


def test_so_many_slow_ones_may_be_in_flight_and_no_more() -> None:
    lanes: Lanes[int] = Lanes(gap=0, concurrency=2)
    for number in range(100):
        lanes.put(f"drip{number}:80", number)
    taken = [lanes.take(float(second)) for second in range(20)]
    assert sum(len(items) for items in taken) == lanes.most_flying == 8
    assert lanes.next_moment(20) is None
    lanes.done("drip0:80", 21)
    assert lanes.take(21) == [8]


def test_hosts_known_to_be_slow_leave_the_places_to_the_others() -> None:
    lanes: Lanes[str] = Lanes(gap=0, concurrency=4)
    for number in range(12):
        lanes.put(f"drip{number}:80", "drip")
    for second in range(3):
        lanes.take(second)
    for number in range(12):
        lanes.done(f"drip{number}:80", 40)
    for number in range(12):
        lanes.put(f"drip{number}:80", "drip")
    for number in range(4):
        lanes.put(f"good{number}:80", "good")
    assert lanes.take(50) == ["good"] * 4 + ["drip"] * 6
    lanes.done("drip0:80", 50.1)  # it has become quick: one of the ordinary ones again
    lanes.done("good0:80", 50.2)
    lanes.put("drip0:80", "recovered")
    assert lanes.take(50.2) == ["recovered", "drip"]


def test_a_slow_answer_now_and_then_makes_no_slow_host() -> None:
    lanes: Lanes[str] = Lanes(gap=0, concurrency=1)
    lanes.put("h:80", "a")
    lanes.take(0)
    lanes.done("h:80", TARDY * SLOW - 0.1)
    lanes.put("h:80", "b")
    lanes.take(10)
    lanes.put("other:80", "c")
    assert lanes.take(10) == [], "it is counted as every other"


def test_what_has_a_lower_rank_goes_first_and_what_is_put_off_waits_alone() -> None:
    lanes: Lanes[str] = Lanes(gap=1, concurrency=8)
    lanes.put("h:80", "page 2", rank=2)
    lanes.put("h:80", "again", rank=9, after=10)
    lanes.put("h:80", "page 1", rank=1)
    lanes.put("h:80", "feed")
    order = []
    now = 0.0
    while len(lanes):
        moment = lanes.next_moment(now)
        assert moment is not None
        now = moment
        order += [(item, now) for item in lanes.take(now)]
        lanes.done("h:80", now)
    assert order == [("feed", 0), ("page 1", 1), ("page 2", 2), ("again", 10)]


def test_what_comes_later_does_not_wait_behind_what_was_put_off() -> None:
    lanes: Lanes[str] = Lanes(gap=1, concurrency=8)
    lanes.put("h:80", "again", rank=9, after=10)
    assert lanes.take(0) == []
    lanes.put("h:80", "feed")
    assert lanes.take(0) == ["feed"]


def test_a_crawl_delay_that_is_learnt_counts_from_the_last_start() -> None:
    lanes: Lanes[str] = Lanes(gap=1, concurrency=8)
    lanes.put("h:80", "robots")
    lanes.take(0)
    lanes.done("h:80", 0.5)
    lanes.pace("h:80", 30)
    lanes.put("h:80", "page")
    assert lanes.next_moment(0.5) == 30


def test_some_of_what_waits_can_be_dropped_in_its_order() -> None:
    lanes: Lanes[str] = Lanes(gap=1, concurrency=8)
    for item, rank in (("page 2", 2), ("feed", 0), ("page 1", 1)):
        lanes.put("h:80", item, rank)
    assert lanes.drop("h:80", lambda item: item.startswith("page")) == ["page 1", "page 2"]
    assert lanes.take(0) == ["feed"]


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
        # Compared like the lanes do: of 0.3 + 1.0 the difference to 0.3 is a little less than 1.0.
        quick = [name for name, start in flying.items() if start + SLOW > now and name not in lanes._tardy]
        assert len(quick) <= concurrency
        assert len(flying) <= lanes.most_flying
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


# --- turns among several daemons ---


def test_what_is_put_back_is_the_next_of_its_rank_and_counts_as_waiting():
    lanes: Lanes[str] = Lanes(gap=1.0, concurrency=4)
    lanes.put("a", "first", 1.0)
    lanes.put("a", "second", 1.0)
    assert lanes.take(0.0) == ["first"]
    lanes.put_back("a", "first", 1.0, 0.5)
    assert (len(lanes), lanes.flying, lanes.next_moment(0.0)) == (2, 0, 0.5)
    assert lanes.take(0.4) == []
    assert lanes.take(0.5) == ["first"]


def test_the_gap_of_what_began_late_counts_from_then():
    lanes: Lanes[str] = Lanes(gap=1.0, concurrency=4)
    lanes.put("a", "first")
    lanes.put("a", "second")
    assert lanes.take(0.0) == ["first"]
    lanes.began("a", 0.7)
    lanes.done("a", 0.8)
    assert lanes.ready_in("a", 0.8) == pytest.approx(0.9)
    assert lanes.take(1.6) == []
    assert lanes.take(1.75) == ["second"]
    assert lanes.ready_in("b", 0.0) == 0.0
