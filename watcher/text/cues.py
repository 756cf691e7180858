"""Words by which a text shows what it is: lists of them in many languages, all looked for in one pass.

A list separates its cues by `|` or lines. `word*` takes any ending, other words stand alone; `^word` opens the text, or
what stands behind its label or colon. In scripts without spaces, and in those that write particles onto words, a cue
may stand anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from watcher.text.automaton import Automaton
from watcher.text.fold import folded

_SPACED = re.compile(r"[0-9a-z\u0370-\u052f]")  # a cue that begins so begins a word
_LABEL_ENDS = frozenset(":|–—]】）)»")


class _Cue(NamedTuple):
    """What one list asks of a place where one of its cues stands."""

    name: str
    begins: bool  # with a word
    ends: bool  # with a word
    opens: bool  # the text, or what its label stands before


@dataclass(frozen=True, slots=True)
class Spoken:
    """The lists that a text speaks: by name, where their cues stand in it."""

    text: str
    places: Mapping[str, list[tuple[int, int]]]

    def __contains__(self, name: str) -> bool:
        return name in self.places

    def words(self, name: str) -> frozenset[str]:
        """The different cues of a list, from left to right and none over another; the longest where several begin."""
        found = set()
        last = 0
        for start, negative in sorted((start, -end) for start, end in self.places.get(name, ())):
            if start >= last:
                last = -negative
                found.add(self.text[start:last])
        return frozenset(found)


class Cues:
    """Lists of cues by name; made ready when the first text is looked at."""

    def __init__(self, lists: Mapping[str, str]) -> None:
        self._lists = lists

    def of(self, text: str) -> Spoken:
        """Which lists a text (folded) speaks."""
        automaton, cues = self._ready
        places: dict[str, list[tuple[int, int]]] = {}
        for index, start, end in automaton.places(text):
            for cue in cues[index]:
                if _stands(cue, text, start, end):
                    places.setdefault(cue.name, []).append((start, end))
        return Spoken(text, places)

    @cached_property
    def _ready(self) -> tuple[Automaton, tuple[tuple[_Cue, ...], ...]]:
        asked: dict[str, dict[_Cue, None]] = {}
        for name, cues in self._lists.items():
            for written in re.split(r"[|\n]", cues):
                opens = written.strip().startswith("^")
                word = folded(written.strip().removeprefix("^"))
                if word:
                    begins = _SPACED.match(word) is not None
                    ends = begins and not word.endswith("*") and word[-1].isalnum()
                    asked.setdefault(word.removesuffix("*"), {})[_Cue(name, begins, ends, opens)] = None
        return Automaton(tuple(asked)), tuple(map(tuple, asked.values()))


def _stands(cue: _Cue, text: str, start: int, end: int) -> bool:
    if cue.begins and start and _is_letter(text[start - 1]):
        return False
    if cue.ends and end < len(text) and _is_letter(text[end]):
        return False
    return not cue.opens or _opens(text, start)


def _is_letter(sign: str) -> bool:
    return sign.isalnum() or sign == "_"


def _opens(text: str, start: int) -> bool:
    """True where no word stands before, or none since a label's end."""
    for sign in reversed(text[:start]):
        if sign in _LABEL_ENDS:
            return True
        if _is_letter(sign):
            return False
    return True
