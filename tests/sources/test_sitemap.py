"""Sitemaps of every form: read into leads, followed only as far as it is worth, bounded whatever they hold."""

from __future__ import annotations

import gzip
import resource
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pace import bearable

from watcher.errors import ReadError
from watcher.sources import KINDS, WAYS, read_any
from watcher.sources.feed import MOST_POLLED
from watcher.sources.sitemap.unpacking import MOST_BYTES, text_of
from watcher.types import Memory, Page, Reading, Request, Source, Window

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
SITE = "https://paper.example"
SOURCE = Source("map", f"{SITE}/sitemap.xml", kind="sitemap")
KIND = KINDS["sitemap"]

NEWS = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
        xmlns:image="http://www.google.com/schemas/sitemap-image/1.1" xmlns:video="http://www.google.com/schemas/sitemap-video/1.1">
  <url>
    <loc> https://paper.example/2026/11/nvidia?a=1&b=2 </loc>
    <image:image><image:loc>https://paper.example/i.jpg</image:loc><image:title>A picture</image:title></image:image>
    <video:video><video:title>A film</video:title></video:video>
    <news:news>
      <news:publication><news:name>A Paper</news:name><news:language>pt-BR</news:language></news:publication>
      <news:publication_date>2026-11-21T10:00:00-03:00</news:publication_date>
      <news:title><![CDATA[Nvidia &amp; Huawei: o que muda]]></news:title>
      <news:keywords>Nvidia, H20 , Huawei</news:keywords>
    </news:news>
    <lastmod>2026-11-22T08:00:00+00:00</lastmod>
  </url>
  <url><loc>https://paper.example/only-pictures</loc><image:image><image:title>Nvidia</image:title></image:image></url>
</urlset>"""


def read(body: str | bytes, url: str = SOURCE.url, window: Window | None = None, asked: str = "") -> Reading:
    raw = body if isinstance(body, bytes) else body.encode()
    kind = KIND if window is None else WAYS["sitemap"]
    return kind.read(SOURCE, Page(url, 200, (), raw, NOON, asked or url), window)


def urlset(*rows: tuple[str, str]) -> str:
    written = "".join(
        f"<url><loc>{SITE}{path}</loc>{f'<lastmod>{day}</lastmod>' if day else ''}</url>" for path, day in rows
    )
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{written}</urlset>'


def index(*rows: tuple[str, str]) -> str:
    written = "".join(
        f"<sitemap><loc>{loc}</loc>{f'<lastmod>{day}</lastmod>' if day else ''}</sitemap>" for loc, day in rows
    )
    return f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{written}</sitemapindex>'


def test_a_news_sitemap_gives_headline_date_language_and_keywords_and_nothing_of_its_pictures() -> None:
    reading = read(NEWS)
    news, plain = reading.leads
    assert (news.url, news.title) == (f"{SITE}/2026/11/nvidia?a=1&b=2", "Nvidia & Huawei: o que muda")
    assert (news.published, news.updated) == (
        datetime(2026, 11, 21, 13, tzinfo=UTC),
        datetime(2026, 11, 22, 8, tzinfo=UTC),
    )
    assert (news.language, news.keywords) == ("pt", ("Nvidia", "H20", "Huawei"))
    assert (plain.url, plain.title, plain.published, plain.updated) == (f"{SITE}/only-pictures", "", None, None)
    assert (reading.title, reading.more, reading.whole) == ("A Paper", (), True)


def test_prefixes_and_namespaces_may_be_any_or_missing() -> None:
    undeclared = f"<urlset><url><loc>{SITE}/a</loc><news:news><news:title>T</news:title></news:news></url></urlset>"
    assert [(lead.url, lead.title) for lead in read(undeclared).leads] == [(f"{SITE}/a", "T")]
    prefixed = f"<s:urlset xmlns:s='x'><s:url><s:loc>{SITE}/a</s:loc></s:url></s:urlset>"
    assert [lead.url for lead in read(prefixed).leads] == [f"{SITE}/a"]


def test_an_address_says_its_language_where_the_sitemap_lists_its_translations() -> None:
    link = "<xhtml:link rel='alternate' hreflang='{}' href='{}'/>"
    both = link.format("de-AT", f"{SITE}/de") + link.format("en", f"{SITE}/en")
    body = f"<urlset xmlns:xhtml='http://www.w3.org/1999/xhtml'><url><loc>{SITE}/de</loc>{both}</url></urlset>"
    assert [(lead.url, lead.language) for lead in read(body).leads] == [(f"{SITE}/de", "de")]


def test_a_list_of_addresses_and_a_feed_are_sitemaps_too() -> None:
    assert [lead.url for lead in read(f"\ufeff{SITE}/a\r\n\r\n{SITE}/b\n").leads] == [f"{SITE}/a", f"{SITE}/b"]
    rss = f"<rss version='2.0'><channel><item><title>T</title><link>{SITE}/a</link></item></channel></rss>"
    assert [(lead.url, lead.title) for lead in read(rss).leads] == [(f"{SITE}/a", "T")]


def test_packed_sitemaps_are_unpacked_by_their_bytes() -> None:
    once = gzip.compress(NEWS.encode())
    for body in (once, gzip.compress(once), once + gzip.compress(b"")):
        assert len(read(body).leads) == 2
    cut = read(gzip.compress(urlset(*((f"/{n}", "") for n in range(5_000))).encode())[:-2_000])
    assert cut.leads
    assert not cut.whole
    for bad in (b"\x1f\x8b\x08", b"\x1f\x8b" + b"x" * 100, gzip.compress(b""), gzip.compress(gzip.compress(once))):
        with pytest.raises(ReadError):
            read(bad)


def test_a_bomb_is_unpacked_up_to_the_bound_and_no_further() -> None:
    bomb = gzip.compress(b"\0" * (4 * MOST_BYTES), compresslevel=1)
    started = time.process_time()
    text, _ = text_of(bomb, None)
    assert len(text) <= MOST_BYTES
    with pytest.raises(ReadError):
        read(bomb)
    assert time.process_time() - started < bearable(8)  # 1.0 s on a machine at rest


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("", "empty"),
        ("<html><body/></html>", "HTML page"),
        ("plain words", "neither a sitemap nor"),
        ("<opml/>", "OPML"),
        ("<urlset><url><loc>https://paper.example/a", "cut off"),
        ("\x00\x01\x02", "neither|empty"),
    ],
)
def test_what_is_no_sitemap_is_refused_with_a_plain_reason(body: str, reason: str) -> None:
    with pytest.raises(ReadError, match=reason):
        read(body)


def test_damage_costs_what_it_hits() -> None:
    whole = urlset(*((f"/{n}", "2026-11-01") for n in range(100)))
    cut = read(whole[: len(whole) // 2])
    assert 40 < len(cut.leads) < 60
    assert not cut.whole
    broken = read(whole.replace("<url><loc>https://paper.example/50<", "<url><loc>https://paper.example/50<<"))
    assert len(broken.leads) >= 50
    odd = [
        lead.url
        for lead in read(f"<urlset><url><loc>javascript:x</loc></url><url><loc>{SITE}/ä b</loc></url></urlset>").leads
    ]
    assert odd == [None, f"{SITE}/ä%20b"]


ATTACKS = {
    "entity": f'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><urlset><url><loc>{SITE}/&e;</loc></url></urlset>',
    "laughs": '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    + "".join(f'<!ENTITY {chr(99 + n)} "{f"&{chr(98 + n)};" * 10}">' for n in range(9))
    + f"]><urlset><url><loc>{SITE}/&k;</loc></url></urlset>",
    "quadratic": f'<!DOCTYPE x [<!ENTITY a "{"x" * 50_000}">]>'
    f"<urlset><url><loc>{SITE}/{'&a;' * 5_000}</loc></url></urlset>",
    "deep": "<urlset>" + "<url>" * 20_000 + f"<loc>{SITE}/a</loc>" + "</url>" * 20_000 + "</urlset>",
    "long": f"<urlset><url><loc>{SITE}/{'a' * 8_000_000}</loc></url></urlset>",
    "attributes": "<urlset "
    + " ".join(f"a{n}='x'" for n in range(100_000))
    + f"><url><loc>{SITE}/a</loc></url></urlset>",
    "comments": "<urlset>" + "<!-- -->" * 500_000 + "</urlset>",
    "dtd": f'<!DOCTYPE urlset SYSTEM "http://127.0.0.1:9/x.dtd"><urlset><url><loc>{SITE}/a</loc></url></urlset>',
    "include": f'<urlset xmlns:xi="http://www.w3.org/2001/XInclude"><url><loc>{SITE}/a'
    '<xi:include href="file:///etc/passwd" parse="text"/></loc></url></urlset>',
}


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_in_xml_gives_little_or_a_reason_and_no_file(name: str) -> None:
    started = time.process_time()
    try:
        said = repr(read(ATTACKS[name]))
    except ReadError as error:
        said = str(error)
    assert "root:" not in said
    assert len(said) < 20_000
    assert time.process_time() - started < bearable(6)  # measured: none above 0.7 s on a machine at rest


def test_fifty_thousand_addresses_are_read_fast_and_the_newest_are_taken() -> None:
    days = [NOON - timedelta(hours=n) for n in range(50_000)]
    body = urlset(*((f"/story-number-{n}", day.isoformat()) for n, day in enumerate(days))).encode()
    before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    leads = read(gzip.compress(body, 1)).leads
    assert time.process_time() - started < bearable(12)  # 1.5 s on a machine at rest
    assert [lead.link for lead in leads] == [f"{SITE}/story-number-{n}" for n in range(MOST_POLLED)]
    if sys.platform == "linux":
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 120_000  # KiB


def test_where_all_changed_at_once_that_is_no_date_and_both_ends_are_taken() -> None:
    leads = read(urlset(*((f"/{n}", "2026-11-22") for n in range(MOST_POLLED + 500)))).leads
    assert {lead.updated for lead in leads} == {None}
    assert len(leads) == MOST_POLLED
    assert (leads[0].link, leads[-1].link) == (f"{SITE}/0", f"{SITE}/{MOST_POLLED + 499}")
    assert read(urlset(("/a", "2026-11-22"), ("/b", "2026-11-22"))).leads[0].updated is not None


def parts(reading: Reading) -> list[str]:
    return [request.url.partition("#")[0].removeprefix(SITE) for request in reading.more]


def test_of_an_index_what_changed_lately_is_asked_the_newest_first() -> None:
    months = [(f"{SITE}/map-{n}.xml", (NOON - timedelta(days=n)).isoformat()) for n in range(200)]
    reading = read(index(*months))
    assert parts(reading) == ["/map-0.xml", "/map-1.xml", "/map-2.xml"]
    assert (reading.leads, reading.whole) == ((), True)
    at_once = read(index(*((f"{SITE}/map-{n}.xml", NOON.isoformat()) for n in range(200))))
    assert len(at_once.more) == 5


def test_an_index_without_dates_is_asked_again_and_of_its_parts_those_that_look_like_news() -> None:
    names = (
        "pages.xml",
        "category-sitemap.xml",
        "post-sitemap1.xml",
        "post-sitemap2.xml",
        "authors.xml",
        "news-map.xml",
    )
    reading = read(index(*((f"{SITE}/{name}", "") for name in names)))
    assert parts(reading) == ["/post-sitemap2.xml", "/post-sitemap1.xml"]
    assert not reading.whole
    dated = read(index((f"{SITE}/2026-09.xml", ""), (f"{SITE}/2026-11.xml", ""), (f"{SITE}/2026-10.xml", "")))
    assert parts(dated) == ["/2026-11.xml", "/2026-10.xml"]


def test_an_index_leads_to_no_other_site_not_to_itself_and_not_below_its_depth() -> None:
    others = [
        "https://other.example/a.xml",
        "file:///etc/passwd",
        f"{SITE}/sitemap.xml",
        "https://www.paper.example/b.xml",
    ]
    assert [request.url for request in read(index(*((each, "") for each in others))).more] == [
        "https://www.paper.example/b.xml#index-level-1"
    ]
    deeper = f"{SITE}/x.xml#index-level-3"
    assert read(index((f"{SITE}/y.xml", "")), f"{SITE}/x.xml", asked=deeper).more == ()


def test_with_a_window_the_parts_that_can_hold_it_are_asked() -> None:
    window = Window(datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC))
    rows = [(f"{SITE}/map-2026-{month:02}.xml", "2026-11-22") for month in range(1, 12)]
    assert parts(read(index(*rows), window=Window(window.since + DAY, window.until - DAY))) == ["/map-2026-03.xml"]
    around = ["/map-2026-04.xml", "/map-2026-03.xml", "/map-2026-02.xml"]
    assert parts(read(index(*rows), window=window)) == around, "a site's month may begin a day before ours"
    by_change = [
        (f"{SITE}/a.xml", "2026-02-11"),
        (f"{SITE}/b.xml", "2026-03-11"),
        (f"{SITE}/c.xml", "2026-11-11"),
        (f"{SITE}/d.xml", ""),
    ]
    assert sorted(parts(read(index(*by_change), window=window))) == ["/b.xml", "/c.xml", "/d.xml"]
    query = [(f"{SITE}/sitemap.xml?yyyy=2026&mm={month:02}&dd=10", "") for month in range(1, 12)]
    assert parts(read(index(*query), window=window)) == ["/sitemap.xml?yyyy=2026&mm=03&dd=10"]


def test_with_a_window_the_addresses_that_can_be_of_it_are_leads_however_many() -> None:
    window = Window(datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC))
    rows = [
        ("/2026/03/05/a", "2026-11-22"),
        ("/2026/05/05/b", "2026-11-22"),
        ("/c", "2026-01-01"),
        ("/d", "2026-03-02"),
        ("/e", ""),
    ]
    leads = read(urlset(*rows), window=window).leads
    assert [(lead.link or "").removeprefix(SITE) for lead in leads] == ["/2026/03/05/a", "/d", "/e"]
    assert {lead.updated for lead in leads} == {None}, "when it was changed is not when it was published"
    many = read(urlset(*((f"/x-{n}", "2026-03-02" if n % 2 else "2026-03-03") for n in range(5_000))), window=window)
    assert len(many.leads) == 5_000


def test_a_sitemap_is_asked_with_its_validators_and_its_past_without() -> None:
    memory = Memory("map", etag='"1"', last_modified="yesterday")
    assert KIND.requests(SOURCE, memory, None) == (Request(SOURCE.url, '"1"', "yesterday"),)
    assert KIND.requests(SOURCE, memory, Window(NOON, NOON)) == (Request(SOURCE.url),)


def test_without_a_kind_a_sitemap_is_told_from_a_feed_and_an_index() -> None:
    assert read_any(NEWS.encode()).leads[0].title.startswith("Nvidia")
    assert len(read_any(index((f"{SITE}/a.xml", "")).encode(), f"{SITE}/s.xml").more) == 1
    assert read_any(gzip.compress(NEWS.encode())).title == "A Paper"


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(NEWS) - 1), st.binary(max_size=8), st.integers(0, 30))
def test_a_damaged_sitemap_is_a_reading_or_a_reason(place: int, junk: bytes, gap: int) -> None:
    body = NEWS.encode()
    try:
        reading = read(body[:place] + junk + body[place + gap :])
    except ReadError:
        return
    assert all(lead.url is None or lead.url.startswith("http") for lead in reading.leads)
