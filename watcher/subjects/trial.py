"""What a rule would have found in texts that came by: how much, where, in which languages, with samples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from watcher.text.fold import folded
from watcher.topics import TopicMatcher
from watcher.types import PassedText, TopicMatch, TopicRule

SAMPLES = 12
# A rule that finds more of everything than this says nothing: the most watched subject of a trade paper stays below.
TOO_MUCH = 0.4
_ENOUGH = 50  # texts, before a share says anything


@dataclass(frozen=True, slots=True)
class Sample:
    """One text that the rule finds."""

    text: PassedText
    match: TopicMatch


@dataclass(frozen=True, slots=True)
class Tried:
    """What a rule finds among the texts it was tried on."""

    looked: int
    found: int
    about: int
    stored: int  # of those found: articles already, for another topic
    languages: Mapping[str, int]
    sources: Mapping[str, int]
    terms: Mapping[str, int]
    samples: tuple[Sample, ...]

    @property
    def share(self) -> float:
        """How much of everything it finds."""
        return self.found / self.looked if self.looked else 0.0


@dataclass(slots=True)
class _Tally:
    looked: int = 0
    found: int = 0
    about: int = 0
    stored: int = 0
    languages: Counter[str] = field(default_factory=Counter)
    sources: Counter[str] = field(default_factory=Counter)
    terms: Counter[str] = field(default_factory=Counter)
    samples: dict[tuple[str, str], Sample] = field(default_factory=dict)
    others: list[Sample] = field(default_factory=list)


def hits(rule: TopicRule, texts: Iterable[PassedText]) -> Iterable[Sample]:
    """The texts that a rule finds, in their order."""
    matches = TopicMatcher([rule])
    for text in texts:
        for match in matches(text.title, text.text):
            yield Sample(text, match)


def tried(rule: TopicRule, texts: Iterable[PassedText], most: int = SAMPLES) -> Tried:
    """Tries a rule. Samples are of different sources and languages first, as they come."""
    tally = _Tally()

    def counted() -> Iterable[PassedText]:
        for text in texts:
            tally.looked += 1
            yield text

    for sample in hits(rule, counted()):
        _count(tally, sample, most)
    samples = (*tally.samples.values(), *tally.others)[:most]
    return Tried(
        tally.looked,
        tally.found,
        tally.about,
        tally.stored,
        dict(tally.languages.most_common()),
        dict(tally.sources.most_common()),
        dict(tally.terms.most_common()),
        samples,
    )


def _count(tally: _Tally, sample: Sample, most: int) -> None:
    text = sample.text
    tally.found += 1
    tally.about += sample.match.about
    tally.stored += text.article is not None
    tally.languages[text.language] += 1
    tally.sources[text.source] += 1
    tally.terms.update(sample.match.terms)
    place = (text.source, text.language)
    if place not in tally.samples and len(tally.samples) < most:
        tally.samples[place] = sample
    elif len(tally.others) < most:
        tally.others.append(sample)


@dataclass(frozen=True, slots=True)
class Misfit:
    """Why a rule may not be what its author wants; a grave one is no rule at all."""

    says: str
    grave: bool = False


def misfits(rule: TopicRule, others: Sequence[TopicRule], tried_on: Tried | None = None) -> tuple[Misfit, ...]:
    """What is wrong with a new rule: nothing to find it by, a topic already, too much found."""
    found: list[Misfit] = []
    if not rule.names and not (rule.weak and rule.needs):
        found.append(Misfit("it has no name that is enough by itself: give a longer one", grave=True))
    elif not rule.names:
        alone = ", ".join(rule.weak)
        found.append(Misfit(f"{alone} is ambiguous: it counts only beside one of `needs` in the same sentence"))
    for other in others:
        if other.id == rule.id:
            found.append(
                Misfit(f"there is a topic {other.id} already: `watcher topics try --archive {other.id}`", True)
            )
            continue
        theirs = {folded(name) for name in other.names}
        if same := [name for name in rule.names if folded(name) in theirs]:
            found.append(Misfit(f"{', '.join(same[:3])}: these are names of the topic {other.id} already", True))
    if tried_on is not None and tried_on.looked >= _ENOUGH and tried_on.share > TOO_MUCH:
        most = next(iter(tried_on.terms), "")
        found.append(Misfit(f"it would have found {tried_on.share:.0%} of everything that came by, mostly by {most!r}"))
    return tuple(found)
