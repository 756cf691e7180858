"""The operator's words: moments, spans, states and reasons, as a person would say them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from watcher.cadence.state import FAILING_AFTER as FAILING_AFTER
from watcher.cadence.state import has_failed_for as has_failed_for
from watcher.cadence.state import rests as rests
from watcher.cadence.state import state_of as state_of
from watcher.types import Because, Memory, Outcome, Source

OUTCOMES = {
    Outcome.STORED: "kept",
    Outcome.SEEN: "seen before",
    Outcome.OFF_TOPIC: "off topic",
    Outcome.TOO_SHORT: "too short",
    Outcome.TOO_OLD: "too old",
    Outcome.UNREACHABLE: "unreachable",
    Outcome.FORBIDDEN: "refused by the site",
    Outcome.NOT_AN_ARTICLE: "not an article",
    Outcome.UNREADABLE: "unreadable",
    Outcome.NO_ADDRESS: "without an address",
    Outcome.REFUSED: "at an address that may not be asked",
}
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_UNITS = ((86400, "day"), (3600, "hour"), (60, "minute"))


def span(length: timedelta) -> str:
    """A length of time in its largest fitting unit: `25 minutes`, `36 hours`, `3 days`."""
    seconds = abs(length.total_seconds())
    for size, unit in _UNITS:
        # Two of a unit before it is told in it, so that a day and a half are 36 hours; one exactly is one.
        if seconds >= 2 * size or seconds == size:
            return many(round(seconds / size), unit)
    return many(round(seconds), "second") if seconds >= 1 else "less than a second"


def relative(moment: datetime, now: datetime) -> str:
    """`in 25 minutes`, `3 hours ago`."""
    if abs(moment - now) < timedelta(seconds=1):
        return "now"
    return f"in {span(moment - now)}" if moment > now else f"{span(now - moment)} ago"


def when(moment: datetime, now: datetime, zone: str) -> str:
    """A moment as far away as it is, and on the clock of a zone: `in 25 minutes (Sun 22 Nov 11:40)`."""
    local = moment.astimezone(ZoneInfo(zone))
    year = f" {local.year}" if local.year != now.astimezone(ZoneInfo(zone)).year else ""
    return f"{relative(moment, now)} ({local:%a} {local.day} {local:%b}{year} {local:%H:%M})"


def counted(counts: dict[Outcome, int]) -> str:
    """Outcomes as `3 kept, 12 off topic`, the most first."""
    ordered = sorted(counts.items(), key=lambda each: -each[1])
    return ", ".join(f"{count} {OUTCOMES[outcome]}" for outcome, count in ordered if count)


def many(count: int, thing: str) -> str:
    """`1 visit`, `3 visits`."""
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


def percent(share: float | None) -> str:
    return "" if share is None else f"{share:.0%}"


def why_then(source: Source, memory: Memory) -> str:
    """What decided when a source is asked next; empty where it is not remembered."""
    times = f"{memory.failures} times in a row" if memory.failures != 1 else "once"
    hints = memory.hints
    said = {
        Because.INTERVAL: f"that is its interval ({span(source.interval)})",
        Because.RHYTHM: "it brings news more rarely by itself"
        + (f", about every {span(memory.rhythm)}" if memory.rhythm else ""),
        Because.CACHE: "its server says that its answer stays the same till then (Cache-Control, Expires)",
        Because.TTL: "the feed asks for " + (span(hints.ttl) if hints.ttl else "longer pauses") + " between two visits",
        Because.SKIPPED: f"the feed asks not to be visited {skipped(memory)}",
        Because.RETRY_AFTER: "its server asked us to come back then (Retry-After)",
        Because.BACK_OFF: f"it failed {times}, and each failure lengthens the pause",
        Because.HOST_REST: "its host asked to be left alone till then",
        Because.CLAIMED: "a visit is under way, or was broken off before its end",
    }
    return "" if memory.because is None else said[memory.because]


def skipped(memory: Memory) -> str:
    """Hours and days that a feed does not want to be visited in."""
    hours, days = sorted(memory.hints.skip_hours), sorted(memory.hints.skip_days)
    parts = ["on " + ", ".join(_DAYS[day] for day in days)] if days else []
    parts += [f"from {_runs(hours)} (UTC)"] if hours else []
    return " and ".join(parts) or "at some hours"


def _runs(hours: list[int]) -> str:
    runs: list[list[int]] = []
    for hour in hours:
        if runs and runs[-1][1] == hour - 1:
            runs[-1][1] = hour
        else:
            runs.append([hour, hour])
    return ", ".join(f"{first:02}:00 to {(last + 1) % 24:02}:00" for first, last in runs)


def iso(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat() if moment else None
