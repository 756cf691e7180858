"""Names as people write them: in any script, inflected, joined or hyphenated, but never inside another word.

One automaton finds where a name could begin, whatever the number of names; the name's own small pattern then reads on
from there. Endings belong to a script, not to a name: a new name is inflected without anyone listing its forms.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from watcher.text.automaton import Automaton
from watcher.text.fold import Folded, folded
from watcher.text.scripts import is_spaceless

# Endings that name words take: plural and genitive of western Europe, the cases of West Slavic, Finnic, Hungarian and
# (written without its apostrophe) Turkish. English verb endings are left out on purpose: "ascending" is no name.
_LATIN_ENDINGS = (
    "s es n in en e a u i em om owi iem ie ia iu ow ami ach ovi ou t an nak nek val vel nal nel ban ben rol tol "
    "ra re ssa sta lla lle lta ksi nin nun ya yi ye da dan de den nda ndan ta tan te ten"
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

SEPARATOR = re.compile(r"[\s\-_·・]+")
# First words shorter than this are looked for together with the second.
SHORT = 4
_JOINTS = r"[ \-_·・]{0,2}\n?"
_ENDING_AND_JOINT = re.compile(r"[^\W_]{0,12}[ \-_·・]{0,2}\n?")
_BLOCKS = (
    (re.compile("[a-z\u00df-\u024f]"), "latin"),
    (re.compile("[\u0370-\u03ff]"), "greek"),
    (re.compile("[\u0400-\u052f]"), "cyrillic"),
    (re.compile("[\u05d0-\u05f2]"), "hebrew"),
    (re.compile("[\u0620-\u065f\u066e-\u06d3\u06d5-\u06ef\u06fa-\u06ff\u0750-\u077f]"), "arabic"),
    (re.compile("[\u30a1-\u30fa\u30fc]"), "katakana"),
    (re.compile("[\uac00-\ud7a3\u1100-\u11ff\u3131-\u318e]"), "hangul"),
    (re.compile("[\u0900-\u0963\u0971-\u097f]"), "devanagari"),
    (re.compile("[\u0980-\u09ff]"), "bengali"),
    (re.compile("[0-9]"), "digit"),
)
# Letters alone: "،", "؟" and "।" end a word, though they stand in the block of its script.
_RANGES = {
    "latin": "a-z", "greek": "\u0370-\u03ff", "cyrillic": "\u0400-\u052f", "hebrew": "\u05d0-\u05f2",
    "arabic": "\u0620-\u065f\u066e-\u06d3\u06d5-\u06ef\u06fa-\u06ff\u0750-\u077f", "hangul": "\uac00-\ud7a3",
    "devanagari": "\u0900-\u0963\u0971-\u097f",
    "bengali": "\u0980-\u09ff",
}  # fmt: skip


@cache
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


def word_pattern(word: str) -> str:
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


def end_pattern(last: str, length: int) -> str:
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
    anchors: tuple[str, ...]  # where it is looked for: its first word without what an ending may replace
    second: str  # first letter of its second word where the anchor does not hold that; "" for one word
    inflected: str  # patterns, compiled when the name is first met
    bare: str
    first: str  # script of its first character
    letters: int


def compile_name(written: str) -> Name | None:
    """Prepares a name; None for one that holds no letter or digit."""
    words = [word for word in SEPARATOR.split(folded(written)) if word]
    if not words or not any(character.isalnum() for word in words for character in word):
        return None
    length = sum(map(len, words))
    stop = end_pattern(words[-1][-1], length)
    anchors, second = _anchors(words)
    return Name(
        written,
        anchors,
        second,
        _JOINTS.join(map(word_pattern, words)) + stop,
        _JOINTS.join(map(re.escape, words)),
        script(words[0][0]),
        length,
    )


def _anchors(words: Sequence[str]) -> tuple[tuple[str, ...], str]:
    """Where to look for a name, and the first letter of the word that must follow there."""
    if len(words) > 1 and len(words[0]) < SHORT:
        # "AI chip", "on Ascend": the first word alone stands everywhere.
        return tuple(words[0] + joint + stem(words[1]) for joint in (" ", "-", "")), ""
    return (stem(words[0]),), words[1][0] if len(words) > 1 else ""


def stem(word: str) -> str:
    """A word without the letter that an ending may replace."""
    kind = script(word[-1])
    if kind == "latin" and len(word) >= 5 and word.isalpha() and word.endswith("a"):
        return word[:-1]
    return word[:-1] if kind == "cyrillic" and len(word) >= 4 and word[-1] in "аяиеь" else word


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
        by_anchor: dict[str, dict[str, list[int]]] = {}
        for index, name in enumerate(self.names):
            for anchor in name.anchors if name is not None else ():
                by_anchor.setdefault(anchor, {}).setdefault(name.second if name is not None else "", []).append(index)
        # Under each anchor the names by the first letter of their second word: dozens may begin with one word.
        self._indices = tuple(by_anchor.values())
        self._automaton = Automaton(tuple(by_anchor))

    def find(self, text: Folded) -> tuple[Found, ...]:
        """Every place where one of the names stands as a name, by start; longer ones first where several begin."""
        found: set[Found] = set()
        for anchor, start, end in self._automaton.places(text.text):
            by_second = self._indices[anchor]
            for second in _seconds(text.text, end) if len(by_second) > 1 else by_second:
                for index in by_second.get(second, ()):
                    name = self.names[index]
                    if name is not None and (stop := _end_of(name, text, start)) is not None:
                        found.add(Found(index, start, stop))
        return tuple(sorted(found, key=lambda place: (place.start, -place.end, place.index)))


def _seconds(text: str, end: int) -> set[str]:
    """Letters with which a second word could begin, after the first word's anchor: at once, or after its ending."""
    after = _ENDING_AND_JOINT.match(text, end)
    return {"", text[end : end + 1], text[after.end() : after.end() + 1] if after else ""}


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """Of a thousand names a text holds a few: compiling all of them at once took most of the start."""
    return re.compile(pattern)


def _end_of(name: Name, text: Folded, start: int) -> int | None:
    """Where the name that begins at `start` ends; None where it is only part of another word."""
    if start and not _may_begin(name, text, start):
        return None
    if match := _compiled(name.inflected).match(text.text, start):
        return match.end()
    # "DeepSeekCoder", "NvidiaNews": a capital after a small letter begins a word.
    bare = _compiled(name.bare).match(text.text, start)
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
