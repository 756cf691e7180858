"""When an edition is due: an hour of a local clock, whatever that clock does."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from watcher.types import Made, Schedule

# What is older than a week is no news: neither a missed date nor a story is told later than that. A schedule that
# leaves days out has the longest of its pauses on top.
OLDEST = timedelta(days=7)


def schedule_key(schedule: Schedule) -> str:
    """The name under which a schedule's editions are kept: "07:00 Europe/Lisbon". Its days are no part of it."""
    return f"{schedule.at} {schedule.timezone}"


def edition_moment(day: date, at: str, timezone: str) -> datetime:
    """The instant (UTC) at which a local clock shows `at` on `day`.

    An hour the clock skips is its first instant after the gap; an hour it shows twice is the first of the two.
    """
    hour, minute = (int(part) for part in at.split(":"))
    zone = ZoneInfo(timezone)
    shown = datetime.combine(day, time(hour, minute))
    moment = shown.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == shown:
        return moment
    # In a gap the two folds give the offsets before and after it: the change lies between the two instants.
    before, after = shown.replace(tzinfo=zone, fold=1).astimezone(UTC), moment
    offset = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after


def last_made(made: Collection[Made], now: datetime) -> Made | None:
    """The edition that the next one goes on from: the one stored last of those that do not end in the future.

    One that ends later than now was made by a clock that ran ahead. It tells its date, and is nobody's beginning.
    """
    return max((each for each in made if each.until <= now), key=lambda each: each.id, default=None)


def oldest(schedule: Schedule, now: datetime) -> datetime:
    """What lies before this moment is no news any more to whoever reads by this schedule."""
    days = sorted(schedule.days) or [0]
    pause = max(later - day for day, later in zip(days, [*days[1:], days[0] + 7], strict=True))
    return now - OLDEST - timedelta(days=pause)


def editions_due(
    schedule: Schedule, last_until: datetime | None, now: datetime, made: Collection[date] = ()
) -> tuple[tuple[date, datetime], ...]:
    """The local dates, with their moments, whose edition hour has come since the last edition ended, earliest first.

    Days the schedule leaves out have none, nor do dates of which there is an edition already (`made`: a clock that was
    set back shows them again), nor what is older than news. Without a last edition it is the latest hour passed, alone:
    who starts today is owed nothing of last week.
    """
    zone = ZoneInfo(schedule.timezone)
    start = now - timedelta(days=8) if last_until is None else max(last_until, oldest(schedule, now))
    day = start.astimezone(zone).date() - timedelta(days=1)
    last = now.astimezone(zone).date()
    due: list[tuple[date, datetime]] = []
    while day <= last:
        if day.weekday() in schedule.days:
            moment = edition_moment(day, schedule.at, schedule.timezone)
            if start < moment <= now:
                due.append((day, moment))
        day += timedelta(days=1)
    owed = due if last_until is not None else due[-1:]
    return tuple((day, moment) for day, moment in owed if day not in made)


def next_edition(schedule: Schedule, now: datetime) -> tuple[date, datetime] | None:
    """The next local date, with its moment, after `now`; None for a schedule without days."""
    day = now.astimezone(ZoneInfo(schedule.timezone)).date()
    for _ in range(10):
        if day.weekday() in schedule.days:
            moment = edition_moment(day, schedule.at, schedule.timezone)
            if moment > now:
                return day, moment
        day += timedelta(days=1)
    return None
