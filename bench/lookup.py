"""How long it takes to find an article's copies in an archive of a thousand, a hundred thousand, a million articles.

Builds each archive once: synthetic articles (48 random 64-bit keys each, some shared by up to 24, 1,500 characters of
text), and among them the 388 real ones of `tests/eval/copies.jsonl`, originals and copies. Then every real
one is asked for once more, as another outlet would republish it: its candidates are looked up, and the judge decides.
Resumable: an archive or a result that is there already is kept; `--again` measures anew. A million articles take about
4 GB of disk.

    python bench/lookup.py [--sizes 1000 100000 1000000] [--folder DIR] [--again]
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from watcher.store import SqlStore, open_store
from watcher.store.columns import hash_url
from watcher.stories.judge import StoryJudge
from watcher.types import Article, Document, Key, Verdict

RESULTS = Path(__file__).parent / "results" / "lookup.json"
REAL = Path(__file__).parent.parent / "tests" / "eval" / "copies.jsonl"
KEYS = 48  # an article: the copy signal gives 32 to 64
SHARED = 0.1  # of the keys are held by 2 to 24 articles
TEXT = 1_500  # characters
START = datetime(2026, 1, 1, tzinfo=UTC)
WORDS = "chip memory training cluster export wafer tensor model price inference bandwidth yield foundry licence".split()


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("--sizes", type=int, nargs="+", default=[1_000, 100_000, 1_000_000])
    arguments.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "toldonce-bench-lookup")
    arguments.add_argument("--again", action="store_true", help="measure sizes that have a result already")
    options = arguments.parse_args()
    results = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    sizes = results.setdefault("sizes", {})
    for size in options.sizes:
        if str(size) in sizes and not options.again:
            continue
        folder = options.folder / str(size)
        build(folder, size)
        sizes[str(size)] = measure(folder)
        results["machine"] = {"python": platform.python_version(), "sqlite": sqlite3.sqlite_version}
        results["flat"] = flatness(sizes)
        RESULTS.parent.mkdir(exist_ok=True)
        RESULTS.write_text(json.dumps(results, indent=2) + "\n")
    show(results)
    print(f"the archives are kept in {options.folder}: remove it when they are no longer needed")


def build(folder: Path, size: int) -> None:
    """Makes the archive unless it was finished before."""
    finished = folder / "finished"
    if finished.exists():
        return
    for left in folder.glob("watcher.db*"):
        left.unlink()
    with open_store(folder) as store:
        path = store.path
    start = time.perf_counter()
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA synchronous=OFF")
    connection.execute("PRAGMA cache_size=-200000")
    connection.execute("BEGIN")
    (version,) = {key.version for key in StoryJudge().keys(real()[0]) if key.signal == "copy"}
    connection.execute("INSERT INTO signal (id, name, version) VALUES (1, 'copy', ?)", (version,))
    connection.executemany("INSERT INTO story (id) VALUES (?)", ((number,) for number in range(1, size + 1)))
    connection.executemany(
        "INSERT INTO article (id, url_hash, story, relation, found, told, published_from, source, outlet, language,"
        " role, authors, url, title, text) VALUES (?, ?, ?, 'new', ?, 0, 'found', 's', 'S', 'en', 'outlet', '[]', ?,"
        " ?, ?)",
        articles(size),
    )
    connection.executemany("INSERT OR IGNORE INTO signal_key VALUES (1, ?, ?)", keys(size))
    connection.execute("COMMIT")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    print(f"{size:,} articles built in {time.perf_counter() - start:.0f} s, {path.stat().st_size / 1e6:,.0f} MB")
    judge = StoryJudge()
    with open_store(folder) as store, store.writing() as writer:
        for document in real():
            url = f"https://zeitung.example/{document.id}"
            article = Article(url, document.title, document.text, "r", "R", document.language, START)
            writer.add(article, (), judge.keys(document), Verdict())
    finished.touch()


def real() -> list[Document]:
    """The labelled documents, as another outlet would publish them."""
    rows = (json.loads(line) for line in REAL.read_text("utf-8").splitlines())
    return [Document(row["id"], row["text"] + " ", row["title"], row["language"]) for row in rows]


def articles(size: int) -> Iterator[tuple[object, ...]]:
    dice = random.Random(2)  # a benchmark
    paragraphs = [" ".join(dice.choices(WORDS, k=TEXT // 8)) for _ in range(64)]
    for number in range(1, size + 1):
        url = f"https://beispielblatt.example/news/{number}/a-headline-as-long-as-they-are"
        text = f"{number} {paragraphs[number % 64]}"
        yield number, hash_url(url), number, moment(number), url, f"Headline {number} about a chip", text


def moment(number: int) -> int:
    return int(START.timestamp() * 1e6) + number * 60_000_000


def keys(size: int) -> Iterator[tuple[int, int]]:
    """Rows (key, article) in the order of the table, so that filling it is one sequential write.

    The article of the i-th row is a permutation of rows (multiplication by a prime), not a draw: every article gets 48.
    """
    dice, total, row = random.Random(3), size * KEYS, 0  # a benchmark
    step = (1 << 64) // total
    while row < total:
        holders = dice.randint(2, KEYS) if dice.random() < SHARED / 13 else 1  # 13 holders on average
        key = row * step + dice.randrange(step) - (1 << 63)
        group = range(row, min(row + holders, total))
        for article in sorted({(place * 1_000_000_007) % total // KEYS + 1 for place in group}):
            yield key, article
        row += holders


def measure(folder: Path) -> dict[str, float]:
    judge = StoryJudge()
    with open_store(folder) as store:
        for document in real()[:50]:
            store.candidates(judge.keys(document))  # warms up
        asked = [asked_for(store, judge, document) for document in real()]
        adding = [seconds_of_add(store, number) for number in range(50)]
        lookups, decisions, found = zip(*asked, strict=True)
        return {
            "lookup_median_ms": round(statistics.median(lookups) * 1e3, 3),
            "lookup_p95_ms": round(statistics.quantiles(lookups, n=20)[-1] * 1e3, 3),
            "decision_median_ms": round(statistics.median(decisions) * 1e3, 3),
            "candidates_mean": round(statistics.mean(found), 1),
            "add_median_ms": round(statistics.median(adding) * 1e3, 3),
            "database_mb": round(store.path.stat().st_size / 1e6),
            "keys_mb": key_table_mb(store.path),
        }


def asked_for(store: SqlStore, judge: StoryJudge, document: Document) -> tuple[float, float, int]:
    """Seconds to look up the candidates of one document, seconds to decide among them, and how many they were."""
    keys = judge.keys(document)
    start = time.perf_counter()
    candidates = store.candidates(keys)
    looked_up = time.perf_counter()
    verdict = judge.verdict(document, (), candidates)
    end = time.perf_counter()
    assert verdict.earlier is not None, f"{document.id} is in the archive and was not found"
    return looked_up - start, end - looked_up, len(candidates)


class TakenBackError(Exception):
    """Ends a transaction without keeping it."""


def seconds_of_add(store: SqlStore, number: int) -> float:
    """One article in a transaction of its own, taken back at the end: the archive stays as it was built."""
    dice = random.Random(number)  # a benchmark
    asked = [Key("copy", 1, dice.getrandbits(64) - (1 << 63)) for _ in range(KEYS)]
    found = START + timedelta(days=9_999)
    article = Article(f"https://neu.example/{number}", "New", "x" * TEXT, "s", "S", "en", found)
    start = time.perf_counter()
    try:
        with store.writing() as writer:
            writer.add(article, (), asked, Verdict())
            elapsed = time.perf_counter() - start
            raise TakenBackError
    except TakenBackError:
        return elapsed


def key_table_mb(path: Path) -> int:
    """Measured where this SQLite can (dbstat), else nothing is claimed (-1)."""
    connection = sqlite3.connect(path)
    try:
        (size,) = connection.execute("SELECT sum(pgsize) FROM dbstat WHERE name = 'signal_key'").fetchone()
    except sqlite3.OperationalError:
        return -1
    finally:
        connection.close()
    return round(size / 1e6)


def flatness(sizes: dict[str, dict[str, float]]) -> float:
    """The slowest median over the fastest."""
    medians = [size["lookup_median_ms"] for size in sizes.values()]
    return round(max(medians) / min(medians), 2)


def show(results: dict[str, dict[str, dict[str, float]]]) -> None:
    for size, figures in results["sizes"].items():
        print(f"{int(size):>10,} articles  " + "  ".join(f"{name} {value}" for name, value in figures.items()))
    print(f"slowest median / fastest median: {results['flat']}")


if __name__ == "__main__":
    main()
