"""When a source or an edition is due next. Pure: the moment `now` is an argument, nothing here reads a clock.

A source waits for the longest of what the user wrote, what the server said (Retry-After, cache headers) and what the
feed itself says (ttl, skipHours, skipDays), and for longer and longer while it fails.
"""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, date, datetime, time, timedelta
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

from watcher.types import Hints, Memory, Page, Schedule, Source, Trouble

CEILING = timedelta(hours=24)  # what a server or feed may ask for: a misconfigured max-age must not silence a source
HARD_CEILING = timedelta(days=31)  # the same for an explicit Retry-After (the choice of lemon24/reader)
FIRST_PAUSE = timedelta(minutes=30)  # after one failure; doubled by each further one
LONGEST_PAUSE = timedelta(days=7)
REST = timedelta(hours=4)  # after "go away" without a time: Open RSS blocks readers that come back within hours
JITTER = 0.1  # of the interval: sources of one interval spread out, and each keeps its own rhythm

_GO_AWAY = frozenset({403, 429, 503})
_WEEK_OF_HOURS = 7 * 24
_SECONDS = re.compile(r"(?i)(?:^|[\s,])(?:s-maxage|max-age)\s*=\s*\"?([0-9]{1,12})\"?\s*(?=,|$|;)")


def next_due(
    source: Source, memory: Memory, now: datetime, page: Page | None, trouble: Trouble | None, hints: Hints
) -> datetime:
    """The moment this source is asked again: after `now`, never before anything the server or the feed asked for.

    `memory` is what was remembered before this visit (its `failures` do not count this one). Exactly one of `page` and
    `trouble` is usually given; with neither (a visit claimed and never finished) the interval alone decides.
    What is asked for is honoured up to 24 hours, a Retry-After up to 31 days. Hours and days a feed wants to be left
    alone move the moment on, within a week; a feed that names all of them is not believed.
    """
    asked = max(_fresh_for(page), hints.ttl or timedelta(0), (trouble and trouble.fresh_for) or timedelta(0))
    wait = max(source.interval, min(asked, CEILING), timedelta(minutes=1))
    longest = max(wait, CEILING)
    if trouble is not None:
        wait = max(wait, _pause(trouble, memory.failures))
        if trouble.retry_after is not None:
            wait = max(wait, min(trouble.retry_after, HARD_CEILING))
        longest = max(wait, longest)
    spread = min(source.interval, CEILING) * JITTER * _share(source.id)
    return _outside_skipped(now + min(wait + spread, longest), hints)


def host_rest(trouble: Trouble) -> timedelta | None:
    """How long the whole host wants to be left alone after this answer; None when only this address is concerned.

    429 and 503 speak for the server: what they ask for (31 days at most), else four hours.
    """
    if trouble.status not in (429, 503):
        return None
    return REST if trouble.retry_after is None else min(trouble.retry_after, HARD_CEILING)


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


def editions_due(schedule: Schedule, last_until: datetime | None, now: datetime) -> tuple[tuple[date, datetime], ...]:
    """The local dates, with their moments, whose edition hour has come since the last edition ended, earliest first.

    Days the schedule leaves out have none. Without a last edition it is the latest hour passed, alone: who starts
    today is owed nothing of last week.
    """
    zone = ZoneInfo(schedule.timezone)
    start = now - timedelta(days=8) if last_until is None else last_until
    day = start.astimezone(zone).date() - timedelta(days=1)
    last = now.astimezone(zone).date()
    due: list[tuple[date, datetime]] = []
    while day <= last:
        if day.weekday() in schedule.days:
            moment = edition_moment(day, schedule.at, schedule.timezone)
            if start < moment <= now:
                due.append((day, moment))
        day += timedelta(days=1)
    return tuple(due) if last_until is not None else tuple(due[-1:])


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


def _pause(trouble: Trouble, failures: int) -> timedelta:
    """30 minutes, 1 hour, 2 hours ... 7 days; 4 hours first where a server said to go away and not for how long."""
    first = REST if trouble.status in _GO_AWAY and trouble.retry_after is None else FIRST_PAUSE
    return min(first * (1 << min(failures, 16)), LONGEST_PAUSE)


def _share(source: str) -> float:
    """A number from 0 to 1 that is always the same for one source."""
    return int.from_bytes(hashlib.sha256(source.encode("utf-8", "replace")).digest()[:4], "big") / 2**32


def _fresh_for(page: Page | None) -> timedelta:
    return timedelta(0) if page is None else fresh_for(page.headers, page.fetched)


def fresh_for(headers: tuple[tuple[str, str], ...], received: datetime) -> timedelta:
    """How long an answer may be reused by its own cache headers (max-age, s-maxage, Expires), less the age it has.

    The longest wins: this is about leaving a server alone, not about a cache. Zero where nothing readable is said.
    """
    found = {name.lower(): value for name, value in reversed(headers)}
    control = ",".join(value for name, value in headers if name.lower() == "cache-control")
    seconds = max((int(digits) for digits in _SECONDS.findall(control)), default=0)
    lifetime = timedelta(seconds=min(seconds, 10**8))
    # max-age overrides Expires (RFC 9111, section 5.3); a server that sends both means the first.
    if not seconds and (expires := http_date(found.get("expires", ""))) is not None:
        lifetime = expires - (http_date(found.get("date", "")) or received)
    age = found.get("age", "").strip()
    if age.isascii() and age.isdigit():
        lifetime -= timedelta(seconds=min(int(age[:12]), 10**8))
    return max(lifetime, timedelta(0))


def http_date(text: str) -> datetime | None:
    """Reads the date of a header, in any of the forms HTTP allows; None for anything else."""
    try:
        moment = parsedate_to_datetime(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _outside_skipped(due: datetime, hints: Hints) -> datetime:
    if not hints.skip_hours and not hints.skip_days:
        return due
    utc = due.astimezone(UTC)
    hour = utc.replace(minute=0, second=0, microsecond=0)
    for ahead in range(_WEEK_OF_HOURS + 1):
        moment = hour + timedelta(hours=ahead)
        if moment.hour not in hints.skip_hours and moment.weekday() not in hints.skip_days:
            return max(utc, moment)
    return due
