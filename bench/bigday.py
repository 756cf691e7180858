"""How long a big day takes: 1,000 stories of 10,000 articles composed, and rendered in every form.

    python bench/bigday.py [--articles 10000] [--stories 1000]

The articles are made here, of made-up words in the letters and lengths of ten languages, with the names and figures
that stories share. Prints the seconds of each step and the size of the mail, and writes `bench/results/bigday.json`.
"""

from __future__ import annotations

import argparse
import gc
import random
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TypeVar

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from reading import CJK, WORDS, sentence
from results import keep

from watcher.delivery.compose import compose_mail
from watcher.digest.compose import compose
from watcher.digest.view import view
from watcher.render import FORMS, Renderer
from watcher.render.mail import transferred
from watcher.shipped import shipped
from watcher.types import Article, Edition, Relation, StoredArticle, Story, TopicMatch

NOW = datetime(2026, 3, 11, 7, tzinfo=UTC)
TOPICS = (("deepseek", "DeepSeek"), ("ascend", "Huawei Ascend"), ("nvidia", "Nvidia"))
Value = TypeVar("Value")


def article(number: int, story: int, chance: random.Random) -> StoredArticle:
    """One report of a story: its figures and names in made-up sentences of one language."""
    language = chance.choice(["en", "en", "en", *WORDS, *CJK])
    facts = f"{story + 1000} H{story % 900}, {story % 97} %, {story * 37} GPU."
    text = " ".join(f"{sentence(language, chance)} {facts if each < 2 else ''}" for each in range(9))
    found = NOW - timedelta(minutes=chance.randrange(1440))
    topic = TOPICS[story % 3][0]
    return StoredArticle(
        id=number,
        article=Article(
            url=f"https://paper-{number % 400}.example/2026/03/{number}-{story}-what-happened-on-that-day",
            title=f"{sentence(language, chance)[:80]} H{story % 900}",
            text=text,
            source=f"paper-{number % 400}",
            outlet=f"Paper {number % 400}",
            language=language,
            found=found,
            published=found,
        ),
        topics=(TopicMatch(topic, True, 0.5 + chance.random() / 2, (f"H{story % 900}",)),),
        story=str(story),
        relation=Relation.NEW if number == story else chance.choice([Relation.RETELLING, Relation.COPY]),
    )


def day(articles: int, stories: int) -> list[Story]:
    """Stories of one to many reports, as days have them: a few are everywhere, most have few outlets."""
    chance = random.Random(7)
    of = list(range(stories)) + [
        min(int(chance.expovariate(8 / stories)), stories - 1) for _ in range(articles - stories)
    ]
    made: dict[int, list[StoredArticle]] = {}
    for number, story in enumerate(of):
        made.setdefault(story, []).append(article(number, story, chance))
    return [Story(str(story), tuple(each)) for story, each in made.items()]


def timed(name: str, work: Callable[[], Value], seconds: dict[str, float]) -> Value:
    started = time.process_time()
    done = work()
    seconds[name] = round(time.process_time() - started, 3)
    return done


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--stories", type=int, default=1_000)
    asked = parser.parse_args()
    stories = day(asked.articles, asked.stories)
    gc.collect()
    seconds: dict[str, float] = {}

    def composed() -> Edition:
        return compose(
            stories, topics=TOPICS, day=date(2026, 3, 11), schedule="07:00 UTC",
            since=NOW - timedelta(days=1), until=NOW, now=NOW,
        )  # fmt: skip

    edition = timed("compose", composed, seconds)
    shown = timed("view", lambda: view(edition, ("en", "de"), (), 20), seconds)
    renderer = Renderer([shipped("templates")])
    sizes = {}
    for form in FORMS:
        text = timed(form, lambda form=form: renderer.render(shown, form, name="2026-03-11"), seconds)
        sizes[form] = len(text.encode())
    message = timed("mail", lambda: renderer.message(shown), seconds)
    ends = {"sender": "a@b.example", "recipient": "c@d.example", "message_id": "<1@b.example>", "list_id": "b.example"}
    timed("encode mail", lambda: compose_mail(message, date=NOW, **ends), seconds)
    keep("bigday", {
        "articles": asked.articles,
        "stories": asked.stories,
        "shown": {"in full": len(shown.stories), "headlines": len(shown.headlines)},
        "seconds": seconds,
        "seconds_together": round(sum(seconds.values()), 3),
        "bytes": sizes,
        "mail_html_bytes_as_transferred": transferred(message.html),
        "mail_text_bytes": len(message.text.encode()),
    })  # fmt: skip


if __name__ == "__main__":
    main()
