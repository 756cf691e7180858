"""Exactly one edition for each local date: around the changes of clocks, and when the watcher's own clock is set."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta

import pytest
from dates import TIMES, Calendar, faults, transitions
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.cadence import edition_moment
from watcher.cadence.editions import OLDEST
from watcher.publish import CatchUp, due_spans
from watcher.types import Schedule

# Changes at midnight, by half an hour, twice a month, in Ramadan, by two hours, and zones that change for good.
ODD = (
    "Australia/Lord_Howe", "America/Havana", "Africa/Casablanca", "Africa/Cairo", "Asia/Gaza", "Antarctica/Troll",
    "America/Nuuk", "America/Asuncion", "America/Santiago", "Asia/Beirut", "Asia/Tehran", "Pacific/Easter",
    "Europe/Berlin", "Africa/Juba", "Asia/Almaty", "Pacific/Norfolk",
)  # fmt: skip
DAILY = Schedule("07:00", "Europe/Lisbon")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize("zone", ODD)
def test_around_a_change_of_the_clock_each_local_date_has_one_edition(zone: str) -> None:
    """Two changes of each zone at a dozen times of day; `make dates` has every zone, change and half hour."""
    chance = random.Random(zone)
    changes = transitions(zone)
    assert changes
    near = [f"{hour:02}:{minute}" for hour in (0, 1, 2, 3, 23) for minute in ("00", "30")]
    for moment in chance.sample(changes, min(2, len(changes))):
        for at in [*near, *chance.sample(TIMES, 2)]:
            assert faults(zone, moment, at) == []


def made(store: Calendar, now: datetime, catch_up: CatchUp = "one", schedule: Schedule = DAILY) -> list[date]:
    """One ring: the dates it makes."""
    spans = due_spans(store, schedule, catch_up, now)  # type: ignore[arg-type]  # all that it asks
    for day, _, until in spans:
        store.keep(day, until)
    return [day for day, _, _ in spans]


def after(first: date, days: int) -> list[date]:
    return [first + timedelta(days=number) for number in range(days)]


FIRST = date(2026, 11, 16)
SEVEN = datetime(2026, 11, 16, 7, 0, 20, tzinfo=UTC)


def lived(store: Calendar, days: int) -> None:
    """The watcher runs for so many days without anything happening."""
    for day in range(days):
        assert made(store, SEVEN + day * DAY) == [FIRST + day * DAY]


@pytest.mark.parametrize("back", [timedelta(minutes=40), 5 * HOUR, DAY, 3 * DAY])
def test_a_clock_that_is_set_back_makes_no_second_edition_of_a_date(back: timedelta) -> None:
    store = Calendar()
    lived(store, 6)
    now, end = SEVEN + 5 * DAY - back, SEVEN + 7 * DAY + HOUR
    later: list[date] = []
    while now <= end:
        later += made(store, now)
        now += 20 * timedelta(minutes=1)
    assert later == [FIRST + 6 * DAY, FIRST + 7 * DAY]


@pytest.mark.parametrize("catch_up", ["one", "each", "none"])
@pytest.mark.parametrize("ahead", [2 * HOUR, 30 * HOUR, 10 * DAY, 400 * DAY])
def test_a_clock_that_ran_ahead_for_a_while_silences_for_no_longer_than_the_dates_it_made(
    ahead: timedelta, catch_up: CatchUp
) -> None:
    store = Calendar()
    lived(store, 3)
    made(store, SEVEN + 2 * DAY + HOUR + ahead, catch_up)
    false = {each.date for each in store.rows[3:]}
    assert len(false) <= (OLDEST.days + 1 if catch_up == "each" else 1)
    now, end = SEVEN + 2 * DAY + 2 * HOUR, SEVEN + 20 * DAY
    later: list[date] = []
    while now <= end:
        later += made(store, now, catch_up)
        now += HOUR
    assert later == [day for day in after(FIRST + 3 * DAY, 18) if day not in false]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(-3000, 3000), st.integers(1, 600)), max_size=40), st.sampled_from(["one", "each"])
)
def test_whatever_a_clock_does_no_date_has_two_editions(jumps: list[tuple[int, int]], catch_up: CatchUp) -> None:
    store = Calendar()
    now = SEVEN
    for jump, steps in jumps:
        now += timedelta(minutes=jump)
        for _ in range(min(steps, 20)):
            made(store, now, catch_up)
            now += timedelta(minutes=31)
    days = [each.date for each in store.rows]
    assert len(days) == len(set(days))


@pytest.mark.parametrize(("catch_up", "expected"), [("one", 1), ("each", 7), ("none", 1)])
def test_a_snapshot_of_last_month_does_not_tell_last_month(catch_up: CatchUp, expected: int) -> None:
    store = Calendar()
    lived(store, 2)
    now = SEVEN + 33 * DAY + HOUR
    spans = due_spans(store, DAILY, catch_up, now)  # type: ignore[arg-type]  # all that it asks
    assert len(spans) in (expected, expected + 1)
    assert spans[-1][0] == FIRST + 33 * DAY
    assert now - spans[0][1] <= OLDEST + DAY


def test_who_reads_once_a_week_misses_nothing_by_the_age_limit() -> None:
    weekly, store = Schedule("07:00", "Europe/Lisbon", frozenset({0})), Calendar()
    assert made(store, SEVEN, schedule=weekly) == [FIRST]
    ((day, since, _),) = due_spans(store, weekly, "one", SEVEN + 14 * DAY)  # type: ignore[arg-type]  # all it asks
    assert (day, since) == (FIRST + 14 * DAY, SEVEN)


def test_an_edition_hour_that_moves_within_a_day_gives_no_second_edition() -> None:
    store = Calendar()
    lived(store, 3)
    evening = Schedule("18:00", "Asia/Tokyo")
    for hour in range(1, 23):
        assert made(store, SEVEN + 2 * DAY + hour * HOUR, schedule=evening) == []
    assert made(store, edition_moment(FIRST + 3 * DAY, "18:00", "Asia/Tokyo"), schedule=evening) == [FIRST + 3 * DAY]
