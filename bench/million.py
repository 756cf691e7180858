"""Archives of ten thousand, a hundred thousand and a million articles: what the next ones cost, what a reader waits.

Fills each archive once, in bulk (a million articles: some fifteen minutes of two processors), and measures all sizes
side by side, in turns of 100 articles, so that whatever else the machine does falls on all alike:

- ingest of the next 5,000 articles by the real path: what they may copy is found, they are put into their stories and
  written by `ingest.settle`, in transactions of 25 with the ends of their leads, as `poll.writing` does. Reading them
  (facts, keys) is done before, and what the judge says is known: both take the same in every archive, and would hide
  what grows. What was taken in is taken out again: an archive can be measured as often as one likes;
- candidates of 500 of them; searches; the edition of the last day; what `status` asks; the index of words; bytes.

Resumable: archives and what was read for them are kept in the folder, `--fill-only` makes them, and a run that finds
them measures at once. Ingest is told in seconds of the processor, a server's included, with the wall's beside them;
what is asked, in the processor's on SQLite, where all work is this process's, in the wall's on PostgreSQL.

    python bench/million.py [--sizes 10000 100000 1000000] [--folder DIR] [--only sqlite|postgres]
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from multiprocessing import Process
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from million_archive import COMING_WORDS, KEY, OWNER, TOPICS, coming, fill, recent, words
from million_texts import NOW, STEP
from results import FOLDER, keep
from sqlalchemy import bindparam, delete, func, select

from watcher.indexing import catch_up
from watcher.ingest import Prepared, document, ended_as, settle
from watcher.publish import Paper, preview, schedule_key
from watcher.store import SqlStore, open_store, tables
from watcher.store.columns import hash_url
from watcher.store.words import VERSION
from watcher.stories.cluster import Rules
from watcher.stories.judge import StoryJudge
from watcher.text.query import read_query
from watcher.types import Document, Edition, Entry, Match, Relation, Report, Schedule

SIZES = [10_000, 100_000, 1_000_000]
COMING = 5_000
TURN = 100  # what is taken in of one archive before it is the next one's turn
TRANSACTION = 25  # articles: what fits into the fifth of a second that a transaction of `poll.writing` may take
SCHEDULE = Schedule("07:00", "UTC")
SEARCHES = {
    "a word of every third article": "nvidia",
    "a rare word": "VOCABULARY",
    "two words": "nvidia company",
    "a phrase": '"nvidia tsmc"',
    "of a topic, a month": "topic:ascend since:2026-02 until:2026-02",
    "by relevance": "deepseek market",
}


@dataclass(frozen=True)
class Archive:
    """One that is filled."""

    size: int
    store: SqlStore


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    arguments.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "toldonce-million")
    arguments.add_argument("--only", choices=["sqlite", "postgres"], default="sqlite")
    arguments.add_argument("--fill-only", action="store_true")
    arguments.add_argument("--next", type=int, default=COMING, help="how many articles are taken in")
    arguments.add_argument("--profile", action="store_true", help="where the time of taking in goes, for each size")
    options = arguments.parse_args()
    with ExitStack() as running:
        if options.only == "sqlite":
            archives = [Archive(size, running.enter_context(filled(options.folder, size))) for size in options.sizes]
        else:
            archives = [Archive(*each) for each in served(options.folder, options.sizes, running)]
        if options.fill_only:
            coming(options.folder, options.next)
            return
        clock = time.process_time if options.only == "sqlite" else spent_by_both(options.folder / "postgres")
        news, stories = coming(options.folder, options.next)
        figures = measure(archives, news, stories, clock, profile=options.profile)
        known = json.loads((FOLDER / "million.json").read_text()) if (FOLDER / "million.json").exists() else {}
        known.pop("measured_on", None)
        keep("million", {**known, options.only: figures})
        for archive in archives:
            undo(archive, news)


# --- filling ---


class SqliteSink:
    """Rows into a database file that nobody reads yet: without a log, in one transaction."""

    def __init__(self, path: Path) -> None:
        self.connection = sqlite3.connect(path, isolation_level=None)
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-1500000"):
            self.connection.execute(f"PRAGMA {pragma}")
        self.connection.execute("BEGIN")

    def rows(self, table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
        places = ", ".join("?" * len(columns))
        statement = f"INSERT OR IGNORE INTO {table} ({', '.join(columns)}) VALUES ({places})"  # noqa: S608 - our own words
        self.connection.executemany(statement, rows)

    def keys(self, signal: int, total: int, articles: int) -> None:
        counted = f"WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {total - 1})"  # noqa: S608 - our own words
        made = f"SELECT {signal}, {KEY}, {OWNER} FROM n".format(total=total, articles=articles)  # noqa: S608 - likewise
        self.connection.execute(f"{counted} INSERT OR IGNORE INTO signal_key (signal, key, article) {made}")

    def words(self, made: Path, last: int) -> None:
        """Takes over an index that was made in a file of its own, row by row as it is."""
        self.connection.execute("COMMIT")
        self.connection.execute("ATTACH ? AS made", (str(made),))
        self.connection.execute("BEGIN")
        for part in ("data", "idx", "docsize"):
            self.connection.execute(f"DELETE FROM words_{part}")  # noqa: S608 - our own words
            self.connection.execute(f"INSERT INTO words_{part} SELECT * FROM made.words_{part}")  # noqa: S608 - likewise
        self.connection.execute("INSERT OR REPLACE INTO checkpoint VALUES ('words', ?)", (f"{VERSION}:{last}",))

    def close(self) -> None:
        self.connection.execute("COMMIT")
        self.connection.execute("PRAGMA journal_mode=WAL")
        self.connection.close()


def words_file(folder: Path, size: int) -> None:
    """The index of words in a file of its own: in large portions, put together into one at the end."""
    path = folder / f"sqlite-{size}" / "words.db"
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-100000"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute(
        "CREATE VIRTUAL TABLE words USING fts5(title, text, labels, content='', tokenize=\"ascii tokenchars '.'\")"
    )
    for name, value in (("hashsize", 256 << 20), ("automerge", 0), ("crisismerge", 1000)):
        connection.execute("INSERT INTO words(words, rank) VALUES (?, ?)", (name, value))
    connection.execute("BEGIN")
    rows = ((each.row, each.title, each.text, each.labels) for _, each in words(folder, size))
    connection.executemany("INSERT INTO words(rowid, title, text, labels) VALUES (?, ?, ?, ?)", rows)
    connection.execute("INSERT INTO words(words) VALUES ('optimize')")
    connection.execute("COMMIT")
    connection.close()


def filled(folder: Path, size: int) -> SqlStore:
    """The archive of this size, made where it is not there yet."""
    own = folder / f"sqlite-{size}"
    if not (own / "rows").exists():
        for left in own.glob("watcher.db*"):
            left.unlink()
        open_store(own).close()
        start = time.perf_counter()
        recent(folder)  # once for both
        beside = Process(target=words_file, args=(folder, size))
        beside.start()
        sink = SqliteSink(own / "watcher.db")
        fill(sink, folder, size)
        print(f"{size:,} articles: rows in {time.perf_counter() - start:.0f} s", flush=True)
        beside.join()
        sink.words(own / "words.db", size - COMING_WORDS)
        sink.close()
        (own / "words.db").unlink()
        (own / "rows").touch()
        print(f"{size:,} articles: rows and words in {time.perf_counter() - start:.0f} s", flush=True)
    store = open_store(own)
    undo(Archive(size, store), [])
    finish(store, own, size)
    warm(own / "watcher.db")
    return store


def served(folder: Path, sizes: Sequence[int], running: ExitStack) -> Iterator[tuple[int, SqlStore]]:
    """The same on a server of our own."""
    from million_server import PostgresSink, database, serving

    for size in sizes:
        own = folder / f"postgres-{size}"
        if not (own / "rows").exists():
            start = time.perf_counter()
            with (
                serving(folder / "postgres", filling=True) as server,
                open_store(own, database(server, f"million_{size}")) as store,
            ):
                sink = PostgresSink(store)
                fill(sink, folder, size)
                print(f"{size:,} articles: rows in {time.perf_counter() - start:.0f} s", flush=True)
                sink.words(words(folder, size), size - COMING_WORDS)
                print(f"{size:,} articles: rows and words in {time.perf_counter() - start:.0f} s", flush=True)
                sink.close()
            (own / "rows").touch()
            print(f"{size:,} articles: with indexes in {time.perf_counter() - start:.0f} s", flush=True)
    server = running.enter_context(serving(folder / "postgres"))
    for size in sizes:
        own = folder / f"postgres-{size}"
        store = running.enter_context(open_store(own, database(server, f"million_{size}")))
        undo(Archive(size, store), [])
        finish(store, own, size)
        yield size, store


def spent_by_both(folder: Path) -> Callable[[], float]:
    """The processor's seconds of this process and of the server with all its processes, by what the kernel says."""
    server = int((folder / "data" / "postmaster.pid").read_text().split()[0])
    tick = os.sysconf("SC_CLK_TCK")

    def clock() -> float:
        spent = 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):  # one that has just ended is its parent's from now on
                told = stat.read_text().rpartition(")")[2].split()
                if int(stat.parent.name) == server:
                    spent += sum(map(int, told[11:15]))
                elif int(told[1]) == server:
                    spent += sum(map(int, told[11:13]))
        return spent / tick + time.process_time()

    return clock


def finish(store: SqlStore, own: Path, size: int) -> None:
    """What is made as always: an edition a day, and the index of words."""
    if not (own / "editions").exists():
        publish_all(store, size)
        (own / "editions").touch()
    if not (own / "words").exists():
        before, start = store.size(), time.process_time()
        catch_up(store, lambda _: None)
        spent = time.process_time() - start
        said = {"seconds": round(spent, 1), "bytes": store.size() - before}
        (own / "words").write_text(json.dumps(said))
        print(f"{size:,} articles: words in {spent:.0f} s", flush=True)


def publish_all(store: SqlStore, size: int) -> None:
    """An edition for each day, of 25 stories with one report each."""
    per_day = int(timedelta(days=1) / STEP)
    article = tables.article.c
    columns = (article.id, article.url, article.title, article.story)
    for back in range(size // per_day - 1, 0, -1):
        first = size - (back + 1) * per_day + 1
        with store._reading() as connection:
            rows = connection.execute(
                select(*columns).where(article.id >= first, article.id < first + per_day, article.id == article.story)
            ).all()[:25]
        until = NOW - timedelta(days=back)
        entries = tuple(
            Entry(str(row.story), "new", ("nvidia",), (Report(row.id, row.url, row.title, "Paper", "source-1", "en",
                  until, Relation.NEW, topics=("nvidia",), summary=(row.title,)),))
            for row in rows
        )  # fmt: skip
        made = Edition(
            0, until.date(), schedule_key(SCHEDULE), until - timedelta(days=1), until, until, TOPICS, entries
        )
        with store.writing() as writer:
            writer.publish(made, ())


def warm(path: Path) -> None:
    """Reads the file once: what is measured is the program, not how fast a disk answers the first time."""
    with path.open("rb") as file:
        while file.read(1 << 24):
            pass


def undo(archive: Archive, taken: Sequence[Prepared]) -> None:
    """Takes out again what was taken in."""
    size = archive.size
    with archive.store.writing() as writer:
        connection = writer._connection
        if (connection.execute(select(func.max(tables.article.c.id))).scalar() or 0) <= size:
            return
        signals = {(row.name, row.version): row.id for row in connection.execute(select(tables.signal))}
        urls = connection.execute(select(tables.article.c.url).where(tables.article.c.id > size)).scalars().all()
        highest = connection.execute(
            select(func.max(tables.article.c.story)).where(tables.article.c.id <= size)
        ).scalar()
        key = tables.signal_key.c
        keys = sorted({
            (signals[each.signal, each.version], each.value)
            for made in taken
            for each in (*made.keys, *made.headline)
        })  # fmt: skip
        gone = delete(tables.signal_key).where(
            key.signal == bindparam("s"), key.key == bindparam("k"), key.article > size
        )
        if keys:
            connection.execute(gone, [{"s": number, "k": value} for number, value in keys])
        names = sorted({hash_url(name) for made in taken for name in made.names})
        if names:
            connection.execute(
                delete(tables.lead_name).where(tables.lead_name.c.name == bindparam("n")), [{"n": n} for n in names]
            )
        for name in ("verdict", "article_topic", "facts", "likeness", "placing"):
            table = getattr(tables, name)
            connection.execute(delete(table).where(table.c.article > size))
        for url in urls:
            connection.execute(delete(tables.lead).where(tables.lead.c.url_hash == hash_url(url)))
        connection.execute(delete(tables.article).where(tables.article.c.id > size))
        connection.execute(delete(tables.edition_story).where(tables.edition_story.c.story > highest))
        connection.execute(delete(tables.story).where(tables.story.c.id > highest))


# --- measuring ---


class Knowing(StoryJudge):
    """Knows which story each article tells, where the real judge compares texts: what that takes depends on how much
    the news of a few weeks has in common, and on no archive (`judging_ms` says how long the real one takes)."""

    def __init__(self, stories: Mapping[str, int]) -> None:
        super().__init__()
        self.stories = stories

    def compare(self, a: Document, b: Document) -> Match:
        same = self.stories.get(a.url or "", 0) == self.stories.get(b.url or "", -1)
        return Match(b.id, Relation.RETELLING, 0.9) if same else Match(b.id, Relation.NEW, 0.1)


def measure(
    archives: Sequence[Archive],
    news: Sequence[Prepared],
    stories: Mapping[str, int],
    clock: Callable[[], float],
    *,
    profile: bool,
) -> dict[str, Any]:
    asked = time.process_time if clock is time.process_time else time.perf_counter  # a server's ticks are too long
    figures = {archive.size: reading(archive, news, partial(median, asked)) for archive in archives}
    taken = ingest(archives, news, Knowing(stories), clock, profile=profile)
    first = archives[0].size
    mean = {size: statistics.mean(each[0] for each in turns) for size, turns in taken.items()}
    for archive in archives:
        figures[archive.size] |= {
            "ingest_cpu_ms": round(mean[archive.size] * 1e3, 2),
            "ingest_wall_ms": round(statistics.mean(each[1] for each in taken[archive.size]) * 1e3, 2),
            "ingest_of_first": round(mean[first] / mean[archive.size], 3),
            "bytes_per_article": archive.store.size() // (archive.size + len(news)),
        }
    return {"taken_in": len(news), "sizes": {str(size): each for size, each in figures.items()}}


def ingest(
    archives: Sequence[Archive], news: Sequence[Prepared], judge: Knowing, clock: Callable[[], float], *, profile: bool
) -> dict[int, list[tuple[float, float]]]:
    """Seconds an article, of the processor and of the wall, turn by turn."""
    taken: dict[int, list[tuple[float, float]]] = {archive.size: [] for archive in archives}
    profiles = {archive.size: _profile() for archive in archives} if profile else {}
    for begun in range(0, len(news), TURN):
        turn = news[begun : begun + TURN]
        for archive in archives if begun // TURN % 2 else archives[::-1]:
            if profile:
                profiles[archive.size].enable()
            cpu, wall = clock(), time.perf_counter()
            take_in(archive.store, judge, turn, begun)
            spent = clock() - cpu, time.perf_counter() - wall
            if profile:
                profiles[archive.size].disable()
            taken[archive.size].append((spent[0] / len(turn), spent[1] / len(turn)))
        if not (begun + len(turn)) % 1_000:
            print(f"{begun + len(turn)} of {len(news)} taken in", file=sys.stderr)
    for size, seen in profiles.items():
        seen.dump_stats(f"{tempfile.gettempdir()}/million-{size}.prof")
    return taken


def _profile() -> Any:
    import cProfile

    return cProfile.Profile()


def take_in(store: SqlStore, judge: Knowing, turn: Sequence[Prepared], begun: int) -> None:
    for place in range(0, len(turn), TRANSACTION):
        now = NOW + STEP * (begun + place)
        with store.writing() as writer:
            ended = []
            for each in turn[place : place + TRANSACTION]:
                outcome = settle(each, writer, judge, (), now, Rules())
                ended.append(replace(ended_as(each, outcome), found=now))
            writer.record(ended)


def reading(
    archive: Archive, news: Sequence[Prepared], median: Callable[[Sequence[Callable[[], object]]], float]
) -> dict[str, float]:
    store = archive.store
    keys = [(*each.keys, *each.headline[:1]) for each in news[:500]]
    paper = Paper((), TOPICS, {})
    figures = {
        **judging(store, news[:20]),
        "lookup_ms": median([lambda each=each: store.candidates(each) for each in keys]),  # type: ignore[misc]
        "known_100_leads_ms": median([lambda: store.known([each.lead_url for each in news[:100]])] * 5),
        "edition_ms": median([lambda: preview(store, paper, SCHEDULE, NOW.date(), NOW - timedelta(days=1), NOW)] * 3),
        "counts_ms": median([store.counts] * 3),
        "growth_ms": median([lambda: store.growth(NOW)] * 3),
        "harvest_ms": median(
            [lambda: store.harvest([f"source-{n}" for n in range(300)], NOW - timedelta(days=30))] * 3
        ),
        "prune_ms": median([lambda: pruned(store)] * 3),
    }
    for name, asked in SEARCHES.items():
        query = read_query(
            asked if asked != "VOCABULARY" else recent_word(), order="relevance" if "relevance" in name else "newest"
        )
        figures[f"search_ms: {name}"] = median([lambda query=query: store.search(query, 20)] * 7)  # type: ignore[misc]
    return figures


def judging(store: SqlStore, news: Sequence[Prepared]) -> dict[str, float]:
    """What the real judge takes for an article and all it may copy or retell: here everything is on one subject."""
    judge, spent, met = StoryJudge(), [], []
    for each in news:
        own = replace(document(each.article, each.topics), facts=each.facts)
        found = store.candidates((*each.keys, *each.headline[:1]))
        start = time.process_time()
        judge.verdict(own, (), found)
        spent.append(time.process_time() - start)
        met.append(len(found))
    return {"judging_ms": round(statistics.mean(spent) * 1e3, 2), "candidates": round(statistics.mean(met), 1)}


def pruned(store: SqlStore) -> None:
    with store.writing() as writer:
        writer.prune(NOW - timedelta(days=30), 2_000)


def recent_word() -> str:
    from million_texts import VOCABULARY

    return VOCABULARY[12_000]


def median(clock: Callable[[], float], works: Sequence[Callable[[], object]]) -> float:
    spent = []
    for work in works:
        start = clock()
        work()
        spent.append(clock() - start)
    return round(statistics.median(spent) * 1e3, 2)


if __name__ == "__main__":
    main()
