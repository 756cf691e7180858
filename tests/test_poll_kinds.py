"""Sitemaps and listing pages from a real server on loopback through a whole pass into the store."""

from __future__ import annotations

import dataclasses
import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest
from origin import Answer, Origin
from scripted import Stage

from watcher.http import HttpFetch
from watcher.poll import Pass
from watcher.types import Extraction, Outcome, Source, Visit

LONG = "Nvidia said on Tuesday that its new accelerator ships in May, two months early. " * 8


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = Stage(tmp_path)
    yield made
    made.store.close()


class Pages(dict[str, Extraction]):
    """Every page is an article on the topic."""

    def get(self, url: str, default: object = None) -> Extraction:  # type: ignore[override]  # only ever asked for one
        del default
        return Extraction("article", url=url, title="Nvidia ships early", text=f"{LONG} {url}", language="en")


def passed(stage: Stage, origin: Origin, source: Source) -> Visit:
    stage.workers.pages = Pages()
    visits: list[Visit] = []
    fetch = HttpFetch(clock=stage.clock, allow=(origin.host_port,))
    parts = dataclasses.replace(stage.parts(), fetch=fetch)
    try:
        run = Pass(parts, visits.append)
        run.claim((source,), everything=True)
        run.run()
    finally:
        fetch.close()
    return visits[0]


def urlset(*rows: tuple[str, str], title: str = "") -> bytes:
    news = f"<news:news><news:title>{title}</news:title></news:news>" if title else ""
    written = "".join(f"<url><loc>{url}</loc><lastmod>{day}</lastmod>{news}</url>" for url, day in rows)
    return f'<urlset xmlns:news="n">{written}</urlset>'.encode()


def test_a_sitemap_with_its_index_and_packed_parts_ends_in_the_store(stage: Stage, origin: Origin):
    pages = {
        f"/{name}": origin.on(f"/{name}", Answer(body=b"<html>"))
        for name in ("nvidia-ships-more-chips", "ten-soups-for-winter", "7.html")
    }
    rows = [(url, f"2026-03-10T0{number}:00:00Z") for number, url in enumerate(pages.values())]
    part = origin.on("/part.xml.gz", Answer(body=gzip.compress(urlset(*rows))))
    old = origin.on("/old.xml.gz", Answer(body=gzip.compress(urlset(*rows))))
    dated = ((part, "2026-03-10"), (old, "2025-01-01"))
    listed = "".join(f"<sitemap><loc>{url}</loc><lastmod>{day}</lastmod></sitemap>" for url, day in dated)
    root = origin.on(
        "/sitemap.xml", Answer(body=f"<sitemapindex>{listed}</sitemapindex>".encode(), headers={"ETag": '"1"'})
    )
    source = Source("map", root, kind="sitemap", language="en")
    visit = passed(stage, origin, source)
    assert visit.trouble is None
    assert visit.counts == {Outcome.STORED: 2, Outcome.OFF_TOPIC: 1}
    assert not origin.asked("/old.xml.gz")
    assert not origin.asked("/ten-soups-for-winter")
    assert stage.store.article(pages["/7.html"]) is not None
    memory = stage.store.memories(["map"])["map"]
    assert memory.etag == '"1"'
    origin.on("/sitemap.xml", Answer(status=304))
    assert passed(stage, origin, source).counts == {}
    assert origin.asked("/sitemap.xml")[1].header("if-none-match") == '"1"'
    assert len(origin.asked("/part.xml.gz")) == 1


def test_what_a_visit_had_no_room_for_is_asked_with_the_next(stage: Stage, origin: Origin):
    source = Source("map", f"{origin.url}/sitemap.xml", kind="sitemap", language="en")
    first = [(origin.on(f"/{number}.html", Answer(body=b"<html>")), "2026-03-01") for number in range(3)]
    origin.on("/sitemap.xml", Answer(body=urlset(*first), headers={"ETag": '"1"'}))
    assert passed(stage, origin, source).counts == {Outcome.STORED: 3}
    more = [(origin.on(f"/{number}.html", Answer(body=b"<html>")), "2026-03-09") for number in range(100, 170)]
    origin.on("/sitemap.xml", Answer(body=urlset(*first, *more), headers={"ETag": '"2"'}))
    assert passed(stage, origin, source).counts == {Outcome.SEEN: 3, Outcome.STORED: 50}
    assert passed(stage, origin, source).counts == {Outcome.SEEN: 53, Outcome.STORED: 20}
    assert stage.store.memories(["map"])["map"].etag == '"2"'


def test_a_listing_page_ends_in_the_store_and_its_change_is_noticed(stage: Stage, origin: Origin):
    cards = "".join(
        f'<article><h2><a href="/2026/03/{day:02}/story-of-that-day">{title}</a></h2>'
        "<p>Words about it that say a little more.</p></article>"
        for day, title in ((8, "Nvidia ships early"), (7, "Ten soups for winter"), (6, "DeepSeek opens its weights"))
    )
    for day in (6, 7, 8):
        origin.on(f"/2026/03/{day:02}/story-of-that-day", Answer(body=b"<html>"))
    root = origin.on("/news/", Answer(body=f"<html lang=en>{cards}".encode()))
    source = Source("list", root, kind="page")
    visit = passed(stage, origin, source)
    assert (visit.counts, visit.trouble) == ({Outcome.STORED: 2, Outcome.OFF_TOPIC: 1}, None)
    stored = stage.store.article(f"{origin.url}/2026/03/08/story-of-that-day")
    assert stored is not None
    assert (stored.article.title, stored.article.language) == ("Nvidia ships early", "en")
    origin.on("/news/", Answer(body=b"<html><h1>Under construction</h1>"))
    gone = passed(stage, origin, source)
    assert gone.trouble is not None
    assert "no list of articles" in gone.trouble.text
    assert stage.store.memories(["list"])["list"].failures == 1


def test_a_feed_that_became_a_page_is_told_where_its_feed_is(stage: Stage, origin: Origin):
    page = b'<html><head><link rel="alternate" type="application/rss+xml" href="/new.xml"></head></html>'
    source = Source("paper", origin.on("/feed", Answer(body=page)))
    trouble = passed(stage, origin, source).trouble
    assert trouble is not None
    assert f"{origin.url}/new.xml" in trouble.text
