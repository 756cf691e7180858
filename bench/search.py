"""What searching costs with 100,000 articles of which half name Nvidia: the index, its size, a search (CPU time).

python bench/search.py
"""

from __future__ import annotations

import json
import random
import statistics
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert

from watcher.indexing import catch_up
from watcher.store import SqlStore, open_store
from watcher.store.columns import hash_url
from watcher.store.tables import article, article_topic, story
from watcher.text.query import read_query
from watcher.types import SearchOrder

RESULTS = Path(__file__).parent / "results" / "search.json"
ARTICLES = 100_000
NOW = datetime(2026, 3, 2, tzinfo=UTC)
ROUNDS = 11
# Words as often as in a language: the n-th most frequent one n times as rare as the first (Zipf).
LATIN = [f"{first}{middle}{last}" for first in "bdfgklmnprstv" for middle in ("a", "e", "io", "ur") for last in
         ("n", "ter", "li", "rung", "cion", "x", "s", "do", "mi", "que", "l", "kat", "p", "zeu", "b")]  # fmt: skip
HAN = [chr(code) for code in range(0x4E00, 0x4E00 + 1_500)]
QUERIES = {
    "a word of every second article": "nvidia",
    "two words": "nvidia bater",
    "a phrase": '"nvidia bab"',
    "a rare word": "raremark",
    "a word without another": "nvidia -bater",
    "in a language": "nvidia language:zh",
    "of a topic": "nvidia topic:ascend",
    "of a source, a month": "nvidia source:source-7 since:2025-11 until:2025-11",
    "a word within Chinese": "昇腾",
    "one character": "昇",
    "the beginning of a word": "nvi*",
    "everything": "",
}  # fmt: skip


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, open_store(Path(folder)) as store:
        fill(store)
        before = store.path.stat().st_size
        start = time.process_time()
        catch_up(store, lambda _: None)
        figures: dict[str, float] = {"index_100000_articles_s": round(time.process_time() - start, 1)}
        with store._writers.begin() as connection:  # type: ignore[union-attr]
            connection.exec_driver_sql("SELECT 1")
        store.close()
        grown = Path(folder, "watcher.db").stat().st_size - before
        figures["index_bytes_per_article"] = grown // ARTICLES
        with open_store(Path(folder), read_only=True) as store:
            for order in ("newest", "relevance"):
                for name, words in QUERIES.items():
                    figures[f"{order}: {name}"] = median(store, words, order)
    RESULTS.write_text(json.dumps(figures, indent=2) + "\n")
    for name, figure in figures.items():
        print(f"{name:55} {figure:10}")


def median(store: SqlStore, words: str, order: SearchOrder) -> float:
    times = []
    for _ in range(ROUNDS):
        start = time.process_time()  # all of it is work of this process, whatever else runs beside it
        store.search(read_query(words, order=order), 20)
        times.append(time.process_time() - start)
    return round(statistics.median(times) * 1e3, 1)


def fill(store: SqlStore) -> None:
    dice = random.Random(6)
    weights = [1 / (rank + 1) for rank in range(len(LATIN))]
    han = [1 / (rank + 10) for rank in range(len(HAN))]
    for first in range(0, ARTICLES, 5_000):
        numbers = range(first + 1, first + 5_001)
        rows = [row(number, dice, weights, han) for number in numbers]
        with store.writing() as writer:
            connection = writer._connection
            connection.execute(insert(story), [{"id": number} for number in numbers])
            connection.execute(insert(article), rows)
            topics = [{"article": each["id"], "topic": "nvidia", "rank": 0, "about": True, "score": 0.9, "terms": "[]"}
                      for each in rows if each["id"] % 2]  # fmt: skip
            topics += [{"article": each["id"], "topic": "ascend", "rank": 1, "about": True, "score": 0.9,
                        "terms": "[]"} for each in rows if each["id"] % 97 == 0]  # fmt: skip
            connection.execute(insert(article_topic), topics)


def row(number: int, dice: random.Random, weights: list[float], han: list[float]) -> dict[str, object]:
    is_chinese = number % 5 == 0
    if is_chinese:
        text = "".join(dice.choices(HAN, han, k=900)) + ("。英伟达的昇腾" if number % 10 else "")
    else:
        text = " ".join(dice.choices(LATIN, weights, k=420))
    text += " raremark" if number % 9_973 == 0 else ""
    named = "Nvidia " if number % 2 else ""
    url = f"https://paper.example/{number}"
    return {
        "id": number, "url_hash": hash_url(url), "story": number, "relation": "new",
        "found": NOW - timedelta(minutes=4 * (ARTICLES - number)), "told": False,
        "published": NOW - timedelta(minutes=4 * (ARTICLES - number) + dice.randrange(600)), "published_from": "page",
        "source": f"source-{number % 200}", "outlet": f"Paper {number % 200}",
        "language": "zh" if is_chinese else "en", "role": "outlet", "headline_only": None, "text_from": "page",
        "authors": "[]", "url": url, "title": f"{named}{text[:60]}", "text": f"{named}{text}",
    }  # fmt: skip


if __name__ == "__main__":
    main()
