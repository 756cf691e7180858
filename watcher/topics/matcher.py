"""Which topics a text is about and which it only mentions, with every name that was found and what became of it.

About: a name in the title, or in two sentences of the body, or in its opening (the first 500 characters). A name said
in passing (in brackets, in a list of three, as a yardstick) counts half in the body and nothing as an opening; a weak
name alone carries an opening only in the first sentence. Long texts need more than two sentences.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from watcher.text.scripts import spaceless_share
from watcher.text.sentences import Sentence, sentences
from watcher.topics.fold import Folded, fold, folded
from watcher.topics.groups import left_out
from watcher.topics.layout import in_passing, zones
from watcher.topics.names import Finder, Found
from watcher.types import TopicMatch, TopicRule

ABOUT = 0.7  # scores from here on are `about`; from MENTION up to here, mentions
MENTION = 0.5
OPENING = 500  # characters of the body
NEAR = 40  # characters around a weak name, in scripts without spaces, in which one of `needs` must stand
SPACELESS = 0.3  # a sentence with this share of characters from such scripts is one of theirs
# One more sentence for every so many characters: a survey of a whole industry names everybody twice.
LONG = 6000

Where = Literal["title", "body"]
Kind = Literal["name", "weak", "never"]


@dataclass(frozen=True, slots=True)
class Hit:
    """One place where a name of a topic stands. Offsets are into the title or text as given."""

    topic: str
    term: str  # as the rule has it
    written: str  # as the text has it
    where: Where
    start: int
    end: int
    weak: bool = False
    need: str | None = None  # the word that made a weak name count
    counts: bool = True
    why: str = ""  # why it does not count, or counts little
    passing: bool = False  # counts half
    sentence: int = 0  # which sentence it stands in, by its offset


@dataclass(frozen=True, slots=True)
class TopicExplanation:
    """One topic: all its hits, the match they make (None: none), and the group that left it out."""

    topic: str
    match: TopicMatch | None
    hits: tuple[Hit, ...]
    left_out: str | None = None


class TopicMatcher:
    """Says which topics a text is about; made once from the rules, then called from any thread."""

    def __init__(self, rules: Sequence[TopicRule]) -> None:
        self.rules = tuple(rules)
        kinds: tuple[tuple[Kind, Callable[[TopicRule], tuple[str, ...]]], ...] = (
            ("name", lambda rule: rule.names),
            ("weak", lambda rule: rule.weak),
            ("never", lambda rule: rule.never),
        )
        self._entries = [
            (rule, kind, term) for rule in self.rules for kind, terms in kinds for term in dict.fromkeys(terms(rule))
        ]
        self._finder = Finder([term for _, _, term in self._entries])
        self._needs = {rule.id: _Needs(rule) for rule in self.rules}

    def __call__(self, title: str, text: str) -> tuple[TopicMatch, ...]:
        """The topics of a text, strongest first; a mention has `about=False`."""
        matches = [explained.match for explained in self.explain(title, text) if explained.match is not None]
        return tuple(sorted(matches, key=lambda match: (-match.score, match.topic)))

    def explain(self, title: str, text: str) -> tuple[TopicExplanation, ...]:
        """Every topic with any hit, in the order of the rules: which name stands where, and what it counts."""
        hits = [*self._hits(title, "title"), *self._hits(text, "body")]
        found: list[TopicExplanation] = []
        for rule in self.rules:
            own = tuple(hit for hit in hits if hit.topic == rule.id)
            if not own:
                continue
            match = _weigh(rule.id, own, text)
            group = left_out(rule.without, title, text) if match is not None and rule.without else None
            found.append(TopicExplanation(rule.id, None if group else match, own, group))
        return tuple(found)

    def _hits(self, text: str, where: Where) -> list[Hit]:
        body = fold(text)
        found = self._finder.find(body)
        if not found:
            return []
        outside = zones(body.text) if where == "body" else ()
        parts = _Parts(text)
        hits: list[Hit] = []
        for rule in self.rules:
            for place, weak in self._chosen(rule, found):
                hit = self._hit(rule, place, weak, body, where, parts)
                zone = next((zone for zone in outside if zone.start <= place.start < zone.end), None)
                hits.append(replace(hit, counts=False, why=zone.what) if zone else hit)
        return sorted(hits, key=lambda hit: hit.start)

    def _chosen(self, rule: TopicRule, found: tuple[Found, ...]) -> list[tuple[Found, bool]]:
        """One topic's hits without overlaps: longer before shorter, and nothing that a `never` phrase covers."""
        own = [(place, self._entries[place.index][1]) for place in found if self._entries[place.index][0] is rule]
        taken = [place for place, kind in own if kind == "never"]
        chosen: list[tuple[Found, bool]] = []
        for place, kind in sorted(own, key=lambda pair: (pair[0].start - pair[0].end, pair[1] == "weak")):
            if kind != "never" and not any(place.start < other.end and other.start < place.end for other in taken):
                taken.append(place)
                chosen.append((place, kind == "weak"))
        return chosen

    def _hit(self, rule: TopicRule, place: Found, weak: bool, body: Folded, where: Where, parts: _Parts) -> Hit:
        start, end = body.span(place.start, place.end)
        sentence = parts.sentence(start)
        term = self._entries[place.index][2]
        hit = Hit(rule.id, term, body.original[start:end], where, start, end, weak, sentence=sentence.start)
        if weak:
            need = self._needs[rule.id].near(term, body.original, start, end, sentence)
            if need is None:
                return replace(hit, counts=False, why="none of its `needs` stands near")
            hit = replace(hit, need=need)
        if where == "body":
            passing = in_passing(body.original[sentence.start : start], body.original[end : sentence.end])
            if passing:
                return replace(hit, passing=True, why=passing)
        return hit


class _Needs:
    """The words that make one topic's weak names count.

    A weak name may stand among them ("Huawei" makes "Ascend" count); then it supports others, but none of its like
    supports it: "华为 (Huawei)" is one maker of phones, named twice.
    """

    def __init__(self, rule: TopicRule) -> None:
        weak = {folded(name) for name in rule.weak}
        self._terms = tuple(dict.fromkeys([*rule.needs, *rule.never]))
        self._finder = Finder(self._terms)
        self._peers = frozenset(term for term in rule.needs if folded(term) in weak)
        self._never = frozenset(rule.never)

    def near(self, term: str, text: str, start: int, end: int, sentence: Sentence) -> str | None:
        """The word that makes the weak name at `start` to `end` count: in its sentence, or near it without spaces."""
        first, last = sentence.start, sentence.end
        if spaceless_share(text[first:last]) >= SPACELESS:
            first, last = max(text.rfind("\n", 0, start) + 1, start - NEAR), _until_line_end(text, end, end + NEAR)
        around = fold(text[first:last])
        spans: list[tuple[str, int, int]] = []
        for place in self._finder.find(around):
            begin, stop = around.span(place.start, place.end)
            spans.append((self._terms[place.index], first + begin, first + stop))
        taken = [(start, end), *((begin, stop) for need, begin, stop in spans if need in self._never)]
        is_peer = any(folded(peer) == folded(term) for peer in self._peers)
        for need, begin, stop in spans:
            is_free = all(begin >= until or stop <= since for since, until in taken)
            if is_free and need not in self._never and not (is_peer and need in self._peers):
                return need
        return None


class _Parts:
    """The sentences of a text, cut only where a name stands: one paragraph at a time."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._cut: dict[int, tuple[Sentence, ...]] = {}

    def sentence(self, offset: int) -> Sentence:
        first = self._text.rfind("\n", 0, offset) + 1
        if first not in self._cut:
            self._cut[first] = sentences(self._text[first : _until_line_end(self._text, offset, len(self._text))])
        for sentence in self._cut[first]:
            if first + sentence.start <= offset < first + sentence.end:
                return Sentence(first + sentence.start, first + sentence.end)
        return Sentence(offset, offset + 1)


def _until_line_end(text: str, start: int, limit: int) -> int:
    end = text.find("\n", start, limit)
    return min(limit, len(text)) if end < 0 else end


def _weigh(topic: str, hits: tuple[Hit, ...], text: str) -> TopicMatch | None:
    """What a topic's hits amount to; None when none of them counts."""
    counting = [hit for hit in hits if hit.counts]
    if not counting:
        return None
    titled = [hit for hit in counting if hit.where == "title"]
    by_sentence: dict[int, float] = {}
    for hit in counting:
        if hit.where == "body":
            by_sentence[hit.sentence] = max(by_sentence.get(hit.sentence, 0.0), 0.5 if hit.passing else 1.0)
    weight = sum(by_sentence.values())
    opens = any(_opens(hit, text) for hit in counting)
    about = bool(titled) or opens or weight >= 1.5 + len(text) // LONG
    evidence = (1.5 if any(not hit.weak for hit in titled) else 1.0 if titled else 0.0) + 0.5 * opens + 0.25 * weight
    # Both halves of the scale fill up slowly: a title, an opening and five sentences make 0.96.
    low, high = (ABOUT, 1.0) if about else (MENTION, ABOUT - 0.01)
    score = round(low + (high - low) * (1 - math.exp(-evidence / 1.6)), 2)
    terms = tuple(dict.fromkeys(hit.term for hit in counting))
    return TopicMatch(topic, about, score, terms)


def _opens(hit: Hit, text: str) -> bool:
    """True when a name in the first 500 characters shows what the text is about."""
    if hit.where != "body" or hit.passing or hit.start >= OPENING:
        return False
    lead = len(text) - len(text.lstrip())
    if hit.sentence <= lead:
        return True
    # In a text of a few sentences everything is in the first 500 characters: its end is still not its opening.
    return not hit.weak and hit.sentence * 3 < len(text.rstrip()) * 2
