"""The page's own words, in the edition's language: a catalogue file per language, plurals and dates by CLDR's rules.

A language is added by adding `templates/words/LANGUAGE.toml`; what it leaves out is said in English.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton, format_timedelta
from babel.numbers import format_compact_decimal, format_decimal, format_percent

from watcher.errors import ConfigError
from watcher.types import Shared

# "en" alone is the American English of "1/28/25, 8:10 AM"; an edition says "28 Jan 08:10".
_LOCALES = {"en": "en_GB"}
_FALLBACK = "en"

# From here on a number is read more easily as "2 trillion" than by its zeros.
_SPELLED = 1_000_000
# Signs of measures that every language writes.
_MEASURES = {
    "nm": "nm", "km": "km", "m": "m", "kg": "kg", "t": "t", "mw": "MW", "gw": "GW", "kw": "kW", "gb": "GB", "tb": "TB",
    "mb": "MB", "celsius": "°C",
}  # fmt: skip

Catalogue = dict[str, str | dict[str, str]]


class Words:
    """Says the page's words, dates and numbers in one language."""

    def __init__(self, folders: Sequence[Path], language: str) -> None:
        try:
            self.locale = Locale.parse(_LOCALES.get(language, language.replace("-", "_")))
        except (UnknownLocaleError, ValueError) as error:
            raise ConfigError(
                f"[digest] language = {language!r} is no language: write a code such as en or pt"
            ) from error
        self.language = language
        base = self.locale.language
        slips: list[str] = []
        self._english = _catalogue(folders, _FALLBACK, slips)
        self._words = dict(self._english) if base == _FALLBACK else _catalogue(folders, base, slips)
        if language != base:
            self._words |= _catalogue(folders, language, slips)
        self.slips = tuple(slips)
        self._moment = lru_cache(maxsize=4096)(self._spell_moment)

    def say(self, key: str, n: int = 0, **values: str) -> str:
        """The words of a key; one with plural forms goes by its number `n`.

        What a catalogue lacks, or says with a place that nobody fills, is said in English, and at last by its key: no
        slip in a copied catalogue stops an edition.
        """
        for words in (self._words, self._english):
            try:
                return self._spoken(words[key], n, values)
            except (LookupError, ValueError, AttributeError, TypeError):
                continue
        return key

    def _spoken(self, words: str | Mapping[str, str], n: int, values: Mapping[str, str]) -> str:
        if not isinstance(words, str):
            words = words.get(self.locale.plural_form(n)) or words["other"]
        # Most words say no number, and to write one takes longer than all the rest.
        return words.format(n=format_decimal(n, locale=self.locale) if "{n" in words else "", **values)

    def day(self, day: date) -> str:
        """A day in full, its first letter as headings have it."""
        return _capital(format_date(day, "full", locale=self.locale))

    def moment(self, moment: datetime, zone: str) -> str:
        """A day and time such as "28 Jan 08:10" in a zone."""
        return self._moment(moment, zone)

    def dated(self, moment: datetime, zone: str) -> str:
        """The same with its year, for what may be long ago: "28 Jan 2025 08:10"."""
        try:
            local = moment.astimezone(time_zone(zone))
        except (OverflowError, ValueError):
            local = moment
        return f"{format_skeleton('yMMMd', local, locale=self.locale)} {local:%H:%M}"

    def short_day(self, day: date) -> str:
        """A day such as "28 Jan"."""
        return format_skeleton("MMMd", datetime.combine(day, time()), locale=self.locale)

    def language_name(self, language: str) -> str:
        """A language's name in the page's language; its code where CLDR has none."""
        return str(self.locale.languages.get(language, language))

    def figure(self, value: float, unit: str = "", of: str = "") -> str:
        """A figure as it is written here: 50,000 H100; 2 trillion USD; 60%. What else is counted goes unsaid."""
        if unit == "%" and math.isfinite(value):
            pattern = str(self.locale.percent_formats[None].pattern).replace("#,##0", "#,##0.##")
            written = format_percent(value / 100, pattern, self.locale)
        else:
            sign = unit if re.fullmatch(r"[A-Z]{3}", unit) else _MEASURES.get(unit, "")
            written = f"{self._number(value)} {sign}".strip()
        return f"{written} {of}" if of else written

    def fact(self, fact: Shared) -> str:
        """A shared fact as it is written here."""
        if fact.number is not None:
            return self.figure(fact.number, fact.unit, fact.of)
        if fact.kind == "date":
            return self._date(fact.value)
        return fact.value

    def span(self, length: timedelta) -> str:
        """A length of time such as "5 days"."""
        return str(format_timedelta(length, granularity="hour", threshold=2, locale=self.locale))

    def _number(self, value: float) -> str:
        if not math.isfinite(value):
            return "–"
        if value >= _SPELLED:
            form: Literal["long", "short"] = "long" if "long" in self.locale.compact_decimal_formats else "short"
            return str(format_compact_decimal(value, format_type=form, locale=self.locale, fraction_digits=2))
        return str(format_decimal(value, locale=self.locale))

    def _date(self, text: str) -> str:
        """A day such as "15 May 2025", as facts write it; what is none stays as it is."""
        try:
            day = datetime.strptime(text, "%d %B %Y")  # noqa: DTZ007 - a day has no zone
        except ValueError:
            return text
        return str(format_date(day, "long", locale=self.locale))

    def _spell_moment(self, moment: datetime, zone: str) -> str:
        try:
            local = moment.astimezone(time_zone(zone))
        except (OverflowError, ValueError):  # the first or the last day of all, which some feeds do name
            local = moment
        return f"{format_skeleton('MMMd', local, locale=self.locale)} {local:%H:%M}"


def time_zone(name: str) -> tzinfo:
    """The zone of this name; UTC where there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: a name that is a folder of the zone database
        return UTC


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _catalogue(folders: Sequence[Path], language: str, slips: list[str]) -> Catalogue:
    """The catalogue of a language: the shipped one (of the last folder), with what a copied one says on top.

    A copy that cannot be read says nothing, and is one of the `slips`.
    """
    words: Catalogue = {}
    for folder in reversed(folders):
        file = folder / "words" / f"{language}.toml"
        if file.is_file():
            try:
                words |= tomllib.loads(file.read_text(encoding="utf-8"))
            except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError, OSError) as error:
                what = f"{file}: not readable as TOML ({error})"
                if folder == folders[-1]:
                    raise ConfigError(
                        f"{what}, as it came with the program; this is a defect of the program"
                    ) from error
                slips.append(f"{what}; the shipped words are used: mend your copy or delete it, and start again")
    return words
