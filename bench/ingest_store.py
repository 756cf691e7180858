"""What the store costs a poll: claiming and ending 300 visits, recording a day of leads, storing articles.

python bench/ingest_store.py
"""

from __future__ import annotations

import json
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from watcher.store import SqlStore, open_store
from watcher.types import Article, Key, LeadRecord, Memory, Outcome, Source, TopicMatch, Verdict, Visit

RESULTS = Path(__file__).parent / "results" / "ingest_store.json"
NOW = datetime(2026, 3, 2, tzinfo=UTC)
SOURCES = [Source(f"source-{number}", f"https://s{number}.example/feed") for number in range(300)]
ROUNDS = 15


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, open_store(Path(folder)) as store:
        figures = {
            "claim_and_end_300_visits": median(lambda turn: visit_all(store, turn)),
            "record_9000_leads": median(lambda turn: record_leads(store, turn)),
            "ask_for_9000_leads": median(lambda turn: store.known([lead.url for lead in leads(turn)])),
            "store_100_articles_one_transaction": median(lambda turn: add_articles(store, turn)),
            "store_one_article": median(lambda turn: add_articles(store, turn + ROUNDS, count=1)),
        }
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(figures, indent=2) + "\n")
    for name, milliseconds in figures.items():
        print(f"{name:40} {milliseconds:8.1f} ms (median of {ROUNDS})")


def median(work: Callable[[int], object]) -> float:
    times = []
    for turn in range(ROUNDS):
        start = time.perf_counter()
        work(turn)
        times.append(time.perf_counter() - start)
    return round(statistics.median(times) * 1e3, 2)


def visit_all(store: SqlStore, turn: int) -> None:
    now = NOW + turn * timedelta(hours=1)
    with store.writing() as writer:
        claimed = writer.claim_due(SOURCES, now, len(SOURCES))
    ended = [visit(memory, now) for memory in claimed]
    with store.writing() as writer:
        writer.visited(ended)


def visit(memory: Memory, now: datetime) -> Visit:
    after = Memory(memory.source, due=now, etag='"a-validator"', body_hash="0" * 32, visited=now, visits=1)
    return Visit(memory.source, now, now, 200, {Outcome.SEEN: 30}, after)


def leads(turn: int) -> list[LeadRecord]:
    site = f"https://beispielblatt.example/{turn}"
    return [
        LeadRecord(f"{site}/{number}/as-long-as-usual", "s", f"Headline {number}", Outcome.OFF_TOPIC, NOW)
        for number in range(9_000)
    ]


def record_leads(store: SqlStore, turn: int) -> None:
    found = leads(turn)
    with store.writing() as writer:
        writer.record(found)


def add_articles(store: SqlStore, turn: int, count: int = 100) -> None:
    dice = random.Random(turn)  # a benchmark
    topics = [TopicMatch("ascend", True, 0.9, ("Ascend 910C",))]
    with store.writing() as writer:
        for number in range(count):
            article = Article(f"https://b.example/{turn}/{number}", "T", "x" * 1_500, "s", "S", "en", NOW)
            keys = [Key("copy", 1, dice.getrandbits(63)) for _ in range(24)]
            writer.add(article, topics, keys, Verdict())


if __name__ == "__main__":
    main()
