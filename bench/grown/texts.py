"""News that never happened, for archives of any size: stories in ten languages, with the facts that reports share."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate

from reading import CJK, WORDS

from watcher import twins
from watcher.ingest import Prepared, document
from watcher.stories.gist import gist
from watcher.types import Article, Lead, TopicMatch

NOW = datetime(2026, 3, 2, tzinfo=UTC)
STEP = timedelta(days=1) / 500  # five hundred articles a day, whatever the archive holds: it only goes further back
SOURCES = 300
TOPICS = (("nvidia", "Nvidia"), ("ascend", "Huawei Ascend"), ("deepseek", "DeepSeek"))
SUBJECTS = ("Nvidia", "Huawei Ascend 910C", "DeepSeek R1")
LANGUAGES = ("en", "en", "en", "de", "pt", "fr", "es", "it", "ru", "zh", "ja")
# 18,000 words, the n-th most frequent one n times as rare as the first: the index of words has rare ones too.
_SYLLABLES = [f"{first}{vowel}" for first in ("b", "d", "g", "k", "l", "m", "n", "p", "r", "s", "t", "v", "st", "tr")
              for vowel in "aeiou"]  # fmt: skip
VOCABULARY = [a + b + c for a in _SYLLABLES[:26] for b in _SYLLABLES[:26] for c in _SYLLABLES[:26]]
random.Random(1).shuffle(VOCABULARY)
# Firms and people of the news: 2,000, so that two articles on one subject seldom name the same two by chance.
MAKERS = [word.capitalize() for word in VOCABULARY[-2_000:]]
_WEIGHTS = list(accumulate(1 / (rank + 8) for rank in range(len(VOCABULARY))))


@dataclass(frozen=True, slots=True)
class Told:
    """One report: its text, and which story it belongs to (`copied`: word for word what another one said)."""

    number: int
    story: int
    language: str
    title: str
    text: str
    topic: str


def report(number: int, story: int, copied: Told | None = None) -> Told:
    """The report with this number, the same in every process. Its story's facts stand in its first sentences."""
    if copied is not None:
        return Told(number, story, copied.language, copied.title, f"{copied.text} ({number})", copied.topic)
    dice, own = random.Random(number * 7 + 1), random.Random(story)
    which = story % 3
    language = dice.choice(LANGUAGES)
    maker, other = own.sample(MAKERS, 2)
    model = f"{own.choice('ABHMRX')}{own.randrange(100, 9_900)}"
    facts = (
        f"{SUBJECTS[which]}, {maker}, {other}: {own.randrange(1_000, 90_000)} {model}, "
        f"{own.randrange(300, 9_700) / 100} %, {own.randrange(2_000, 900_000) / 1_000} million dollars."
    )
    sentences = [_sentence(language, dice) for _ in range(dice.randrange(15, 26))]
    text = " ".join((facts, sentences[0], facts if dice.random() < 0.5 else "", *sentences[1:]))
    title = f"{SUBJECTS[which]} {maker} {model} {_sentence(language, dice)[:50]}"
    return Told(number, story, language, title, text, TOPICS[which][0])


def _sentence(language: str, dice: random.Random) -> str:
    if language in CJK:
        return "".join(dice.choices(CJK[language], k=dice.randint(30, 60))) + "。"
    rare = dice.choices(VOCABULARY, cum_weights=_WEIGHTS, k=9)
    words = [*dice.choices(WORDS[language].split(), k=dice.randint(8, 16)), *rare]
    dice.shuffle(words)
    return " ".join(words).capitalize() + "."


def reports(first: int, count: int, share_copied: float, seed: int, before: Sequence[Told] = ()) -> list[Told]:
    """Reports as they come: most are the only one of their story, some stories are everywhere, some texts are copies.

    `before`: reports of stories that go on, and of texts that are copied.
    """
    dice = random.Random(seed)
    found: list[Told] = []
    for number in range(first, first + count):
        recent = (found or list(before))[-400:]
        draw = dice.random()
        if recent and draw < share_copied:
            of = dice.choice(recent)
            found.append(report(number, of.story, of))
        elif recent and draw < 0.4:
            found.append(report(number, dice.choice(recent).story))
        else:
            found.append(report(number, number))
    return found


def prepared(told: Told, found: datetime) -> Prepared:
    """A report read as ingest reads it: its topics, its facts and every key."""
    url = f"https://paper-{told.number % SOURCES}.example/2026/{told.number}/a-headline-as-long-as-they-are"
    source = f"source-{told.number % SOURCES}"
    outlet = f"Paper {told.number % SOURCES}"
    article = Article(
        url, told.title, told.text, source, outlet, told.language, found, found - timedelta(minutes=40), "page"
    )
    topics = (TopicMatch(told.topic, True, 0.9, (told.topic,)),)
    read = gist(document(article, topics))
    lead = Lead(url, told.title)
    names = (f"{source} id {told.number}", f"{source} title {told.title}")
    return Prepared(
        url, article, topics, read.keys, read.facts, names, b"0" * 24, article.published, twins.keys_of(article, lead)
    )
