"""Fills an archive in bulk, on both databases, once; and takes out again what a measurement took in."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing import Process
from pathlib import Path
from typing import Any

from sqlalchemy import bindparam, delete, func, select

from grown.rows import COMING_WORDS, KEY, OWNER, TOPICS, fill, recent, words
from grown.texts import NOW, STEP
from watcher.indexing import catch_up
from watcher.ingest import Prepared
from watcher.publish import schedule_key
from watcher.store import SqlStore, open_store, tables, tally
from watcher.store.columns import hash_url
from watcher.store.words import VERSION
from watcher.types import Edition, Entry, Relation, Report, Schedule

SCHEDULE = Schedule("07:00", "UTC")


@dataclass(frozen=True)
class Archive:
    """One that is filled."""

    size: int
    store: SqlStore


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
    from grown.server import PostgresSink, database, serving

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
        for path in indexes(store, folder / "postgres" / "data"):
            warm(path)
        yield size, store


def indexes(store: SqlStore, data: Path) -> list[Path]:
    """The files of the indexes that ingest uses: a server that has been at work has them in memory."""
    asked = (
        "SELECT pg_relation_filepath(oid) FROM pg_class "
        "WHERE relkind = 'i' AND relnamespace = 'public'::regnamespace AND relname NOT LIKE 'words%%'"
    )
    with store._reading() as connection:
        paths = [data / path for path in connection.exec_driver_sql(asked).scalars()]
    return [part for path in paths for part in (path, *path.parent.glob(f"{path.name}.*"))]


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
        connection = writer.connection
        if (connection.execute(select(func.max(tables.article.c.id))).scalar() or 0) <= size:
            tally.anew(connection)
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
        tally.anew(connection)
