"""The sitemaps of a site walked backwards: found, those asked that can hold something, ended whatever they name."""

from __future__ import annotations

import gzip
import time
from datetime import UTC, datetime, timedelta

import pytest
from pace import bearable
from walking import NOW, Serve, walk

from watcher.sources import WAYS
from watcher.sources.history import sitemaps
from watcher.types import Estimate, Memory, Page, Reason, Request, Source, Trouble, Window

SITE = "https://paper.example"
FEED = Source("paper", f"{SITE}/feed")
ROBOTS = Source("paper", f"{SITE}/robots.txt", kind="sitemap")
MAP = Source("paper", f"{SITE}/sitemap.xml", kind="sitemap")
MARCH = Window(datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 31, tzinfo=UTC))


def urlset(*rows: tuple[str, str], published: str = "") -> bytes:
    news = f"<n:news><n:publication_date>{published}</n:publication_date></n:news>" if published else ""
    written = "".join(f"<url><loc>{url}</loc><lastmod>{day}</lastmod>{news}</url>" for url, day in rows)
    return f'<urlset xmlns:n="http://www.google.com/schemas/sitemap-news/0.9">{written}</urlset>'.encode()


def index(*rows: tuple[str, str]) -> bytes:
    written = "".join(f"<sitemap><loc>{url}</loc><lastmod>{day}</lastmod></sitemap>" for url, day in rows)
    return f"<sitemapindex>{written}</sitemapindex>".encode()


def serving(**pages: bytes) -> Serve:
    return lambda url: pages.get(url.removeprefix(SITE + "/").replace("/", "_").replace(".", "_").replace("-", "_"))


def paths(asked: list[str]) -> list[str]:
    return [url.removeprefix(SITE) for url in asked]


def test_it_begins_at_the_own_sitemap_of_a_source_or_at_the_robots_txt_of_its_host() -> None:
    (unit,) = WAYS["sitemap"].units(FEED, MARCH)
    assert (unit.url, unit.via, unit.window) == (ROBOTS.url, "sitemap", MARCH)
    assert WAYS["sitemap"].units(MAP, MARCH)[0].url == ""
    assert WAYS["sitemap"].requests(ROBOTS, Memory("paper"), MARCH) == (Request(ROBOTS.url),)


def test_robots_txt_leads_to_an_index_and_that_to_the_parts_that_can_hold_the_window() -> None:
    rows = [(f"{SITE}/a", "2026-03-03"), (f"{SITE}/b", "2026-09-09"), (f"{SITE}/c", "2025-01-01")]
    serve = serving(
        robots_txt=b"User-agent: *\nDisallow: /x\nSitemap: /news.xml\nsitemap: https://paper.example/all.xml\n",
        news_xml=urlset((f"{SITE}/new", "2026-11-22"), published="2026-11-22"),
        all_xml=index(
            *((f"{SITE}/sitemap-2026-{month:02}.xml", "2026-11-22") for month in range(1, 12)),
            (f"{SITE}/maps/2026/03/04/", "2026-11-22"),
            (f"{SITE}/maps/2026/05/04/", "2026-11-22"),
            (f"{SITE}/s.xml?yyyymm=202603", ""),
            (f"{SITE}/s.xml?yyyymm=202604", ""),
            (f"{SITE}/s.xml?yyyy=2026&amp;mm=2&amp;dd=10", ""),
            (f"{SITE}/post-sitemap3.xml", "2026-11-21"),
            (f"{SITE}/post-sitemap1.xml", "2024-01-02"),
            (f"{SITE}/post_tag-sitemap.xml", "2026-11-21"),
            (f"{SITE}/wp-sitemap-users-1.xml", ""),
        ),
        sitemap_2026_03_xml=urlset(*rows),
    )  # fmt: skip
    walked = walk("sitemap", ROBOTS, MARCH, serve)
    assert paths(walked.asked)[:3] == ["/robots.txt", "/news.xml", "/all.xml"]
    assert set(paths(walked.asked)[3:]) == {
        "/sitemap-2026-03.xml", "/maps/2026/03/04/", "/s.xml?yyyymm=202603", "/post-sitemap3.xml"
    }  # fmt: skip
    assert [lead.url for lead in walked.leads] == [f"{SITE}/a", f"{SITE}/b"]
    assert {lead.updated for lead in walked.leads} == {None}, "when it was changed is not when it was published"
    assert {trouble.status for trouble in walked.troubles} == {404}, "a part that is named and not there is trouble"


@pytest.mark.parametrize("robots", [None, b"User-agent: *\nDisallow:\n", Trouble(Reason.STATUS, "403", 403)])
def test_without_a_word_in_robots_txt_the_usual_places_are_looked_at(robots: bytes | Trouble | None) -> None:
    found = urlset((f"{SITE}/a", "2026-03-03"))

    def serve(url: str) -> bytes | Trouble | None:
        return robots if url.endswith("robots.txt") else found if url.endswith("/wp-sitemap.xml") else None

    walked = walk("sitemap", ROBOTS, MARCH, serve)
    assert paths(walked.asked) == ["/robots.txt", "/sitemap.xml", "/sitemap_index.xml", "/wp-sitemap.xml"]
    assert [lead.url for lead in walked.leads] == [f"{SITE}/a"]
    assert not walked.troubles
    nothing = walk("sitemap", ROBOTS, MARCH, lambda _: None)
    assert "names no sitemap, and none is at the usual places" in nothing.troubles[0].text


def test_a_robots_txt_out_of_reach_is_trouble_and_nothing_is_guessed() -> None:
    trouble = Trouble(Reason.STATUS, "503", 503)
    walked = walk("sitemap", ROBOTS, MARCH, lambda _: trouble)
    assert (walked.troubles, len(walked.asked)) == ([trouble], 1)


def test_the_own_news_sitemap_of_a_source_leads_to_the_others_of_its_site() -> None:
    serve = serving(
        sitemap_xml=urlset((f"{SITE}/new", ""), published="2026-11-22T08:00:00Z"),
        robots_txt=f"Sitemap: {SITE}/sitemap.xml\nSitemap: {SITE}/old.xml".encode(),
        old_xml=urlset((f"{SITE}/old", "2026-03-03")),
    )
    walked = walk("sitemap", MAP, MARCH, serve)
    assert paths(walked.asked) == ["/sitemap.xml", "/robots.txt", "/old.xml"]
    assert [lead.url for lead in walked.leads] == [f"{SITE}/old"]
    alone = walk("sitemap", MAP, MARCH, lambda url: serve(url) if url == MAP.url else None)
    assert not alone.troubles, "it has a sitemap, and that is read"
    reaches_back = serving(sitemap_xml=urlset((f"{SITE}/old", ""), published="2026-02-01T08:00:00Z"))
    assert paths(walk("sitemap", MAP, MARCH, reaches_back).asked) == ["/sitemap.xml"]


def test_a_news_sitemap_gives_the_moment_of_publication() -> None:
    serve = serving(sitemap_xml=urlset((f"{SITE}/a", "2026-11-22"), published="2026-03-04T08:00:00Z"))
    (lead,) = walk("sitemap", MAP, MARCH, serve).leads
    assert (lead.published, lead.updated) == (datetime(2026, 3, 4, 8, tzinfo=UTC), None)


def test_a_number_in_a_name_is_a_year_only_where_its_neighbours_are_years() -> None:
    years = index(*((f"{SITE}/map-{year}.xml", "") for year in range(2019, 2027)))
    assert paths(walk("sitemap", MAP, MARCH, lambda url: years if url == MAP.url else urlset()).asked)[1:] == [
        "/map-2026.xml"
    ]
    counted = index(*((f"{SITE}/map-{number}.xml", "") for number in range(1800, 2100)))
    assert len(walk("sitemap", MAP, MARCH, lambda url: counted if url == MAP.url else urlset()).asked) == 301


def test_indexes_that_name_each_other_come_to_an_end() -> None:
    both = index((f"{SITE}/sitemap.xml", ""), (f"{SITE}/b.xml", ""))
    walked = walk("sitemap", MAP, MARCH, lambda _: both)
    assert paths(walked.asked) == ["/sitemap.xml", "/b.xml"]
    deeper = walk("sitemap", MAP, MARCH, lambda url: index((url.replace(".xml", "-x.xml"), "")))
    assert len(deeper.asked) == 4
    assert "an index within 3 others and names more" in deeper.troubles[0].text


def test_an_index_that_names_hundreds_has_the_newest_asked_and_says_so() -> None:
    rows = [(f"{SITE}/{n}.xml", f"2026-{4 + n % 7:02}-01") for n in range(900)]
    walked = walk("sitemap", MAP, MARCH, lambda url: index(*rows) if url == MAP.url else urlset())
    assert len(walked.asked) == 1 + sitemaps.MOST_PARTS
    assert "names 900 sitemaps that may hold something; the newest 500 were asked" in walked.troubles[0].text


def test_sitemaps_of_another_site_are_not_asked_and_it_says_so() -> None:
    walked = walk("sitemap", MAP, MARCH, lambda _: index(("https://elsewhere.example/a.xml", "")))
    assert len(walked.asked) == 1
    assert "other sites only" in walked.troubles[0].text


@pytest.mark.long
def test_fifty_thousand_packed_addresses_are_read_in_their_time() -> None:
    rows = ((f"{SITE}/2026/{3 if n % 2 else 7:02}/04/a-{n}", "2026-11-22") for n in range(50_000))
    packed = gzip.compress(urlset(*rows), 1)
    began = time.process_time()
    walked = walk("sitemap", MAP, MARCH, lambda _: packed)
    assert time.process_time() - began < bearable(15)
    assert len(walked.leads) == 25_000
    assert not walked.troubles


@pytest.mark.parametrize(
    ("body", "leads", "says"),
    [
        (urlset((f"{SITE}/a", "2026-03-03"), (f"{SITE}/b", "2026-03-04"))[:-20], 1, "cut off"),
        (gzip.compress(urlset(*((f"{SITE}/{n}", "2026-03-03") for n in range(900))), mtime=0)[:-900], None, "cut off"),
        (index((f"{SITE}/a.xml", "2026-03-03"), (f"{SITE}/b.xml", "2026-03-04"))[:-20], 0, "cut off"),
        (b"<html><body>Not here", 0, "an HTML page, not a sitemap"),
        (b"\x1f\x8bnot packed", 0, "starts like gzip"),
        (b"", 0, "empty"),
        (urlset(), 0, None),
        (b"https://paper.example/a\nhttps://paper.example/b\n", 2, None),
    ],
)
def test_a_broken_sitemap_gives_what_it_holds_and_says_what_is_wrong(
    body: bytes, leads: int | None, says: str | None
) -> None:
    walked = walk("sitemap", MAP, MARCH, lambda url: body if url == MAP.url else urlset())
    assert [says in trouble.text for trouble in walked.troubles] == ([True] if says else [])
    assert len(walked.leads) == leads if leads is not None else len(walked.leads) > 100


def test_a_feed_that_stands_for_a_sitemap_is_walked_as_a_feed() -> None:
    def serve(url: str) -> bytes:
        month = 3 if "page" in url else 4
        more = "" if "page" in url else '<a:link rel="next" href="?page=2"/>'
        item = (
            f"<item><title>{month}</title><link>/{month}</link><pubDate>2026-{month:02}-05T00:00:00Z</pubDate></item>"
        )
        return (
            f'<rss version="2.0" xmlns:a="http://www.w3.org/2005/Atom"><channel>{more}{item}</channel></rss>'.encode()
        )

    assert walk("sitemap", MAP, MARCH, serve).titles == ["4", "3"]


def test_what_it_would_take_is_what_the_first_answer_names() -> None:
    way = WAYS["sitemap"]
    rows = [(f"{SITE}/sitemap-2026-{month:02}.xml", "") for month in range(1, 12)]
    hosts = frozenset({"paper.example:443"})
    assert way.estimate(MAP, Page(MAP.url, 200, (), index(*rows), NOW, MAP.url), MARCH) == Estimate(None, 2, hosts)
    one = urlset((f"{SITE}/a", "2026-03-03"), (f"{SITE}/b", "2025-03-03"))
    assert way.estimate(MAP, Page(MAP.url, 200, (), one, NOW, MAP.url), MARCH) == Estimate(1, 1, hosts)


def test_a_day_at_the_edge_of_the_window_may_be_of_any_time_zone() -> None:
    rows = [(f"{SITE}/{day}", f"2026-03-{day:02}") for day in range(1, 7)]
    window = Window(datetime(2026, 3, 3, 22, tzinfo=UTC), datetime(2026, 3, 4, 22, tzinfo=UTC))
    found = [lead.url for lead in walk("sitemap", MAP, window, lambda _: urlset(*rows)).leads]
    assert found == [f"{SITE}/{day}" for day in range(3, 7)], timedelta(hours=14)
