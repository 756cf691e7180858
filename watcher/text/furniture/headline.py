"""A pasted page's headline, and where its story begins: menus, by-lines, dates and a doubled title lie between.

A line is the headline because it says enough and the story below uses its words, not because it comes first: a menu's
words are few and used nowhere, and so are a user name's.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from watcher.text.furniture.lines import BYLINE, Line, is_furniture, lines_of, phrase_of
from watcher.text.furniture.notices import furniture
from watcher.text.normalise import normalise
from watcher.text.scripts import SPACELESS_RANGES

_READ = 20_000  # characters: a story that begins behind them is none
_TOP = 40
"""Lines in which a headline is looked for: the longest menus seen above one had about thirty entries."""
_BODY = 6_000  # characters of the story whose words a headline is held against
_SHORTEST, _LONGEST = 15, 200
"""A headline's length; scripts without spaces count a sign thrice. Below are labels, above are paragraphs."""
_LEAST = 1.2
"""What makes a line the headline: words shared with the story, and a fifth for each word it has."""
_LEAST_ALONE = 0.8  # a single line above the story
_SHARED, _HAS, _WORD = 8.0, 10.0, 6  # shared words that count, words that count, letters to a word
_TWICE = 2.0  # what a line which stands there twice is ahead by
_SHOUTED = 0.8  # share of capitals from which on a line is in capitals
_FULL_STOP = re.compile(r"[.。।۔][\"'”’»)\]]*$")
_ENDED = re.compile(r"[.!?。！？।؟۔…:：;,，、]|\.\.\.")
_STAMP = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|\d{1,2}:\d{2}|\b(?:19|20)\d{2}\b|\d年")  # 12.02.2025 14:05
_STAMPED = 25  # letters of a line with a date from which on it says more than the date
_ADDRESS = re.compile(r"https?://|www\.|\S+@\S+\.\w")
_WRAPPED = 45  # letters from which on a line without an end goes on in the next
_GOES_ON = 20  # letters of a next line that is no user name
_WORDS = re.compile(r"[^\W_]+")
_SIGNS = re.compile(f"[{SPACELESS_RANGES}]")


@dataclass(frozen=True, slots=True)
class Opening:
    """The headline as written but without its capitals ("" where the text has none), and where the story begins."""

    title: str
    start: int


def opening(text: str, title: str = "") -> Opening:
    """Finds the headline (a given one is kept) and the story's first character; any text is accepted."""
    lines = _paragraphs(lines_of(text[:_READ]))
    if not lines:
        return Opening(_quiet(title, text, ()), 0)
    if title:
        first = next((number for number, line in enumerate(lines) if line.is_prose), len(lines))
        at = _last_alike(phrase_of(title), lines[: max(first, 1)])
        start = lines[0].start if at < 0 else lines[at].end
        return Opening(_quiet(title, text, lines), start)
    first = _first_prose(text[:_READ], lines)
    at = _headline(lines, first)
    if at < 0:
        return Opening("", lines[0].start)
    last = max(at, _last_alike(phrase_of(lines[at].text), lines[: max(first, at + 1)]))
    begins = lines[first].start if at < first < len(lines) else lines[last].end
    return Opening(_quiet(lines[at].text, text, lines), begins)


def story(text: str, title: str) -> tuple[str, str]:
    """A document's headline, without its capitals, and its text from where the story begins, the headline left out.

    Without a headline the text stays whole: what stands above a story may also be its place and day, and cutting it off
    cost more than it gave (events-en: ROC-AUC .930 whole, .925 from the headline on, .920 with it for a title).
    """
    if not title.strip():
        return "", text
    found = opening(text, title)
    phrase = phrase_of(found.title)
    lines = text[found.start : found.start + _READ].split("\n")
    kept = [line for line in lines[:_TOP] if len(line) > 2 * len(title) + 40 or phrase_of(line) != phrase]
    return found.title, "\n".join([*kept, *lines[_TOP:]]) + text[found.start + _READ :]


def _paragraphs(lines: Sequence[Line]) -> list[Line]:
    """Lines that were broken at some width, joined again: the next one goes on with a small letter."""
    joined: list[Line] = []
    for line in lines:
        before = joined[-1] if joined else None
        if (
            before is not None
            and line.start - before.end == 1
            and (line.size >= _GOES_ON or _ENDED.search(line.text[-1:]))
            and before.size >= _WRAPPED
            and line.text[0].islower()
            and not _ENDED.search(before.text[-1:])
        ):
            joined[-1] = Line(before.start, line.end, f"{before.text} {line.text}", before.size + line.size + 1)
        else:
            joined.append(line)
    return joined


def _first_prose(text: str, lines: Sequence[Line]) -> int:
    """The number of the first paragraph of the story; without one, of the first line with a full stop."""
    site = furniture(text, normalise(text)) if any(line.is_prose for line in lines[:_TOP]) else ()
    for number, line in enumerate(lines[: 2 * _TOP]):
        if line.is_prose and not is_furniture(line.text):
            covered = sum(max(0, min(line.end, s.end) - max(line.start, s.start)) for s in site)
            if 2 * covered < line.end - line.start:
                return number
    stopped = (number for number, line in enumerate(lines[:_TOP]) if _FULL_STOP.search(line.text))
    return next(stopped, len(lines))


def _headline(lines: Sequence[Line], first: int) -> int:
    """The number of the line that says most of what the story says; -1 where none does."""
    above = lines[: min(first, _TOP)]
    if (
        first == 1 < len(lines)
        and not lines[1].is_prose
        and len(lines[0].text.split()) > 1
        and len(lines[0].text) <= _LONGEST
    ):
        return 0  # a line over a note
    if first == len(lines):  # no paragraph at all: a list, or nothing but a headline
        return 0 if _may_be(lines[0]) and (len(lines) == 1 or not is_furniture(lines[0].text)) else -1
    told = _stems(" ".join(line.text for line in lines[first:])[:_BODY])
    seen = Counter(phrase_of(line.text) for line in lines[: first + 3])
    best, at = _LEAST if len(above) > 1 else _LEAST_ALONE, -1
    for number, line in enumerate(above):
        if not _may_be(line) or is_furniture(line.text) or BYLINE.match(line.text):
            continue
        own = _stems(line.text)
        value = min(_SHARED, len(own & told) ** 2 / max(1, len(own))) + min(_HAS, line.size / _WORD) / 5
        value += _TWICE if seen[phrase_of(line.text)] > 1 else 0.0
        value -= 1.0 if _FULL_STOP.search(line.text) else 0.0
        if value > best:
            best, at = value, number
    return at


def _stems(text: str) -> set[str]:
    """The beginnings of words; pairs of signs in scripts without spaces."""
    found: set[str] = set()
    for word in _WORDS.findall(text.casefold()):
        if _SIGNS.match(word):
            found.update(word[at : at + 2] for at in range(0, len(word) - 1))
        elif len(word) >= 3 or word.isdigit() or (len(word) == 2 and "가" <= word[0] <= "힣"):
            found.add(word[:2] if "가" <= word[0] <= "힣" else word[:5])
    return found


def _may_be(line: Line) -> bool:
    if len(line.text) > _LONGEST or line.size < _SHORTEST:
        return False
    if _STAMP.search(line.text) and 3 * sum(map(str.isalpha, line.text)) < 3 * _STAMPED and line.size < 2 * _STAMPED:
        return False
    return not _ADDRESS.search(line.text)


def _last_alike(phrase: str, lines: Sequence[Line]) -> int:
    """The last of these lines that says the same; -1 if none does."""
    return max((number for number, line in enumerate(lines[:_TOP]) if phrase_of(line.text) == phrase), default=-1)


def is_shouted(line: str) -> bool:
    """True for a line written in capitals: they make no names of its words."""
    letters = [letter for letter in line if letter.lower() != letter.upper()]
    return len(letters) >= 10 and sum(letter.isupper() for letter in letters) >= _SHOUTED * len(letters)


def _quiet(title: str, text: str, lines: Sequence[Line]) -> str:
    """A headline in capitals as it would be written without: as its twin stands there, or as the story writes it."""
    if not is_shouted(title):
        return title
    phrase = phrase_of(title)
    for line in lines[:_TOP]:
        if phrase_of(line.text) == phrase and not is_shouted(line.text):
            return line.text
    forms: dict[str, Counter[str]] = {}
    for paragraph in text[:_BODY].split("\n"):
        if not is_shouted(paragraph):
            for word in _WORDS.findall(paragraph):
                forms.setdefault(word.casefold(), Counter())[word] += 1
    quiet = _WORDS.sub(lambda match: _as_told(match.group(), forms), title)
    return quiet[:1].upper() + quiet[1:]


def _as_told(word: str, forms: dict[str, Counter[str]]) -> str:
    told = forms.get(word.casefold())
    if told:
        return max(told.items(), key=lambda form: (form[1], form[0]))[0]
    return word if any(map(str.isdigit, word)) else word.lower()
