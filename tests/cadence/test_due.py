"""When a source is due next and what decided it, by a clock that stands still."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from watcher.cadence import claimed_until, host_rest, may_be_asked, next_due
from watcher.types import Because, Hints, Memory, Page, Reason, Source, Trouble

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)  # a Wednesday
HALF_HOUR, HOUR, DAY = timedelta(minutes=30), timedelta(hours=1), timedelta(days=1)
SOURCE = Source(id="beispielblatt", url="https://beispielblatt.example/feed")
LIVELY = Memory(SOURCE.id, changed=NOW, visits=5)


def page(status: int = 200, **headers: str) -> Page:
    sent = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Page(SOURCE.url, status, sent, b"", NOW)


def because(
    answer: Page | None = None, trouble: Trouble | None = None, memory: Memory = LIVELY, source: Source = SOURCE
) -> tuple[timedelta, Because]:
    due, reason = next_due(source, memory, NOW, answer, trouble)
    return due - NOW, reason


def failed(trouble: Trouble, times: int = 1) -> timedelta:
    return because(None, trouble, replace(LIVELY, failures=times))[0]


def in_time(wait: timedelta, expected: timedelta) -> bool:
    """Not earlier, and later by no more than the jitter: a tenth, of a day at most."""
    return expected <= wait <= expected + min(expected, DAY) * 0.1


@pytest.mark.parametrize("status", [200, 304])
@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, HALF_HOUR),
        ({"cache_control": "max-age=7200"}, timedelta(hours=2)),
        ({"Cache_Control": "public, s-maxage=7200, max-age=60"}, timedelta(hours=2)),
        ({"cache_control": "max-age=7200", "age": "3600"}, HOUR),
        ({"cache_control": 'max-age="3600"'}, HOUR),
        ({"cache_control": "max-age=0"}, HALF_HOUR),
        ({"cache_control": "max-age=-5"}, HALF_HOUR),
        ({"cache_control": "max-age=abc, no-store"}, HALF_HOUR),
        ({"cache_control": "private, no-store, max-age=7200"}, timedelta(hours=2)),
        ({"cache_control": "stale-max-age=9999999"}, HALF_HOUR),
        ({"cache_control": "max-age=99999999999"}, DAY),
        ({"cache_control": f"max-age={10**12}", "age": f"{10**10}"}, DAY),
        ({"cache_control": "max-age=" + "9" * 5_000, "age": "5"}, DAY),
        ({"cache_control": "max-age=7200", "age": "9" * 5_000}, HALF_HOUR),
        ({"expires": "Wed, 04 Mar 2026 15:00:00 GMT"}, timedelta(hours=3)),
        ({"expires": "Wed, 04 Mar 2026 15:00:00 GMT", "date": "Wed, 04 Mar 2026 14:00:00 GMT"}, HOUR),
        ({"expires": "0"}, HALF_HOUR),
        ({"expires": "Wed, 04 Mar 1970 15:00:00 GMT"}, HALF_HOUR),
        ({"expires": "Wed, 04 Mar 9999 15:00:00 GMT"}, DAY),
    ],
)
def test_what_the_server_says_is_heard_within_a_day(status: int, headers: dict[str, str], expected: timedelta) -> None:
    wait, reason = because(page(status, **headers))
    assert in_time(wait, expected)
    assert reason is (Because.INTERVAL if expected == HALF_HOUR else Because.CACHE)


def test_a_304_without_cache_headers_confirms_those_of_the_answer_it_stands_for() -> None:
    known = replace(LIVELY, hints=Hints(fresh_for=5 * HOUR))
    assert in_time(because(page(304), memory=known)[0], 5 * HOUR)
    assert in_time(because(page(304, cache_control="max-age=60"), memory=known)[0], HALF_HOUR)
    assert in_time(because(page(200), memory=known)[0], HALF_HOUR)


@pytest.mark.parametrize(
    ("trouble", "expected", "reason"),
    [
        (Trouble(Reason.STATUS, "", 429, timedelta(hours=3)), timedelta(hours=3), Because.RETRY_AFTER),
        (Trouble(Reason.STATUS, "", 503, timedelta(days=10)), timedelta(days=10), Because.RETRY_AFTER),
        (Trouble(Reason.STATUS, "", 503, timedelta(days=365)), timedelta(days=31), Because.RETRY_AFTER),
        (Trouble(Reason.STATUS, "", 503, timedelta(0)), HALF_HOUR, Because.INTERVAL),
        (Trouble(Reason.STATUS, "", 429), timedelta(hours=4), Because.BACK_OFF),
        (Trouble(Reason.STATUS, "", 403), timedelta(hours=4), Because.BACK_OFF),
        (Trouble(Reason.STATUS, "", 500, fresh_for=timedelta(hours=2)), timedelta(hours=2), Because.CACHE),
        (Trouble(Reason.TIMEOUT, ""), HALF_HOUR, Because.INTERVAL),
    ],
)
def test_a_server_in_trouble_is_given_the_time_it_asks_for(
    trouble: Trouble, expected: timedelta, reason: Because
) -> None:
    wait, decided = because(None, trouble, replace(LIVELY, failures=1))
    assert in_time(wait, expected)
    assert decided is reason


def test_pauses_double_with_every_failure_up_to_a_week_and_spread_out() -> None:
    dead = Trouble(Reason.CONNECTION, "")
    for failures in range(1, 13):
        assert in_time(failed(dead, failures), min(HALF_HOUR * 2 ** (failures - 1), timedelta(days=7)))
    assert in_time(failed(dead, 10**6), timedelta(days=7))
    memory = replace(LIVELY, failures=8)
    waits = sorted(because(None, dead, memory, replace(SOURCE, id=f"s{n}"))[0] for n in range(100))
    assert len(set(waits)) == 100
    assert waits[-1] - waits[0] > 2 * HOUR


def test_a_feed_that_limps_is_asked_every_three_hours_however_long_it_does() -> None:
    cut = Trouble(Reason.INCOMPLETE, "", 200)
    assert [in_time(failed(cut, n), expected) for n, expected in ((1, HALF_HOUR), (2, HOUR), (99, 3 * HOUR))]
    assert failed(cut, 99) < 4 * HOUR


def test_a_host_rests_as_a_whole_only_when_the_server_spoke_for_it() -> None:
    assert host_rest(Trouble(Reason.STATUS, "", 429, HOUR)) == HOUR
    assert host_rest(Trouble(Reason.STATUS, "", 503)) == timedelta(hours=4)
    assert host_rest(Trouble(Reason.STATUS, "", 503, timedelta(days=400))) == timedelta(days=31)
    assert host_rest(Trouble(Reason.STATUS, "", 404)) is None
    assert host_rest(Trouble(Reason.TIMEOUT, "")) is None


@pytest.mark.parametrize("answer", [page(200), page(304), None])
def test_what_the_feed_asked_for_holds_on_every_kind_of_answer(answer: Page | None) -> None:
    trouble = None if answer else Trouble(Reason.TIMEOUT, "")
    memory = replace(LIVELY, failures=0 if answer else 1)
    wait, reason = because(answer, trouble, replace(memory, hints=Hints(ttl=5 * HOUR)))
    assert in_time(wait, 5 * HOUR)
    assert reason is Because.TTL
    wait, reason = because(answer, trouble, replace(memory, hints=Hints(skip_hours=frozenset({12, 13, 14}))))
    assert datetime(2026, 3, 4, 15, 0, tzinfo=UTC) <= NOW + wait <= datetime(2026, 3, 4, 15, 6, tzinfo=UTC)
    assert reason is Because.SKIPPED
    wait, _ = because(answer, trouble, replace(memory, hints=Hints(skip_days=frozenset({2, 3}))))
    assert (NOW + wait).date() == datetime(2026, 3, 6, tzinfo=UTC).date()
    everything = Hints(skip_hours=frozenset(range(24)), skip_days=frozenset(range(7)))
    assert in_time(because(answer, trouble, replace(memory, hints=everything))[0], HALF_HOUR)


def test_each_source_keeps_its_own_place_and_they_spread_out() -> None:
    waits = {because(page(), source=replace(SOURCE, id=f"s{number}"))[0] for number in range(200)}
    assert len(waits) == 200
    assert max(waits) - min(waits) > timedelta(minutes=2)
    assert because(page()) == because(page())


def test_a_visit_that_never_ends_is_not_begun_again_before_all_that_is_known_allows() -> None:
    assert claimed_until(SOURCE, LIVELY, NOW) == NOW + HALF_HOUR
    hints = Hints(ttl=2 * HOUR, fresh_for=3 * HOUR)
    assert claimed_until(SOURCE, replace(LIVELY, hints=hints), NOW) == NOW + 3 * HOUR
    assert claimed_until(SOURCE, replace(LIVELY, failures=4), NOW) == NOW + 4 * HOUR
    assert claimed_until(SOURCE, replace(LIVELY, due=NOW + DAY), NOW) == NOW + DAY
    resting = Hints(skip_hours=frozenset({12, 13}))
    assert claimed_until(SOURCE, replace(LIVELY, hints=resting), NOW).hour == 14


@pytest.mark.parametrize(
    ("memory", "asked", "by_hand"),
    [
        (Memory("a"), True, True),
        (Memory("a", due=NOW), True, True),
        (Memory("a", due=NOW + HOUR, because=Because.INTERVAL), False, True),
        (Memory("a", due=NOW + HOUR, because=Because.BACK_OFF), False, True),
        (Memory("a", due=NOW + HOUR, because=Because.CACHE), False, True),
        (Memory("a", due=NOW + HOUR, because=Because.RETRY_AFTER), False, False),
        (Memory("a", due=NOW + HOUR, because=Because.HOST_REST), False, False),
        (Memory("a", due=NOW - HOUR, because=Because.RETRY_AFTER), True, True),
        (Memory("a", due=NOW - HOUR, paused=True), False, False),
        (Memory("a", due=NOW - HOUR, ended=NOW), False, False),
        (Memory("a", due=NOW - HOUR, hints=Hints(skip_hours=frozenset({12}))), False, True),
        (Memory("a", due=NOW - 2 * DAY, hints=Hints(skip_hours=frozenset({12}))), True, True),
        (Memory("a", due=NOW - HOUR, hints=Hints(skip_days=frozenset({2}))), False, True),
        (Memory("a", due=NOW - HOUR, hints=Hints(skip_days=frozenset(range(7)))), True, True),
        (Memory("a", due=NOW + timedelta(days=31), because=Because.RETRY_AFTER), False, False),
        (Memory("a", due=NOW + timedelta(days=400), because=Because.RETRY_AFTER), True, True),  # a clock that was wrong
    ],
)
def test_who_may_be_asked_now(memory: Memory, asked: bool, by_hand: bool) -> None:
    assert may_be_asked(SOURCE, memory, NOW) is asked
    assert may_be_asked(SOURCE, memory, NOW, everything=True) is by_hand


_HINTS = st.builds(
    Hints,
    ttl=st.none() | st.timedeltas(timedelta(0), timedelta(days=400)),
    skip_hours=st.frozensets(st.integers(0, 23)),
    skip_days=st.frozensets(st.integers(0, 6)),
    fresh_for=st.none() | st.timedeltas(timedelta(0), timedelta(days=400)),
)


@given(
    st.timedeltas(timedelta(0), timedelta(days=60)),
    st.integers(-(10**14), 10**14),
    st.integers(0, 10**14),
    st.none() | st.timedeltas(timedelta(0), timedelta(days=500)),
    st.integers(1, 10**9),
    _HINTS,
    st.booleans(),
    st.timedeltas(timedelta(0), timedelta(days=4_000)),
)
@example(timedelta(0), 10**12, 10**8, None, 1, Hints(), False, timedelta(0))
def test_a_source_is_due_neither_before_a_wish_nor_after_the_ceiling(
    interval: timedelta,
    max_age: int,
    age: int,
    retry_after: timedelta | None,
    failures: int,
    hints: Hints,
    fails: bool,
    silence: timedelta,
) -> None:
    source = Source(id="s", url=SOURCE.url, interval=interval)
    trouble = Trouble(Reason.STATUS, "", 503, retry_after) if fails else None
    answer = None if fails else page(cache_control=f"max-age={max_age}", age=str(age))
    memory = Memory("s", failures=failures if fails else 0, hints=hints, changed=NOW - silence, rhythm=silence or None)
    due, _ = next_due(source, memory, NOW, answer, trouble)
    assert due > NOW
    assert due >= NOW + interval
    assert due >= NOW + min(hints.ttl or timedelta(0), DAY)
    ceiling = max(interval, DAY)
    if fails:
        assert due >= NOW + min(retry_after or timedelta(0), timedelta(days=31))
        ceiling = max(ceiling, timedelta(days=31))
    else:
        assert due >= NOW + timedelta(seconds=min(max(max_age - age, 0), 86_400))
    named_all = len(hints.skip_days) == 7 or len(hints.skip_hours) == 24
    skipping = timedelta(0) if named_all or not (hints.skip_days or hints.skip_hours) else timedelta(days=7, hours=1)
    assert due <= NOW + ceiling + DAY * 0.1 + skipping
    if not named_all:
        assert due.hour not in hints.skip_hours
        assert due.weekday() not in hints.skip_days
    assert not may_be_asked(source, replace(memory, due=due), NOW)
    assert may_be_asked(source, replace(memory, due=due), due)
