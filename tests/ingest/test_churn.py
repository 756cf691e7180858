"""Feeds that break every name of their entries, a hundred versions long: one row an article, none lost, none twice.

The simulator knows which article an entry truly is by a made-up word in its text; the program never sees more than RSS.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from scripted import Stage, rss

from watcher.poll import Pass
from watcher.types import Document, Key, Match, Relation, Source, Verdict

WORDS = (
    "chips factory quarter orders shipments export licence memory bandwidth cluster training inference analyst cabinet "
    "customs tariff supplier wafer packaging yield server rack cooling power contract delivery engineer laboratory "
    "benchmark software compiler driver release roadmap partner investor court ruling ministry harbour shortage price "
    "margin forecast region campus university start-up founder acquisition merger patent lawsuit regulator sanction "
    "warehouse truck railway turbine reactor battery sensor camera robot vehicle airline satellite antenna cable"
).split()
VERSIONS, SHOWN = 100, 12


@dataclass
class True_:  # noqa: N801  # `True` is taken, and it is what this is
    """An article as it is in truth, whatever its feed says."""

    number: int
    title: str
    text: str
    published: datetime
    slug: str
    page: int  # ?p= of a content manager
    guid: str = ""
    link: str = ""

    @property
    def word(self) -> str:
        return f"zq{self.number}zq"


@dataclass
class Paper:
    """One feed and its moods. Each version shows the newest articles, some of them under other names than before."""

    chance: random.Random
    host: str
    style: (
        str  # blog: all there is; plain: no guids; forum: all link home; places: the place is the guid; bare: no text
    )
    short: bool = False
    articles: list[True_] = field(default_factory=list)
    shown: set[int] = field(default_factory=set)

    def publish(self, now: datetime) -> True_:
        number = len(self.articles) + 1
        words = [self.chance.choice(WORDS) for _ in range(30 if self.short else 90)]
        title = " ".join(self.chance.sample(WORDS, 6)).capitalize() + " at Nvidia"
        slug = "-".join(title.lower().split()[:4]) + f"-{number}"
        new = True_(number, title, "", now, slug, 1000 + number)
        if self.style == "bare":
            new.title = f"{new.word} {title}"
        else:
            new.text = f"{new.word} {' '.join(words)} {new.word}."
        new.guid = f"http://{self.host}/?p={new.page}"
        new.link = f"http://{self.host}/" if self.style == "forum" else f"http://{self.host}/{slug}"
        self.articles.append(new)
        return new

    def version(self, now: datetime) -> bytes:
        chance = self.chance
        for _ in range(chance.choice((0, 0, 1, 1, 2, 3)) if self.articles else 5):
            self.publish(now)
        window = self.articles[-SHOWN:]
        back = []
        if chance.random() < 0.1:  # an old one re-enters the window, another is missing from it
            back = [each for each in (chance.choice(self.articles),) if each not in window]
            window = window[1:]
        moved = chance.random() < 0.04 and self.style != "bare"
        if moved:
            self._new_scheme()
        renumbered = chance.random() < 0.1
        for each in window if not moved else ():
            self._restless(each, renumbered=renumbered)
        window += back
        entries = [self._entry(each, now) for each in window]
        self.shown.update(each.number for each in window)
        if chance.random() < 0.2:
            entries.append(dict(chance.choice(entries)))  # listed twice
        if chance.random() < 0.3:
            chance.shuffle(entries)
        self._repeat_ids(entries)
        return rss(*entries)

    def _repeat_ids(self, entries: list[dict[str, str]]) -> None:
        """Ids that stand for several entries, now or from one version to the next."""
        if self.style == "blog" and self.chance.random() < 0.05:
            for entry in entries[:3]:
                entry["guid"] = "tag:same"
        if self.style == "places":
            for place, entry in enumerate(entries):
                entry["guid"] = str(place)

    def _new_scheme(self) -> None:
        """Every address and every id at once: another content manager."""
        era = self.chance.randrange(10**6)
        for each in self.articles:
            each.guid = f"urn:{era}:{each.number}"
            if self.style != "forum":
                each.link = f"https://{self.host}/{era}/{each.slug}"

    def _restless(self, each: True_, *, renumbered: bool) -> None:
        """One name changes for good; the others stay."""
        chance = self.chance
        if renumbered and self.style == "blog":
            each.guid = f"http://{self.host}/?p={each.page + 5000 * chance.randrange(1, 9)}"
            return
        mood = chance.random()
        if mood < 0.03 and self.style == "blog":
            each.guid = each.guid.replace("http://", "https://")
        elif mood < 0.06 and self.style == "blog":
            each.link = f"https://{self.host}/{each.slug}-{chance.randrange(99)}"
        elif mood < 0.1:  # a headline is sharpened, a sentence is added
            words = each.title.split()
            words[chance.randrange(1, len(words) - 2)] = chance.choice(WORDS)
            each.title = " ".join(words)
            each.text += f" {' '.join(chance.sample(WORDS, 4))} {each.word}." if each.text else ""

    def _entry(self, each: True_, now: datetime) -> dict[str, str]:
        chance = self.chance
        link = each.link
        if self.style != "forum":
            mood = chance.random()
            if mood < 0.1:
                link += f"?utm_source=rss&amp;utm_id={chance.randrange(99)}"
            elif mood < 0.15:
                link = link.replace("http://", "https://")
            elif mood < 0.2:
                link = link.replace("://", chance.choice(("://www.", "://m.", "://amp.")))
        entry = {"title": each.title, "link": link} | ({"description": each.text} if each.text else {})
        if self.style != "plain" and not (self.style == "blog" and chance.random() < 0.05):
            entry["guid"] = each.guid
        date = chance.random()
        if date < 0.6:
            entry["pubDate"] = format_datetime(each.published)
        elif date < 0.7:
            entry["pubDate"] = format_datetime(now - timedelta(minutes=chance.randrange(600)))
        elif date < 0.8:
            entry["pubDate"] = chance.choice(("Thu, 01 Jan 1970 00:00:00 GMT", "9999-12-31T00:00:00Z", "Unsinn"))
        return entry

    def mirrored(self, title: str) -> bytes:
        """What another site's feed makes of it as it stands: the same links, ids and headlines of its own."""
        entries = [
            {"title": f"{title}: {each.title}", "link": each.link, "guid": f"{title}-{each.number}"}
            for each in self.articles[-SHOWN:]
        ]
        return rss(*entries, title=title)


class Indifferent:
    """Judges nothing: what is counted here is rows, not stories."""

    def prepared(self, document: Document) -> Document:
        return document

    def keys(self, _document: Document) -> tuple[Key, ...]:
        return ()

    def verdict(self, *_: object) -> Verdict:
        return Verdict()

    def compare(self, _a: Document, b: Document) -> Match:
        return Match(b.id, Relation.NEW, 0.0)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = Stage(tmp_path)
    yield made
    made.store.close()


def visited(stage: Stage, *sources: Source) -> None:
    run = Pass(replace(stage.parts(), judge=Indifferent()))  # type: ignore[arg-type]  # all of a judge that a pass asks
    run.claim(sources, everything=True)
    run.run()


def rows_by_word(stage: Stage) -> Counter[str]:
    """How many rows there are of each true article."""
    return Counter(
        word for row in stage.store.export() for word in set(re.findall(r"zq\d+zq", f"{row['title']} {row['text']}"))
    )


PAPER = Source("paper", "https://paper.example/feed", language="en", pages="never")
MIRROR = Source("mirror", "https://mirror.example/feed", language="en", pages="never", role="aggregator")


@pytest.mark.parametrize(
    ("style", "short", "seed"),
    [
        pytest.param("blog", False, 1, marks=pytest.mark.long),
        pytest.param("blog", True, 2, marks=pytest.mark.long),
        pytest.param("plain", False, 3, marks=pytest.mark.long),
        pytest.param("forum", False, 4, marks=pytest.mark.long),
        pytest.param("forum", True, 5, marks=pytest.mark.long),
        ("places", True, 6),
        ("bare", True, 7),
    ],
)
def test_each_article_is_one_row_whatever_its_feed_does(stage: Stage, style: str, short: bool, seed: int):
    paper = Paper(random.Random(seed), "paper.example", style, short)
    for _ in range(VERSIONS):
        stage.fetch.answers = {PAPER.url: paper.version(stage.clock())}
        visited(stage, PAPER)
        stage.clock.advance(hours=1)
    rows = rows_by_word(stage)
    assert {word: count for word, count in rows.items() if count > 1} == {}
    assert {each.word for each in paper.articles if each.number in paper.shown} == set(rows)
    assert stage.store.integrity() == []


def test_an_article_in_two_feeds_is_one_row_while_both_are_restless(stage: Stage):
    paper = Paper(random.Random(8), "paper.example", "blog")
    for _ in range(VERSIONS):
        mirrored = paper.mirrored("Mirror")
        stage.fetch.answers = {PAPER.url: paper.version(stage.clock()), MIRROR.url: mirrored}
        visited(stage, *paper.chance.sample((PAPER, MIRROR), 2))
        stage.clock.advance(hours=1)
    assert stage.store.counts().articles == len(paper.articles)
