"""Whatever a server answers, a walk ends: by itself, soon, with what it found kept; and it asks only where it may."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from walking import NOW, walk

from watcher import urls
from watcher.sources import WAYS
from watcher.sources.history import steps
from watcher.types import Page, Reason, Source, Trouble, Window

SITE = "https://blatt.example"
WINDOW = Window(datetime(2026, 3, 4, tzinfo=UTC), datetime(2026, 3, 5, tzinfo=UTC))
DATES = ["2026-03-04T08:00:00", "2026-03-03T23:59:59", "2019-01-01T00:00:00", "2026-11-01T00:00:00", "nonsense", ""]
LINKS = [
    "/feed", "/a", "/b", "?page=2", "?paged=3", "a?x=1", "//elsewhere.example/x", "javascript:1", "http://[", "/feed#x",
    "/robots.txt", f"{SITE}/wp-json/", "/sitemap-2026-03.xml",
    "https://web.archive.org/web/20260304080000id_/https://blatt.example/feed",
]  # fmt: skip
link, date = st.sampled_from(LINKS), st.sampled_from(DATES)
number = st.integers(0, 99)


@st.composite
def feeds(draw: st.DrawFn) -> bytes:
    relation = draw(st.sampled_from(["prev-archive", "next", "self", "alternate"]))
    generator = draw(st.sampled_from(["", "<generator>https://wordpress.org/?v=6</generator>"]))
    items = "".join(
        f"<item><title>{draw(number)}</title><link>{draw(link)}</link><pubDate>{draw(date)}</pubDate></item>"
        for _ in range(draw(st.integers(0, 3)))
    )
    more = f'<a:link rel="{relation}" href="{draw(link)}"/>'
    return (
        f'<rss version="2.0" xmlns:a="http://www.w3.org/2005/Atom"><channel><link>{SITE}</link>{generator}{more}{items}'
        "</channel></rss>"
    ).encode()


@st.composite
def maps(draw: st.DrawFn) -> bytes:
    kind, row = draw(st.sampled_from([("urlset", "url"), ("sitemapindex", "sitemap")]))
    rows = "".join(
        f"<{row}><loc>{draw(link).replace('&', '&amp;')}</loc><lastmod>{draw(date)}</lastmod></{row}>"
        for _ in range(draw(st.integers(0, 4)))
    )
    return f"<{kind}>{rows}</{kind}>".encode()


@st.composite
def posts(draw: st.DrawFn) -> bytes:
    rows = [
        {"id": draw(number), "date_gmt": draw(date), "date": draw(date), "link": draw(link), "title": {"rendered": "x"}}
        for _ in range(draw(st.sampled_from([0, 1, 2, 100])))
    ]
    return json.dumps(rows).encode()


@st.composite
def lists(draw: st.DrawFn) -> bytes:
    stamp = st.sampled_from(["20260304080000", "20260304090000", "20260401000000", "2026", "99999999999999", ""])
    original = st.sampled_from([f"{SITE}/feed", "http://www.blatt.example:80/feed", "https://elsewhere.example/", "x"])
    rows = [[draw(stamp), draw(original)] for _ in range(draw(st.integers(0, 4)))]
    key = draw(st.sampled_from([[], [[], ["key"]], [[], [str(draw(st.integers()))]], [[], [7]]]))
    return json.dumps([["timestamp", "original"], *rows, *key]).encode()


robots = st.lists(link.map(lambda each: f"Sitemap: {each}"), max_size=4).map(lambda lines: "\n".join(lines).encode())
front = link.map(lambda each: f'<html><link rel="https://api.w.org/" href="{each}"></html>'.encode())
bodies = st.one_of(feeds(), maps(), posts(), lists(), robots, front, st.binary(max_size=40)).flatmap(
    lambda body: st.one_of(st.just(body), st.integers(0, len(body)).map(lambda cut: body[:cut]))
)
HEADERS = [(), (("X-WP-Total", "999"), ("X-WP-TotalPages", "99")), (("X-WP-TotalPages", "-1"),)]
statuses = st.sampled_from([400, 401, 403, 404, 410, 429, 500, 503])
reasons = st.sampled_from([Reason.TIMEOUT, Reason.TOO_LARGE, Reason.CONNECTION])
answers = st.one_of(
    st.builds(lambda body, headers: Page("", 200, headers, body, NOW), bodies, st.sampled_from(HEADERS)),
    statuses.map(lambda status: Trouble(Reason.STATUS, str(status), status)),
    reasons.map(lambda reason: Trouble(reason, "no")),
)


@pytest.mark.parametrize("via", sorted(WAYS))
@given(found=st.lists(answers, min_size=1, max_size=8), by_address=st.booleans())
@settings(max_examples=120, suppress_health_check=[HealthCheck.too_slow])
def test_a_walk_ends_and_asks_only_the_site_and_the_archive(
    via: str, found: list[Page | Trouble], by_address: bool
) -> None:
    asked: dict[str, int] = {}

    def serve(url: str) -> Page | Trouble:
        asked.setdefault(url, len(asked))
        answer = found[(sum(url.encode()) if by_address else asked[url]) % len(found)]
        return replace(answer, url=url) if isinstance(answer, Page) else answer

    source = Source("blatt", f"{SITE}/feed/", kind="feed")
    (unit,) = WAYS[via].units(source, WINDOW)
    visited = replace(source, kind=via, url=unit.url or source.url)
    walked = walk(via, visited, unit.window, serve, most=steps.MOST_PAGES + 50)
    assert all(urls.split(url) is not None for url in walked.asked)
    if via != "sitemap":  # a robots.txt may name sitemaps anywhere, as sitemaps.org has it
        assert {urls.host(url) for url in walked.asked} <= {"blatt.example", "web.archive.org"}


def growing(url: str) -> str:
    return url + ("&" if "?" in url else "?") + "x=1"


@pytest.mark.parametrize("via", ["feed", "sitemap"])
@pytest.mark.parametrize("period", [1, 2, 5])
def test_addresses_that_grow_over_the_same_pages_are_found_out(via: str, period: int) -> None:
    count = iter(range(10_000))

    def serve(url: str) -> bytes:
        item = f"<item><title>{next(count) % period}</title></item>"
        link = f'<a:link rel="prev-archive" href="{growing(url).replace("&", "&amp;")}"/>'
        return (
            f'<rss version="2.0" xmlns:a="http://www.w3.org/2005/Atom"><channel>{link}{item}</channel></rss>'.encode()
        )

    walked = walk(via, Source("blatt", f"{SITE}/feed"), WINDOW, serve)
    assert len(walked.asked) == period + 1
    assert "what was read before" in walked.troubles[0].text


def test_a_chain_of_ever_new_pages_is_followed_so_far_and_no_further(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("watcher.sources.history.paged.MOST_PAGES", 30)
    count = iter(range(10_000))

    def serve(_: str) -> bytes:
        n = next(count)
        item = f"<item><title>{n}</title></item>"
        link = f'<a:link rel="next" href="/page/{n}"/>'
        return (
            f'<rss version="2.0" xmlns:a="http://www.w3.org/2005/Atom"><channel>{link}{item}</channel></rss>'.encode()
        )

    walked = walk("feed", Source("blatt", f"{SITE}/feed"), WINDOW, serve)
    assert len(walked.asked) == len(walked.leads) == 30
    assert "no more than 30 are read" in walked.troubles[0].text
