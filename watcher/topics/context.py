"""What stands around a name: its sentence, and the word there that makes a weak name count."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from watcher.text.scripts import spaceless_share
from watcher.text.sentences import Sentence, sentences
from watcher.topics.fold import fold, folded
from watcher.topics.names import Finder
from watcher.types import TopicRule

NEAR = 40  # characters around a weak name, in scripts without spaces, in which one of `needs` must stand
SPACELESS = 0.3  # what stands around a name with this share of characters from such scripts is written in one
# No sentence is longer than this on either side of a name: what comes without a full stop is a table.
SIDE = 400


class Context:
    """A text that is cut into sentences only where a name stands: one paragraph at a time."""

    def __init__(self, text: str, lead: str = "", is_title: bool = False) -> None:
        self.text = text
        self.is_title = is_title  # a title is one sentence, whatever stands in it: "What is CUDA? GPU code explained"
        self.lead = lead  # what follows a title
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
    supports it: "华为 (Huawei)" is one maker of phones, named twice.
    """

    def __init__(self, rule: TopicRule) -> None:
        weak = {folded(name) for name in rule.weak}
        self._terms = tuple(dict.fromkeys([*rule.needs, *rule.never]))
        self._finder = Finder(self._terms)
        self._fellows = frozenset(term for term in rule.needs if folded(term) in weak)
        self._folded_fellows = frozenset(map(folded, self._fellows))
        self._never = frozenset(rule.never)

    def near(self, term: str, context: Context, start: int, end: int, sentence: Sentence) -> Need | None:
        """What makes the weak name at `start` to `end` count: in its sentence, or near it without spaces.

        A title and the lead under it are read as one, as far as the topic's own names go.
        """
        first, last = max(sentence.start, start - SIDE), min(sentence.end, end + SIDE)
        near_first = max(context.text.rfind("\n", 0, start) + 1, start - NEAR)
        near_last = context.line_end(end, end + NEAR)
        if spaceless_share(context.text[near_first:start] + context.text[end:near_last]) >= SPACELESS:
            first, last = near_first, near_last
        is_fellow = folded(term) in self._folded_fellows
        words = self._words(context.text[first:last], start - first, end - first)
        for word in words:
            if not (is_fellow and word in self._fellows):
                return Need(word, word in self._fellows)
        if context.lead and not is_fellow:
            for word in self._words(context.lead, 0, 0):
                if word in self._fellows:
                    return Need(word, True)
        return None

    def _words(self, text: str, start: int, end: int) -> list[str]:
        """The needed words in a text, apart from what `start` to `end` and the `never` phrases cover."""
        around = fold(text)
        spans = [
            (self._terms[place.index], *around.span(place.start, place.end)) for place in self._finder.find(around)
        ]
        taken = [(start, end), *((begin, stop) for word, begin, stop in spans if word in self._never)]
        return [
            word
            for word, begin, stop in spans
            if word not in self._never and all(begin >= until or stop <= since for since, until in taken)
        ]
