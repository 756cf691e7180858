"""Searching the archive: what is found is what a reader of every article would find."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from watcher.errors import WordsError
from watcher.indexing import catch_up
from watcher.store import SqlStore, open_store
from watcher.store.wordrows import article_of, row_of
from watcher.text.fold import folded
from watcher.text.query import read_query
from watcher.types import MOST_COUNTED, Article, SearchQuery, Term, TopicMatch, Verdict

NOW = datetime(2026, 3, 2, 7, tzinfo=UTC)
TOPIC = TopicMatch("ascend", True, 0.9, ("Ascend",))
MENTION = TopicMatch("ascend", False, 0.6, ("Ascend",))


def put(store: SqlStore, article: Article, *topics: TopicMatch) -> int:
    with store.writing() as writer:
        return writer.add(article, topics, (), Verdict())


def fill(store: SqlStore) -> None:
    catch_up(store, lambda _: None)


def found(store: SqlStore, typed: str, **more: int) -> list[int]:
    return [hit.id for hit in store.search(read_query(typed), **more).hits]


# --- a model: reads every article, knows nothing of indexes ---


@dataclass(frozen=True)
class Kept:
    id: int
    title: str
    text: str
    language: str
    outlet: str
    source: str
    topics: frozenset[str]
    date: datetime


@cache
def is_paired(sign: str) -> bool:
    name = unicodedata.name(sign, "")
    return name.startswith(
        ("CJK UNIFIED", "HIRAGANA LETTER", "KATAKANA LETTER", "KATAKANA-HIRAGANA PROLONGED", "HANGUL", "THAI CHAR")
    )


@cache
def pieces(text: str) -> tuple[str, ...]:
    """Runs of a text, one character after the other; numbers are not grouped in these texts."""
    runs: list[str] = []
    before = ""
    for sign in (str(unicodedata.decimal(each, each)) for each in folded(text)):
        kind = (
            "paired"
            if is_paired(sign)
            else "word"
            if sign.isalnum() or unicodedata.category(sign) in ("Mn", "Mc")
            else ""
        )
        if kind and kind == before:
            runs[-1] += sign
        elif kind:
            runs.append(sign)
        before = kind
    return tuple(runs)


@cache
def stands(term: Term, runs: Sequence[str]) -> bool:
    wanted = term.runs
    for place in range(len(runs) - len(wanted) + 1):
        here = runs[place : place + len(wanted)]
        if all(fits(term, number, has) for number, has in enumerate(here)):
            return True
    return False


def fits(term: Term, number: int, has: str) -> bool:
    wanted, is_last = term.runs[number], number == len(term.runs) - 1
    if not is_paired(wanted[0]):
        return has == wanted or (is_last and term.begins and not is_paired(has[0]) and has.startswith(wanted))
    if number == 0 and is_last:
        return wanted in has
    return has.endswith(wanted) if number == 0 else has.startswith(wanted) if is_last else has == wanted


def holds(article: Kept, query: SearchQuery) -> bool:
    columns = (pieces(article.title), pieces(article.text))

    def has(term: Term) -> bool:
        return any(stands(term, column) for column in columns)

    return (
        all(map(has, query.terms))
        and not any(map(has, query.without))
        and (not query.topics or bool(article.topics & set(query.topics)))
        and (not query.languages or article.language in query.languages)
        and (not query.sources or article.source in query.sources)
        and (not query.outlets or any(stands(term, pieces(article.outlet)) for term in query.outlets))
        and (query.since is None or article.date >= query.since)
        and (query.until is None or article.date < query.until)
    )


@dataclass(repr=False)
class Corpus:
    store: SqlStore
    articles: list[Kept]


SIGNS = (
    "ab a1 h20 nvidia 华 为 昇 腾 华为 昇腾 芯 カ ナ カナ 엔 비 디아 가 ก า กา नम ते é E ٣ ß "
    "- ' \" . _ , ( ) * : ^ + NEAR OR ， 。 \n"
).split(" ")
OUTLETS = ["Beispielblatt", "Der Bote 24", "华为日报"]
FIELDS = ["topic:ascend", "topic:x", "language:de", "lang:zh", "outlet:bote", "outlet:华为", "source:a", "source:a-b"]


def scribbled(dice: random.Random, most: int) -> str:
    return "".join(dice.choice(SIGNS) + dice.choice(["", "", " "]) for _ in range(dice.randrange(most)))


@pytest.fixture(scope="module")
def corpus(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corpus]:
    dice = random.Random(6)
    kept = []
    database = None
    if request.param == "postgresql":
        database = request.getfixturevalue("pg_server").address(request.getfixturevalue("pg_blank")())
    with open_store(tmp_path_factory.mktemp("corpus"), database) as store:
        for number in range(1, 141):
            date = NOW - timedelta(hours=dice.randrange(400) * dice.choice([1, 1, 1, 30]))
            values = {
                "title": scribbled(dice, 5), "text": scribbled(dice, 14), "language": dice.choice(["de", "zh", "en"]),
                "outlet": dice.choice(OUTLETS), "source": dice.choice(["a-b", "a", "b"]),
            }  # fmt: skip
            topics = dice.choice([(TOPIC,), (MENTION,), ()])
            article = Article(f"https://paper.example/{number}", found=date, published=date, **values)
            assert put(store, article, *topics) == number
            about = frozenset(match.topic for match in topics if match.about)
            kept.append(Kept(number, **values, topics=about, date=date))
        while store.index_next(17):
            pass
        yield Corpus(store, kept)


TYPED = st.lists(
    st.one_of(
        st.sampled_from(SIGNS),
        st.lists(st.sampled_from(SIGNS), min_size=1, max_size=3).map("".join),
        st.lists(st.sampled_from(SIGNS), max_size=3).map(lambda words: f'"{" ".join(words)}"'),
        st.sampled_from(FIELDS),
        st.sampled_from(["since:2026-02-25", "until:2026-02-20", "since:2026-02", "until:2026"]),
    ).flatmap(lambda part: st.sampled_from([part, part, f"-{part}", f"{part}*"])),
    min_size=1,
    max_size=4,
).map(" ".join)  # fmt: skip


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TYPED)
def test_what_is_found_is_what_a_reader_of_everything_would_find(corpus: Corpus, typed: str):
    store, kept = corpus.store, corpus.articles
    query = read_query(typed)
    result = store.search(query, 500)
    assert sorted(hit.id for hit in result.hits) == [
        each.id for each in kept if not query.is_void and holds(each, query)
    ]
    assert result.total == len(result.hits)
    dates = [int(hit.date.timestamp() // 900) for hit in result.hits]
    assert dates == sorted(dates, reverse=True)
    for hit in result.hits:
        assert (
            query.terms == ()
            or hit.title_marks
            or any(stands(term, pieces(kept[hit.id - 1].text)) for term in query.terms)
        )


@pytest.mark.long
@settings(max_examples=1_500, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TYPED)
def test_what_is_found_is_what_a_reader_of_everything_would_find_at_length(corpus: Corpus, typed: str):
    store, kept = corpus.store, corpus.articles
    query = read_query(typed)
    assert sorted(hit.id for hit in store.search(query, 500).hits) == [
        each.id for each in kept if not query.is_void and holds(each, query)
    ]


@given(st.text(max_size=80))
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_typed_is_answered(corpus: Corpus, typed: str):
    query = read_query(typed, order="relevance")
    answer = corpus.store.search(query, 5, typed)
    assert len(answer.hits) <= 5
    assert len(answer.hits) <= answer.total
    every = {hit.id for hit in corpus.store.search(read_query(typed), 1_000).hits}
    assert {hit.id for hit in answer.hits} <= every  # the order changes what comes first, not what is found


# --- pages, order, marks ---


def test_names_are_found_inside_sentences_without_spaces(store: SqlStore, build: SimpleNamespace):
    put(store, build.article("a", title="昨天", text="华为的新芯片昇腾910C昨天正式发布。", language="zh"))
    put(store, build.article("b", title="発表", text="米国のファーウェイ制裁を受けて", language="ja"))
    put(store, build.article("c", title="발표", text="엔비디아가 발표했다", language="ko"))
    fill(store)
    assert [found(store, name) for name in ("华为", "昇腾", "昇", "片")] == [[1], [1], [1], [1]]
    assert [found(store, name) for name in ("ファーウェイ", "ファウェイ", "엔비디아", "비디")] == [[2], [], [3], [3]]


def test_pages_follow_one_another_without_gap_or_double(store: SqlStore, build: SimpleNamespace):
    for number in range(7):
        put(store, build.article(f"n{number}", published=build.now - timedelta(hours=number * 5 % 7)))
    fill(store)
    for order in ("newest", "relevance"):
        query, seen, cursor = read_query("chips", order=order), [], None
        while True:
            page = store.search(query, 3, cursor)
            seen += [hit.id for hit in page.hits]
            cursor = page.next
            assert page.total == 7
            if cursor is None:
                break
        assert sorted(seen) == list(range(1, 8))
    assert found(store, "chips") == [1, 4, 7, 3, 6, 2, 5]


@pytest.mark.parametrize("cursor", ["", "x", "-1", "9" * 30, "0", "' OR 1"])
def test_a_cursor_that_nobody_gave_is_no_error(store: SqlStore, build: SimpleNamespace, cursor: str):
    put(store, build.article("a"))
    fill(store)
    for order in ("newest", "relevance"):
        query = read_query("chips", order=order)
        first = store.search(query, 3)
        assert [hit.id for hit in first.hits] == [1]
        assert store.search(query, 3, cursor) == first


def test_what_was_found_last_in_an_archive_is_not_the_newest(store: SqlStore, build: SimpleNamespace):
    put(store, build.article("new"))
    put(store, build.article("history", published=build.now - timedelta(days=900), told=True))
    fill(store)
    assert found(store, "chips") == [1, 2]


def test_by_relevance_a_word_in_the_title_comes_first(store: SqlStore, build: SimpleNamespace):
    put(store, build.article("a", title="Nvidia in short", text="A rare word."))
    put(store, build.article("b", title="Else", text="Nvidia and more words than there were before, of all kinds."))
    for number in range(8):
        put(store, build.article(f"c{number}"))
    fill(store)
    result = store.search(read_query("nvidia", order="relevance"))
    assert [hit.id for hit in result.hits] == [1, 2]
    assert result.hits[0].score > result.hits[1].score > 0


def test_a_hit_says_where_its_words_stand(store: SqlStore, build: SimpleNamespace):
    put(
        store,
        build.article("a", title="NVIDIA liefert", text=f"{'Vorher. ' * 60}Dann liefert Nvidia."),
        TOPIC,
    )
    fill(store)
    (hit,) = store.search(read_query("nvidia")).hits
    assert [hit.title[mark.start : mark.end] for mark in hit.title_marks] == ["NVIDIA"]
    assert [hit.excerpt[mark.start : mark.end] for mark in hit.excerpt_marks] == ["Nvidia"]
    assert (hit.story, hit.topics, hit.outlet) == ("1", ("ascend",), "Beispielblatt")


@pytest.mark.long_on_servers
def test_more_than_a_thousand_are_not_counted(store: SqlStore, build: SimpleNamespace):
    with store.writing() as writer:
        for number in range(MOST_COUNTED + 5):
            writer.add(build.article(f"n{number}"), (), (), Verdict())
    fill(store)
    result = store.search(read_query("chips"))
    assert (result.total, result.more) == (MOST_COUNTED, True)


# --- the index ---


def test_what_is_not_in_the_index_yet_is_counted(store: SqlStore, build: SimpleNamespace):
    for name in "abc":
        put(store, build.article(name))
    assert store.index_next(2) == 2
    result = store.search(read_query("chips"))
    assert (len(result.hits), result.waiting, store.unindexed()) == (2, 1, 1)
    assert [store.index_next(), store.index_next(), store.unindexed()] == [1, 0, 0]


def test_two_who_fill_the_index_do_so_once(store: SqlStore, build: SimpleNamespace):
    from watcher.store import words

    put(store, build.article("a"))
    with store._reading() as connection:
        upto, rows = words.beyond(connection, 0, 10)
    fill(store)
    with store.writing() as writer:
        writer.index_words(rows, 0, upto)  # prepared before the other one was done
    assert found(store, "chips") == [1]
    assert store.integrity() == []


def test_a_batch_that_was_killed_leaves_nothing_behind(
    store: SqlStore, build: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
):
    from watcher.store import words

    put(store, build.article("a"))
    kept = words.set_checkpoint
    monkeypatch.setattr(words, "set_checkpoint", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        fill(store)
    monkeypatch.setattr(words, "set_checkpoint", kept)
    assert store.unindexed() == 1
    fill(store)
    assert (found(store, "chips"), store.integrity()) == ([1], [])


def test_an_index_of_another_version_is_made_anew(store: SqlStore, build: SimpleNamespace):
    put(store, build.article("a"))
    fill(store)
    with store.writing() as writer:
        writer.set_checkpoint("words", "0:1")
    assert store.unindexed() == 1
    fill(store)
    assert (found(store, "chips"), store.integrity()) == ([1], [])


@pytest.mark.of_files
@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM words_data WHERE id > 10",
        "UPDATE words_data SET block = zeroblob(40) WHERE id > 10",
        "INSERT INTO words(rowid, title, text, labels) VALUES (999, 'x', 'x', '.a')",
        "INSERT INTO words(words) VALUES ('delete-all')",
    ],
)
def test_a_damaged_index_is_found_and_made_anew(
    store: SqlStore, build: SimpleNamespace, spoil: Callable[[SqlStore, str], None], statement: str
):
    for name in "abc":
        put(store, build.article(name))
    fill(store)
    store.close()
    spoil(store, statement)
    with open_store(store.path.parent) as again:
        is_found_and_made_anew(again)


def is_found_and_made_anew(store: SqlStore):
    (finding,) = store.integrity()
    assert "watcher search --rebuild" in finding
    store.forget_words()
    fill(store)
    assert (found(store, "chips"), store.integrity()) == ([3, 2, 1], [])


@pytest.mark.of_servers
@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM words WHERE row & 67108863 = 2",
        "UPDATE words SET vector = ts_delete(vector, 'text')",
        "UPDATE words SET vector = ts_delete(vector, '..beispielblatt')",
        "INSERT INTO words VALUES (999, '')",
        "INSERT INTO words_part VALUES (999, 0, '')",
        "TRUNCATE words",
    ],
)
def test_an_index_of_the_server_that_lost_something_is_found_and_made_anew(
    store: SqlStore, build: SimpleNamespace, spoil: Callable[[SqlStore, str], None], statement: str
):
    for name in "abc":
        put(store, build.article(name, text="A text"))
    fill(store)
    spoil(store, statement)
    is_found_and_made_anew(store)


@pytest.mark.of_files
def test_whoever_searches_a_damaged_index_is_told_what_helps(
    store: SqlStore, build: SimpleNamespace, spoil: Callable[[SqlStore, str], None]
):
    put(store, build.article("a"))
    fill(store)
    store.close()
    spoil(store, "DELETE FROM words_data WHERE id > 10")
    with open_store(store.path.parent) as again, pytest.raises(WordsError, match="--rebuild"):
        again.search(read_query("chips"))


def test_an_incomplete_index_is_no_fault(store: SqlStore, build: SimpleNamespace):
    put(store, build.article("a"))
    assert store.integrity() == []


def test_a_row_is_named_by_date_and_article():
    assert row_of(NOW, 5) > row_of(NOW - timedelta(minutes=15), 60_000_000)
    assert article_of(row_of(NOW, 5)) == 5
    assert row_of(datetime(1, 1, 1, tzinfo=UTC), 7) == 7
    assert row_of(datetime.max.replace(tzinfo=UTC), 7) < 1 << 62


@pytest.mark.of_files
def test_the_index_comes_along_in_a_backup(store: SqlStore, build: SimpleNamespace, tmp_path: Path):
    put(store, build.article("a"))
    fill(store)
    (tmp_path / "copy").mkdir()
    store.backup(tmp_path / "copy" / "watcher.db")
    with open_store(tmp_path / "copy", read_only=True) as copy:
        assert found(copy, "chips") == [1]
