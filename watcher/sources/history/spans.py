"""A window cut into pieces of the calendar, and what each is called: by what it holds, never by when it was planned.

All of it in UTC. A day that the window holds only a part of says which part in its name: a later backfill that wants
the whole day must not find it done.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from watcher.types import Source, Unit, Window

_DAY = timedelta(days=1)


def wanted(window: Window | None) -> Window:
    """The window that a way into the past is always asked with."""
    if window is None:
        raise ValueError("a way into the past is asked with a window")
    return window


def days(source: Source, via: str, window: Window) -> tuple[Unit, ...]:
    """One unit a day, oldest first."""
    return _cut(source, via, window, _next_day, "%Y-%m-%d")


def months(source: Source, via: str, window: Window) -> tuple[Unit, ...]:
    """One unit a month, oldest first: where each piece costs somebody a search, and a day would repeat most of it."""
    return _cut(source, via, window, _next_month, "%Y-%m")


def archive(source: Source, via: str, window: Window, url: str = "") -> tuple[Unit, ...]:
    """One unit for all of it: for a walk that begins at today, whichever day is wanted."""
    window = _utc(window)
    return (Unit(source.id, via, f"archive {_span(window)}", window, url),) if window.since < window.until else ()


def _cut(
    source: Source, via: str, window: Window, following: Callable[[datetime], datetime], form: str
) -> tuple[Unit, ...]:
    window = _utc(window)
    units: list[Unit] = []
    since = window.since
    while since < window.until:
        begin, end = _begin(since, form), following(since)
        piece = Window(since, min(end, window.until))
        name = f"{since:{form}}" if piece == Window(begin, end) else _span(piece)
        units.append(Unit(source.id, via, name, piece))
        since = piece.until
    return tuple(units)


def _utc(window: Window) -> Window:
    return Window(window.since.astimezone(UTC), window.until.astimezone(UTC))


def _begin(moment: datetime, form: str) -> datetime:
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return day if "%d" in form else day.replace(day=1)


def _next_day(moment: datetime) -> datetime:
    return _begin(moment, "%d") + _DAY


def _next_month(moment: datetime) -> datetime:
    return _begin(_begin(moment, "") + 31 * _DAY, "")


def _span(window: Window) -> str:
    return f"{_named(window.since)}..{_named(window.until)}"


def _named(moment: datetime) -> str:
    """The day where it begins, else the moment to its last digit."""
    return f"{moment:%Y-%m-%d}" if moment == _begin(moment, "%d") else moment.isoformat().replace("+00:00", "Z")
