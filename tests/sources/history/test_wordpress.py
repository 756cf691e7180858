"""The REST API of WordPress: found where it is, asked day by day, its posts read, its refusals said plainly."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from walking import NOW, Serve, walk

from watcher.sources import WAYS
from watcher.types import Estimate, Memory, Page, Reason, Source, Trouble, Window

HERE = Path(__file__).parent
BLOG = Source("blatt", "https://blatt.example/feed/")
DAY = Window(datetime(2026, 3, 4, tzinfo=UTC), datetime(2026, 3, 5, tzinfo=UTC))
DAY_JSON = (HERE / "posts" / "day.json").read_bytes()
FRONT = (HERE / "posts" / "front.html").read_bytes()
API = "https://blatt.example/wp-json/wp/v2/posts"


def post(number: int, moment: datetime, ahead: timedelta = timedelta(0)) -> dict[str, object]:
    return {
        "id": number,
        "date": f"{moment + ahead:%Y-%m-%dT%H:%M:%S}",
        "date_gmt": f"{moment:%Y-%m-%dT%H:%M:%S}",
        "guid": {"rendered": f"https://blatt.example/?p={number}"},
        "link": f"https://blatt.example/{number}",
        "title": {"rendered": str(number)},
        "content": {"rendered": "<p>Text</p>"},
    }


def site(count: int, *, hours: int = 0, honours_zone: bool = True, totals: bool = True, apart: int = 10) -> Serve:
    """A site with a post every ten minutes from noon of the day before, its clock so many hours ahead of UTC."""
    ahead = timedelta(hours=hours)
    posts = [(number, DAY.since - timedelta(hours=12) + number * timedelta(minutes=apart)) for number in range(count)]

    def bound(text: str) -> datetime:
        moment = datetime.fromisoformat(text.rstrip("Z")).replace(tzinfo=UTC)
        return moment + ahead if text.endswith("Z") and honours_zone else moment

    def serve(url: str) -> Page | Trouble:
        query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        after, before = bound(query["after"]), bound(query["before"])
        found = [post(n, moment, ahead) for n, moment in posts if after < moment + ahead < before]
        size, number = int(query["per_page"]), int(query["page"])
        pages = -(-len(found) // size)
        if number > max(pages, 1):
            return Trouble(Reason.STATUS, f"{url} answered 400", 400)
        headers = (("X-WP-Total", str(len(found))), ("X-WP-TotalPages", str(pages))) if totals else ()
        return Page(url, 200, headers, json.dumps(found[(number - 1) * size : number * size]).encode(), NOW)

    return serve


def of_the_day(count: int, apart: int = 10) -> list[str]:
    moments = [DAY.since - timedelta(hours=12) + number * timedelta(minutes=apart) for number in range(count)]
    return [str(number) for number, moment in enumerate(moments) if DAY.holds(moment)]


def test_a_day_is_asked_for_by_its_moments_with_the_fields_that_are_read() -> None:
    (request,) = WAYS["wordpress"].requests(BLOG, Memory("blatt"), DAY)
    assert request.url.startswith(API + "?")
    query = parse_qs(urlsplit(request.url).query)
    assert (query["after"], query["before"]) == (["2026-03-03T23:59:59Z"], ["2026-03-05T00:00:00Z"])
    assert (query["per_page"], query["orderby"], query["order"]) == (["100"], ["date"], ["asc"])
    assert {"content", "title", "link", "date_gmt"} <= set(query["_fields"][0].split(","))


def test_posts_are_read_into_leads_with_plain_words_and_their_moment_in_utc() -> None:
    walked = walk("wordpress", BLOG, DAY, lambda _: DAY_JSON)
    first, closed, undated = walked.leads
    assert first.title == "Nvidia liefert früher – „ab Mai“ & mehr"
    assert first.content == "Nvidia liefert seinen neuen Beschleuniger zwei Monate früher aus.\nZweiter Absatz."
    assert (first.url, first.id) == (
        "https://blatt.example/2026/03/nvidia-liefert-frueher/",
        "https://blatt.example/?p=41",
    )
    assert first.published == datetime(2026, 3, 4, 8, 30, tzinfo=UTC)
    assert (closed.url, closed.content) == ("https://blatt.example/2026/03/hinter-der-schranke/", "")
    assert (undated.title, undated.url, undated.published) == ("Ohne Datum", None, None)
    assert not walked.troubles


@pytest.mark.parametrize("totals", [True, False])
@pytest.mark.parametrize(("count", "apart"), [(0, 10), (50, 10), (400, 10), (1000, 3), (2000, 2)])
def test_all_posts_of_a_day_are_found_page_by_page_and_no_others(count: int, apart: int, totals: bool) -> None:
    walked = walk("wordpress", BLOG, DAY, site(count, totals=totals, apart=apart))
    assert walked.titles == of_the_day(count, apart)
    assert not walked.troubles
    assert len(walked.asked) <= len(walked.leads) // 100 + 1 + (not totals)


@pytest.mark.parametrize("hours", [-8, -1, 0, 2, 9])
@pytest.mark.parametrize("honours_zone", [True, False])
def test_a_site_whose_clock_is_not_utc_gives_the_same_day(hours: int, honours_zone: bool) -> None:
    walked = walk("wordpress", BLOG, DAY, site(400, hours=hours, honours_zone=honours_zone))
    assert sorted(map(int, set(walked.titles))) == [int(title) for title in of_the_day(400)]
    assert not walked.troubles


def test_the_api_is_found_where_the_front_page_says_it_is() -> None:
    def moved(url: str) -> bytes | None:
        if "/nachrichten/wp-json/" in url:
            return DAY_JSON
        return FRONT if url == "https://blatt.example/" else None

    walked = walk("wordpress", BLOG, DAY, moved)
    assert [url.partition("?")[0] for url in walked.asked] == [
        API,
        "https://blatt.example/",
        "https://blatt.example/nachrichten/wp-json/wp/v2/posts",
    ]
    assert len(walked.leads) == 3
    link = Page(
        "https://blatt.example/",
        200,
        (("Link", '<https://blatt.example/?rest_route=/>; rel="https://api.w.org/"'),),
        b"",
        NOW,
    )
    walked = walk(
        "wordpress", BLOG, DAY, lambda url: DAY_JSON if "rest_route" in url else None if "wp-json" in url else link
    )
    assert walked.asked[-1].startswith("https://blatt.example/?rest_route=/wp/v2/posts&after=2026")
    assert len(walked.leads) == 3


def test_a_front_page_that_names_nothing_or_another_site_leaves_the_address_without_pretty_names() -> None:
    elsewhere = FRONT.replace(b"https://blatt.example/nachrichten", b"https://elsewhere.example")
    for front in (b"<html></html>", elsewhere, None):
        walked = walk(
            "wordpress", Source("b", "https://blatt.example/n/feed/"), DAY,
            lambda url, front=front: DAY_JSON if "rest_route=/wp/" in url else None if "wp-json" in url else front,
        )  # fmt: skip
        assert len(walked.leads) == 3
        assert not [url for url in walked.asked if "elsewhere" in url]
        assert walked.asked[-1].startswith("https://blatt.example/n/?rest_route=/wp/v2/posts&")


@pytest.mark.parametrize(
    ("status", "says"), [(401, "closed"), (403, "closed"), (404, "has no REST API"), (410, "no REST API")]
)
def test_a_closed_api_is_said_plainly_with_what_to_do(status: int, says: str) -> None:
    walked = walk("wordpress", BLOG, DAY, lambda url: Trouble(Reason.STATUS, f"{url} answered {status}", status))
    (trouble,) = walked.troubles
    assert says in trouble.text
    assert "--via feed" in trouble.text
    assert trouble.status == status
    assert not walked.leads


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ((HERE / "posts" / "closed.json").read_bytes(), "rest_login_required"),
        (b'{"name": "another API"}', "not the REST API"),
        (b"<html><body>an application</body></html>", "not the REST API"),
        (b"[1, 2, 3]", "not the REST API"),
        (b"[{", "broken or cut off"),
        (b'{"code"', "broken or cut off"),
        (b"", None),
        (b"[]", None),
        (b"[" * 100_000, "broken or cut off"),
        (DAY_JSON[:-60], "cut off before its end"),
    ],
)
def test_what_is_no_list_of_posts_ends_with_a_reason(body: bytes, says: str | None) -> None:
    walked = walk("wordpress", BLOG, DAY, lambda _: body)
    assert len(walked.asked) <= 3
    assert [says in trouble.text for trouble in walked.troubles] == ([True] if says else [])
    assert len(walked.leads) == (2 if body == DAY_JSON[:-60] else 0)


def test_a_server_that_ignores_the_page_is_asked_twice() -> None:
    same = json.dumps([post(n, DAY.since) for n in range(100)]).encode()
    walked = walk("wordpress", BLOG, DAY, lambda url: Page(url, 200, (("x-wp-totalpages", "999999"),), same, NOW))
    assert len(walked.asked) == 2
    assert "the same posts again as page 2" in walked.troubles[0].text


def test_a_server_that_ignores_the_days_is_asked_once_and_what_is_of_the_day_is_kept() -> None:
    all_of_it = json.dumps([post(n, DAY.since - n * timedelta(days=1)) for n in range(100)]).encode()
    walked = walk("wordpress", BLOG, DAY, lambda url: Page(url, 200, (("x-wp-totalpages", "50"),), all_of_it, NOW))
    assert len(walked.asked) == 1
    assert walked.titles == ["0"]
    assert "posts of other days" in walked.troubles[0].text


def test_posts_that_are_too_large_together_are_asked_for_in_smaller_numbers() -> None:
    serve = site(400)

    def heavy(url: str) -> Page | Trouble | bytes | None:
        if "per_page=100" in url and "page=2" in url.replace("per_page", ""):
            return Trouble(Reason.TOO_LARGE, "is too large")
        return serve(url)

    walked = walk("wordpress", BLOG, DAY, heavy)
    assert walked.titles == of_the_day(400)
    assert not walked.troubles


def test_what_a_site_counts_is_what_it_would_take() -> None:
    window = Window(DAY.since, DAY.since + timedelta(days=30))
    (request,) = WAYS["wordpress"].requests(BLOG, Memory("blatt"), window)
    page = Page(request.url, 200, (("X-WP-Total", "437"), ("X-WP-TotalPages", "5")), DAY_JSON, NOW, request.url)
    told = WAYS["wordpress"].estimate(BLOG, page, window)
    assert told == Estimate(437, 34, frozenset({"blatt.example:443"}), told.bytes)
    assert (told.bytes or 0) > len(DAY_JSON)
    front = Page(request.url, 200, (), b"<html>", NOW, request.url)
    assert WAYS["wordpress"].estimate(BLOG, front, window).documents is None


def test_behind_a_full_page_there_may_be_another_whatever_the_headers_say() -> None:
    serve = site(500, totals=False, apart=5)

    def lying(url: str) -> Page | Trouble | bytes | None:
        answer = serve(url)
        if isinstance(answer, Page):
            return replace(answer, headers=(("X-WP-TotalPages", "1"),))
        return Page(url, 200, (("X-WP-TotalPages", "1"),), answer, NOW, url) if isinstance(answer, bytes) else answer

    walked = walk("wordpress", BLOG, DAY, lying)
    assert walked.titles == of_the_day(500, 5)
    assert not walked.troubles
