"""Units of a window: its days and months in UTC, without gap or overlap, named by what they hold."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.sources import WAYS
from watcher.types import Source, Window

FEED = Source("paper", "https://paper.example/feed")
ZONES = st.sampled_from([UTC, timezone(timedelta(hours=13, minutes=45)), timezone(timedelta(hours=-9, minutes=-30))])
EARLIEST, LATEST = datetime.fromisoformat("1996-01-01"), datetime.fromisoformat("2030-01-01")
MOMENTS = st.datetimes(EARLIEST, LATEST, timezones=ZONES)
SPANS = st.timedeltas(timedelta(0), timedelta(days=400))


@given(via=st.sampled_from(sorted(WAYS)), since=MOMENTS, span=SPANS)
def test_the_units_of_a_window_hold_every_moment_of_it_once(via: str, since: datetime, span: timedelta) -> None:
    window = Window(since, since + span)
    units = WAYS[via].units(FEED, window)
    assert bool(units) is (span > timedelta(0))
    if not units:
        return
    assert (units[0].window.since, units[-1].window.until) == (window.since, window.until)
    assert all(before.window.until == after.window.since for before, after in pairwise(units))
    assert all(unit.window.since < unit.window.until for unit in units)
    assert {(unit.source, unit.via) for unit in units} == {("paper", via)}


@given(via=st.sampled_from(sorted(WAYS)), since=MOMENTS, first=SPANS, second=SPANS, shift=SPANS)
def test_two_units_of_one_name_hold_the_same_whenever_they_were_planned(
    via: str, since: datetime, first: timedelta, second: timedelta, shift: timedelta
) -> None:
    one = WAYS[via].units(FEED, Window(since, since + first))
    other = WAYS[via].units(FEED, Window(since + shift, since + shift + second))
    named = {unit.name: unit for unit in one}
    assert len(named) == len(one)
    for unit in other:
        assert named.get(unit.name, unit) == unit


@pytest.mark.parametrize(
    ("via", "names"),
    [
        ("wordpress", ["2026-02-28T22:00:00Z..2026-03-01", "2026-03-01", "2026-03-02"]),
        ("wayback", ["2026-02-28T22:00:00Z..2026-03-01", "2026-03-01..2026-03-03"]),
        ("feed", ["archive 2026-02-28T22:00:00Z..2026-03-03"]),
        ("sitemap", ["archive 2026-02-28T22:00:00Z..2026-03-03"]),
    ],
)
def test_a_whole_day_or_month_is_called_by_its_date_and_a_part_by_its_ends(via: str, names: list[str]) -> None:
    window = Window(datetime(2026, 2, 28, 22, tzinfo=UTC), datetime(2026, 3, 3, tzinfo=UTC))
    assert [unit.name for unit in WAYS[via].units(FEED, window)] == names
    year = Window(datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC))
    assert [unit.name for unit in WAYS["wayback"].units(FEED, year)][::11] == ["2025-01", "2025-12"]
