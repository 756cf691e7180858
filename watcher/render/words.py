"""The page's own words, in the edition's language: a catalogue file per language, plurals and dates by CLDR's rules.

A language is added by adding `templates/words/LANGUAGE.toml`; what it leaves out is said in English.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, tzinfo
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton
from babel.numbers import format_decimal

from watcher.errors import ConfigError

# "en" alone is the American English of "1/28/25, 8:10 AM"; an edition says "28 Jan 08:10".
_LOCALES = {"en": "en_GB"}
_FALLBACK = "en"

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
        self._words = _catalogue(folders, _FALLBACK) | _catalogue(folders, language)
        self._moment = lru_cache(maxsize=4096)(self._spell_moment)

    def say(self, key: str, n: int = 0, **values: str) -> str:
        """The words of a key; one with plural forms goes by its number `n`."""
        words = self._words[key]
        if isinstance(words, dict):
            words = words.get(self.locale.plural_form(n)) or words["other"]
        return words.format(n=format_decimal(n, locale=self.locale), **values)

    def day(self, day: date) -> str:
        """A day in full, its first letter as headings have it."""
        return _capital(format_date(day, "full", locale=self.locale))

    def moment(self, moment: datetime, zone: str) -> str:
        """A day and time such as "28 Jan 08:10" in a zone."""
        return self._moment(moment, zone)

    def short_day(self, day: date) -> str:
        """A day such as "28 Jan"."""
        return format_skeleton("MMMd", datetime.combine(day, time()), locale=self.locale)

    def language_name(self, language: str) -> str:
        """A language's name in the page's language; its code where CLDR has none."""
        return str(self.locale.languages.get(language, language))

    def _spell_moment(self, moment: datetime, zone: str) -> str:
        local = moment.astimezone(time_zone(zone))
        return f"{format_skeleton('MMMd', local, locale=self.locale)} {local:%H:%M}"


def time_zone(name: str) -> tzinfo:
    """The zone of this name; UTC where there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: a name that is a folder of the zone database
        return UTC


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _catalogue(folders: Sequence[Path], language: str) -> Catalogue:
    """The catalogue of a language: the shipped one, with what a copied one says on top."""
    words: Catalogue = {}
    for folder in reversed(folders):
        file = folder / "words" / f"{language}.toml"
        if file.is_file():
            try:
                words |= tomllib.loads(file.read_text(encoding="utf-8"))
            except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
                raise ConfigError(f"{file}: not readable as TOML ({error}); mend it or delete the copy") from error
    return words
