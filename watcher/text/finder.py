"""Names as people write them: in any script, inflected, joined or hyphenated, but never inside another word.

One automaton finds where a name could begin, whatever the number of names; the name's own small pattern then reads on
from there. Endings belong to a script, not to a name: a new name is inflected without anyone listing its forms.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ahocorasick_rs import AhoCorasick

from watcher.text.fold import Folded, folded
from watcher.text.scripts import is_spaceless

# Endings that name words take: plural and genitive of western Europe, the cases of West Slavic, Finnic, Hungarian and
# (written without its apostrophe) Turkish. English verb endings are left out on purpose: "ascending" is no name.
_LATIN_ENDINGS = (
    "s es n in en e a u i em om owi iem ie ia iu ow ami ach ovi ou t an nak nek val vel nal nel ban ben rol tol "
    "ra re ssa sta lla lle lta ksi nin nun ya yi ye da dan de den nda ndan"
).split()
# What takes the place of a last -a: Nvidii, Nvidie, Nvidią, Nvidio.
_LATIN_AFTER_A = "a e i o u y ie ii ou i iei as am ami ach om et ens".split()
_CYRILLIC_ENDINGS = "а я у ю е и ы о ь ои еи ом ем ою ею ии ию ия ов ев ам ям ами ями ах ях".split()
_BENGALI_ENDINGS = "র কে তে এর ও ই র".split()
_KOREAN_PARTICLES = (
    "가 이 은 는 을 를 의 에 와 과 도 로 으로 에서 에게 에는 에도 부터 까지 만 보다 처럼 라는 "
    "이라는 라고 이라고 측 발 제 식 판 용 간"
).split()
# Arabic and Hebrew write short words ("and", "by", "the") onto the next one.
_ARABIC_PREFIX = re.compile("[وف]?(?:[بكل]?(?:ال)?|لل)")
_HEBREW_PREFIX = re.compile("[ושכ]{0,2}[בלמה]{0,2}")

_SEPARATOR = re.compile(r"[\s\-_·・]+")
_JOINTS = r"[ \-_·・]{0,2}\n?"
_BLOCKS = (
    (re.compile("[a-z\u00df-\u024f]"), "latin"),
    (re.compile("[\u0370-\u03ff]"), "greek"),
    (re.compile("[\u0400-\u052f]"), "cyrillic"),
    (re.compile("[\u0590-\u05ff]"), "hebrew"),
    (re.compile("[\u0600-\u06ff\u0750-\u077f]"), "arabic"),
    (re.compile("[\u30a1-\u30fa\u30fc]"), "katakana"),
    (re.compile("[\uac00-\ud7a3\u1100-\u11ff\u3131-\u318e]"), "hangul"),
    (re.compile("[\u0900-\u097f]"), "devanagari"),
    (re.compile("[\u0980-\u09ff]"), "bengali"),
    (re.compile("[0-9]"), "digit"),
)
_RANGES = {
    "latin": "a-z", "greek": "\u0370-\u03ff", "cyrillic": "\u0400-\u052f", "hebrew": "\u0590-\u05ff",
    "arabic": "\u0600-\u06ff\u0750-\u077f", "hangul": "\uac00-\ud7a3", "devanagari": "\u0900-\u097f",
    "bengali": "\u0980-\u09ff",
}  # fmt: skip


@lru_cache(maxsize=1 << 14)
def script(character: str) -> str:
    """The script of one folded character; "" for what is part of no word, "other" for letters of further scripts."""
    for pattern, name in _BLOCKS:
        if pattern.match(character):
            return name
    if is_spaceless(character):
        return "spaceless"
    return "other" if character.isalnum() else ""


def _endings(endings: Iterable[str]) -> str:
    return "(?:" + "|".join(sorted(set(endings), key=len, reverse=True)) + ")?"


def _latin_word(word: str) -> str:
    if len(word) < 5 or not word.isalpha():
        return re.escape(word) + "s?"  # CUDA, CANN, H100: "Cannes" is a town
    if word.endswith("a"):
        return (
            re.escape(word[:-1])
            + "(?:"
            + re.escape("a")
            + _endings(_LATIN_ENDINGS)
            + "|"
            + "|".join(sorted(_LATIN_AFTER_A, key=len, reverse=True))
            + ")"
        )
    return re.escape(word) + _endings(_LATIN_ENDINGS)


def _cyrillic_word(word: str) -> str:
    if len(word) < 4:
        return re.escape(word)
    stem = word[:-1] if word[-1] in "аяиеь" else word
    return re.escape(stem) + _endings([*_CYRILLIC_ENDINGS, word[len(stem) :] or "а"])


def _korean_word(word: str) -> str:
    if len(word) >= 3:
        return re.escape(word) + f"[{_RANGES['hangul']}]*"  # compounds: 엔비디아코리아
    return re.escape(word) + _endings(_KOREAN_PARTICLES)


def _word(word: str) -> str:
    """A pattern for one word of a name with the endings of its script."""
    kind = script(word[-1])
    if kind == "latin":
        return _latin_word(word)
    if kind == "digit" and re.search("[a-z]", word):
        return re.escape(word) + "s?"  # H100s
    if kind == "cyrillic":
        return _cyrillic_word(word)
    if kind == "hangul":
        return _korean_word(word)
    if kind == "bengali":
        return re.escape(word) + _endings(_BENGALI_ENDINGS)
    if kind == "other" and len(word) >= 4:
        return re.escape(word) + r"\w{0,4}"  # scripts we know no endings of
    return re.escape(word)


def _end(last: str, length: int) -> str:
    """What may not follow a name: more letters of the same script, and digits where they would make another name."""
    kind = script(last)
    if kind == "digit":
        return "(?![a-z0-9])"
    if kind == "latin":
        return "(?![a-z])" if length >= 4 else "(?![a-z0-9])"
    letters = _RANGES.get(kind)
    return f"(?![{letters}])" if letters else ""


@dataclass(frozen=True, slots=True)
class Name:
    """One name as the user wrote it, ready to be found."""

    written: str
    anchor: str  # where it is looked for: its first word without what an ending may replace
    inflected: str
    bare: str
    first: str  # script of its first character
    letters: int


@lru_cache(maxsize=1 << 14)
def _pattern(written: str) -> re.Pattern[str]:
    """Compiled when a text first holds the name's beginning: of thousands of names a process meets some hundreds."""
    return re.compile(written)


def compile_name(written: str) -> Name | None:
    """Prepares a name; None for one that holds no letter or digit."""
    words = [word for word in _SEPARATOR.split(folded(written)) if word]
    if not words or not any(character.isalnum() for word in words for character in word):
        return None
    length = sum(map(len, words))
    stop = _end(words[-1][-1], length)
    first = words[0]
    anchor = first
    if script(first[-1]) in ("latin", "cyrillic") and len(first) >= 4 and first[-1] in "aаяиеь":
        anchor = first[:-1]
    return Name(
        written,
        anchor,
        _JOINTS.join(map(_word, words)) + stop,
        _JOINTS.join(map(re.escape, words)),
        script(first[0]),
        length,
    )


@dataclass(frozen=True, slots=True)
class Found:
    """One name found: which of the list, and the folded offsets it covers."""

    index: int
    start: int
    end: int


class Finder:
    """Finds any number of names in one pass; made once, used for every text."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names: tuple[Name | None, ...] = tuple(map(compile_name, names))
        by_anchor: dict[str, list[int]] = {}
        for index, name in enumerate(self.names):
            if name is not None:
                by_anchor.setdefault(name.anchor, []).append(index)
        self._indices = tuple(map(tuple, by_anchor.values()))
        self._automaton = AhoCorasick(list(by_anchor)) if by_anchor else None

    def find(self, text: Folded) -> tuple[Found, ...]:
        """Every place where one of the names stands as a name, by start; longer ones first where several begin."""
        if self._automaton is None:
            return ()
        found: list[Found] = []
        for anchor, start, _ in self._automaton.find_matches_as_indexes(text.text, overlapping=True):
            for index in self._indices[anchor]:
                name = self.names[index]
                if name is not None and (end := _end_of(name, text, start)) is not None:
                    found.append(Found(index, start, end))
        return tuple(sorted(found, key=lambda place: (place.start, -place.end)))


def _end_of(name: Name, text: Folded, start: int) -> int | None:
    """Where the name that begins at `start` ends; None where it is only part of another word."""
    if start and not _may_begin(name, text, start):
        return None
    if match := _pattern(name.inflected).match(text.text, start):
        return match.end()
    # "DeepSeekCoder", "NvidiaNews": a capital after a small letter begins a word.
    bare = _pattern(name.bare).match(text.text, start)
    if bare is None or bare.end() >= len(text.text):
        return None
    last, after = text.original[text.origin(bare.end() - 1)], text.original[text.origin(bare.end())]
    return bare.end() if last.islower() and after.isupper() else None


def _may_begin(name: Name, text: Folded, start: int) -> bool:
    """True when what stands before `start` does not make the name the rest of a longer word."""
    before = script(text.text[start - 1])
    if before in ("", "spaceless", "other") and name.first != "other":
        return True
    if name.first == "digit":
        return before not in ("digit", "latin")
    if before == "digit":
        return name.first != "latin" or name.letters >= 5
    if before != name.first:
        return True
    run = _run_before(text.text, start, before)
    if before == "arabic":
        return _ARABIC_PREFIX.fullmatch(run) is not None
    if before == "hebrew":
        return _HEBREW_PREFIX.fullmatch(run) is not None
    if before == "hangul":
        return len(run) == 1 and name.letters >= 3  # 탈엔비디아
    if before == "latin":
        is_count = run == "x" and start >= 2 and text.text[start - 2].isdigit()  # 8xH100
        return is_count or _begins_with_capital(text, start)
    return before == "katakana" and name.first != "katakana"


def _begins_with_capital(text: Folded, start: int) -> bool:
    """True at the hump of a camel: "HuaweiAscend"."""
    return text.original[text.origin(start - 1)].islower() and text.original[text.origin(start)].isupper()


def _run_before(text: str, start: int, kind: str) -> str:
    """The letters of one script that stand directly before `start`, at most eight of them."""
    first = start
    while first and start - first < 8 and script(text[first - 1]) == kind:
        first -= 1
    return text[first:start]
