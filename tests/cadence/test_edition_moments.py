"""When an edition is due, in every zone and whatever its clock does."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.cadence import edition_moment, editions_due, next_edition
from watcher.types import Schedule

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)  # a Wednesday
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("day", "at", "zone", "expected"),
    [
        (date(2026, 3, 4), "07:00", "Europe/Lisbon", "2026-03-04T07:00:00+00:00"),
        (date(2027, 3, 28), "02:30", "Europe/Berlin", "2027-03-28T01:00:00+00:00"),  # gap: 03:00 is the first after it
        (date(2026, 10, 25), "02:30", "Europe/Berlin", "2026-10-25T00:30:00+00:00"),  # twice: the first
        (date(2027, 3, 14), "00:30", "America/Havana", "2027-03-14T05:00:00+00:00"),
        (date(2026, 10, 4), "02:15", "Australia/Lord_Howe", "2026-10-03T15:30:00+00:00"),  # a gap of half an hour
        (date(2011, 12, 30), "07:00", "Pacific/Apia", "2011-12-30T10:00:00+00:00"),  # the day that was left out
    ],
)
def test_an_edition_hour_is_one_instant_also_when_the_clock_changes(
    day: date, at: str, zone: str, expected: str
) -> None:
    assert edition_moment(day, at, zone).isoformat() == expected


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(sorted(available_timezones() - {"localtime"})),
    st.dates(date(2020, 1, 2), date(2037, 12, 30)),
    st.integers(0, 47),
)
def test_in_every_zone_each_local_date_has_exactly_one_edition(zone: str, day: date, half_hour: int) -> None:
    schedule = Schedule(f"{half_hour // 2:02}:{half_hour % 2 * 30:02}", zone)
    moments = [edition_moment(day + timedelta(days=ahead), schedule.at, zone) for ahead in range(-1, 2)]
    assert moments == sorted(set(moments))
    shown = moments[1].astimezone(ZoneInfo(zone))
    assert shown.date() == day
    assert f"{shown:%H:%M}" >= schedule.at
    # Asking at any time of the three days gives each date once: the last edition's end is where the next search starts.
    told: list[date] = []
    last = moments[0] - timedelta(seconds=1)
    now = last
    while now < moments[2] + timedelta(hours=1):
        now += timedelta(hours=5, minutes=17)
        for due_day, moment in editions_due(schedule, last, now):
            told.append(due_day)
            last = moment
    assert told[:3] == [day - DAY, day, day + DAY]


def test_after_an_outage_every_missed_date_is_named_in_order() -> None:
    schedule = Schedule("07:00", "Europe/Lisbon", frozenset(range(5)))
    last = datetime(2026, 3, 4, 7, 0, tzinfo=UTC)
    due = editions_due(schedule, last, datetime(2026, 3, 10, 6, 0, tzinfo=UTC))
    assert [day.isoformat() for day, _ in due] == ["2026-03-05", "2026-03-06", "2026-03-09"]
    assert editions_due(schedule, last, last) == ()
    assert editions_due(schedule, last + DAY, last) == ()


def test_who_starts_today_is_owed_the_latest_hour_only() -> None:
    schedule = Schedule("07:00", "Europe/Lisbon")
    assert [day for day, _ in editions_due(schedule, None, NOW)] == [date(2026, 3, 4)]
    assert [day for day, _ in editions_due(schedule, None, NOW - timedelta(hours=9))] == [date(2026, 3, 3)]


def test_the_next_edition_is_the_next_day_that_has_one() -> None:
    schedule = Schedule("07:00", "Europe/Lisbon", frozenset({0}))
    assert next_edition(schedule, NOW) == (date(2026, 3, 9), datetime(2026, 3, 9, 7, 0, tzinfo=UTC))
    assert next_edition(Schedule("07:00", "UTC", frozenset()), NOW) is None
