"""Where a page gives no text, the feed's stands in, then its headline: marked, whatever kept the page from us."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from scripted import ScriptedWorkers, Stage, rss

from watcher.extract import extract_page
from watcher.poll import Pass
from watcher.types import Article, Extraction, Outcome, Page, Reason, Source, Trouble

SOURCE = Source("paper", "https://paper.example/feed", language="en", pages="always")
URL = "https://paper.example/1"
LONG = "Nvidia said on Tuesday that its new accelerator ships in May, two months early. " * 8
TEASER = "Nvidia ships in May."
PAGES = Path(__file__).parent.parent / "pages"
NOT_ARTICLES: dict[str, bytes | Trouble] = {
    "a PDF": b"%PDF-1.7\n" + bytes(2000),
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(2000),
    "nothing": b"",
    "bytes": bytes(range(256)) * 20,
    "a consent wall": (PAGES / "de_consent_wall.html").read_bytes(),
    "a bot challenge": (PAGES / "en_bot_challenge.html").read_bytes(),
    "a login": (PAGES / "en_login.html").read_bytes(),
    "elements without end": b"<html><body>" + b"<div>" * 5000,
    "20 MB": Trouble(Reason.TOO_LARGE, "more than 10 MiB"),
    "a drip": Trouble(Reason.TIMEOUT, "slow"),
    "a refusal": Trouble(Reason.STATUS, "answered 403", status=403),
}


@dataclass
class RealExtractor(ScriptedWorkers):
    """Extracts for real; what was killed while it did gives what a dead worker gives."""

    killed: set[str] = field(default_factory=set)

    def extract(self, page: Page, lead_language: str | None) -> Future[Extraction]:
        done: Future[Extraction] = Future()
        done.set_result(Extraction("unreadable") if page.url in self.killed else extract_page(page, lead_language))
        return done


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = Stage(tmp_path, workers=RealExtractor())
    yield made
    made.store.close()


def article_of(stage: Stage, answer: bytes | Trouble, **entry: str) -> Article | None:
    feed = rss({"link": URL, "title": "Nvidia ships early"} | entry)
    stage.fetch.answers = {SOURCE.url: feed, URL: answer}
    run = Pass(stage.parts())
    run.claim([SOURCE], everything=True)
    run.run()
    stored = stage.store.article(URL)
    return stored.article if stored else None


@pytest.mark.parametrize("name", NOT_ARTICLES)
def test_the_feeds_whole_text_stands_in_and_is_marked(stage: Stage, name: str):
    article = article_of(stage, NOT_ARTICLES[name], description=LONG)
    assert article is not None
    assert (article.text, article.text_from, article.headline_only) == (LONG.strip(), "feed", None)


@pytest.mark.parametrize("name", NOT_ARTICLES)
def test_then_its_teaser_with_the_headline_and_the_reason(stage: Stage, name: str):
    article = article_of(stage, NOT_ARTICLES[name], description=TEASER)
    assert article is not None
    assert (article.title, article.text, article.text_from) == ("Nvidia ships early", TEASER, "feed")
    assert article.headline_only is not None


@pytest.mark.parametrize("name", NOT_ARTICLES)
def test_then_the_headline_alone(stage: Stage, name: str):
    article = article_of(stage, NOT_ARTICLES[name])
    assert article is not None
    assert (article.text, article.headline_only is None) == ("", False)


def test_a_page_whose_reader_was_killed_is_as_good_as_none(stage: Stage):
    stage.workers.killed = {URL}  # type: ignore[attr-defined]
    article = article_of(stage, b"<html>" + LONG.encode(), description=TEASER)
    assert article is not None
    assert (article.text, article.text_from, article.headline_only) == (TEASER, "feed", "unreadable")


def test_a_page_that_is_read_is_where_the_text_is_from(stage: Stage):
    body = f"<html><body><article><h1>Nvidia ships early</h1><p>{LONG}</p></article></body></html>".encode()
    article = article_of(stage, body, description=TEASER)
    assert article is not None
    assert (article.text_from, article.headline_only) == ("page", None)


def test_a_site_that_calls_every_page_by_its_front_page_still_has_two_articles(stage: Stage):
    def page(text: str) -> bytes:
        head = '<head><link rel="canonical" href="https://paper.example/"></head>'
        return f"<html>{head}<body><article><h1>Nvidia</h1><p>{text}</p></article></body></html>".encode()

    stage.fetch.answers = {
        SOURCE.url: rss({"link": URL, "title": "Nvidia A"}, {"link": "https://paper.example/2", "title": "Nvidia B"}),
        URL: page(LONG),
        "https://paper.example/2": page("The Nvidia laboratory in Turin opens its doors to the public in June. " * 9),
    }
    visits = []
    run = Pass(stage.parts(), visits.append)
    run.claim([SOURCE], everything=True)
    run.run()
    assert visits[0].counts == {Outcome.STORED: 2}
