"""What stands around a name: its sentence, and the word there that makes a weak name count."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import pairwise

from watcher.text.finder import Finder
from watcher.text.fold import Folded, folded
from watcher.text.scripts import spaceless_share
from watcher.text.sentences import Sentence, sentences
from watcher.types import TopicRule

NEAR = 40  # characters around a weak name, in scripts without spaces, in which one of `needs` must stand
SPACELESS = 0.3  # what stands around a name with this share of characters from such scripts is written in one
# No sentence is longer than this on either side of a name: what comes without a full stop is a table.
SIDE = 400
# "AI + chip": the two may stand this far apart ("AI training and inference chips"), with no comma between them; in
# scripts without spaces this far ("AI向け新型プロセッサー").
APART, APART_SPACELESS = 24, 8
# What a `never` word this near to such a pair says of it: "a Kirin 9030 chip with AI camera".
SPOILT = 12
ALONE, LEFT, RIGHT = 0, 1, 2
_BREAK = re.compile("[.,;:!?،؛؟、，。；：！？\n]")


@dataclass(frozen=True, slots=True)
class _Word:
    """One needed word found: the rule's term or entry, and where it stands in the text."""

    entry: str
    start: int
    end: int


class Context:
    """A text that is cut into sentences only where a name stands: one paragraph at a time."""

    def __init__(self, body: Folded, is_title: bool = False) -> None:
        self.body = body
        self.text = body.original
        self.needed: dict[str, tuple[list[_Word], list[int]]] = {}  # by topic: what `Needs` found here, and where
        self.is_title = is_title  # a title is one sentence, whatever stands in it: "What is CUDA? GPU code explained"
        self._cut: dict[int, tuple[list[int], tuple[Sentence, ...]]] = {}

    def sentence(self, offset: int) -> Sentence:
        """The sentence around an offset of the text."""
        if self.is_title:
            return Sentence(0, len(self.text))
        first = self.text.rfind("\n", 0, offset) + 1
        if first not in self._cut:
            found = sentences(self.text[first : self.line_end(offset, len(self.text))])
            self._cut[first] = [sentence.start for sentence in found], found
        starts, found = self._cut[first]
        place = max(bisect_right(starts, offset - first) - 1, 0)
        if place < len(found) and offset - first < found[place].end:
            return Sentence(first + found[place].start, first + found[place].end)
        return Sentence(offset, offset + 1)

    def line_end(self, start: int, limit: int) -> int:
        """Where the line of `start` ends, or `limit` if that comes first."""
        end = self.text.find("\n", start, limit)
        return min(limit, len(self.text)) if end < 0 else end


@dataclass(frozen=True, slots=True)
class Need:
    """The word that made a weak name count, and whether it is itself a name of the topic."""

    word: str
    is_name: bool


class Needs:
    """The words that make one topic's weak names count.

    A weak name may stand among them ("Huawei" makes "Ascend" count); then it supports others, but none of its like
    supports it: "华为 (Huawei)" is one maker of phones, named twice. An entry "AI | KI + chip | Prozessor" asks for one
    word of each side, near each other in either order; with the weak name itself on its left side ("Ascend + GPU"), for
    one of the right side in the name's sentence.
    """

    def __init__(self, rule: TopicRule) -> None:
        self._topic = rule.id
        weak = {folded(name) for name in rule.weak}
        # Where each term was asked for: an entry, and its side there (0: alone).
        asked: dict[str, list[tuple[str, int]]] = {}
        for entry in dict.fromkeys(rule.needs):
            for side, terms in _sides(entry).items():
                for term in terms:
                    asked.setdefault(term, []).append((entry, side))
        self._never = frozenset(rule.never)
        self._terms = tuple(dict.fromkeys([*asked, *rule.never]))
        self._asked = asked
        self._finder = Finder(self._terms)
        self._own = {entry: frozenset(map(folded, _sides(entry).get(LEFT, ()))) & weak for entry in rule.needs}
        self._fellows = frozenset(term for term in rule.needs if folded(term) in weak)
        self._folded_fellows = frozenset(map(folded, self._fellows))

    def near(self, term: str, context: Context, start: int, end: int, sentence: Sentence) -> Need | None:
        """What makes the weak name at `start` to `end` count: in its sentence, or near it without spaces."""
        first, last = max(sentence.start, start - SIDE), min(sentence.end, end + SIDE)
        near_first = max(context.text.rfind("\n", 0, start) + 1, start - NEAR)
        near_last = context.line_end(end, end + NEAR)
        if spaceless_share(context.text[near_first:start] + context.text[end:near_last]) >= SPACELESS:
            first, last = near_first, near_last
        is_fellow = folded(term) in self._folded_fellows
        around = [word for word in self._within(context, first, last) if word.end <= start or word.start >= end]
        for word in self._met(context.text, around, folded(term)):
            if not (is_fellow and word in self._fellows):
                return Need(word, word in self._fellows)
        return None

    def _within(self, context: Context, first: int, last: int) -> list[_Word]:
        """The words of the rule between two offsets. A text is read through once, however many weak names it has."""
        if self._topic not in context.needed:
            body = context.body
            words = [_Word(self._terms[at.index], *body.span(at.start, at.end)) for at in self._finder.find(body)]
            context.needed[self._topic] = words, [word.start for word in words]
        words, starts = context.needed[self._topic]
        return [word for word in words[bisect_left(starts, first) : bisect_left(starts, last)] if word.end <= last]

    def _met(self, text: str, around: list[_Word], term: str) -> list[str]:
        """The entries that these words meet, apart from what the `never` phrases among them cover."""
        nevers = [word for word in around if word.entry in self._never]
        met: list[_Word] = []
        sides: dict[str, list[tuple[_Word, int]]] = {}
        for word in around:
            if any(word.start < never.end and word.end > never.start for never in nevers):
                continue
            for entry, side in self._asked.get(word.entry, ()):
                if side == RIGHT and term in self._own.get(entry, ()):
                    met.append(word)
                elif side:
                    sides.setdefault(entry, []).append((word, side))
                else:
                    met.append(word)
        if sides:
            met.extend(_pairs(text, sides, nevers))
        return [word.entry for word in sorted(met, key=lambda word: word.start)]


class Needed:
    """The same without a text: whether words, wherever they stand, could make weak names of one topic count."""

    def __init__(self, rule: TopicRule) -> None:
        weak = {folded(name) for name in rule.weak}
        sides = [_sides(entry) for entry in rule.needs]
        self.terms = needed_terms(rule)
        self._alone = frozenset(term for each in sides for term in each.get(ALONE, ()))
        self._pairs = [(frozenset(each[LEFT]), frozenset(each[RIGHT])) for each in sides if LEFT in each]
        self._fellows = frozenset(term for term in rule.needs if folded(term) in weak)
        self._folded_fellows = frozenset(map(folded, self._fellows))

    def may_count(self, names: Collection[str], words: AbstractSet[str]) -> bool:
        """False where none of these weak names can count beside these words, which are terms of the rule."""
        alone = words & self._alone
        if alone - self._fellows or any(left & words and right & words for left, right in self._pairs):
            return True
        return bool(alone) and any(folded(name) not in self._folded_fellows for name in names)


def needed_terms(rule: TopicRule) -> tuple[str, ...]:
    """Every word of which one must be in a text for a weak name of the topic to count there."""
    return tuple(dict.fromkeys(term for entry in rule.needs for terms in _sides(entry).values() for term in terms))


def _sides(entry: str) -> dict[int, tuple[str, ...]]:
    """The words of an entry of `needs`: one alone, or those left and right of its plus."""
    left, plus, right = entry.partition(" + ")
    if not plus:
        return {ALONE: (entry,)}
    return {side: tuple(map(str.strip, terms.split(" | "))) for side, terms in ((LEFT, left), (RIGHT, right))}


def _pairs(text: str, sides: dict[str, list[tuple[_Word, int]]], nevers: list[_Word]) -> list[_Word]:
    """The entries of two sides of which both stand near each other, with nothing that spoils them."""
    met: list[_Word] = []
    for words in sides.values():
        for (one, side), (other, other_side) in pairwise(sorted(words, key=lambda found: found[0].start)):
            if side == other_side or not _is_near(text, one, other):
                continue
            start, end = one.start - SPOILT, other.end + SPOILT
            if not any(start < never.end and never.start < end for never in nevers):
                met.append(_Word(f"{one.entry} + {other.entry}", one.start, other.end))
    return met


def _is_near(text: str, one: _Word, other: _Word) -> bool:
    gap = text[one.end : other.start]
    limit = APART_SPACELESS if spaceless_share(gap) >= SPACELESS else APART
    return len(gap) <= limit and _BREAK.search(gap) is None
