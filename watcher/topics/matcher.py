"""Which topics a text is about and which it only mentions, with every name that was found and what became of it.

About: a name in the title, or twice in the body, or in its opening (the first 500 characters). Two different names in
one sentence are one naming ("Huawei's Ascend chips"), one name twice in it is two. Anything less is a mention.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, islice
from typing import Literal

from watcher.text.finder import Finder, Found
from watcher.text.fold import fold, folded
from watcher.text.sentences import Sentence
from watcher.topics.context import Context, Needs
from watcher.topics.groups import left_out
from watcher.topics.layout import Outside
from watcher.types import TopicMatch, TopicRule

ABOUT = 0.7  # scores from here on are `about`; from MENTION up to here, mentions
MENTION = 0.5
OPENING = 500  # characters of the body
TWICE = 2
# A page that names a topic more often than this is not judged more finely for it, nor may it cost more.
MOST_HITS = 500
LONGEST = 200_000  # characters that are looked at: no article is longer, and a hostile page may be

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
    firm: bool = True  # a name, or a weak name beside another name of the topic
    counts: bool = True
    why: str = ""  # why it does not count
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
        self._needs = {rule.id: Needs(rule) for rule in self.rules}
        # Weak names that are words as well, by their capital alone: Ascend, Hopper; not CUDA, H20.
        self._plain_words = {
            rule.id: frozenset(
                folded(term) for term in rule.weak if term.isalpha() and term.istitle() and _has_case(term)
            )
            for rule in self.rules
        }

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
        text = text[:LONGEST]
        body = fold(text)
        found = self._finder.find(body)
        if not found:
            return []
        outside = Outside(body.text) if where == "body" else None
        context = Context(body, is_title=where == "title")
        hits: list[Hit] = []
        for rule in self.rules:
            for place, weak in islice(self._chosen(rule, found), MOST_HITS):
                start, end = body.span(place.start, place.end)
                sentence = context.sentence(start)
                term = self._entries[place.index][2]
                hit = Hit(rule.id, term, text[start:end], where, start, end, weak, sentence=sentence.start)
                if outside and (zone := outside.what(place.start, place.end)):
                    hits.append(replace(hit, counts=False, why=zone))
                elif self._plain_words[rule.id] and self._is_plain(hit, text[sentence.start : sentence.end]):
                    hits.append(replace(hit, counts=False, why="an ordinary word, in small letters"))
                else:
                    hits.append(self._judged(hit, context, sentence))
        return sorted(hits, key=lambda hit: hit.start)

    def _chosen(self, rule: TopicRule, found: tuple[Found, ...]) -> Iterator[tuple[Found, bool]]:
        """One topic's hits without overlaps, leftmost and longest; none whose end lies in a `never` phrase.

        "Huawei Ascend" falls to "Ascend P6", but "Ascend 910C" outlasts "the Ascend".
        """
        own = [(place, self._entries[place.index][1]) for place in found if self._entries[place.index][0] is rule]
        nevers = [place for place, kind in own if kind == "never"]
        starts = [never.start for never in nevers]
        ends = list(accumulate((never.end for never in nevers), max))
        taken = -1
        for place, kind in sorted(own, key=lambda pair: (pair[0].start, -pair[0].end, pair[1])):
            never = bisect_left(starts, place.end) - 1
            is_covered = never >= 0 and ends[never] >= place.end
            if kind != "never" and not is_covered and place.start >= taken:
                taken = place.end
                yield place, kind == "weak"

    def _is_plain(self, hit: Hit, sentence: str) -> bool:
        """True for "climbers ascend": a weak name's word in small letters, where others are written with capitals."""
        words = [word for word in re.split(r"[\W_]+", hit.written) if word]
        plain = any(word.islower() and folded(word) in self._plain_words[hit.topic] for word in words)
        return plain and not sentence.islower()

    def _judged(self, hit: Hit, context: Context, sentence: Sentence) -> Hit:
        """Whether a hit counts: a weak one needs a word beside it."""
        if hit.weak:
            need = self._needs[hit.topic].near(hit.term, context, hit.start, hit.end, sentence)
            if need is None:
                return replace(hit, counts=False, why="none of its `needs` stands near")
            return replace(hit, need=need.word, firm=need.is_name)
        return hit


def _has_case(term: str) -> bool:
    return term.lower() != term.upper()


def _weigh(topic: str, hits: tuple[Hit, ...], text: str) -> TopicMatch | None:
    """What a topic's hits amount to; None when none of them counts."""
    counting = [hit for hit in hits if hit.counts]
    if not counting:
        return None
    titled = [hit for hit in counting if hit.where == "title"]
    body = [hit for hit in counting if hit.where == "body"]
    opening = len(text) - len(text.lstrip()) + OPENING
    opens = any(hit.start < opening for hit in body)
    about = bool(titled) or opens or _namings(body) >= TWICE
    sentences = len({hit.sentence for hit in body})
    evidence = (1.5 if any(hit.firm for hit in titled) else 1.0 if titled else 0.0) + 0.5 * opens + 0.25 * sentences
    # Both halves of the scale fill up slowly: a title, an opening and five sentences make 0.96.
    low, high = (ABOUT, 1.0) if about else (MENTION, ABOUT - 0.01)
    score = round(low + (high - low) * (1 - math.exp(-evidence / 1.6)), 2)
    terms = tuple(dict.fromkeys(hit.term for hit in counting))
    return TopicMatch(topic, about, score, terms)


def _namings(hits: list[Hit]) -> int:
    """How often a body names its topic: "华为昇腾" or "DeepSeek (深度求索)" once, "Nvidia said that Nvidia" twice."""
    by_sentence: dict[int, Counter[str]] = {}
    for hit in hits:
        first_word = folded(hit.term).split()[0]
        by_sentence.setdefault(hit.sentence, Counter())[first_word] += 1
    return sum(max(names.values()) for names in by_sentence.values())
