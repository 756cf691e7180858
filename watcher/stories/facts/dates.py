"""Days a text speaks of, resolved against the day it was published: "on Tuesday", "am 27. Januar", 1月27日, "вчера"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from watcher.stories.facts.daynames import is_firm_month, is_firm_weekday, month_words, relative_words, weekday_words
from watcher.stories.facts.numerals import base_language
from watcher.stories.facts.words import Reading

_ISO = re.compile(r"(?<![0-9])((?:19|20)[0-9]{2})[-/.]([01]?[0-9])[-/.]([0-3]?[0-9])(?![0-9])")
_FIGURES = re.compile(r"(?<![0-9.,])([0-3]?[0-9])([./-])([01]?[0-9]|[0-3][0-9])\2((?:19|20)?[0-9]{2})(?![0-9])")
_EASTERN = re.compile(
    r"(?:((?:19|20)[0-9]{2}) ?[年년] ?)?(1[0-2]|0?[1-9]) ?[月월] ?(?:(3[01]|[12][0-9]|0?[1-9]) ?[日号號일])?"
    r"|(?<![0-9月])(3[01]|[12][0-9]|[1-9])(?:日(?![本元間间])|号(?=[，,早上晚]))"
)
_EASTERN_SIGN = re.compile("[月월日일号號年년周週曜拜期天]")
_EASTERN_YEAR = re.compile(r"((?:19|20)[0-9]{2}) ?[年년]")
_EASTERN_WEEKDAY = re.compile("(?:周|星期|週|礼拜)([一二三四五六日天])|([月火水木金土日])曜")
_EASTERN_DAYS = {
    sign: day for row in ("一二三四五六日", "月火水木金土日", "      天") for day, sign in enumerate(row) if sign != " "
}
_EASTERN_RELATIVE = re.compile("昨天|昨日|今天|今日|本日|明天|明日")
_VIETNAMESE = re.compile(r"(?:ngày )?([0-3]?[0-9])(?: tháng |/)([01]?[0-9])(?:(?: năm |/)((?:19|20)[0-9]{2}))?")
_YEAR = re.compile(r"(?<![0-9.,$€£¥])(?:19|20)[0-9]{2}(?![0-9.,]?[0-9]|[%年년])")
_YEAR_GAP = re.compile(r" ?[,.]? ?(?:st|nd|rd|th|de|del|of)? ?,? ?")
_SMALL_WORDS = frozenset({"may", "mar", "out", "set"})  # months only with a capital
_ORDINAL_ENDS = frozenset("st nd rd th er e a o º ª го er de".split())


@dataclass(frozen=True, slots=True)
class Day:
    """A day, month or year a text names. `key` is the likeliest, `also` other days it may be."""

    key: str
    also: tuple[str, ...]
    shown: str
    start: int
    end: int
    weight: float


_FULL, _OPEN, _WEEKDAY, _MONTH, _YEAR_ALONE, _NEAR = 3.2, 2.6, 1.2, 1.0, 0.5, 1.2
"""Rarities: a day weeks away is seldom named twice by chance; the day before publication is named by everybody."""
_CLOSE = 3  # days from publication


def days(reading: Reading, published: date | None) -> list[Day]:
    """The days in a text, each place read once."""
    finders = (_iso, _figures, _eastern, _vietnamese, _named, _eastern_weekdays, _weekdays, _years)
    taken = bytearray(len(reading.text) + 1)
    found: list[Day] = []
    for finder in finders:
        for day in finder(reading, published):
            if not any(taken[day.start : day.end]):
                taken[day.start : day.end] = b"\x01" * (day.end - day.start)
                found.append(day)
    return sorted(found, key=lambda day: day.start)


def _dated(day: int | None, month: int, year: int | None, published: date | None, start: int, end: int) -> Day | None:
    """A day of a month, in the year that is told or else the one nearest to publication."""
    if day is None:
        return _month(month, year, published, start, end)
    told = year is not None
    if year is None and published is not None:
        year = _nearest(published, month, day)
    try:
        resolved = date(year if year is not None else 2024, month, day)
    except ValueError:
        return None
    short = f"d:{month:02}-{day:02}"
    if year is None:
        return Day(short, (), f"{day} {_ENGLISH[month - 1]}", start, end, _OPEN)
    weight = _FULL if told else _OPEN
    if published is not None and abs((resolved - published).days) <= _CLOSE:
        weight = _NEAR
    return Day(f"d:{resolved.isoformat()}", (short,), _written(resolved), start, end, weight)


def _month(month: int, year: int | None, published: date | None, start: int, end: int) -> Day | None:
    name = _ENGLISH[month - 1]
    if year is None:
        return Day(f"d:{month:02}", (), name, start, end, _MONTH)
    is_now = published is not None and (published.year, published.month) == (year, month)
    return Day(f"d:{year}-{month:02}", (f"d:{month:02}",), f"{name} {year}", start, end, _MONTH if is_now else 2.0)


def _nearest(published: date, month: int, day: int) -> int:
    """The year in which a day without one is nearest to publication."""
    candidates = []
    for year in (published.year - 1, published.year, published.year + 1):
        try:
            candidates.append((abs((date(year, month, day) - published).days), year))
        except (ValueError, OverflowError):
            continue
    return min(candidates)[1] if candidates else published.year


_ENGLISH = (
    "January February March April May June July August September October November December".split()
)  # evidence is written in English


def _written(day: date) -> str:
    return f"{day.day} {_ENGLISH[day.month - 1]} {day.year}"


def _iso(reading: Reading, published: date | None) -> Iterator[Day]:
    for match in _ISO.finditer(reading.text):
        year, month, day = map(int, match.groups())
        if 1 <= month <= 12 and (made := _dated(day, month, year, published, *match.span())):
            yield made


def _figures(reading: Reading, published: date | None) -> Iterator[Day]:
    for match in _FIGURES.finditer(reading.text):
        first, _, second, year = match.groups()
        one, two = int(first), int(second)
        whole = int(year) if len(year) == 4 else 2000 + int(year)
        if len(year) == 2 and match.group(2) != ".":
            continue
        if reading.language == "en" and match.group(2) == "/" and two > 12:
            one, two = two, one
        if not 1 <= two <= 12:
            continue
        made = _dated(one, two, whole, published, *match.span())
        if made is None:
            continue
        if reading.language in ("en", "und") and match.group(2) == "/" and one <= 12 and one != two:
            other = f"d:{whole}-{one:02}-{two:02}"
            made = Day(made.key, (*made.also, other), made.shown, made.start, made.end, made.weight)
        yield made


def _eastern(reading: Reading, published: date | None) -> Iterator[Day]:
    if not _EASTERN_SIGN.search(reading.text):
        return
    for match in _EASTERN.finditer(reading.text):
        year, month, day, alone = match.groups()
        if alone is None:
            made = _dated(_int(day), int(month), _int(year), published, *match.span())
        else:
            made = _day_alone(int(alone), published, *match.span()) if published is not None else None
        if made is not None:
            yield made
    for match in _EASTERN_YEAR.finditer(reading.text):
        yield Day(f"d:{match.group(1)}", (), match.group(1), *match.span(), _YEAR_ALONE)


def _vietnamese(reading: Reading, published: date | None) -> Iterator[Day]:
    if reading.language != "vi":
        return
    for match in _VIETNAMESE.finditer(reading.text):
        day, month, year = int(match.group(1)), int(match.group(2)), _int(match.group(3))
        if 1 <= month <= 12 and (made := _dated(day, month, year, published, *match.span())):
            yield made


def _int(digits: str | None) -> int | None:
    return int(digits) if digits else None


def _day_alone(day: int, published: date, start: int, end: int) -> Day | None:
    """27日: of the month of publication, or of the one before where it lies more than a week ahead."""
    for back in (0, 1):
        month = published.month - back or 12
        year = published.year - (1 if published.month - back == 0 else 0)
        try:
            resolved = date(year, month, day)
        except ValueError:
            continue
        if (resolved - published).days <= 7:
            return _dated(day, month, year, published, start, end)
    return None


def _named(reading: Reading, published: date | None) -> Iterator[Day]:
    """Months by name, with the day before or behind them and the year."""
    words, months = reading.words, month_words(base_language(reading.language))
    for place, word in [(at, word) for at, word in enumerate(words) if word.folded in months]:
        month = months[word.folded]
        if word.script == "latin" and not word.is_capital and word.folded in _SMALL_WORDS:
            continue
        before = _day_before(reading, place)
        after = None if before is not None else _day_behind(reading, place)
        last = after if after is not None else place
        year = _year_behind(reading, last)
        if before is None and after is None and year is None and not is_firm_month(word.folded):
            continue
        day = before if before is not None else after
        made = _dated(
            int(words[day].text) if day is not None else None, month, int(words[year].text) if year else None,
            published,
            words[before if before is not None else place].start, words[year or last].end,
        )  # fmt: skip
        if made is not None:
            yield made


def _day_before(reading: Reading, place: int) -> int | None:
    """27 January, 27. Januar, 27 de janeiro, 27th of January."""
    at = place - 1
    if at >= 0 and reading.words[at].folded in ("de", "of", "d", "del"):
        at -= 1
    if at >= 0 and reading.words[at].folded in _ORDINAL_ENDS:
        at -= 1
    if at < 0 or place - at > 3:
        return None
    gap = reading.text[reading.words[at].end : reading.words[place].start]
    return at if _is_day(reading, at) and len(gap) <= 8 and "\n" not in gap and "," not in gap else None


def _day_behind(reading: Reading, place: int) -> int | None:
    """January 27, January 27th."""
    at = place + 1
    if at >= len(reading.words) or not _is_day(reading, at) or reading.between(place, at).strip(" ."):
        return None
    return at


def _is_day(reading: Reading, at: int) -> bool:
    word = reading.words[at]
    return word.script == "digit" and len(word.text) <= 2 and 1 <= int(word.text) <= 31


def _year_behind(reading: Reading, last: int) -> int | None:
    for at in (last + 1, last + 2):
        if at >= len(reading.words):
            return None
        word = reading.words[at]
        if word.script == "digit":
            gap = reading.text[reading.words[last].end : word.start]
            is_year = len(word.text) == 4 and word.text[:2] in ("19", "20")
            return at if is_year and _YEAR_GAP.fullmatch(gap) else None
        if word.folded not in ("de", "del", "of", "st", "nd", "rd", "th"):
            return None
    return None


def _weekdays(reading: Reading, published: date | None) -> Iterator[Day]:
    language = base_language(reading.language)
    names, around = weekday_words(language), relative_words(language)
    for place, word in [
        (at, word) for at, word in enumerate(reading.words) if word.folded in names or word.folded in around
    ]:
        number = names.get(word.folded)
        if number is not None and (is_firm_weekday(word.folded) or _is_portuguese_day(reading, place)):
            yield _weekday(number, published, word.start, word.end)
        elif word.folded in around and published is not None and is_firm_weekday(word.folded):
            yield _relative(published + timedelta(days=around[word.folded]), word.start, word.end)


def _is_portuguese_day(reading: Reading, place: int) -> bool:
    if reading.language == "pt":
        behind = reading.words[place + 1].folded if place + 1 < len(reading.words) else ""
        return behind == "feira" or (place > 0 and reading.words[place - 1].folded in ("na", "nesta", "desta"))
    return reading.language in ("tr", "id", "es") and len(reading.words[place].folded) > 3


def _weekday(number: int, published: date | None, start: int, end: int) -> Day:
    key, name = f"d:w{number}", _WEEK[number]
    if published is None:
        return Day(key, (), name, start, end, _WEEKDAY)
    last = published - timedelta(days=(published.weekday() - number) % 7)
    coming = last + timedelta(days=7)
    return Day(
        f"d:{last.isoformat()}", (key, f"d:{coming.isoformat()}", f"d:{last:%m-%d}"), _written(last), start, end, _NEAR
    )


_WEEK = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()


def _relative(day: date, start: int, end: int) -> Day:
    return Day(f"d:{day.isoformat()}", (f"d:w{day.weekday()}", f"d:{day:%m-%d}"), _written(day), start, end, _NEAR)


def _eastern_weekdays(reading: Reading, published: date | None) -> Iterator[Day]:
    if not _EASTERN_SIGN.search(reading.text):
        return
    for match in _EASTERN_WEEKDAY.finditer(reading.text):
        yield _weekday(_EASTERN_DAYS[match.group(1) or match.group(2)], published, *match.span())
    if published is not None:
        around = relative_words()
        for match in _EASTERN_RELATIVE.finditer(reading.text):
            yield _relative(published + timedelta(days=around[match.group()]), *match.span())


def _years(reading: Reading, _: date | None) -> Iterator[Day]:
    for match in _YEAR.finditer(reading.text):
        yield Day(f"d:{match.group()}", (), match.group(), *match.span(), _YEAR_ALONE)
