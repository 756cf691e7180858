"""Each way into the past as a whole conversation: a real server on loopback, a real pass, a real archive."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from origin import Answer, Asked, Origin
from scripted import ScriptedWorkers, Stage

from watcher.http import HttpFetch
from watcher.poll import Pass, following
from watcher.sources import WAYS
from watcher.types import Extraction, Memory, Outcome, Page, Reason, Source, Visit, Window

MARCH = Window(datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 10, tzinfo=UTC))
LONG = "Nvidia said on Tuesday that its new accelerator ships in May, two months early. " * 8
HEADER = ["timestamp", "original", "statuscode", "mimetype", "digest", "length"]


@dataclass
class Readers(ScriptedWorkers):
    """Every page is an article on the topic, published when its address says; remembers which pages it was given."""

    given: list[Page] = field(default_factory=list)

    def extract(self, page: Page, lead_language: str | None) -> Future[Extraction]:
        del lead_language
        self.given.append(page)
        published = datetime(2019, 5, 1, tzinfo=UTC) if "/of-2019" in page.url else datetime(2026, 3, 4, 8, tzinfo=UTC)
        future: Future[Extraction] = Future()
        future.set_result(
            Extraction("article", page.url, "Nvidia ships", f"{LONG} {page.url}", published=published, language="en")
        )
        return future


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = Stage(tmp_path, workers=Readers())
    yield made
    made.store.close()


def visit(stage: Stage, origin: Origin, via: str, source: Source, window: Window = MARCH) -> list[Visit]:
    """Every unit of a way, one after the other, as a backfill asks for them."""
    visits: list[Visit] = []
    fetch = HttpFetch(clock=stage.clock, allow=(origin.host_port,))
    try:
        for unit in WAYS[via].units(source, window):
            run = Pass(dataclasses.replace(stage.parts(), fetch=fetch), visits.append)
            visited = dataclasses.replace(source, kind=via, url=unit.url or source.url)
            run.visit(visited, Memory(source.id), unit.window)
            run.run()
    finally:
        fetch.close()
    return visits


def stored(stage: Stage) -> set[str]:
    return {each.article.url.rpartition("/")[2] for each in stage.store.articles(1000)}


def atom(*days: int, head: str = "") -> bytes:
    entries = "".join(
        f"<entry><title>Nvidia {day}</title><id>urn:{day}</id><link href='/a{day}'/>"
        f"<published>2026-03-{day:02}T08:00:00Z</published></entry>"
        for day in days
    )
    return f"<feed xmlns='http://www.w3.org/2005/Atom'><title>Paper</title>{head}{entries}</feed>".encode()


def pages(origin: Origin, *paths: str) -> None:
    for path in paths:
        origin.on(path, Answer(body=b"<html>"))


def test_archives_that_lead_in_a_circle_are_read_once_each_and_the_visit_says_so(stage: Stage, origin: Origin) -> None:
    link = "<link rel='prev-archive' href='{}'/>"
    url = origin.on("/feed", Answer(body=atom(9, head=link.format("/archive-a"))))
    origin.on("/archive-a", Answer(body=atom(7, 8, head=link.format("/archive-b"))))
    origin.on("/archive-b", Answer(body=atom(5, 6, head=link.format("/archive-a?again=1"))))
    pages(origin, *(f"/a{day}" for day in range(5, 10)))
    (done,) = visit(stage, origin, "feed", Source("paper", url, language="en"))
    assert stored(stage) == {f"a{day}" for day in range(5, 10)}
    assert done.trouble is not None
    assert done.trouble.reason is Reason.INCOMPLETE
    assert "leads back (prev-archive)" in done.trouble.text
    assert [asked.target for asked in origin.log if "archive" in asked.target] == [
        "/archive-a",
        "/archive-b",
        "/archive-a?again=1",
    ]


def test_an_archive_that_is_missing_is_trouble_and_what_was_found_is_kept(stage: Stage, origin: Origin) -> None:
    url = origin.on("/feed", Answer(body=atom(9, head="<link rel='prev-archive' href='/archive-a'/>")))
    pages(origin, "/a9")
    (done,) = visit(stage, origin, "feed", Source("paper", url, language="en"))
    assert stored(stage) == {"a9"}
    assert done.trouble is not None
    assert done.trouble.status == 404


def test_numbered_pages_end_behind_the_last_one_without_trouble(stage: Stage, origin: Origin) -> None:
    def numbered(asked: Asked) -> Answer:
        number = int(asked.target.partition("paged=")[2] or 1)
        return Answer(body=atom(10 - number)) if number <= 4 else Answer(404)

    url = origin.on("/feed/", numbered)
    pages(origin, *(f"/a{day}" for day in range(6, 10)))
    (done,) = visit(stage, origin, "feed", Source("paper", url, language="en"))
    assert stored(stage) == {"a6", "a7", "a8", "a9"}
    assert done.trouble is None


def test_posts_of_an_open_api_are_stored_day_by_day(stage: Stage, origin: Origin) -> None:
    def posts(asked: Asked) -> Answer:
        day = int(asked.target.partition("after=2026-0")[2][2:4]) % 28 + 1
        row = {
            "id": day, "date_gmt": f"2026-03-{day:02}T10:00:00", "date": f"2026-03-{day:02}T10:00:00",
            "link": f"{origin.url}/p{day}", "title": {"rendered": f"Nvidia &amp; {day}"}, "content": {"rendered": LONG},
        }  # fmt: skip
        return Answer(body=json.dumps([row]).encode(), headers={"X-WP-Total": "1", "X-WP-TotalPages": "1"})

    origin.on("/wp-json/wp/v2/posts", posts)
    done = visit(stage, origin, "wordpress", Source("paper", f"{origin.url}/feed/", pages="never", language="en"))
    assert len(done) == len(origin.log) == 9
    assert not [each.trouble for each in done if each.trouble]
    assert stored(stage) == {f"p{day}" for day in range(1, 10)}
    article = stage.store.article(f"{origin.url}/p4")
    assert article is not None
    assert (article.article.title, article.article.told) == ("Nvidia & 4", True)
    assert article.article.published == datetime(2026, 3, 4, 10, tzinfo=UTC)


@pytest.mark.parametrize("status", [401, 403])
def test_a_closed_api_stores_nothing_and_is_said_of_each_day(stage: Stage, origin: Origin, status: int) -> None:
    origin.on("/wp-json/wp/v2/posts", Answer(status))
    day = Window(MARCH.since, datetime(2026, 3, 2, tzinfo=UTC))
    (done,) = visit(stage, origin, "wordpress", Source("paper", f"{origin.url}/feed/"), day)
    assert done.trouble is not None
    assert "keeps its REST API closed" in done.trouble.text
    assert done.trouble.status == status


def test_a_sitemap_brings_the_pages_of_the_time_and_a_page_of_another_year_is_too_old(
    stage: Stage, origin: Origin
) -> None:
    rows = "".join(
        f"<url><loc>{origin.url}/{name}</loc><lastmod>2026-03-05</lastmod></url>" for name in ("now", "of-2019")
    )
    origin.on("/robots.txt", Answer(body=f"Sitemap: {origin.url}/map.xml".encode()))
    origin.on("/map.xml", Answer(body=f"<urlset>{rows}</urlset>".encode()))
    pages(origin, "/now", "/of-2019")
    source = Source("paper", f"{origin.url}/feed", pages="always", language="en")
    (done,) = visit(stage, origin, "sitemap", source)
    assert done.counts == {Outcome.STORED: 1, Outcome.TOO_OLD: 1}
    assert stored(stage) == {"now"}
    article = stage.store.article(f"{origin.url}/now")
    assert article is not None
    assert article.article.published == datetime(2026, 3, 4, 8, tzinfo=UTC), "its page's own date, not its last change"


def test_a_page_that_is_gone_is_read_from_its_capture_and_one_that_lives_is_not(stage: Stage, origin: Origin) -> None:
    feed = f"{origin.url}/feed"
    rows = [HEADER, ["20260304120000", feed, "200", "text/xml", "A", "9"]]
    origin.on("/cdx/search/cdx", Answer(body=json.dumps(rows).encode()))
    origin.on(f"/web/20260304120000id_/{feed}", Answer(body=atom(2, 3, 4)))
    pages(origin, "/a2")
    origin.on("/a4", Answer(410))
    # The archive leads to the capture that is nearest in time.
    nearest = f"/web/20260305070000id_/{origin.url}/a3"
    origin.on(f"/web/20260304120000id_/{origin.url}/a3", Answer(302, headers={"Location": nearest}))
    origin.on(nearest, Answer(body=b"<html>then"))
    source = Source("paper", f"{origin.url}/cdx/search/cdx?url={feed}", language="en")
    (done,) = visit(stage, origin, "wayback", source)
    assert done.trouble is None
    workers = stage.workers
    assert isinstance(workers, Readers)
    given = {page.url.rpartition("/")[2]: page for page in workers.given}
    assert set(given) == {"a2", "a3"}
    assert (given["a2"].body, given["a3"].body) == (b"<html>", b"<html>then")
    assert given["a3"].url == f"{origin.url}/a3", "its links are of the site, not of the archive"
    assert given["a3"].fetched == datetime(2026, 3, 5, 7, tzinfo=UTC)
    assert stored(stage) == {"a2", "a3", "a4"}
    captured = {each.article.url.rpartition("/")[2]: each.article.captured for each in stage.store.articles(10)}
    assert captured == {"a2": None, "a3": datetime(2026, 3, 5, 7, tzinfo=UTC), "a4": None}
    headline = stage.store.article(f"{origin.url}/a4")
    assert headline is not None
    assert headline.article.headline_only == "unreachable", "no copy either: what the feed said of it then"


def test_an_archive_that_wants_to_be_left_alone_is_and_the_visit_says_so(stage: Stage, origin: Origin) -> None:
    feed = f"{origin.url}/feed"
    rows = [HEADER, *([f"2026030{day}120000", feed, "200", "text/xml", str(day), "9"] for day in range(1, 9))]
    origin.on("/cdx/search/cdx", Answer(body=json.dumps(rows).encode()))
    origin.on(f"/web/20260301120000id_/{feed}", Answer(429, headers={"Retry-After": "7200"}))
    (done,) = visit(stage, origin, "wayback", Source("paper", f"{origin.url}/cdx/search/cdx?url={feed}"))
    assert len(origin.log) == 2, "nobody is asked again after a 429"
    assert done.trouble is not None
    assert done.trouble.status == 429


def test_a_page_whose_copy_rests_is_not_given_up_and_is_read_when_the_archive_answers(
    stage: Stage, origin: Origin
) -> None:
    feed, page = f"{origin.url}/feed", f"{origin.url}/a1"
    rows = [HEADER, ["20260305070000", feed, "200", "text/xml", "5", "9"]]
    origin.on("/cdx/search/cdx", Answer(body=json.dumps(rows).encode()))
    origin.on(f"/web/20260305070000id_/{feed}", Answer(body=atom(1)))
    origin.on("/a1", Answer(404))
    kept = Answer(body=b"<html>then", headers={"Content-Type": "text/html"})
    origin.on(f"/web/20260305070000id_/{page}", Answer(503), kept)
    source = Source("paper", f"{origin.url}/cdx/search/cdx?url={feed}")
    (first,) = visit(stage, origin, "wayback", source)
    assert stored(stage) == set(), "nothing is made of its headline while somebody may have its text"
    assert first.trouble is not None
    stage.clock.advance(hours=5)
    visit(stage, origin, "wayback", source)
    article = stage.store.article(page)
    assert article is not None
    assert article.article.captured == datetime(2026, 3, 5, 7, tzinfo=UTC)


def test_indexes_that_branch_without_end_are_ended_by_the_pass(
    stage: Stage, origin: Origin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "MOST_ASKED", 40)

    def branching(asked: Asked) -> Answer:
        path = asked.target.removesuffix(".xml")
        rows = "".join(f"<sitemap><loc>{origin.url}{path}-{n}.xml</loc></sitemap>" for n in range(9))
        return Answer(body=f"<sitemapindex>{rows}</sitemapindex>".encode())

    for path in _every_path("/map", 9, 3):
        origin.on(path, branching)
    (done,) = visit(stage, origin, "sitemap", Source("paper", f"{origin.url}/map.xml", kind="sitemap"))
    assert len(origin.log) == 40
    assert done.trouble is not None
    assert (done.trouble.reason, "more than 40 pages" in done.trouble.text) == (Reason.INCOMPLETE, True)


def _every_path(path: str, branches: int, depth: int) -> list[str]:
    deeper = (
        [each for n in range(branches) for each in _every_path(f"{path}-{n}", branches, depth - 1)] if depth else []
    )
    return [f"{path}.xml", *deeper]
