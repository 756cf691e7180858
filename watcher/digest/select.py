"""Which stories an edition tells, in which order, and what is only counted: weights stated, nothing dropped.

Every article handed in ends in exactly one place: a news entry, a known story, a mention, or a story told before.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import exp

from watcher.digest.kinds import judged
from watcher.types import TELLS, Kind, Relation, Role, StoredArticle, Story

# What a rank is made of; the five add up to 1. Reach leads because a second newsroom that did its own work is the best
# sign that something happened; after it, that the headline names a deed; newness weighs little because an edition
# covers a day and nearly all of it is new.
REACH = 0.35
EVENT = 0.25
TOPICALITY = 0.15
NEWNESS = 0.15
LANGUAGES = 0.10

# One report of its own counts 1, a republished text little: ten carriers of one wire story are not ten newsrooms.
_CARRIER = 0.25
# A maker's own release is one outlet by nature; it stands beside a story that three newsrooms reported.
_PRIMARY = 3.0
# Reach is 1 - e^(-weight/3): one own report .28, three .63, nine .95. More outlets than that say nothing new.
_REACH_SCALE = 3.0
_NEWNESS_HALVES = timedelta(hours=24)
# Without any outlet (a forum thread, an aggregator's link) there is a rumour to tell, not reach.
_TALK_REACH = 0.10
_TALK: frozenset[Role] = frozenset({"forum", "aggregator"})


@dataclass(frozen=True, slots=True)
class Ranked:
    """A story with its topics, strongest first, its rank score (0 to 1) and the known document it tells, if any."""

    story: Story
    topics: tuple[str, ...]
    score: float
    seed: str | None = None
    kind: Kind = "news"
    aside: bool = False  # no event: behind what happened
    asides: frozenset[int] = frozenset()  # articles of an event's story that do not tell it


@dataclass(frozen=True, slots=True)
class Selection:
    """Every story in its one place: news and known ranked best first, mentions newest first, told ones as they came."""

    news: tuple[Ranked, ...]
    known: tuple[Ranked, ...]
    mentions: tuple[StoredArticle, ...]
    told: tuple[Story, ...]


def select(stories: Sequence[Story], topics: Sequence[tuple[str, str]], now: datetime) -> Selection:
    """Ranks stories and parts them into news, known, mentions and told.

    `topics` are (id, title) in the order of the config; a topic that is not among them counts for nothing, and an
    article that is about none of them is a mention. A story is known as soon as one of its articles tells a seed.
    """
    order = {topic: place for place, (topic, _) in enumerate(topics)}
    news: list[Ranked] = []
    known: list[Ranked] = []
    mentions: list[StoredArticle] = []
    told: list[Story] = []
    for story in stories:
        if not story.articles:
            continue
        if story.told_in is not None:
            told.append(story)
            continue
        ranked = rank(story, order, now)
        if ranked.seed is not None:
            known.append(ranked)
        elif ranked.topics:
            news.append(ranked)
        else:
            mentions.extend(story.articles)
    return Selection(
        news=tuple(sorted(news, key=_best_first)),
        known=tuple(sorted(known, key=_best_first)),
        mentions=tuple(sorted(mentions, key=_newest_first)),
        told=tuple(told),
    )


def rank(story: Story, order: dict[str, int], now: datetime) -> Ranked:
    """One story's topics, score and seed. `order` gives each topic's place in the config."""
    strengths = _topic_strengths(story.articles, order)
    ordered = tuple(sorted(strengths, key=lambda topic: (-strengths[topic], order[topic])))
    languages = {stored.article.language for stored in story.articles if not is_talk(stored.article.role)}
    what = judged(story.articles)
    score = (
        REACH * _reach(story.articles, what.aside)
        + EVENT * what.event
        + TOPICALITY * max(strengths.values(), default=0.0)
        + NEWNESS * _newness(story.articles, now)
        + LANGUAGES * (1 - exp(-max(len(languages) - 1, 0) / 2))
    )
    return Ranked(story, ordered, round(score, 6), _seed(story.articles), what.kind, what.aside, what.asides)


def is_talk(role: Role) -> bool:
    """True for what points at reporting or talks about it: forums and aggregators are listed, and never outlets."""
    return role in _TALK


def _topic_strengths(articles: Sequence[StoredArticle], order: Collection[str]) -> dict[str, float]:
    """How much a story is about each topic: the mean over its own reports of the score where they are about it."""
    own = [stored for stored in articles if stored.relation is not Relation.COPY] or list(articles)
    sums: dict[str, float] = {}
    for stored in own:
        for match in stored.topics:
            if match.about and match.topic in order:
                sums[match.topic] = sums.get(match.topic, 0.0) + match.score
    return {topic: total / len(own) for topic, total in sums.items()}


def _reach(articles: Iterable[StoredArticle], aside: bool) -> float:
    weights: dict[str, float] = {}
    for stored in articles:
        if not is_talk(stored.article.role):
            outlet = stored.article.outlet
            weights[outlet] = max(weights.get(outlet, 0.0), _weight(stored, aside))
    return 1 - exp(-sum(weights.values()) / _REACH_SCALE) if weights else _TALK_REACH


def _weight(stored: StoredArticle, aside: bool) -> float:
    if stored.article.role == "primary" and not aside:  # a maker's advice and comment is no release
        return _PRIMARY
    return _CARRIER if stored.relation is Relation.COPY else 1.0


def _newness(articles: Iterable[StoredArticle], now: datetime) -> float:
    first = min(stored.article.effective for stored in articles)
    age = max(now - first, timedelta())  # a date in the future counts as now
    return float(0.5 ** (age / _NEWNESS_HALVES))


def _seed(articles: Iterable[StoredArticle]) -> str | None:
    told = [stored.seed for stored in articles if stored.seed and stored.seed.relation in TELLS]
    return max(told, key=lambda match: (match.score, match.id)).id if told else None


def _best_first(ranked: Ranked) -> tuple[float, float, str]:
    return -ranked.score, -ranked.story.articles[0].article.effective.timestamp(), ranked.story.id


def _newest_first(stored: StoredArticle) -> tuple[float, str]:
    return -stored.article.effective.timestamp(), stored.article.url
