"""Phrases as somebody typed them: folded, whole words where words are written apart, anywhere where they are not.

Unlike a name (`finder`) a phrase takes no endings: what is hidden is what was written, and nothing that resembles it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from watcher.text.automaton import Automaton
from watcher.text.finder import script
from watcher.text.fold import folded

_SPACE = re.compile(r"\s+")


class Phrases:
    """Finds any number of phrases in one pass; made once, used for every text."""

    def __init__(self, phrases: Sequence[str]) -> None:
        by_text: dict[str, list[int]] = {}
        for index, phrase in enumerate(phrases):
            if text := plain(phrase):
                by_text.setdefault(text, []).append(index)
        self._indices = tuple(by_text.values())
        self._automaton = Automaton(tuple(by_text))

    def within(self, *texts: str) -> tuple[int, ...]:
        """Which of the phrases stand in one of these texts, in the order in which they were given."""
        found: set[int] = set()
        for text in map(plain, texts):
            for number, start, end in self._automaton.places(text):
                if _is_whole(text, start, end):
                    found.update(self._indices[number])
        return tuple(sorted(found))


def plain(text: str) -> str:
    """A text as phrases are compared: folded, any white space one space."""
    return _SPACE.sub(" ", folded(text)).strip()


def _is_whole(text: str, start: int, end: int) -> bool:
    """True where neither end cuts a word in two."""
    return not (_joins(text[start - 1 : start], text[start]) or _joins(text[end - 1], text[end : end + 1]))


def _joins(left: str, right: str) -> bool:
    """True where two neighbours are of one word: both letters or digits, neither of a script without spaces."""
    if not left or not right:
        return False
    kinds = script(left), script(right)
    if "" in kinds or "spaceless" in kinds:
        return False
    return "katakana" not in kinds or kinds[0] == kinds[1]
