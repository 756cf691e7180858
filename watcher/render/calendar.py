"""A month of editions as a table, its weeks as the reader's language begins them."""

from __future__ import annotations

import calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from babel import Locale
from babel.core import get_global
from babel.dates import format_skeleton

from watcher.render.words import Words


@dataclass(frozen=True, slots=True)
class Told:
    """One edition as a calendar shows it: its page (empty: none is there), its hour, and how many stories it tells."""

    page: str
    hour: str
    stories: int


@dataclass(frozen=True, slots=True)
class Day:
    """A day and its editions."""

    date: date
    editions: tuple[Told, ...] = ()


@dataclass(frozen=True, slots=True)
class Month:
    """A month's weeks; None where a week's day belongs to another month."""

    title: str
    weekdays: tuple[tuple[str, str], ...]  # (short, in full)
    weeks: tuple[tuple[Day | None, ...], ...]


def month_of(first: date, editions: Mapping[date, Sequence[Told]], words: Words) -> Month:
    """The month that begins with this day."""
    locale = words.locale
    start = first_weekday(locale)
    order = [(start + place) % 7 for place in range(7)]
    weeks = calendar.Calendar(start).monthdatescalendar(first.year, first.month)
    return Month(
        title=month_name(first, words),
        weekdays=tuple((_weekday(locale, day, "abbreviated"), _weekday(locale, day, "wide")) for day in order),
        weeks=tuple(
            tuple(Day(day, tuple(editions.get(day, ()))) if day.month == first.month else None for day in week)
            for week in weeks
        ),
    )


def month_name(day: date, words: Words) -> str:
    """A day's month with its year, its first letter as headings have it."""
    name = format_skeleton("yMMMM", datetime.combine(day, time()), locale=words.locale)
    return name[:1].upper() + name[1:]


def first_weekday(locale: Locale) -> int:
    """The day a week begins with (0 = Monday), by CLDR: a language alone is that of where most people speak it."""
    if locale.territory is None:
        likely = get_global("likely_subtags").get(str(locale))
        locale = Locale.parse(likely) if likely else locale
    return int(locale.first_week_day)


def _weekday(locale: Locale, day: int, width: str) -> str:
    name = str(locale.days["stand-alone"][width][day])
    return name[:1].upper() + name[1:]
