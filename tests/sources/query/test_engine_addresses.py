"""From a topic and a language to what an engine is asked, and where."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.sources.query.engines import ENGINES, Question, address, query_for
from watcher.sources.query.wording import any_of, names_in, parts_of, within
from watcher.types import Window
from watcher.urls import split

NAMES = ("DeepSeek", "DeepSeek R1", "深度求索", "ディープシーク", "딥시크", "ДипСик", "Liang Wenfeng")


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("en", ("DeepSeek", "Liang Wenfeng")),
        (None, ("DeepSeek", "Liang Wenfeng")),
        ("zh", ("DeepSeek", "深度求索", "Liang Wenfeng")),
        ("ja", ("DeepSeek", "ディープシーク", "深度求索", "Liang Wenfeng")),
        ("ko", ("DeepSeek", "딥시크", "Liang Wenfeng")),
        ("ru", ("DeepSeek", "ДипСик", "Liang Wenfeng")),
    ],
)
def test_a_language_is_asked_in_its_own_scripts_and_in_latin(language: str | None, names: tuple[str, ...]):
    assert set(names_in(NAMES, language)) == set(names)
    assert names_in(NAMES, language)[0] == "DeepSeek"


def test_a_name_that_holds_another_finds_nothing_more():
    assert names_in(("Ascend 910C", "Ascend", "Ascending"), "en") == ("Ascend", "Ascending")
    assert names_in(("昇腾910", "昇腾"), "zh") == ("昇腾",)
    assert names_in(("Nvidia", "NVIDIA", 'Nv"idia'), "en") == ("Nvidia",)


@given(st.lists(st.text(min_size=1, max_size=30), max_size=30), st.integers(10, 300), st.integers(3, 40))
def test_a_query_keeps_its_limits_but_for_its_first_name(names: list[str], characters: int, words: int):
    kept = names_in(names, "ja")
    taken = within(kept, characters=characters, words=words, most=12)
    assert taken == kept[: len(taken)]
    assert bool(taken) == bool(kept)
    if len(taken) > 1:
        assert len(any_of(taken)) <= characters
        assert len(any_of(taken).split()) <= words


@given(st.lists(st.text("abc äß", min_size=1).filter(str.strip), min_size=1, max_size=5))
def test_what_was_joined_is_taken_apart_again(names: list[str]):
    tidy = tuple(" ".join(name.split()) for name in names)
    assert parts_of(any_of(tidy)) == tidy


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("language", ["en", "de", "zh", "xx", None])
def test_every_engine_is_asked_at_an_address(engine: str, language: str | None):
    query = query_for(engine, NAMES, language)
    assert query is not None
    url = address(engine, Question(query, language, 7))
    found = split(url)
    assert found is not None
    assert found.scheme == "https"
    assert "DeepSeek" in url


def asked(engine: str, query: str, language: str | None = None, **more: object) -> dict[str, str]:
    url = address(engine, Question(query, language, **more))  # type: ignore[arg-type]
    return {name: "".join(values) for name, values in parse_qs(urlsplit(url).query).items()}


def test_google_is_asked_for_an_edition_it_has():
    assert asked("google-news", '"Nvidia"', "pt") == {
        "q": '"Nvidia" when:7d', "hl": "pt-BR", "gl": "BR", "ceid": "BR:pt-419"
    }  # fmt: skip
    assert asked("google-news", "site:miit.example when:3d", "zh")["q"] == "site:miit.example when:3d"
    assert asked("google-news", "x", "xx")["ceid"] == "US:en"


def test_bing_is_asked_for_a_feed_of_a_market():
    found = asked("bing-news", "Nvidia", "ja")
    assert (found["format"], found["mkt"], found["setlang"], found["cc"]) == ("rss", "ja-JP", "ja", "JP")


def test_gdelt_wants_brackets_around_an_or_and_nowhere_else():
    assert asked("gdelt", '"a" OR "b"', "de")["query"] == '("a" OR "b") sourcelang:german'
    assert asked("gdelt", '"a"', "xx")["query"] == '"a"'
    assert asked("gdelt", "(a OR b) sourcelang:english", "de")["query"] == "(a OR b) sourcelang:english"


def test_arxiv_is_asked_in_fields_and_a_query_with_fields_stays():
    assert asked("arxiv", '"a b" OR "c"')["search_query"] == 'all:"a b" OR all:"c"'
    assert asked("arxiv", "cat:cs.AR AND ti:Ascend")["search_query"] == "cat:cs.AR AND ti:Ascend"


def test_algolia_knows_no_or_but_optional_words():
    found = asked("hacker-news", '"Nvidia" OR "GB200"')
    assert found["query"] == found["optionalWords"] == '"Nvidia" "GB200"'
    assert "optionalWords" not in asked("hacker-news", '"Huawei Ascend"')
    assert query_for("hacker-news", ("Huawei Ascend", "MindSpore"), "zh") == '"Huawei Ascend"'


@pytest.mark.parametrize("engine", ["google-news", "hacker-news", "arxiv", "gdelt"])
def test_the_past_is_asked_for_by_its_dates(engine: str):
    window = Window(datetime(2026, 1, 5, tzinfo=UTC), datetime(2026, 1, 9, tzinfo=UTC))
    said = " ".join(asked(engine, "x", "en", window=window).values())
    stamp = str(int(window.since.timestamp()))
    assert any(each in said for each in ("2026-01-05", "20260105", stamp))


def test_a_topic_without_a_name_for_a_language_gives_no_query():
    assert query_for("google-news", ("深度求索",), "en") is None
    assert query_for("arxiv", ("深度求索",), "zh") is None
