"""How a source's own rhythm is estimated, and what it changes."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from watcher.cadence import after_news, lull, next_due
from watcher.cadence.rhythm import BURST, LONGEST_LULL
from watcher.types import Because, Memory, Page, Source

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SOURCE = Source("a", "https://a.example/feed")
_SPANS = st.timedeltas(timedelta(0), timedelta(days=3_650))


def quiet(silence: timedelta, rhythm: timedelta | None = None, source: Source = SOURCE) -> timedelta:
    return lull(source, Memory("a", changed=NOW - silence, rhythm=rhythm, visits=100), NOW)


def test_news_brings_a_quiet_source_back_to_its_interval() -> None:
    assert quiet(timedelta(days=9), timedelta(days=9)) == LONGEST_LULL
    assert quiet(timedelta(0), timedelta(days=9)) == timedelta(0)
    assert quiet(BURST - timedelta(seconds=1), timedelta(days=9)) == timedelta(0)


def test_a_source_is_asked_eight_times_between_two_pieces_of_news() -> None:
    assert quiet(3 * HOUR, 8 * HOUR) == HOUR
    assert quiet(16 * HOUR, 8 * HOUR) == 2 * HOUR  # it has been silent for longer than it usually is
    assert quiet(3 * HOUR, HOUR) < timedelta(minutes=30)  # a lively one: the interval decides


def test_what_never_brought_anything_grows_quiet_by_its_visits() -> None:
    assert lull(SOURCE, Memory("a", visits=2), NOW) == timedelta(0)
    assert lull(SOURCE, Memory("a", visits=100), NOW) == LONGEST_LULL


def test_the_users_longer_interval_is_never_stretched() -> None:
    source = Source("a", SOURCE.url, interval=timedelta(hours=6))
    memory = Memory("a", changed=NOW - timedelta(days=90), rhythm=timedelta(days=30))
    due, because = next_due(source, memory, NOW, Page(source.url, 304, (), b"", NOW), None)
    assert because is Because.INTERVAL
    assert due - NOW <= 1.1 * timedelta(hours=6)


def test_one_odd_gap_hardly_moves_the_rhythm_and_a_new_one_is_learned() -> None:
    rhythm = after_news(4 * HOUR, timedelta(days=30))
    assert rhythm < 6 * HOUR
    for _ in range(30):
        rhythm = after_news(rhythm, DAY)
    assert 23 * HOUR < rhythm <= DAY


def test_the_rhythm_of_a_source_that_brings_news_by_chance_is_found() -> None:
    randomly = random.Random(7)
    rhythm: timedelta | None = None
    seen: list[float] = []
    for number in range(400):
        rhythm = after_news(rhythm, timedelta(hours=randomly.expovariate(1 / 5)))
        seen.append(rhythm / HOUR if number > 50 else 5.0)
    assert min(seen) > 0.5
    assert max(seen) < 10


@given(st.none() | st.timedeltas(timedelta(minutes=1), timedelta(days=31)), _SPANS)
def test_a_rhythm_moves_towards_the_gap_and_stays_within_bounds(rhythm: timedelta | None, gap: timedelta) -> None:
    after = after_news(rhythm, gap)
    assert timedelta(minutes=1) <= after <= timedelta(days=31)
    if rhythm is not None:
        bounded = min(max(gap, timedelta(minutes=1)), timedelta(days=31))
        assert min(rhythm, bounded) - timedelta(seconds=1) <= after <= max(rhythm, bounded) + timedelta(seconds=1)


@given(_SPANS, st.none() | st.timedeltas(timedelta(minutes=1), timedelta(days=31)))
def test_nobody_is_left_alone_for_longer_than_three_hours(silence: timedelta, rhythm: timedelta | None) -> None:
    assert timedelta(0) <= quiet(silence, rhythm) <= LONGEST_LULL
