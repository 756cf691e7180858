"""When a source is asked next, and what decided it.

A source waits for the longest of what the user wrote, what the server said (Retry-After, cache headers), what the feed
itself says (ttl, skipHours, skipDays) and what its own rhythm suggests, and for longer and longer while it fails.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

from watcher.cadence.headers import fresh_for
from watcher.cadence.rhythm import LONGEST_LULL, lull
from watcher.types import Because, Hints, Memory, Page, Reason, Source, Trouble

CEILING = timedelta(hours=24)  # what a server or feed may ask for: a misconfigured max-age must not silence a source
HARD_CEILING = timedelta(days=31)  # the same for an explicit Retry-After (the choice of lemon24/reader)
SHORTEST = timedelta(minutes=1)
FIRST_PAUSE = timedelta(minutes=30)  # after one failure; doubled by each further one
LONGEST_PAUSE = timedelta(days=7)
REST = timedelta(hours=4)  # after "go away" without a time: Open RSS blocks readers that come back within hours
JITTER = 0.1  # of the wait: sources that would come at one moment spread out, and each keeps its own place
LONG_FAILURE = timedelta(hours=24)  # from here on an edition owns up to it, and its end is worth a word
# A due time further away than anything here can set was written by a clock that was wrong. A week for skipped days.
_FARTHEST = HARD_CEILING + timedelta(days=10)
# So long overdue, a source is asked in hours it wants to be left alone in too: whoever only runs in these would never.
_OVERDUE = timedelta(hours=24)

_GO_AWAY = frozenset({403, 429, 503})
_RESTS = frozenset({Because.RETRY_AFTER, Because.HOST_REST})
_WEEK_OF_HOURS = 7 * 24


def next_due(
    source: Source, memory: Memory, now: datetime, page: Page | None, trouble: Trouble | None
) -> tuple[datetime, Because]:
    """The moment this source is asked again, and what decided it: never before anything the server or feed asked for.

    `memory` is what is remembered after this visit: its `failures` count it, its `hints` are the last ones given. Hints
    and cache headers are honoured up to 24 hours, a Retry-After up to 31 days; the source's fixed place in the jitter
    adds up to a tenth of the wait (2.4 hours at most). Hours and days a feed wants to be left alone move the moment on,
    within a week; a feed that names all of them is not believed.
    """
    waits = [(max(source.interval, SHORTEST), Because.INTERVAL), (lull(source, memory, now), Because.RHYTHM)]
    waits.append((min(memory.hints.ttl or timedelta(0), CEILING), Because.TTL))
    if page is not None:
        waits.append((min(_fresh(page, memory.hints), CEILING), Because.CACHE))
    if trouble is not None:
        waits.append((min(trouble.fresh_for or timedelta(0), CEILING), Because.CACHE))
        waits.append((_pause(trouble, memory.failures), Because.BACK_OFF))
        waits.append((min(trouble.retry_after or timedelta(0), HARD_CEILING), Because.RETRY_AFTER))
    wait, because = max(waits, key=lambda each: each[0])  # of equals the first: the user's word, then the gentlest
    due = now + wait + spread(source.id, wait)
    allowed = _outside_skipped(due, memory.hints, source.id)
    return allowed, because if allowed == due else Because.SKIPPED


def claimed_until(source: Source, memory: Memory, now: datetime) -> datetime:
    """How long a source is left alone when the visit now begun never comes to its end: a kill makes nobody impolite.

    All that is known before the answer holds: the interval, the last hints, the back-off reached; and a later due time,
    when a visit was asked for by hand, stays.
    """
    hints = memory.hints
    asked = max(hints.ttl or timedelta(0), hints.fresh_for or timedelta(0))
    waits = [max(source.interval, SHORTEST), min(asked, CEILING)]
    if memory.failures:
        waits.append(_doubled(FIRST_PAUSE, memory.failures, LONGEST_PAUSE))
    until = _outside_skipped(now + max(waits), memory.hints, source.id)
    return max(until, memory.due) if memory.due is not None and _is_believable(source, memory.due, now) else until


def may_be_asked(source: Source, memory: Memory, now: datetime, everything: bool = False) -> bool:
    """Whether a source may be claimed now. With `everything` also before it is due, but in no rest a server asked for.

    Paused and ended ones never are; hours and days that a feed wants to be left alone wait, a day at most.
    """
    if memory.paused or memory.ended is not None:
        return False
    if memory.due is None or not _is_believable(source, memory.due, now):
        return True
    if everything:
        return memory.due <= now or memory.because not in _RESTS
    return memory.due <= now and (now - memory.due > _OVERDUE or not _is_skipped(now, memory.hints))


def host_rest(trouble: Trouble) -> timedelta | None:
    """How long the whole host wants to be left alone after this answer; None when only this address is concerned.

    429 and 503 speak for the server: what they ask for (31 days at most), else four hours.
    """
    if trouble.status not in (429, 503):
        return None
    return REST if trouble.retry_after is None else min(trouble.retry_after, HARD_CEILING)


def spread(source: str, wait: timedelta) -> timedelta:
    """What one source adds to a wait: up to a tenth of it (of a day at most), always the same share."""
    share = int.from_bytes(hashlib.sha256(source.encode("utf-8", "replace")).digest()[:4], "big") / 2**32
    return min(wait, CEILING) * JITTER * share


def _fresh(page: Page, hints: Hints) -> timedelta:
    """How long an answer is fresh. A 304 that does not say confirms what the answer said that it stands for."""
    says = page.header("cache-control") or page.header("expires")
    if page.status == 304 and not says:
        return hints.fresh_for or timedelta(0)
    return fresh_for(page.headers, page.fetched)


def _pause(trouble: Trouble, failures: int) -> timedelta:
    """30 minutes, 1 hour, 2 hours ... 7 days; 4 hours first where a server said to go away and not for how long.

    Where something could be read it is the feed that limps, and no server that suffers: three hours at most.
    """
    first = REST if trouble.status in _GO_AWAY and trouble.retry_after is None else FIRST_PAUSE
    return _doubled(first, failures, LONGEST_LULL if trouble.reason is Reason.INCOMPLETE else LONGEST_PAUSE)


def _doubled(first: timedelta, failures: int, longest: timedelta) -> timedelta:
    return min(first * (1 << min(max(failures - 1, 0), 16)), longest)


def _is_believable(source: Source, due: datetime, now: datetime) -> bool:
    return due - now <= max(source.interval, HARD_CEILING) - HARD_CEILING + _FARTHEST


def _is_skipped(moment: datetime, hints: Hints) -> bool:
    if len(hints.skip_hours) == 24 or len(hints.skip_days) == 7:
        return False
    utc = moment.astimezone(UTC)
    return utc.hour in hints.skip_hours or utc.weekday() in hints.skip_days


def _outside_skipped(due: datetime, hints: Hints, source: str) -> datetime:
    """`due`, or a moment early in the first hour after it that is not skipped."""
    if not _is_skipped(due, hints):
        return due
    hour = due.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    hours = (hour + timedelta(hours=ahead) for ahead in range(_WEEK_OF_HOURS + 1))
    allowed = next((moment for moment in hours if not _is_skipped(moment, hints)), due)
    return allowed + spread(source, timedelta(hours=1))
