"""An archive of 100,000 articles for the bench of the service, written as rows: judging each would take hours.

Half of them name Nvidia. Stories have one to sixty articles, a year of days has an edition each, leads and visits are
there. What each article says is made up, with words as rare and frequent as a language has them.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from search import HAN, LATIN
from sqlalchemy import insert

from watcher.digest.reading import document
from watcher.indexing import catch_up
from watcher.publish import schedule_key
from watcher.signing import SECRET, new_secret
from watcher.store import SqlStore, open_store
from watcher.store.brought import keep_facts
from watcher.store.codec import dumps
from watcher.store.columns import hash_url
from watcher.store.leadtables import lead
from watcher.store.tables import article, article_topic, story, verdict, visit
from watcher.stories.facts import extract, pack
from watcher.types import Edition, Entry, FeedAddress, Mark, Match, Relation, Report, Schedule, Verdict

SOURCES = 200
DAYS = 365
TOPICS = (("nvidia", "Nvidia"), ("ascend", "Huawei Ascend"))
_BATCH = 5_000


def fill(folder: Path, articles: int, now: datetime) -> None:
    """The whole archive, its words indexed."""
    with open_store(folder) as store:
        _write(store, articles, now)
        catch_up(store, lambda _: None)


def give_facts(store: SqlStore, stories: Sequence[str]) -> None:
    """What `ingest` stores with every article: of those that will be asked for, as all 100,000 would take an hour."""
    held = [store.whole(name) for name in stories]
    numbers = sorted(each.id for story in held if story for each in story.articles)
    for begun in range(0, len(numbers), 250):
        read = store.read(numbers[begun : begun + 250])
        packed = {number: pack(extract(document(each))) for number, each in read.items() if not each.facts}
        with store.writing() as writer:
            for number, facts in packed.items():
                keep_facts(writer._connection, number, facts, anew=False)


def stories_of(articles: int, dice: random.Random) -> list[int]:
    """The story of each article: the number of its first one. One in eight stories is carried by many."""
    found: list[int] = []
    while len(found) < articles:
        size = min(int(dice.paretovariate(1.3)), 60) if dice.random() < 0.5 else 1
        first = len(found) + 1
        found += [first] * min(size, articles - len(found))
    return found


def _write(store: SqlStore, articles: int, now: datetime) -> None:
    dice = random.Random(6)
    of = stories_of(articles, dice)
    latin, han = [1 / (rank + 1) for rank in range(len(LATIN))], [1 / (rank + 10) for rank in range(len(HAN))]
    step = timedelta(days=DAYS) / articles
    heads: list[dict[str, object]] = []
    for begun in range(0, articles, _BATCH):
        numbers = range(begun + 1, min(begun + _BATCH, articles) + 1)
        rows = [_row(number, of[number - 1], now - step * (articles - number), dice, latin, han) for number in numbers]
        heads += [{**row, "text": ""} for row in rows]
        with store.writing() as writer:
            connection = writer._connection
            connection.execute(insert(story), [{"id": number} for number in numbers if of[number - 1] == number])
            connection.execute(insert(article), rows)
            connection.execute(insert(article_topic), [each for row in rows for each in _topics(row)])
            connection.execute(insert(verdict), [_verdict(row, of) for row in rows])
            connection.execute(insert(lead), [each for row in rows for each in _leads(row, now)])
    with store.writing() as writer:
        writer.set_checkpoint(SECRET, new_secret())
        for number in range(1, 5):
            writer.make_feed(FeedAddress(0, ("editions", "stories", "topic:nvidia", "saved")[number - 1], "atom", now))
        for row in heads[-4000::200]:
            writer.mark(Mark(0, "saved", now, (int(str(row["id"])),), note="for Thursday"))
        writer._connection.execute(insert(visit), [_visit(number, now) for number in range(SOURCES * 96)])
    _publish(store, heads, now)


def _row(
    number: int, of: int, found: datetime, dice: random.Random, latin: Sequence[float], han: Sequence[float]
) -> dict[str, object]:
    is_chinese = number % 5 == 0
    if is_chinese:
        text = "".join(dice.choices(HAN, han, k=900)) + ("。英伟达的昇腾" if number % 10 else "")
    else:
        words = dice.choices(LATIN, latin, k=420)
        text = ". ".join(" ".join(words[start : start + 14]) for start in range(0, 420, 14))
    named = "Nvidia " if number % 2 else ""
    url = f"https://paper-{number % SOURCES}.example/{number}"
    return {
        "id": number, "url_hash": hash_url(url), "story": of, "relation": "new" if of == number else "retelling",
        "found": found, "told": False, "published": found - timedelta(minutes=dice.randrange(600)),
        "published_from": "page", "source": f"source-{number % SOURCES}", "outlet": f"Paper {number % SOURCES}",
        "language": "zh" if is_chinese else dice.choice(["en", "en", "de", "pt"]), "role": "outlet",
        "headline_only": None, "text_from": "page", "authors": "[]", "url": url,
        "title": f"{named}{text[:60]}", "text": f"{named}{text}",
    }  # fmt: skip


def _topics(row: dict[str, object]) -> list[dict[str, object]]:
    number = int(str(row["id"]))
    named = ["nvidia"] * (number % 2) + ["ascend"] * (number % 2 == 0 or number % 97 == 0)
    return [
        {"article": number, "topic": topic, "rank": rank, "about": True, "score": 0.9, "terms": "[]"}
        for rank, topic in enumerate(named)
    ]


def _verdict(row: dict[str, object], of: list[int]) -> dict[str, object]:
    number = int(str(row["id"]))
    first = of[number - 1]
    earlier = Match(str(first), Relation.RETELLING, 0.9) if first != number else None
    return {"article": number, "seed": None, "body": dumps(Verdict(earlier=earlier))}


def _leads(row: dict[str, object], now: datetime) -> list[dict[str, object]]:
    """That of the article, and two that became none, whose names are forgotten after a month."""
    is_kept = row["found"] > now - timedelta(days=30)  # type: ignore[operator]
    said = {"source": row["source"], "found": row["found"], "published": None}
    found = [{**said, "url_hash": row["url_hash"], "outcome": "stored", "title": None, "url": None}]
    for each in range(2):
        url = f"https://other.example/{row['id']}/{each}"
        named = {"title": "Council", "url": url} if is_kept else {"title": None, "url": None}
        found.append({**said, "url_hash": hash_url(url), "outcome": "off-topic", **named})
    return found


def _visit(number: int, now: datetime) -> dict[str, object]:
    ended = now - timedelta(minutes=15 * (number // SOURCES))
    counts = '{"stored": 1, "off-topic": 2}' if number % 7 == 0 else "{}"
    return {"source": f"source-{number % SOURCES}", "started": ended, "ended": ended, "status": 304, "counts": counts}


def _publish(store: SqlStore, heads: list[dict[str, object]], now: datetime) -> None:
    """An edition for each day, of forty stories with up to twelve reports."""
    key = schedule_key(Schedule("07:00", "UTC"))
    by_story: dict[int, list[dict[str, object]]] = {}
    for row in heads:
        by_story.setdefault(int(str(row["story"])), []).append(row)
    firsts = sorted(by_story)
    per_day = len(firsts) // DAYS
    for back in range(DAYS - 1, 0, -1):
        until = (now - timedelta(days=back)).astimezone(UTC)
        told = firsts[(DAYS - 1 - back) * per_day :][:40]
        entries = tuple(_entry(str(first), by_story[first][:12]) for first in told)
        made = Edition(0, until.date(), key, until - timedelta(days=1), until, until, TOPICS, entries)
        with store.writing() as writer:
            writer.publish(made, ())


def _entry(id: str, rows: list[dict[str, object]]) -> Entry:
    reports = tuple(
        Report(
            int(str(row["id"])), str(row["url"]), str(row["title"]), str(row["outlet"]), str(row["source"]),
            str(row["language"]), row["published"], Relation(str(row["relation"])),  # type: ignore[arg-type]
            topics=("nvidia",) if int(str(row["id"])) % 2 else ("ascend",),
            summary=(f"{row['title']} was told by {row['outlet']}.",),
        )
        for row in rows
    )  # fmt: skip
    return Entry(id, "new", tuple(dict.fromkeys(topic for each in reports for topic in each.topics)), reports)
