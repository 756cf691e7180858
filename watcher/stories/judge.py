"""The decision: what a document is to a seed or an earlier document, from the evidence of all signals."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from watcher.stories.address import AddressSignal
from watcher.stories.copy import CUT, CopySignal
from watcher.stories.facts import SUBJECT, FactsSignal
from watcher.stories.signal import NOTHING, Score
from watcher.stories.verdict import Model, Weighed, shipped, terms
from watcher.text.tokens import Tokens, tokens
from watcher.types import TELLS, Document, Evidence, Fact, Grouping, Key, Match, Relation, Seed, Verdict, contradicts

if TYPE_CHECKING:  # numpy comes with the encoder: where there is none, there is no meaning either
    from watcher.stories.meaning.signal import MeaningSignal
    from watcher.stories.meaning.space import Space

_RELATED = 0.15
"""Sameness from which two texts have something to do with each other: a quoted paragraph, a background, a form."""
_CHANCE = 0.05
"""Chance of one story from which two documents are at least of one subject."""
_SUBJECT = 0.5
"""Meaning from which they are, too: of pairs on other subjects one in 200 comes so near (`bench/meaning.py`)."""
_LONG_TITLE = 6.0
"""Words of a title that does not occur twice by chance."""
_OTHER_TEXT = 0.1
"""Two long texts at one address that share less than this are two: the page was filled anew (a ticker, an overview)."""
_LONG_TEXT = 400  # characters
_SURE = 0.95
"""The chance of a copy that is just over its cut: of those said, 99 in 100 were (`make bench-copies`)."""
_NEVER = 1.0
"""The cut where retellings are not asked for (`off`): no chance reaches it and counts."""
_UNDER = 0.9
"""What contradicted facts leave of the cut, so that the score never says more than the relation."""

_FORM, _FILLED = 0.5, 0.75
"""Sameness that the copy signal leaves of one form filled in twice, and the share of the longer text that is form.
Reports of one event that share half of their words differ in figures, too: hours, miles, a later toll."""
_OWN, _OWN_FRONT = 0.06, 0.1
"""Agreement of what two texts tell beside the passages they share, and of how they begin, below which they only quote
the same. Of 2,643 pairs of English reports of one event one lies below both."""
_HARD = math.log1p(2.0)
"""Rarity of figures, models and names in both headlines that makes a hard fact. "DeepSeek", "Huawei", "Nvidia" and
"China" together weigh 1.9: the subject alone is none. 910C beside Huawei weighs 2.7, an amount 2.5 and more."""
_OWN_TEXT = 120  # characters: with less beside the passage a text does not tell anything of its own

_RANK = {Relation.COPY: 0, Relation.RETELLING: 1, Relation.RELATED: 2, Relation.NEW: 3}


@dataclass(frozen=True, slots=True)
class _Seen:
    """What every signal says of one pair."""

    address: Score
    copy: Score
    facts: Score
    meaning: Score

    @property
    def conflicts(self) -> tuple[Fact, ...]:
        return tuple(dict.fromkeys((*self.copy.conflicts, *self.facts.conflicts)))


class StoryJudge:
    """Satisfies `ports.Judge`. Holds nothing between two calls but prepared texts.

    Without a `space`, or where one of two documents has no vectors yet, facts and texts decide alone. `groupings` says
    by topic how carefully documents about it are grouped; of several topics, and of two documents, the most careful
    counts.
    """

    def __init__(
        self,
        space: Space | None = None,
        facts: FactsSignal | None = None,
        model: Model | None = None,
        grouping: Grouping = "normal",
        groupings: Mapping[str, Grouping] | None = None,
    ) -> None:
        self._address = AddressSignal()
        self._copy = CopySignal()
        self._facts = facts or FactsSignal()
        self._meaning = _meaning(space) if space else None
        self._model = model or shipped()
        self._grouping = grouping
        self._groupings = groupings or {}

    def prepared(self, document: Document) -> Document:
        """The same document with its facts read: what takes longest, done once and outside of any lock."""
        return replace(document, facts=self._facts.packed(document))

    def keys(self, document: Document) -> tuple[Key, ...]:
        """The keys of every signal: under these the document is found again."""
        return (*self._address.keys(document), *self._copy.keys(document), *self._facts.keys(document))

    def whole(self, document: Document) -> bytes:
        """Where its meaning lies, for an index of the nearest; empty without vectors."""
        return self._meaning.meaning(document).whole if self._meaning and document.vectors else b""

    def compare(self, a: Document, b: Document) -> Match:
        """What `a` is to `b`; the match carries the id of `b`, passages lie in the text of `a`."""
        seen = _Seen(
            self._address.score(a, b),
            self._copy.score(a, b),
            self._facts.score(a, b),
            self._meaning.score(a, b) if self._meaning and a.vectors and b.vectors else NOTHING,
        )
        grouping, weighed = self._carefully(a, b), self._weighed(a, b, seen)
        cut = weighed.cuts.get(grouping, _NEVER)
        relation, score = self._decided(a, b, seen, weighed.chance, cut)
        return Match(b.id, relation, round(score, 6), _evidence(seen, cut))

    def verdict(self, document: Document, seeds: Sequence[Seed], candidates: Sequence[Document]) -> Verdict:
        """The document against every seed and every candidate. Among equals the one given first is the best."""
        known = _ranked(self.compare(document, seed.document()) for seed in seeds)
        earlier = _ranked(self.compare(document, other) for other in candidates)
        return Verdict(
            seed=known[0] if known else None,
            seeds=tuple(match for match in known if match.relation in TELLS),
            earlier=earlier[0] if earlier else None,
            also=tuple(match for match in earlier[1:] if match.relation in TELLS),
        )

    def _decided(self, a: Document, b: Document, seen: _Seen, chance: float, cut: float) -> tuple[Relation, float]:
        same_text = _same_text(a, b, seen)
        if same_text is not None:
            return Relation.COPY, same_text
        if round(chance, 6) >= cut:
            if cut < _NEVER and not self._speaks_against(a, b, seen):
                return Relation.RETELLING, chance
            chance = cut * _UNDER
        if chance >= _CHANCE or seen.address.value or seen.copy.value >= _RELATED or _one_subject(a, b, seen):
            return Relation.RELATED, chance
        return Relation.NEW, chance

    def _carefully(self, a: Document, b: Document) -> Grouping:
        asked = [self._groupings.get(topic, self._grouping) for topic in {*a.topics, *b.topics}]
        return max(asked, key=_CAREFUL.index, default=self._grouping)

    def _speaks_against(self, a: Document, b: Document, seen: _Seen) -> bool:
        return (
            _is_form(a, b, seen.copy) or contradicts(seen.facts.conflicts) or _is_too_little(a, b, seen.facts)
            or self._only_quotes(a, b, seen) or self._only_entitled(a, b)
        )  # fmt: skip

    def _only_quotes(self, a: Document, b: Document, seen: _Seen) -> bool:
        """True where the facts that two texts share stand in a passage that both have word for word, and not beside."""
        if seen.copy.value < _RELATED or a.fingerprint or b.fingerprint:
            return False
        ours, theirs = _without(a, seen.copy), _without(b, self._copy.score(b, a))
        if min(len(ours.text), len(theirs.text)) < _OWN_TEXT:
            return False
        facts = self._facts.score(ours, theirs).features
        return facts["pooled"] < _OWN and facts["front"] < _OWN_FRONT

    def _only_entitled(self, a: Document, b: Document) -> bool:
        """True for one title above two texts that share nothing: a column's or a bulletin's, every day the same."""
        if not a.text or not b.text or not _same_title(a, b):
            return False
        ours, theirs = (replace(each, title="", facts="") for each in (a, b))
        facts = self._facts.score(ours, theirs).features
        return facts["pooled"] < _OWN and facts["front"] < _OWN_FRONT

    def _weighed(self, a: Document, b: Document, seen: _Seen) -> Weighed:
        row = terms(a, b, seen.facts.features, seen.meaning.features or None)
        is_on_subject = bool(seen.facts.features[SUBJECT])
        return self._model.weigh(row, is_one_language=a.language == b.language, is_on_subject=is_on_subject)


def _meaning(space: Space) -> MeaningSignal:
    from watcher.stories.meaning.signal import MeaningSignal

    return MeaningSignal(space)


_CAREFUL: tuple[Grouping, ...] = ("normal", "careful", "off")


def _same_text(a: Document, b: Document, seen: _Seen) -> float | None:
    """The chance of a copy that is none but in name; None where the texts are two."""
    copy = seen.copy.value
    if copy >= CUT:
        return _SURE + (1.0 - _SURE) * (copy - CUT) / (1.0 - CUT)
    is_filled_anew = copy < _OTHER_TEXT and min(len(a.text), len(b.text)) > _LONG_TEXT
    return 1.0 if seen.address.value and not is_filled_anew else None


def _is_form(a: Document, b: Document, copy: Score) -> bool:
    """True for one form with other figures or names in it: a water level, the closing prices of two days."""
    filled = sum(passage.end - passage.start for passage in copy.passages)
    is_whole = filled >= _FILLED * max(len(a.text), len(b.text))
    return copy.value >= _FORM and bool(copy.conflicts) and is_whole


def _without(document: Document, copy: Score) -> Document:
    """The document less its shared passages."""
    text = document.text
    for passage in reversed(copy.passages):
        text = f"{text[: passage.start]}\n{text[passage.end :]}"
    return replace(document, text=text, facts="", vectors=())


def _is_too_little(a: Document, b: Document, facts: Score) -> bool:
    """True for two headlines in two languages that share no hard fact: nothing holds them together but a subject."""
    is_headlines = not a.text and not b.text and a.language != b.language
    return is_headlines and facts.features["hard"] < _HARD


def _one_subject(a: Document, b: Document, seen: _Seen) -> bool:
    return seen.meaning.value >= _SUBJECT or _same_title(a, b)


def _same_title(a: Document, b: Document) -> bool:
    """True for one long title in one language. A title alone makes no copy: bulletins repeat theirs."""
    if not a.title or not b.title or a.language != b.language:
        return False
    ours, theirs = _title(a.title), _title(b.title)
    return ours.words == theirs.words and sum(ours.weights) >= _LONG_TITLE


@lru_cache(maxsize=256)
def _title(title: str) -> Tokens:
    """A document meets many candidates: its title is taken apart once."""
    return tokens(title)


def _evidence(seen: _Seen, cut: float) -> Evidence:
    named: Mapping[str, Score] = {"address": seen.address, "copy": seen.copy, "facts": seen.facts}
    if seen.meaning.features:
        named = {**named, "meaning": seen.meaning}
    return Evidence(
        signals={name: round(score.value, 4) for name, score in named.items()},
        shared=tuple(fact for score in named.values() for fact in score.shared),
        conflicts=seen.conflicts,
        passages=seen.copy.passages,
        cut=cut,
    )


def _ranked(matches: Iterable[Match]) -> list[Match]:
    """Everything but `new`, best first."""
    found = [match for match in matches if match.relation is not Relation.NEW]
    return sorted(found, key=lambda match: (_RANK[match.relation], -round(match.score, 2)))
