"""Numbers in words: fifty thousand, cinquenta mil, fünfzigtausend, пятьдесят тысяч, 五万, 百分之六十."""

from __future__ import annotations

import re

from watcher.stories.facts.numbers import Amount, _unit_after
from watcher.stories.facts.numerals import compound, counting, is_compounding, links, multipliers
from watcher.stories.facts.units import PERCENT
from watcher.stories.facts.words import Reading

_SIGNS = {"〇": 0, "零": 0, "一": 1, "壱": 1, "二": 2, "两": 2, "兩": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7,
          "八": 8, "九": 9,
          "일": 1, "이": 2, "삼": 3, "사": 4, "오": 5, "육": 6, "칠": 7, "팔": 8, "구": 9}  # fmt: skip
_SMALL = {"十": 10, "百": 100, "千": 1000, "십": 10, "백": 100, "천": 1000}
_LARGE = {"万": 10**4, "萬": 10**4, "만": 10**4, "亿": 10**8, "億": 10**8, "억": 10**8, "兆": 10**12, "조": 10**12}
_EASTERN = re.compile("(百分之)?([〇零一二两兩三四五六七八九十百千万萬亿億兆]+)(?:点|點|・)?")
# With what is counted behind it: 조사 is an inquiry and 구조 a structure, not 10^12 + 4 and 9 * 10^12.
_KOREAN = re.compile(
    "(?<![가-힣])([일이삼사오육칠팔구십백천만][일이삼사오육칠팔구십백천만억조]+)"
    "(?= ?(?:여 ?)?(?:명|개|달러|원|위안|퍼센트|대|장|년))"
)
_TWENTY = 20.0


def spelled(reading: Reading) -> list[Amount]:
    """The numbers a text writes in words, in order."""
    found = _eastern(reading.text) if reading.language in ("zh", "ja", "und", "yue") else []
    if reading.language == "ko":
        found = [
            _with_unit(reading.text, float(value), match.start(), match.end())
            for match in _KOREAN.finditer(reading.text)
            if (value := _value(match.group(1))) >= 10
        ]
    return found + _worded(reading)


def _with_unit(text: str, value: float, start: int, end: int) -> Amount:
    unit, end = _unit_after(text, end)
    return Amount(value, (), unit, start, end)


def _eastern(text: str) -> list[Amount]:
    found = []
    for match in _EASTERN.finditer(text):
        signs = match.group(2)
        if match.start(2) and text[match.start(2) - 1] in "0123456789.,":
            continue  # the power of a number in digits: 5万
        if match.group(1):
            found.append(Amount(float(_value(signs)), (), PERCENT, match.start(), match.end()))
        elif (
            len(signs) > 1 and any(sign in _SIGNS for sign in signs) and any(s in _SMALL or s in _LARGE for s in signs)
        ):
            found.append(_with_unit(text, float(_value(signs)), match.start(2), match.end(2)))
        elif len(signs) == 1 and signs in "二两兩三四五六七八九十":
            amount = _with_unit(text, float(_value(signs)), match.start(2), match.end(2))
            if amount.unit:  # a single sign is part of too many words
                found.append(amount)
    return [amount for amount in found if amount.value >= 2]


def _value(signs: str) -> int:
    """The value of a number in signs: 五万三千 = 53,000."""
    total = section = digit = 0
    for sign in signs:
        if sign in _SIGNS:
            digit = _SIGNS[sign]
        elif sign in _SMALL:
            section += max(digit, 1) * _SMALL[sign]
            digit = 0
        elif sign in _LARGE:
            here = section + digit
            # 万亿: a large power directly behind another multiplies all there is.
            total = total * _LARGE[sign] if here == 0 and total else total + max(here, 1) * _LARGE[sign]
            section = digit = 0
    return total + section + digit


def _worded(reading: Reading) -> list[Amount]:
    words, language = reading.words, reading.language
    numbers, powers = counting(language), multipliers(language)
    if not numbers:
        return []
    joins = is_compounding(language)
    starts = [
        place
        for place, word in enumerate(words)
        if word.folded in numbers or (joins and len(word.folded) > 5 and compound(word.folded, language) is not None)
    ]
    found: list[Amount] = []
    last = -1
    for place in starts:
        if place > last:
            last, value = _run(reading, place, numbers, powers)
            if value >= 2:
                found.append(_with_unit(reading.text, value, words[place].start, words[last].end))
    return found


def _run(
    reading: Reading, first: int, numbers: dict[str, float], powers: dict[str, tuple[float, ...]]
) -> tuple[int, float]:
    """Reads number words from `first` on: the last word's position and the value."""
    words, language = reading.words, reading.language
    total = current = 0.0
    previous = 0.0  # the last part: units after tens add up, other small numbers begin a new number
    place = last = first
    while place < len(words) and (place == first or reading.between(place - 1, place) in (" ", "-", "")):
        word = words[place].folded
        value = numbers.get(word)
        if value is None and len(word) >= 6:
            value = compound(word, language)
        if value is not None:
            if previous and not _adds(previous, value, language):
                break
            if language == "fr" and value == _TWENTY and current % 100 == 4:
                current += 76  # quatre-vingts
            else:
                current += value
            previous, last = value, place
        elif len(word) > 1 and (factors := powers.get(word)) and (current or total):
            factor = factors[0]
            if factor < 1000:
                current = (current or 1) * factor
            else:
                total, current = (total + current * factor, 0.0) if current else (total * factor, 0.0)
            previous, last = factor, place
        elif not links(word) or place + 1 >= len(words) or words[place + 1].folded not in numbers:
            break
        place += 1
    return last, total + current


def _adds(previous: float, value: float, language: str) -> bool:
    """True where a number word goes on with the number before it: twenty-five, two hundred ten; not "two three"."""
    if language == "fr" and previous in (4.0, 10.0, _TWENTY, 60.0):  # quatre-vingt, dix-sept, soixante-dix
        return value == _TWENTY if previous == 4.0 else value < (10 if previous == 10.0 else _TWENTY)
    if previous >= 100:
        return value < previous
    return previous >= _TWENTY and previous % 10 == 0 and value < 10
