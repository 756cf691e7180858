"""What each engine answers, read into leads that name their outlet and stand at their own address."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from watcher.errors import ReadError
from watcher.sources import read_any
from watcher.sources.query import ENGINES, MOST, read, requests
from watcher.sources.query.readers import READERS
from watcher.types import Lead, Memory, Page, Request, Source, Window

HERE = Path(__file__).parent
NOW = datetime(2026, 3, 10, 6, tzinfo=UTC)


def source(engine: str | None, **more: object) -> Source:
    return replace(Source("search", "https://engine.example/rss?q=x", kind="query", engine=engine), **more)  # type: ignore[arg-type]


def page(body: bytes) -> Page:
    return Page("https://engine.example/rss?q=x", 200, (), body, NOW)


def leads(engine: str, name: str) -> tuple[Lead, ...]:
    return read(source(engine), page((HERE / name).read_bytes()), None).leads


def test_every_engine_has_its_reader():
    assert READERS.keys() == ENGINES.keys()


def test_google_news_gives_headlines_with_the_outlet_apart_and_without_its_own_summary():
    first, second, third = leads("google-news", "google.xml")
    assert (first.title, first.outlet, first.outlet_url) == (
        "Nvidia liefert früher", "Beispielblatt", "https://www.beispielblatt.example"
    )  # fmt: skip
    assert (second.title, second.outlet) == ("Chips knapp - sagt Nvidia", "Muster-Bote - Wirtschaft")
    assert (third.title, third.outlet) == ("Nvidia baut in Ulm", "Donaupost")
    assert {lead.summary + lead.content for lead in (first, second, third)} == {""}


def test_a_link_that_carries_its_target_is_decoded_and_another_stays():
    first, _, third = leads("google-news", "google.xml")
    assert third.url == "https://donaupost.example/ulm/nvidia"
    assert third.link is not None
    assert third.link.startswith("https://news.google.com/rss/articles/")
    assert first.url is not None
    assert first.url.startswith("https://news.google.com/rss/articles/")


def test_bing_news_names_the_outlet_and_the_publishers_address():
    first, second = leads("bing-news", "bing.xml")
    assert first.url == "https://www.examplepost.example/tech/nvidia-ships?page=2"
    assert (first.outlet, first.summary) == ("Example Post", "The company said so on Monday.")
    assert (second.outlet, second.url) == ("Courrier Exemple", second.link)


def test_a_hacker_news_thread_stands_at_its_own_address_and_names_what_it_is_about():
    first, second = leads("hacker-news", "hacker-news.json")
    assert first.url == "https://news.ycombinator.com/item?id=43000002"
    assert (first.title, first.content) == (
        "DeepSeek & Nvidia: what ships", "https://www.examplepost.example/tech/nvidia-ships"
    )  # fmt: skip
    assert first.published == datetime(2026, 3, 10, 4, 30, tzinfo=UTC)
    assert second.content == "I have two cards.\nAnd you?"
    assert {lead.outlet for lead in (first, second)} == {"Hacker News"}


def test_a_reddit_thread_names_what_it_is_about_unless_that_is_itself():
    first, second = leads("reddit", "reddit.xml")
    assert first.url == "https://www.reddit.com/r/hardware/comments/1abc/nvidia_ships/"
    assert first.content == "https://www.examplepost.example/tech/nvidia-ships?a=1&b=2"
    assert second.content == "Which card runs DeepSeek?"


def test_all_versions_of_a_paper_have_one_address():
    (paper,) = leads("arxiv", "arxiv.xml")
    assert (paper.url, paper.id) == ("https://arxiv.org/abs/2603.01234", "http://arxiv.org/abs/2603.01234")
    assert (paper.title, paper.outlet) == ("A Study of DeepSeek on Small Machines", "arXiv")
    assert paper.summary == "We measure what a language model of this kind needs."


def test_gdelt_names_outlets_by_their_domain_and_languages_by_their_code():
    first, second = leads("gdelt", "gdelt.json")
    assert (first.url, first.outlet, first.language) == (
        "https://diario.example/tecnologia/nvidia-adelanta", "diario.example", "es"
    )  # fmt: skip
    assert first.title == "Nvidia adelanta la entrega, dice la empresa"
    assert first.published == datetime(2026, 3, 10, 3, 15, tzinfo=UTC)
    assert (second.url, second.published, second.language) == (None, None, None)


def test_what_gdelt_does_not_like_about_a_query_is_the_reason():
    with pytest.raises(ReadError, match="Your query was too short or too long"):
        read(source("gdelt"), page(b"Your query was too short or too long.\n"), None)
    assert read(source("gdelt"), page(b"{}"), None).leads == ()


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("body", [b"", b"[]", b"[[[", b"{", b"<html><p>consent</p></html>", b"\x00\xff\xfe", b"null"])
def test_what_is_no_answer_is_a_reason_and_never_a_crash(engine: str, body: bytes):
    with pytest.raises(ReadError):
        read(source(engine), page(body), None)


def test_a_query_is_capped_to_its_newest():
    rows = ",".join(
        f'{{"url": "https://d.example/{n}", "title": "t", "seendate": "202603{n:02d}T000000Z", "domain": "d.example"}}'
        for n in range(1, 32)
    )
    body = f'{{"articles": [{rows}]}}'.encode()
    assert len(read(source("gdelt"), page(body), None).leads) == MOST
    newest = read(source("gdelt", most=2), page(body), None).leads
    assert [lead.url for lead in newest] == ["https://d.example/31", "https://d.example/30"]
    assert len(read(source("gdelt", most=2), page(body), Window(NOW, NOW)).leads) == 31


def test_the_feed_is_asked_with_what_was_remembered_and_the_past_with_a_question_of_its_own():
    memory = Memory("search", etag='"1"', last_modified="Tue", moved_to=None)
    asked = source("google-news", query='"Nvidia"', language="de")
    assert requests(asked, memory, None) == (Request(asked.url, '"1"', "Tue"),)
    since, until = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)
    (request,) = requests(asked, memory, Window(since, until))
    assert "after:2026-01-01%20before:2026-02-02" in request.url
    assert (request.etag, request.last_modified) == (None, None)


def test_an_engines_json_is_read_without_saying_whose_it_is():
    assert len(read_any((HERE / "gdelt.json").read_bytes(), kind="query").leads) == 2
    assert len(read_any((HERE / "hacker-news.json").read_bytes(), kind="query").leads) == 2
