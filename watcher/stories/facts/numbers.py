"""Numbers and amounts in digits: one value and unit, however a language groups, points, shortens and orders them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from watcher.stories.facts.numerals import base_language, multipliers
from watcher.stories.facts.units import CURRENCY_SIGNS, MONEY, PERCENT, joined_unit, unit_of
from watcher.stories.facts.words import CYRILLIC, LATIN, fold_word

POINT_LANGUAGES = frozenset("en zh ja ko th he hi bn ms ga cy yue".split())
"""Languages that write 1,234.5; the others 1.234,5. Spanish of Mexico and Portuguese of nowhere are left to `also`."""
SPACED_LANGUAGES = frozenset("fr ru uk be bg pl cs sk sv no nb nn da fi hu pt es et lv lt ca de it".split())
"""Languages that group digits by a space. In others "in 2010 200 people" are two numbers."""

_LETTER = rf"{LATIN}{CYRILLIC}"
DIGITS = re.compile(
    rf"(?<![{_LETTER}0-9_@#&/])(?<![0-9][.,:])"
    r"([0-9]{1,3}(?: , [0-9]{3})+(?![0-9])"  # tokenised text: 10 , 000
    r"|[0-9]{1,3}(?: [0-9]{3})+(?![0-9.,]?[0-9])"
    r"|[0-9]+(?:[.,][0-9]+)*|\.[0-9]+(?![0-9.,]))"
)
_GROUPED = re.compile(r"[0-9]{1,3}(?:([.,])[0-9]{3})(?:\1[0-9]{3})*")
_INDIAN = re.compile(r"[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3}")
_BOTH = re.compile(r"([0-9]{1,3}(?:([.,])[0-9]{3})+)(?!\2)[.,]([0-9]+)")
_BEFORE = re.compile(
    r"(US\$|U\$S|\$US|A\$|C\$|HK\$|NT\$|S\$|R\$|MEX\$|NZ\$|[$€£¥₽₩₹₺₴₪]|RMB|Rs\.?|USD|EUR|GBP|CNY|JPY|CHF|BRL|INR|KRW|HKD)"
    r" ?$"
)
_PERCENT_BEFORE = re.compile(r"(?:%|yüzde|百分之|百分之约) ?$", re.IGNORECASE)
_AFTER = re.compile(
    rf"(?: ?-? ?)(?:(%|[$€£¥₽₩₹])|([{_LETTER}\u0370-\u03ff\u0590-\u06ff\u0900-\u0dff\u0e00-\u0eff]+)\.?)"
)
_LINK = re.compile(r" (?:de |of |di |d['’]|von |US-|US |U\.S\. |amerikanische |amerikanischen )?|-US-|-")
_POWERS = {"万": 1e4, "萬": 1e4, "만": 1e4, "億": 1e8, "亿": 1e8, "억": 1e8, "兆": 1e12, "조": 1e12, "千": 1e3,
           "천": 1e3,
           "百": 100.0, "백": 100.0, "十": 10.0}  # fmt: skip
_EAST = re.compile("^ ?((?:[十百千천백]?(?:[万萬만億亿억조]|兆(?!瓦)){1,2}|[千천百백十](?![0-9]))[多余餘여]?)")
_CHAINED = re.compile(r"([0-9][0-9,.]*)([千百천백]?[万萬만億亿억兆조千천]{1,2})")
_CLOCK = re.compile(r"(?<![0-9])[0-9]{1,2} ?[:h] ?[0-9]{2}(?: ?[:] ?[0-9]{2})?(?![0-9])|"
                    r"(?<![0-9.,])[0-9]{1,2}(?:[.:][0-9]{2})? ?(?:[ap]\.? ?m\.?(?![a-z])|Uhr(?![a-z])|o'clock|"
                    r"点半?钟?(?![0-9])|點|"
                    r"時(?!間)|시(?! ?간))")  # fmt: skip
_VERSION = re.compile(
    r"(?<![0-9.])[0-9]{1,3}(?:\.[0-9]{1,2}){2,}(?![0-9])|(?<![0-9.])[0-9]{1,3}(?:\.[0-9]{1,3}){3,}(?![0-9])"
)
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+")
_HUNDREDTH = re.compile(" ?(?:ب|في )(?:ال)?(?:مئة|مائة|المئة|المائة|مئه|مائه)")  # Arabic: "in the hundred"
_RANGE = re.compile(r"^ ?(?:-|–|—|~|〜|～|to|bis|a|à|до|至|到|から|에서) ?$")


@dataclass(frozen=True, slots=True)
class Amount:
    """One number: its likeliest value, other readings, its unit ("" where none is told), and where it stands."""

    value: float
    also: tuple[float, ...]
    unit: str
    start: int
    end: int
    bare: bool = False  # four digits and nothing else: a year as likely as an amount


def amounts(text: str, language: str, taken: list[tuple[int, int]]) -> list[Amount]:
    """The numbers in digits outside the places already `taken` (models, dates); text as `plain` makes it."""
    closed = [*taken, *(match.span() for part in (_CLOCK, _VERSION, _ADDRESS) for match in part.finditer(text))]
    blocked = bytearray(len(text) + 1)
    for start, end in closed:
        blocked[start:end] = b"\x01" * (end - start)
    found: list[Amount] = []
    position = 0
    while match := DIGITS.search(text, position):
        position = match.end()
        if blocked[match.start()] or blocked[match.end() - 1]:
            position = match.start() + 1 if not match.group().isdigit() else match.end()
            continue
        if " " in match.group() and "," not in match.group() and language not in SPACED_LANGUAGES:
            amount = _amount(text, match.start(), match.start() + match.group().index(" "), language)
        else:
            amount = _amount(text, match.start(), match.end(), language)
        position = max(position if amount is None else amount.end, match.start() + 1)
        if amount is not None:
            found.append(amount)
    return _with_ranges(text, found)


def _amount(text: str, start: int, end: int, language: str) -> Amount | None:
    digits = text[start:end]
    readings = values(digits, language)
    if not readings:
        return None
    before = text[max(0, start - 5) : start]
    sign = _BEFORE.search(before)
    unit = CURRENCY_SIGNS.get(fold_word(sign.group(1)).rstrip("."), "") if sign else ""
    if _PERCENT_BEFORE.search(text[max(0, start - 6) : start]):
        unit = PERCENT
    east = _chained(text, start)
    if east is not None:
        readings, end = east
        further: list[tuple[float, ...]] = []
    else:
        further, end = _multiplied(text, end, language, bool(unit) and unit != PERCENT)
    factors = _products(further)
    scaled = [reading * factors[0] for reading in readings] + [readings[0] * factor for factor in factors[1:]]
    if not unit:
        unit, end = _unit_after(text, end)
    bare = len(digits) == 4 and digits.isdigit() and not further and east is None and not unit
    value, *also = dict.fromkeys(scaled)
    return Amount(value, tuple(also), unit, start, end, bare)


def values(digits: str, language: str) -> list[float]:
    """What a run of digits may mean, the likelier reading first: 50.000 is 50,000 in German and 50 in English."""
    if len(digits) > 24:
        return []
    digits = digits.replace(" , ", ",").replace(" ", "")
    if digits.isdigit() or digits[0] == ".":
        return [float(digits)]
    if both := _BOTH.fullmatch(digits):
        return [float(re.sub("[.,]", "", both.group(1)) + "." + both.group(3))]
    if _INDIAN.fullmatch(digits):
        return [float(digits.replace(",", ""))]
    parts = re.split("[.,]", digits)
    if grouped := _GROUPED.fullmatch(digits):
        return _grouped(parts, grouped.group(1), language)
    return [float(".".join(parts))] if len(parts) == 2 else []


def _grouped(parts: list[str], sign: str, language: str) -> list[float]:
    """Readings of 50.000 and 1,234: groups of thousands, or three digits behind a decimal sign."""
    as_group, as_decimal = float("".join(parts)), float(".".join(parts[:2]))
    if len(parts) > 2:
        return [as_group]
    if parts[0] == "0":
        return [as_decimal]
    if language == "und":
        return [as_group, as_decimal]
    # The language's own separator of thousands is hardly ever anything else; its decimal sign with three digits behind
    # it is a number of thousands in every second case: machine translations leave figures as they were.
    if (sign == ",") == (base_language(language) in POINT_LANGUAGES):
        return [as_group]
    return [as_group, as_decimal] if parts[1] in ("000", "500") else [as_decimal, as_group]


def _multiplied(text: str, end: int, language: str, is_money: bool) -> tuple[list[tuple[float, ...]], int]:
    """The multipliers behind a number ("50 mil milhões"), and where they end."""
    table = multipliers(language)
    found: list[tuple[float, ...]] = []
    while len(found) < 3:
        if match := _EAST.match(text[end : end + 8]):
            found.append((_power(match.group(1)),))
            end += match.end()
            continue
        behind = _AFTER.match(text, end)
        if behind is None or behind.group(2) is None:
            break
        word = behind.group(2)
        factors = table.get(fold_word(word))
        if factors is None or (len(word) == 1 and not _is_short(text, end, word, is_money)):
            break
        found.append(factors)
        end = behind.end() if text[behind.end() : behind.end() + 1] == " " else behind.end(2)  # "Mrd. Euro"
    return found, end


def _is_short(text: str, end: int, letter: str, is_money: bool) -> bool:
    """A single letter multiplies where money is counted ($5m), or as a capital written onto the number (50K, 3M)."""
    onto = text[end : end + 1] == letter
    return is_money or (onto and (letter in "kK" or letter == "M"))


def _products(further: list[tuple[float, ...]]) -> list[float]:
    products = [1.0]
    for factors in further:
        first = products[0]
        products = [product * factors[0] for product in products] + [first * factor for factor in factors[1:]]
    return products


def _power(signs: str) -> float:
    product = 1.0
    for sign in signs:
        product *= _POWERS.get(sign, 1.0)
    return product


def _chained(text: str, start: int) -> tuple[list[float], int] | None:
    """1億2000万, 2万5000: parts of falling size written one after the other; None where there is one part only."""
    total, last, position, parts = 0.0, float("inf"), start, 0
    while match := _CHAINED.match(text, position):
        power = _power(match.group(2))
        value = values(match.group(1), "ja")
        if not value or power >= last:
            break
        total, last, position, parts = total + value[0] * power, power, match.end(), parts + 1
    if not parts:
        return None
    rest = re.compile(r"[0-9]{1,4}(?![0-9.,])").match(text, position)
    if rest and last > 1000:
        total, position, parts = total + float(rest.group()), rest.end(), parts + 1
    return ([total], position) if parts > 1 else None


# Before "dollars" alone is read, which are American.
_HONG_KONG = re.compile(
    r" ?(?:d[ei] )?(?:(?:hong[ -]?kong|гонконгск\w+|香港)[ -]?(?:dollar|dolar|доллар|ドル)\w*|"
    r"(?:dollar|dólar|dolar)\w* (?:de|di|van|från|fra) hong[ -]?kong\b|d[óo]lares hongkon\w+)",
    re.IGNORECASE,
)


def _unit_after(text: str, end: int) -> tuple[str, int]:
    """The unit behind a number: a sign, a word (perhaps after "of"), or what a script without spaces joins on."""
    ahead = text[end : end + 9]
    unit, length = joined_unit(ahead.lstrip(" ").lower())
    if unit:
        return unit, end + len(ahead) - len(ahead.lstrip(" ")) + length
    match = _AFTER.match(text, end)
    if match is None:
        return "", end
    if match.group(1):
        sign = match.group(1)
        return (PERCENT if sign == "%" else CURRENCY_SIGNS[sign]), match.end()
    if (word := fold_word(match.group(2))) == "per" or word == "por" or word == "pour":
        second = re.compile(r" (cent|cento|ciento)\b").match(text, match.end(2))
        return (PERCENT, second.end()) if second else ("", end)
    if hundredth := _HUNDREDTH.match(text, end):
        return PERCENT, hundredth.end()
    if hong_kong := _HONG_KONG.match(text, end):
        return "HKD", hong_kong.end()
    unit = unit_of(word)
    if unit:
        return unit, match.end(2)
    link = _LINK.match(text, end)
    if link and link.end() > end + 1 and (later := _AFTER.match(text, link.end())) and later.group(2):
        unit = unit_of(fold_word(later.group(2)))
        return unit, later.end(2) if unit else end
    return "", end


def _with_ranges(text: str, found: list[Amount]) -> list[Amount]:
    """Both ends of a range count alike: "10-12 Milliarden Euro" are ten and twelve thousand millions of euros."""
    made = list(found)
    for place in range(len(found) - 1):
        one, other = found[place], found[place + 1]
        if not _RANGE.match(text[one.end : other.start]) and not _RANGE.match(
            text[one.end : other.start].rstrip("$€£¥")
        ):
            continue
        if one.unit in ("", other.unit) or (one.unit in MONEY and not other.unit):
            unit = other.unit or one.unit
            factor = 1.0
            while one.value * factor * 100 < other.value and factor < 1e12 and one.value < other.value:
                factor *= 1000
            made[place] = Amount(one.value * factor, one.also, unit, one.start, one.end)
            made[place + 1] = Amount(other.value, other.also, unit, other.start, other.end)
    return made
