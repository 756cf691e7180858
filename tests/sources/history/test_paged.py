"""The way back in a feed's history, followed as a backfill would."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from watcher.errors import ReadError
from watcher.sources import WAYS
from watcher.types import Memory, Page, Source, Window

START = datetime(2026, 1, 1, tzinfo=UTC)
SINCE_MARCH = Window(datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC))
SOURCE = Source("s", "https://blog.example/feed/")
Serve = Callable[[str], str | None]


def entries(first: int, count: int) -> str:
    """One entry a day, counted from 1 January, newest first."""
    return "".join(
        f"<item><title>{day}</title><link>https://blog.example/{day}</link>"
        f"<pubDate>{(START + timedelta(days=day)).isoformat()}</pubDate></item>"
        for day in range(first, first - count, -1)
        if day >= 0
    )


def rss(items: str, head: str = "") -> str:
    return f'<rss version="2.0" xmlns:a="http://www.w3.org/2005/Atom"><channel><title>T</title>{head}{items}</channel></rss>'


def walk(serve: Serve, window: Window | None = SINCE_MARCH, source: Source = SOURCE) -> tuple[list[str], list[int]]:
    """Follows every request as a job does: what was asked, fragments left out, and which days were found."""
    kind = WAYS["feed"]
    waiting = list(kind.requests(source, Memory("s"), window))
    asked: list[str] = []
    found: list[int] = []
    while waiting:
        request = waiting.pop()
        url = request.url.partition("#")[0]
        asked.append(url)
        assert len(asked) < 50, "a walk without end"
        body = serve(url)
        if body is None:
            continue
        page = Page(url, 200, (), body.encode(), START, asked=request.url)
        reading = kind.read(source, page, window)
        found += [int(lead.title) for lead in reading.leads]
        waiting += reading.more
    return asked, found


def wordpress(url: str) -> str | None:
    number = int(url.partition("paged=")[2] or 1)
    items = entries(100 - 10 * (number - 1), 10)
    return rss(items, "<generator>https://wordpress.org/?v=6.8</generator>") if items else None


def test_a_poll_never_asks_for_the_past() -> None:
    asked, found = walk(wordpress, window=None)
    assert asked == [SOURCE.url]
    assert len(found) == 10


def test_numbered_pages_are_followed_until_one_is_wholly_older_than_the_window() -> None:
    asked, found = walk(wordpress)
    assert asked == [SOURCE.url, *(f"{SOURCE.url}?paged={number}" for number in range(2, 7))]
    assert min(found) <= 59  # 1 March is the 59th day after 1 January
    assert sorted(set(found)) == sorted(found)


@pytest.mark.parametrize(
    "url", ["https://b.example/feed", "https://b.example/x/feed/atom/", "https://b.example/?feed=rss2&lang=de"]
)
def test_a_wordpress_address_is_known_without_a_generator(url: str) -> None:
    asked, _ = walk(lambda asked: rss(entries(100, 10)) if "paged" not in asked else None, source=Source("s", url))
    assert asked[1] == url + ("&" if "?" in url else "?") + "paged=2"


def test_a_server_that_ignores_the_number_is_asked_twice_and_no_more() -> None:
    asked, _ = walk(lambda _: rss(entries(100, 10), "<generator>WordPress</generator>"))
    assert len(asked) == 2


def test_archives_and_pages_of_rfc_5005_are_followed() -> None:
    def archived(url: str) -> str:
        number = int(url.rpartition("-")[2]) if "-" in url else 0
        link = f'<a:link rel="prev-archive" href="/archive-{number + 1}"/><a:link rel="next" href="/never"/>'
        return rss(entries(100 - 20 * number, 20), link)

    asked, _ = walk(archived, source=Source("s", "https://blog.example/all"))
    assert asked == [
        "https://blog.example/all",
        *(f"https://blog.example/archive-{number}" for number in (1, 2, 3, 4)),
    ], "one more: it may lie out of place"

    def paged(url: str) -> str:
        number = int(url.partition("page=")[2] or 1)
        link = f'<a:link rel="next" href="?page={number + 1}"/>' if number < 3 else ""
        return rss(entries(100 - 10 * number, 10), link)

    asked, found = walk(paged, source=Source("s", "https://blog.example/all"))
    assert len(asked) == 3
    assert len(found) == 30


def test_the_next_page_of_a_json_feed_is_followed() -> None:
    def pages(url: str) -> str:
        following = ', "next_url": "/feed.json?page=2"' if "page" not in url else ""
        return '{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "title": "7"}]%s}' % following  # noqa: UP031  braces

    asked, _ = walk(pages, source=Source("s", "https://blog.example/feed.json"))
    assert asked == ["https://blog.example/feed.json", "https://blog.example/feed.json?page=2"]


@pytest.mark.parametrize("target", ["/all", "/other", "javascript:alert(1)", "file:///etc/passwd"])
def test_links_in_a_circle_or_to_nowhere_come_to_an_end(target: str) -> None:
    def circle(url: str) -> str:
        following = "/all" if url.endswith("other") else target
        return rss(entries(100, 5), f'<a:link rel="next" href="{following}"/>')

    asked, _ = walk(circle, source=Source("s", "https://blog.example/all"))
    assert len(asked) <= 3


def test_undated_pages_end_when_they_are_empty() -> None:
    def undated(url: str) -> str:
        number = int(url.partition("paged=")[2] or 1)
        items = f"<item><title>{number}</title></item>" if number < 5 else ""
        return rss(items, "<generator>WordPress</generator>")

    assert walk(undated)[1] == [1, 2, 3, 4]


def test_a_page_that_is_no_feed_ends_the_walk_with_a_reason() -> None:
    with pytest.raises(ReadError, match="HTML"):
        walk(lambda _: "<html>")


def test_an_archive_document_that_lies_out_of_its_place_does_not_end_the_walk() -> None:
    def archived(url: str) -> str:
        number = int(url.rpartition("-")[2]) if "-" in url else 0
        first = {0: 100, 1: 10, 2: 80, 3: 60, 4: 40, 5: 20}[number]  # the first archive is the oldest
        return rss(
            entries(first, 10), f'<a:link rel="prev-archive" href="/archive-{number + 1}"/>' if number < 5 else ""
        )

    asked, found = walk(archived, source=Source("s", "https://blog.example/all"))
    assert set(range(71, 81)) <= set(found)
    assert asked[-1] == "https://blog.example/archive-5"


def test_a_current_feed_of_old_entries_alone_still_leads_to_its_archives() -> None:
    def archived(url: str) -> str:
        link = '<a:link rel="prev-archive" href="/archive-1"/>' if "archive" not in url else ""
        return rss(entries(20 if "archive" not in url else 80, 10), link)

    _, found = walk(archived, source=Source("s", "https://blog.example/all"))
    assert set(range(71, 81)) <= set(found)


@pytest.mark.parametrize(
    ("link", "home", "asked"),
    [
        ("https://www.blog.example/old", "", True),
        ("https://archive.blog.example/old", "", True),
        ("https://paper.example/old", "https://paper.example/", True),  # a feed that somebody serves for another site
        ("https://elsewhere.example/old", "", False),
        ("http://127.0.0.1/old", "", False),
    ],
)
def test_an_archive_may_lie_where_the_feed_or_its_site_is_and_nowhere_else(link: str, home: str, asked: bool) -> None:
    head = f'<link>{home}</link><a:link rel="prev-archive" href="{link}"/>'
    page = Page("https://blog.example/all", 200, (), rss(entries(100, 5), head).encode(), START, asked="")
    reading = WAYS["feed"].read(Source("s", page.url), page, SINCE_MARCH)
    assert bool(reading.more) is asked
    assert (reading.short is None) is asked
    assert asked or "names an archive on another site" in str(reading.short)
    assert len(reading.leads) == 5


def test_entries_without_a_date_neither_end_the_walk_nor_keep_it_going() -> None:
    def mixed(url: str) -> str:
        number = int(url.partition("paged=")[2] or 1)
        undated = "<item><title>7</title><link>/undated</link></item>"
        return rss(entries(100 - 10 * (number - 1), 9) + undated, "<generator>WordPress</generator>")

    asked, _ = walk(mixed)
    assert len(asked) == 6, "the last one is wholly older, but for what has no date"


def test_empty_archives_are_passed_over_and_not_for_ever() -> None:
    def holes(url: str) -> str:
        number = int(url.rpartition("-")[2]) if "-" in url else 0
        return rss(entries(80, 5) if number == 4 else "", f'<a:link rel="prev-archive" href="/archive-{number + 1}"/>')

    asked, found = walk(holes, source=Source("s", "https://blog.example/all"))
    assert len(found) == 5
    assert len(asked) < 20


def test_an_archive_that_is_cut_off_gives_what_it_holds_and_says_so() -> None:
    body = rss(entries(100, 5), '<a:link rel="prev-archive" href="/old"/>').encode()
    page = Page("https://blog.example/all", 200, (), body[: body.rindex(b"<item>") + 20], START, asked="")
    reading = WAYS["feed"].read(Source("s", page.url), page, SINCE_MARCH)
    assert len(reading.leads) == 4
    assert "cut off" in str(reading.short)
    assert [request.url.partition("#")[0] for request in reading.more] == ["https://blog.example/old"]


def test_what_it_would_take_is_known_where_the_feed_holds_all_there_is() -> None:
    way, source = WAYS["feed"], Source("s", "https://blog.example/all")
    page = Page(source.url, 200, (), rss(entries(62, 5)).encode(), START, asked=source.url)
    told = way.estimate(source, page, SINCE_MARCH)
    assert (told.documents, told.requests, told.hosts) == (4, 1, frozenset({"blog.example:443"}))
    more = replace(page, body=rss(entries(62, 5), '<a:link rel="next" href="/2"/>').encode())
    told = way.estimate(source, more, SINCE_MARCH)
    assert (told.documents, told.requests, told.about) == (4, 2, True)


def test_what_a_feed_holds_says_how_much_its_archive_may_hold() -> None:
    way, source = WAYS["feed"], Source("s", "https://blog.example/all")
    body = rss(entries(62, 5), '<a:link rel="next" href="/2"/>').encode()
    page = Page(source.url, 200, (), body, START, asked=source.url)
    year = replace(SINCE_MARCH, since=SINCE_MARCH.since.replace(year=2025))
    told = way.estimate(source, page, year)
    assert told.documents == pytest.approx(368, abs=3), "one a day"
    assert told.requests == pytest.approx(74, abs=2), "five a page"
    assert told.about
    undated = replace(page, body=re.sub(rb"<pubDate>.*?</pubDate>", b"", body))
    assert way.estimate(source, undated, year).documents is None
