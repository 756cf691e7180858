"""Model numbers and product names: letters and digits together (910C, H800, Qwen3, CANN 9), one form for each."""

from __future__ import annotations

import re
from dataclasses import dataclass

from watcher.stories.facts.numerals import multipliers
from watcher.stories.facts.sounds import LOOKALIKES, SPELLED_OUT
from watcher.stories.facts.units import CURRENCY_SIGNS, unit_of
from watcher.stories.facts.words import CYRILLIC, LATIN

_L = rf"{LATIN}{CYRILLIC}"
_TOKEN = re.compile(
    rf"(?<![{_L}0-9_.,$€£¥%@#])(?<![0-9]-)"
    rf"(?:([{_L}]{{1,12}})(-?)([0-9]{{1,5}}(?:\.[0-9]{{1,2}}){{0,2}})([{_L}]{{0,4}})"  # H100, GPT-4o, V3.1, Covid-19
    rf"|([0-9]{{2,5}})([{_L}]{{1,3}}))(?![{_L}0-9])"  # 910C, 9000S
)
# Families whose number stands apart and in any case of letters; others need capitals inside: CANN 9, CloudMatrix 384.
FAMILIES = frozenset(
    "ascend kirin kunpeng cloudmatrix atlas cann cuda rtx gtx geforce radeon ryzen epyc xeon core snapdragon dimensity "
    "tensor exynos llama gemini gemma claude gpt grok qwen kimi glm ernie hunyuan doubao mistral mixtral phi sora veo "
    "deepseek windows android ios macos harmonyos iphone ipad galaxy pixel mate pura nova xperia playstation xbox "
    "boeing airbus falcon starship ariane soyuz model cybertruck switch python java usb wifi bluetooth opus sonnet "
    "hopper blackwell rubin instinct gaudi tpu trainium inferentia mi covid formula apollo artemis".split()
)
_FAMILY = {
    "昇腾": "ascend", "昇騰": "ascend", "어센드": "ascend", "麒麟": "kirin", "鲲鹏": "kunpeng", "通义千问": "qwen",
    "千问": "qwen", "波音": "boeing", "ボーイング": "boeing", "보잉": "boeing", "боинг": "boeing", "空客": "airbus",
    "에어버스": "airbus",
}  # fmt: skip
_APART = re.compile(
    rf"(?<![{_L}0-9])([{LATIN}]{{2,14}}|{'|'.join(_FAMILY)})[ -]?"
    rf"([0-9]{{1,4}}(?:\.[0-9]{{1,2}})?)([{LATIN}]{{0,2}})(?![{_L}0-9]|[.,][0-9]| ?%)",
)
# Latin letters by their names: आर1, एच100, إتش 100.
_LETTERS = {
    "आर": "r", "एच": "h", "वी": "v", "ओ": "o", "बी": "b", "ए": "a", "जीपीटी": "gpt", "आरटीएक्स": "rtx",
    "آر": "r", "إتش": "h", "اتش": "h", "اچ": "h",
}  # fmt: skip
_LETTERED = re.compile(
    rf"(?<![\u0900-\u097f\u0620-\u06ff])({'|'.join(sorted(_LETTERS, key=len, reverse=True))})[ -]?([0-9]{{1,4}})"
    r"(?![0-9.,]?[0-9]|[\u0900-\u097f\u0620-\u06ff])"
)
_NO_PREFIX = frozenset(
    "mid pre post sub top nr no page vol art abs sec fig chap us eu un hk nt sg usd eur gbp rs rmb".split()
)
_GLUED = re.compile(r"[0-9]{3,5}[a-z]{1,2}")
_ENDING = re.compile(r"(?:s|er|ers|ern)$")
_COMMON = re.compile(r"(?:[qht][1-4]|fy?[0-9]{2,4}|g[0-9]{1,2}|[0-9]{1,2}[gkd]|mp[34]|a[0-9]|b[0-9]|s[0-9]|p[0-9])")


@dataclass(frozen=True, slots=True)
class Model:
    """One model number: its key, other keys it may be met under, how it is written, and where."""

    key: str
    also: tuple[str, ...]
    shown: str
    start: int
    end: int
    is_common: bool  # Q3, H1, G20: said of many things


def models(text: str, language: str) -> list[Model]:
    """The model numbers in a text that `plain` made. A number with a unit or a multiplier on it (50k, 7nm) is none."""
    found: list[Model] = []
    around = _windows(text)
    for match in (match for start, end in around for match in _TOKEN.finditer(text, start, end)):
        letters, hyphen, digits, tail, front, back = match.groups()
        if front is not None:
            model = _digits_first(match, front, back, language)
        else:
            model = _letters_first(match, letters, hyphen, digits, tail)
        if model is not None:
            found.append(model)
    taken = {place for model in found for place in range(model.start, model.end)}
    lettered = (
        [] if text.isascii() else [match for start, end in around for match in _LETTERED.finditer(text, start, end)]
    )
    for match in lettered:
        letters, digits = match.groups()
        key = _LETTERS[letters] + digits
        found.append(Model(f"m:{key}", (), match.group(), *match.span(), bool(_COMMON.fullmatch(key))))
    apart = (match for start, end in around for match in _APART.finditer(text, start, end))
    return found + [
        model for match in apart if match.start(2) not in taken and (model := _apart(text, match)) is not None
    ]


def _windows(text: str) -> list[tuple[int, int]]:
    """The places around figures: nothing else can hold a model number, and most of a text has none."""
    found: list[tuple[int, int]] = []
    for digits in _DIGITS.finditer(text):
        start, end = max(0, digits.start() - _BEFORE), digits.end() + _BEHIND
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], end
        else:
            found.append((start, end))
    return found


_DIGITS = re.compile("[0-9]+")
_BEFORE, _BEHIND = 18, 12  # characters: a family's name before its number, a tail behind it


def _digits_first(match: re.Match[str], digits: str, tail: str, language: str) -> Model | None:
    lowered = tail.lower()
    if lowered in (
        "st",
        "nd",
        "rd",
        "th",
        "s",
        "h",
        "x",
        "p",
        "am",
        "pm",
        "d",
        "e",
        "er",
        "ers",
        "a",
        "o",
        "ste",
        "º",
        "ª",
    ):
        if not (tail.isupper() and len(digits) >= 3):
            return None
    elif tail.upper() != tail or lowered in ("k", "km", "gb", "tb", "mb", "mw", "gw", "kw", "kwh"):
        return None
    if len(tail) > 1 and (unit_of(lowered) or lowered in multipliers(language) or lowered in CURRENCY_SIGNS):
        return None
    if tail == "M" or (tail in ("W", "V", "C", "F") and len(digits) < 3):
        return None
    also = {"B": (f"n:{float(digits) * 1e9:.12g}",), "T": (f"n:{float(digits) * 1e12:.12g}",)}.get(tail, ())
    key = digits + _latin(tail)[0]
    return Model(f"m:{key}", also, digits + tail, match.start(), match.end(), False)


def _letters_first(match: re.Match[str], letters: str, hyphen: str, digits: str, tail: str) -> Model | None:
    lowered = letters.lower()
    if lowered in _NO_PREFIX or (hyphen and letters.islower() and lowered not in FAMILIES):
        return None
    if tail.islower() and _ENDING.fullmatch(tail):
        tail = ""  # H100s, H100'er without its apostrophe
    is_short = len(letters) <= 2 and letters[0].isupper()  # Su-57, F-35
    if hyphen and not is_short and not _is_name_like(letters) and lowered not in FAMILIES:
        return None
    key, other = _latin(letters + digits + tail)
    also = [f"m:{other}"] if other else []
    if len(letters) >= 4 and lowered in FAMILIES and _GLUED.fullmatch(digits + tail.lower()):
        key = digits + tail.lower()  # Ascend910C
    elif len(digits) >= 4 and not tail:
        also += [f"m:{digits}", f"n:{digits}"]
    return Model(f"m:{key}", tuple(also), match.group(), match.start(), match.end(), bool(_COMMON.fullmatch(key)))


def _apart(text: str, match: re.Match[str]) -> Model | None:
    name, digits, tail = match.groups()
    family = _FAMILY.get(name) or (name.lower() if name.lower() in FAMILIES and not name.islower() else "")
    if not family and not _is_name_like(name):
        return None
    if tail and tail.islower() and tail not in ("s", "o"):
        return None
    if not family and (_is_year(digits) or not _stands_alone(text, match.end())):
        return None
    tail = "" if tail == "s" else tail.lower()
    if _GLUED.fullmatch(digits + tail) or name.lower() in _NO_PREFIX:
        return None
    also = (f"m:{digits}", f"n:{digits}") if len(digits) >= 3 and digits.isdigit() else ()
    key = (family or name.lower()) + digits + tail
    return Model(f"m:{key}", also, match.group(), match.start(), match.end(), bool(_COMMON.fullmatch(key)))


def _is_name_like(name: str) -> bool:
    """True for RTX and CloudMatrix: two capitals at least."""
    return sum(map(str.isupper, name)) >= 2


def _is_year(digits: str) -> bool:
    return len(digits) == 4 and digits[:2] in ("19", "20")


def _stands_alone(text: str, end: int) -> bool:
    """False before what makes the number an amount: "NATO 5 million", "GDP 3 percent"."""
    behind = re.compile(rf" ?([{_L}%]+)").match(text, end)
    if behind is None:
        return True
    word = behind.group(1).lower()
    return not (unit_of(word) or word in multipliers("en"))


def _latin(written: str) -> tuple[str, str]:
    """A model number in Latin letters; if Cyrillic ones stand in it, also by their looks (Н100 is H100)."""
    lowered = written.lower()
    if lowered.isascii():
        return lowered, ""
    return lowered.translate(SPELLED_OUT), lowered.translate(LOOKALIKES)
