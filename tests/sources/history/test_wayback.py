"""Captures of past days: a list of them read whatever it holds, each read as the page it was."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from walking import NOW, walk

from watcher.politeness import PACES
from watcher.sources import WAYS
from watcher.sources.history import wayback
from watcher.types import Estimate, Memory, Page, Reason, Source, Trouble, Window

HERE = Path(__file__).parent
FEED = Source("blatt", "https://blatt.example/feed", language="de")
MARCH = Window(datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC))
OUTCOMES: dict[str, tuple[int, str | None]] = json.loads((HERE / "cdx" / "outcomes.json").read_text())
HEADER = ["timestamp", "original", "statuscode", "mimetype", "digest", "length"]
CAPTURE = (HERE / "captures" / "feed.xml").read_bytes()


def row(stamp: str, digest: str = "") -> list[str]:
    return [stamp, FEED.url, "200", "application/rss+xml", digest or stamp, "900"]


def listed(rows: list[list[str]], window: Window = MARCH) -> list[str]:
    """The captures that a list has us ask for."""
    walked = walk(
        "wayback", FEED, window, lambda url: json.dumps([HEADER, *rows]).encode() if "/cdx/" in url else CAPTURE
    )
    return [match[1] for url in walked.asked if (match := re.search(r"/web/([0-9]+)id_/", url))]


def test_the_search_names_the_address_the_time_and_what_is_wanted_of_a_capture() -> None:
    (request,) = WAYS["wayback"].requests(FEED, Memory("blatt"), MARCH)
    split = urlsplit(request.url)
    assert f"{split.scheme}://{split.netloc}{split.path}" == "https://web.archive.org/cdx/search/cdx"
    asked = parse_qs(split.query)
    assert asked["url"] == [FEED.url]
    assert (asked["from"], asked["output"], asked["filter"]) == (["20260301000000"], ["json"], ["statuscode:200"])
    assert "to" not in asked, "what was published at the end of a month is listed by the first capture after it"


def test_the_archive_is_asked_more_rarely_than_other_hosts() -> None:
    for request in WAYS["wayback"].requests(FEED, Memory("blatt"), MARCH):
        assert urlsplit(request.url).hostname == "web.archive.org"
    assert PACES["web.archive.org:443"] > 60 / 24


def test_every_list_of_captures_there_is_has_an_outcome() -> None:
    assert {path.name for path in (HERE / "cdx").iterdir()} == {*OUTCOMES, "outcomes.json"}


@pytest.mark.parametrize("name", OUTCOMES)
def test_a_list_of_captures_brings_what_it_holds_and_says_what_is_wrong_with_it(name: str) -> None:
    body = (HERE / "cdx" / name).read_bytes()
    walked = walk("wayback", FEED, MARCH, lambda url: body if "/cdx/" in url else CAPTURE)
    captures, says = OUTCOMES[name]
    assert len(walked.asked) == 1 + captures
    assert len(walked.leads) == 2 * captures
    assert bool(walked.troubles) is (says is not None)
    if says is not None:
        assert re.search(says, walked.troubles[0].text)


def test_of_a_day_a_few_captures_that_differ_are_read_and_two_after_the_window() -> None:
    day = Window(datetime(2026, 3, 4, tzinfo=UTC), datetime(2026, 3, 5, tzinfo=UTC))
    hourly = [row(f"202603{day:02}{hour:02}0000") for day in (3, 4, 5, 6) for hour in range(24)]
    expected = [f"20260304{hour}0000" for hour in ("00", "06", "12", "18")] + ["20260305000000", "20260305060000"]
    assert listed(hourly, day) == expected
    assert listed(hourly[::-1], day) == expected, "in whatever order they are listed"
    same = [row(f"20260304{hour:02}0000", "SAME") for hour in range(24)]
    assert listed(same, day) == ["20260304000000"]
    sparse = [row("20260101000000"), row("20260320000000"), row("20260420000000"), row("20260520000000")]
    assert listed(sparse, day) == ["20260320000000", "20260420000000"], "where a day has none, the next ones list it"


@pytest.mark.parametrize("count", [5_000, pytest.param(100_000, marks=pytest.mark.long)])
def test_however_many_rows_bring_no_more_requests_than_a_month_has_room_for(count: int) -> None:
    start = datetime(2026, 3, 1, tzinfo=UTC)
    rows = [row(f"{start + n * timedelta(days=32) / count:%Y%m%d%H%M%S}") for n in range(count)]
    assert len(listed(rows)) == 31 * wayback.PER_DAY + wayback.AFTER


def test_a_list_goes_on_with_its_key_and_not_for_ever() -> None:
    def lists(url: str) -> bytes:
        if "/cdx/" not in url:
            return CAPTURE
        number = len(re.findall("%21", url)) if "resumeKey" in url else 0
        return json.dumps(
            [HEADER, row(f"202603{1 + number:02}000000"), [], [f"com%2Cblatt%29%2F+{'%21' * (number + 1)}"]]
        ).encode()

    walked = walk("wayback", FEED, MARCH, lists)
    searches = [url for url in walked.asked if "/cdx/" in url]
    assert len(searches) == wayback.MOST_LISTS
    assert searches[1].endswith("&resumeKey=com%2Cblatt%29%2F+%21"), "the key goes back as it came"
    assert len(walked.asked) == 2 * wayback.MOST_LISTS
    assert [trouble.text for trouble in walked.troubles] == [
        f"the list of captures goes on after {wayback.MOST_LISTS} answers; no more were asked"
    ]
    same = json.dumps([HEADER, row("20260304000000"), [], ["key"]]).encode()
    assert len(walk("wayback", FEED, MARCH, lambda url: same if "/cdx/" in url else CAPTURE).asked) == 3


def test_a_capture_is_read_at_its_own_address_and_time_with_a_copy_for_each_page() -> None:
    body = (HERE / "cdx" / "good.json").read_bytes()
    walked = walk("wayback", FEED, MARCH, lambda url: body if "/cdx/" in url else CAPTURE)
    assert {lead.url for lead in walked.leads} == {"https://blatt.example/2026/03/nvidia", "https://blatt.example/ohne"}
    assert walked.leads[0].copy == "https://web.archive.org/web/20260304080000id_/https://blatt.example/2026/03/nvidia"
    assert "Älter als das Fenster" not in walked.titles
    assert wayback.captured_at(walked.leads[0].copy) == datetime(2026, 3, 4, 8, tzinfo=UTC)
    assert wayback.captured_at("https://blatt.example/web/1/") is None


@pytest.mark.parametrize(
    ("url", "body", "says"),
    [
        ("https://web.archive.org/login", CAPTURE, "no capture"),
        (
            "https://web.archive.org/web/20260304080000id_/https://blatt.example/feed",
            b"<html><p>Sorry",
            "neither a feed nor",
        ),
        ("https://web.archive.org/web/20260304080000id_/https://blatt.example/feed", b"%PDF-1.4", "PDF"),
        ("https://web.archive.org/web/20260304080000id_/https://blatt.example/feed", CAPTURE[:420], "cut off"),
    ],
)
def test_a_capture_that_is_none_says_so(url: str, body: bytes, says: str) -> None:
    listing = (HERE / "cdx" / "truncated.json").read_bytes().rpartition(b",\n[")[0] + b"]"
    page = Page(url, 200, (), body, NOW)
    walked = walk("wayback", FEED, MARCH, lambda asked: listing if "/cdx/" in asked else page)
    assert len(walked.troubles) == 2
    assert says in walked.troubles[0].text


def test_what_the_archive_refuses_is_trouble() -> None:
    refusal = Trouble(Reason.STATUS, "web.archive.org answered 503", 503)
    assert walk("wayback", FEED, MARCH, lambda _: refusal).troubles == [refusal]


def test_another_archive_is_asked_where_the_address_is_one_of_its_searches() -> None:
    other = Source("blatt", "http://127.0.0.1:8080/cdx/search/cdx?url=blatt.example/feed")
    body = json.dumps([HEADER, row("20260304080000")]).encode()
    asked = walk("wayback", other, MARCH, lambda url: body if "/cdx/" in url else CAPTURE).asked
    assert asked[0].startswith("http://127.0.0.1:8080/cdx/search/cdx?url=http%3A%2F%2Fblatt.example%2Ffeed&from=2026")
    assert asked[1] == "http://127.0.0.1:8080/web/20260304080000id_/https://blatt.example/feed"


def test_what_it_would_take_is_the_captures_and_nobody_knows_what_is_in_them() -> None:
    (request,) = WAYS["wayback"].requests(FEED, Memory("blatt"), MARCH)
    page = Page(request.url, 200, (), (HERE / "cdx" / "good.json").read_bytes(), NOW, request.url)
    hosts = frozenset({"web.archive.org:443", "blatt.example:443"})
    assert WAYS["wayback"].estimate(FEED, page, MARCH) == Estimate(None, 4, hosts)
    nothing = Page(request.url, 200, (), b"[]", NOW, request.url)
    assert WAYS["wayback"].estimate(FEED, nothing, MARCH) == Estimate(0, 1, hosts)


def test_a_list_that_goes_on_with_itself_says_so() -> None:
    source = Source("paper", "https://blatt.example/feed")
    (request,) = WAYS["wayback"].requests(source, Memory("paper"), MARCH)
    rows = [["timestamp", "original"], ["20260301120000", source.url], [], ["key"]]
    page = Page(request.url, 200, (), json.dumps(rows).encode(), NOW, request.url)
    on = WAYS["wayback"].read(source, page, MARCH).more[-1]
    again = Page(on.url, 200, (), page.body, NOW, on.url)
    assert "goes on with itself" in (WAYS["wayback"].read(source, again, MARCH).short or "")
