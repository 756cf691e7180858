"""When a source or an edition is due next, by a clock that stands still."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.cadence import edition_moment, editions_due, host_rest, next_due, next_edition
from watcher.types import Hints, Memory, Page, Reason, Schedule, Source, Trouble

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)  # a Wednesday
HALF_HOUR = timedelta(minutes=30)
DAY = timedelta(days=1)
SLACK = timedelta(minutes=3)  # jitter: a tenth of the interval
SOURCE = Source(id="beispielblatt", url="https://beispielblatt.example/feed")


def page(status: int = 200, **headers: str) -> Page:
    sent = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Page(SOURCE.url, status, sent, b"", NOW)


def wait(
    answer: Page | None = None,
    trouble: Trouble | None = None,
    failures: int = 0,
    hints: Hints | None = None,
    id: str = SOURCE.id,
) -> timedelta:
    source = Source(id=id, url=SOURCE.url)
    return next_due(source, Memory(id, failures=failures), NOW, answer, trouble, hints or Hints()) - NOW


@pytest.mark.parametrize("status", [200, 304])
@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, HALF_HOUR),
        ({"cache_control": "max-age=7200"}, timedelta(hours=2)),
        ({"Cache_Control": "public, s-maxage=7200, max-age=60"}, timedelta(hours=2)),
        ({"cache_control": "max-age=7200", "age": "3600"}, timedelta(hours=1)),
        ({"cache_control": 'max-age="3600"'}, timedelta(hours=1)),
        ({"cache_control": "max-age=0"}, HALF_HOUR),
        ({"cache_control": "max-age=-5"}, HALF_HOUR),
        ({"cache_control": "max-age=abc, no-store"}, HALF_HOUR),
        ({"cache_control": "stale-max-age=9999999"}, HALF_HOUR),
        ({"cache_control": "max-age=99999999999"}, DAY),
        ({"expires": "Wed, 04 Mar 2026 15:00:00 GMT"}, timedelta(hours=3)),
        ({"expires": "Wed, 04 Mar 2026 15:00:00 GMT", "date": "Wed, 04 Mar 2026 14:00:00 GMT"}, timedelta(hours=1)),
        ({"expires": "0"}, HALF_HOUR),
        ({"expires": "Wed, 04 Mar 1970 15:00:00 GMT"}, HALF_HOUR),
        ({"expires": "Wed, 04 Mar 9999 15:00:00 GMT"}, DAY),
    ],
)
def test_what_the_server_says_is_heard_within_a_day(status: int, headers: dict[str, str], expected: timedelta) -> None:
    assert expected <= wait(page(status, **headers)) <= expected + SLACK


@pytest.mark.parametrize(
    ("trouble", "expected"),
    [
        (Trouble(Reason.STATUS, "", 429, timedelta(hours=3)), timedelta(hours=3)),
        (Trouble(Reason.STATUS, "", 503, timedelta(days=10)), timedelta(days=10)),
        (Trouble(Reason.STATUS, "", 503, timedelta(days=365)), timedelta(days=31)),
        (Trouble(Reason.STATUS, "", 503, timedelta(0)), HALF_HOUR),
        (Trouble(Reason.STATUS, "", 429), timedelta(hours=4)),
        (Trouble(Reason.STATUS, "", 403), timedelta(hours=4)),
        (Trouble(Reason.STATUS, "", 500, fresh_for=timedelta(hours=2)), timedelta(hours=2)),
        (Trouble(Reason.TIMEOUT, ""), HALF_HOUR),
    ],
)
def test_a_server_in_trouble_is_given_the_time_it_asks_for(trouble: Trouble, expected: timedelta) -> None:
    assert expected <= wait(trouble=trouble) <= expected + SLACK


def test_pauses_double_with_every_failure_up_to_a_week() -> None:
    pauses = [wait(trouble=Trouble(Reason.CONNECTION, ""), failures=failures) for failures in range(12)]
    for failures, pause in enumerate(pauses):
        expected = min(HALF_HOUR * 2**failures, timedelta(days=7))
        assert expected <= pause <= expected + SLACK
    assert wait(trouble=Trouble(Reason.CONNECTION, ""), failures=10**6) < timedelta(days=7) + SLACK


def test_a_host_rests_as_a_whole_only_when_the_server_spoke_for_it() -> None:
    assert host_rest(Trouble(Reason.STATUS, "", 429, timedelta(hours=1))) == timedelta(hours=1)
    assert host_rest(Trouble(Reason.STATUS, "", 503)) == timedelta(hours=4)
    assert host_rest(Trouble(Reason.STATUS, "", 503, timedelta(days=400))) == timedelta(days=31)
    assert host_rest(Trouble(Reason.STATUS, "", 404)) is None
    assert host_rest(Trouble(Reason.TIMEOUT, "")) is None


def test_a_feed_is_not_asked_in_hours_and_days_it_wants_to_be_left_alone() -> None:
    due = NOW + wait(page(), hints=Hints(skip_hours=frozenset({12, 13, 14})))
    assert due == datetime(2026, 3, 4, 15, 0, tzinfo=UTC)
    due = NOW + wait(page(), hints=Hints(skip_days=frozenset({2, 3})))
    assert due == datetime(2026, 3, 6, 0, 0, tzinfo=UTC)
    due = NOW + wait(page(), hints=Hints(skip_hours=frozenset(range(24))))
    assert due <= NOW + HALF_HOUR + SLACK
    assert wait(page(), hints=Hints(ttl=timedelta(hours=5))) >= timedelta(hours=5)


def test_each_source_keeps_its_own_rhythm_and_they_spread_out() -> None:
    waits = {wait(page(), id=f"s{number}") for number in range(200)}
    assert len(waits) == 200
    assert max(waits) - min(waits) > timedelta(minutes=2)
    assert wait(page(), id="s7") == wait(page(), id="s7")


_HINTS = st.builds(
    Hints,
    ttl=st.none() | st.timedeltas(timedelta(0), timedelta(days=400)),
    skip_hours=st.frozensets(st.integers(0, 23)),
    skip_days=st.frozensets(st.integers(0, 6)),
)
_SECONDS = st.integers(-(10**12), 10**12)


@given(
    st.timedeltas(timedelta(0), timedelta(days=60)),
    _SECONDS,
    st.none() | st.timedeltas(timedelta(0), timedelta(days=500)),
    st.integers(0, 10**9),
    _HINTS,
    st.booleans(),
)
def test_a_source_is_due_neither_before_a_wish_nor_after_the_ceiling(
    interval: timedelta, max_age: int, retry_after: timedelta | None, failures: int, hints: Hints, fails: bool
) -> None:
    source = Source(id="s", url=SOURCE.url, interval=interval)
    trouble = Trouble(Reason.STATUS, "", 503, retry_after) if fails else None
    answer = None if fails else page(cache_control=f"max-age={max_age}")
    due = next_due(source, Memory("s", failures=failures), NOW, answer, trouble, hints)
    assert due > NOW
    assert due >= NOW + interval
    ceiling = max(interval, DAY)
    if fails:
        assert due >= NOW + min(retry_after or timedelta(0), timedelta(days=31))
        ceiling = max(ceiling, timedelta(days=31))
    else:
        assert due >= NOW + min(timedelta(seconds=max(max_age, 0)), DAY)
    assert due >= NOW + min(hints.ttl or timedelta(0), DAY)
    assert due <= NOW + ceiling + timedelta(days=7, hours=1)
    if not hints.skip_days and not hints.skip_hours:
        assert due <= NOW + ceiling
    if len(hints.skip_days) < 7 and len(hints.skip_hours) < 24:
        assert due.hour not in hints.skip_hours
        assert due.weekday() not in hints.skip_days


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
