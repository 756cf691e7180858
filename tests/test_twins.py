"""One article that a search and its outlet both bring: through a visit, the archive and an edition."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from scripted import RULES, Stage, rss
from searched import link, marks, opaque, reply

from watcher import twins
from watcher.poll import Pass
from watcher.press import EditionPress
from watcher.publish import Paper, publish, schedule_key
from watcher.render import Renderer
from watcher.resolving import Resolver
from watcher.shipped import shipped
from watcher.types import Edition, Outcome, Page, Report, Request, Schedule, Source, Trouble, Visit

DAILY = Schedule("07:00", "UTC")
DIRECT = Source("blatt", "https://beispielblatt.example/feed", title="Beispielblatt", pages="never", language="en")
SEARCH = Source(
    "search", "https://news.google.com/rss/search?q=Nvidia", kind="query", engine="google-news", query="Nvidia",
    role="aggregator", language="en",
)  # fmt: skip
OTHER = Source(
    "bing", "https://www.bing.com/news/search?q=Nvidia&format=rss", kind="query", engine="bing-news", query="Nvidia",
    role="aggregator", language="en",
)  # fmt: skip
HEADLINE = "Nvidia ships its accelerator a month early"
TEXT = "Nvidia ships its accelerator to three cloud providers a month before the promised date. " * 6
ASKED_AT = "https://news.google.com/_/DotsSplashUi/data/batchexecute"


class Desk:
    """Sources that are visited in turn, and editions of what they brought."""

    def __init__(self, folder: Path) -> None:
        self.stage = Stage(folder / "data")
        self.clock, self.store, self.fetch = self.stage.clock, self.stage.store, self.stage.fetch
        for source in (DIRECT, SEARCH, OTHER):
            self.visit(source)  # what the first visit finds may count as told
        self.press = EditionPress(
            renderer=Renderer((folder / "templates", shipped("templates")), "en", "UTC"),
            reads=("en",), max_stories=20, main_schedule=schedule_key(DAILY), out=folder / "out", recipients=(),
            channels={}, send_empty=True,
        )  # fmt: skip

    def visit(self, source: Source, *items: Mapping[str, str]) -> Mapping[Outcome, int]:
        self.clock.advance(minutes=1)
        self.fetch.answers[source.url] = rss(*items)
        visits: list[Visit] = []
        run = Pass(self.stage.parts(), visits.append)
        run.claim([source], everything=True)
        run.run()
        return visits[0].counts

    def item(self, url: str, title: str = HEADLINE, text: str = "", age: float = 1) -> dict[str, str]:
        moment = (self.clock.now - timedelta(hours=age)).strftime("%a, %d %b %Y %H:%M:%S +0000")
        return {"title": title, "link": url.replace("&", "&amp;"), "description": text, "pubDate": moment}

    def found(self, url: str, title: str = HEADLINE, outlet: str = "Beispielblatt", age: float = 1) -> dict[str, str]:
        return {**self.item(url, f"{title} - {outlet}", age=age), "source": outlet}

    def direct(self, title: str = HEADLINE, age: float = 1) -> dict[str, str]:
        return self.item(f"https://beispielblatt.example/{title.replace(' ', '-').lower()}", title, TEXT, age)

    def publish(self, resolve: twins.Resolve | None = None) -> Edition:
        self.clock.now = self.clock.now.replace(hour=7, minute=30)
        paper = Paper((DIRECT, SEARCH), [(rule.id, rule.title) for rule in RULES], {})
        (edition,) = publish(self.store, self.press, paper, (DAILY,), self.clock, resolve=resolve)
        return edition

    def resolver(self) -> Resolver:
        return Resolver(self.store, self.fetch, self.clock, lambda: 0.0, lambda _: None, 0.0)


def reports(edition: Edition) -> list[Report]:
    return [report for entry in edition.entries for report in entry.reports]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_what_a_search_finds_is_its_outlets_article_and_no_page_is_asked_for(desk: Desk):
    assert desk.visit(SEARCH, desk.found(opaque(1))) == {Outcome.STORED: 1}
    (report,) = reports(desk.publish())
    assert (report.title, report.outlet, report.role) == (HEADLINE, "Beispielblatt", "outlet")
    assert (report.url, report.headline_only) == (opaque(1), "feed-only")
    assert opaque(1) not in [request.url for request in desk.fetch.asked]


def test_a_search_that_finds_what_a_direct_source_brought_has_seen_it(desk: Desk):
    assert desk.visit(DIRECT, desk.direct()) == {Outcome.STORED: 1}
    assert desk.visit(SEARCH, desk.found(opaque(1))) == {Outcome.SEEN: 1}
    assert desk.store.counts().articles == 1


def test_no_page_is_asked_for_what_a_search_finds_and_a_direct_source_brought(desk: Desk):
    desk.visit(DIRECT, desk.direct())
    url = "https://www.bing.com/news/apiclick.aspx?tid=1&url=https%3a%2f%2fbeispielblatt.example%2fother%2faddress"
    bing = {**desk.item(url, age=2), "source": "Beispielblatt"}
    assert desk.visit(OTHER, bing) == {Outcome.SEEN: 1}
    assert not [request.url for request in desk.fetch.asked if "other" in request.url]


def test_so_has_a_search_that_finds_what_another_search_found(desk: Desk):
    desk.visit(SEARCH, desk.found(opaque(1)))
    bing = {**desk.item("https://beispielblatt.example/a", age=2), "source": "Beispielblatt"}
    assert desk.visit(OTHER, bing) == {Outcome.SEEN: 1}


@pytest.mark.parametrize(
    ("outlet", "title", "age"),
    [
        ("Another Paper", HEADLINE, 1),
        ("Beispielblatt", HEADLINE + " and hires", 1),
        ("Beispielblatt", HEADLINE, 24 * 5),
    ],
)
def test_another_outlet_headline_or_week_is_another_article(desk: Desk, outlet: str, title: str, age: float):
    desk.visit(DIRECT, desk.direct())
    assert desk.visit(SEARCH, desk.found(opaque(1), title, outlet, age)) == {Outcome.STORED: 1}


def test_one_headline_of_two_outlets_is_two_articles_also_when_the_first_has_left_the_search(desk: Desk):
    assert desk.visit(SEARCH, desk.found(opaque(1))) == {Outcome.STORED: 1}
    assert desk.visit(SEARCH, desk.found(opaque(2), outlet="Another Paper")) == {Outcome.STORED: 1}
    (entry,) = desk.publish().entries
    assert {report.outlet for report in entry.reports} == {"Beispielblatt", "Another Paper"}


def test_a_link_whose_target_can_be_read_is_matched_by_its_address(desk: Desk):
    desk.visit(DIRECT, desk.item("https://beispielblatt.example/a", "Nvidia: one word", TEXT))
    found = desk.found(link("https://beispielblatt.example/a"), "Nvidia: quite another headline than that")
    assert desk.visit(SEARCH, found) == {Outcome.SEEN: 1}


def test_where_the_direct_source_comes_later_the_edition_has_it_once_and_whole(desk: Desk):
    desk.visit(SEARCH, desk.found(opaque(1)))
    assert desk.visit(DIRECT, desk.direct()) == {Outcome.STORED: 1}
    edition = desk.publish()
    (report,) = reports(edition)
    assert (report.source, report.headline_only) == ("blatt", None)
    assert len(edition.entries) == 1


def test_what_an_edition_told_by_a_link_is_not_told_again_by_its_outlet(desk: Desk):
    desk.visit(SEARCH, desk.found(opaque(1)))
    assert len(desk.publish().entries) == 1
    desk.visit(DIRECT, desk.direct(age=1))
    desk.clock.advance(days=1)
    assert desk.publish().entries == ()


def test_only_links_of_an_edition_are_asked_and_the_edition_stands_at_the_publishers_address(desk: Desk):
    desk.visit(SEARCH, desk.found(opaque(1)), desk.found(opaque(2), "Football: the cup final is on Sunday evening"))
    desk.fetch.answers[opaque(1)] = marks(1)

    def asked(request: Request) -> Page | Trouble:
        return desk.fetch.page(request.url, reply("https://beispielblatt.example/ships?utm_source=x"))

    desk.fetch.answers[ASKED_AT] = asked
    (report,) = reports(desk.publish(desk.resolver()))
    assert report.url == "https://beispielblatt.example/ships"
    assert opaque(2) not in [request.url for request in desk.fetch.asked]
    assert "news.google.com" not in (desk.press.out / "2026-03-10.html").read_text("utf-8")


def test_an_edition_keeps_the_link_where_nobody_says_where_it_leads(desk: Desk):
    desk.visit(SEARCH, desk.found(opaque(1)))
    (report,) = reports(desk.publish(desk.resolver()))
    assert report.url == opaque(1)


def test_two_links_to_one_article_stand_in_an_edition_once(desk: Desk):
    other = "Nvidia accelerator a month early in three clouds"
    desk.visit(SEARCH, desk.found(opaque(1)), desk.found(opaque(2), other))
    with desk.store.writing() as writer:
        for number in (1, 2):
            twins.remember(writer, opaque(number), "https://beispielblatt.example/ships")
    assert [report.url for report in reports(desk.publish())] == ["https://beispielblatt.example/ships"]
