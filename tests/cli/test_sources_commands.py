"""`sources` and `extract`, on files and on a loopback origin."""

from __future__ import annotations

from pathlib import Path

import pytest
from command import ROOT, run
from origin import Answer, Origin
from scripted import rss

from watcher.config import load_config

FEED = rss(
    {"title": "Nvidia ships", "link": "/ships", "description": "<b>Bold</b> words", "guid": "1"}, title="A Paper"
)
PAGE = (ROOT / "tests" / "pages" / "en_cms_with_everything.html").read_bytes()


@pytest.fixture
def open_config(config: Path, origin: Origin) -> Path:
    """The configuration, with the origin allowed."""
    text = config.read_text().replace("[seeds]", f'[network]\nallow = ["{origin.host_port}"]\ngap = "0s"\n\n[seeds]')
    config.write_text(text)
    return config


@pytest.mark.parametrize("line", ["extract {}", "sources read {}", "sources add {}"])
def test_a_refused_address_says_the_very_line_that_allows_it(config: Path, origin: Origin, line: str):
    url = origin.on("/feed", Answer(body=FEED))
    done = run(*line.format(url).split(), "--config", config)
    assert (done.code, done.out) == (1, "")
    assert f'allow = ["{origin.host_port}"]' in done.err
    assert len(done.err.splitlines()) == 1
    assert not origin.log


def test_a_feed_is_read_in_the_shape_of_the_contract(open_config: Path, origin: Origin, tmp_path: Path):
    url = origin.on("/feed", Answer(body=FEED))
    row = run("sources", "read", url, "--json", "--config", open_config).row()
    assert set(row) == {
        "url", "link", "title", "summary", "content", "published", "updated", "id", "language", "authors"
    }  # fmt: skip
    assert (row["url"], row["link"], row["summary"]) == (f"{origin.url}/ships", "/ships", "Bold words")
    (tmp_path / "feed.xml").write_bytes(FEED)
    assert run("sources", "read", tmp_path / "feed.xml", "--json").row()["url"] is None
    based = run("sources", "read", tmp_path / "feed.xml", "--json", "--url", "https://paper.example/feed").row()
    assert based["url"] == "https://paper.example/ships"
    assert run("sources", "read", url.replace("http://", "HTTP://"), "--config", open_config).code == 0


def test_an_empty_feed_is_no_output_and_what_is_no_feed_is_one_line(open_config: Path, origin: Origin, tmp_path: Path):
    (tmp_path / "empty.xml").write_bytes(rss())
    for form in ([], ["--json"]):
        done = run("sources", "read", tmp_path / "empty.xml", *form)
        assert (done.code, done.out) == (0, "")
    bad = [
        b"",
        bytes(range(256)) * 10,
        b"<html><title>x</title><p>y</p></html>",
        b"{}",
        b"<a>",
        b"\x1f\x8b\x08",
        b"<" * 10**5,
    ]
    for number, body in enumerate(bad):
        (tmp_path / str(number)).write_bytes(body)
        done = run("sources", "read", tmp_path / str(number), "--json")
        assert (done.code, done.out) == (1, ""), body
        assert len(done.err.splitlines()) == 1
        assert str(tmp_path / str(number)) in done.err
    for place in (tmp_path, tmp_path / "gone", origin.on("/500", Answer(status=500)), "x\ny"):
        done = run("sources", "read", place, "--json", "--config", open_config)
        assert (done.code, done.out) == (1, "")


def test_an_article_is_extracted_in_the_shape_of_the_contract(open_config: Path, origin: Origin, tmp_path: Path):
    url = origin.on("/page", Answer(body=PAGE, headers={"Content-Type": "text/html"}))
    done = run("extract", url, "--json", "--config", open_config)
    row = done.row()
    assert done.code == 0
    assert set(row) - {"wall"} == {
        "outcome", "url", "title", "text", "published", "published_from", "language", "outlet", "authors"
    }  # fmt: skip
    assert (row["outcome"], row["published_from"]) == ("article", "page")
    (tmp_path / "page.html").write_bytes(PAGE)
    assert run("extract", tmp_path / "page.html", "--json").row()["text"] == row["text"]
    assert "outcome" in run("extract", tmp_path / "page.html").out
    (tmp_path / "nothing").write_bytes(b"")
    (tmp_path / "noise").write_bytes(bytes(range(256)) * 40)
    for name in ("nothing", "noise"):
        done = run("extract", tmp_path / name, "--json")
        assert done.code == 1
        assert done.row()["outcome"] in {"not-an-article", "too-short", "unreadable"}
    for place in (tmp_path, tmp_path / "gone", origin.on("/404", Answer(status=404))):
        done = run("extract", place, "--json", "--config", open_config)
        assert (done.code, done.out) == (1, "")
        assert len(done.err.splitlines()) == 1


def test_a_source_is_added_with_one_request_and_removed_to_the_byte(open_config: Path, origin: Origin):
    url = origin.on("/feed", Answer(body=FEED))
    before = open_config.read_bytes()
    done = run("sources", "add", url, "--id", "paper", "--language", "en", "--config", open_config)
    assert done.code == 0, done.err
    assert len(origin.log) == 1
    (source,) = load_config(open_config, {}).sources
    assert (source.id, source.url, source.language) == ("paper", url, "en")
    assert b"# [digest.email]" in open_config.read_bytes()
    twice = run("sources", "add", url, "--config", open_config)
    assert (twice.code, len(origin.log)) == (1, 1)
    assert run("sources", "add", f"{url}?x=1", "--id", "paper", "--config", open_config).code == 2
    (listed,) = run("sources", "list", "--json", "--config", open_config).rows()
    assert (listed["id"], listed["state"]) == ("paper", "new")
    assert run("sources", "remove", "paper", "--config", open_config).code == 0
    assert open_config.read_bytes().strip() == before.strip()
    assert run("sources", "remove", "paper", "--config", open_config).code == 1


def test_what_is_no_feed_changes_nothing(open_config: Path, origin: Origin):
    before = open_config.read_bytes()
    bodies = {"/page": PAGE, "/noise": bytes(range(256)), "/empty": b""}
    for path, body in bodies.items():
        done = run("sources", "add", origin.on(path, Answer(body=body)), "--config", open_config)
        assert done.code == 1
        assert origin.url + path in done.err
    assert open_config.read_bytes() == before


FRONT = b"""<!doctype html><html><head><title>A Paper</title>
<!-- <link rel="alternate" type="application/rss+xml" href="/old.xml"> -->
<link rel="stylesheet" type="text/css" href="/x.css"><link rel=alternate hreflang=de href="/de/">
<link rel="alternate" type="application/rss+xml" title="Comments > all" href="/comments/feed">
<link rel="alternate" type="application/rss+xml" title="All > here" href="/feed?a=1&amp;b=2">
<LINK HREF='news.atom' TYPE='application/atom+xml; charset=utf-8' REL='home alternate'>
<link rel="alternate" type="application/rss+xml" href="javascript:alert(1)">
</head><body><p>Words.</p></body></html>"""


def test_of_a_front_page_its_main_feed_is_added_and_the_others_are_named(open_config: Path, origin: Origin):
    site = origin.on("/news/", Answer(body=FRONT))
    origin.on("/news/news.atom", Answer(status=404))
    origin.on("/feed", Answer(body=FEED))
    done = run("sources", "add", site, "--id", "paper", "--config", open_config)
    assert done.code == 0, done.err
    (source,) = load_config(open_config, {}).sources
    assert (source.kind, source.url) == ("feed", f"{origin.url}/feed?a=1&b=2")
    assert [asked.target for asked in origin.log] == ["/news/", "/news/news.atom", "/feed?a=1&b=2"]
    assert f"watcher sources add {origin.url}/comments/feed" in done.err
    assert run("sources", "add", site, "--config", open_config).code == 1


def test_what_a_page_names_and_cannot_be_had_is_said_and_changes_nothing(open_config: Path, origin: Origin):
    before = open_config.read_bytes()
    done = run("sources", "add", origin.on("/news/", Answer(body=FRONT)), "--config", open_config)
    assert (done.code, done.out, len(done.err.splitlines())) == (1, "", 1)
    feeds = [f"{origin.url}{path}" for path in ("/news/news.atom", "/feed?a=1&b=2", "/comments/feed")]
    tries = [part.removeprefix("try: watcher sources add ") for part in done.err.strip().split("; ")[1:]]
    assert tries == feeds
    assert open_config.read_bytes() == before
    assert len(origin.log) <= 14
    for endless in (b"<link " * 80_000, b"<!--" * 100_000, b"<link rel=alternate" + b" a=" * 10_000):
        page = origin.on(f"/{len(endless)}", Answer(body=b"<html>" + endless))
        assert "try:" not in run("sources", "add", page, "--config", open_config).err


def test_the_usual_places_are_asked_in_turn_until_one_answers(open_config: Path, origin: Origin):
    site = origin.on("/", Answer(body=b"<html><p>Words.</p></html>"))
    origin.on("/feed", Answer(body=b"<html>soft 404</html>"))
    origin.on("/feed.xml", Answer(body=FEED))
    assert run("sources", "add", site, "--config", open_config).code == 0
    assert [asked.target for asked in origin.log] == ["/", "/feed", "/rss.xml", "/feed.xml"]
    assert origin.busiest == 1


def test_a_site_that_wants_to_be_left_alone_is_asked_nothing_more(open_config: Path, origin: Origin):
    site = origin.on("/", Answer(body=b"<html><p>Words.</p></html>"))
    origin.on("/feed", Answer(status=429))
    assert run("sources", "add", site, "--config", open_config).code == 1
    assert len(origin.log) == 2


SITEMAP = b"""<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc>https://paper.example/1</loc><news:news><news:title>Nvidia ships</news:title></news:news></url></urlset>"""
LIST = b"<html lang=en><main>" + b"".join(
    b'<article><h2><a href="/2026/11/%d/nvidia-ships-more">Nvidia ships more than was said, part %d</a></h2></article>'
    % (n, n)
    for n in range(10, 16)
)


def test_a_sitemap_that_robots_txt_names_is_found_the_one_for_news_first(open_config: Path, origin: Origin):
    site = origin.on("/", Answer(body=LIST))
    named = f"User-agent: *\nSitemap: {origin.url}/all.xml\nsitemap: {origin.url}/google-news.xml\n".encode()
    origin.on("/robots.txt", Answer(body=named))
    origin.on("/google-news.xml", Answer(body=SITEMAP))
    assert run("sources", "add", site, "--config", open_config).code == 0
    (source,) = load_config(open_config, {}).sources
    assert (source.kind, source.url) == ("sitemap", f"{origin.url}/google-news.xml")


def test_without_feed_and_sitemap_the_page_itself_is_the_source(open_config: Path, origin: Origin):
    site = origin.on("/news/", Answer(body=LIST))
    done = run("sources", "add", site, "--id", "list", "--config", open_config)
    assert done.code == 0, done.err
    (source,) = load_config(open_config, {}).sources
    assert (source.kind, source.url, source.language) == ("page", site, "en")
    assert "6 leads" in done.err


def test_a_kind_that_is_given_is_asked_once_and_nothing_else(open_config: Path, origin: Origin):
    site = origin.on("/news/", Answer(body=LIST))
    assert run("sources", "add", site, "--kind", "sitemap", "--config", open_config).code == 1
    assert run("sources", "add", site, "--kind", "nonsense", "--config", open_config).code == 2
    assert run("sources", "add", site, "--kind", "page", "--config", open_config).code == 0
    assert len(origin.log) == 2


def test_a_document_is_read_as_the_kind_it_is(tmp_path: Path):
    index = b"<sitemapindex><sitemap><loc>https://paper.example/a.xml</loc></sitemap></sitemapindex>"
    files = {"map.xml": SITEMAP, "list.html": LIST, "list.txt": b"https://paper.example/1\nhttps://paper.example/2\n"}
    counts = {}
    for name, body in files.items():
        (tmp_path / name).write_bytes(body)
        rows = run("sources", "read", tmp_path / name, "--json", "--url", "https://paper.example/").rows()
        counts[name] = len(rows)
    assert counts == {"map.xml": 1, "list.html": 6, "list.txt": 2}
    relative = run("sources", "read", tmp_path / "list.html", "--json").rows()[0]
    assert (relative["url"], relative["link"]) == (None, "/2026/11/10/nvidia-ships-more")
    (tmp_path / "index.xml").write_bytes(index)
    done = run("sources", "read", tmp_path / "index.xml", "--json")
    assert (done.code, done.out) == (0, "")
    assert "https://paper.example/a.xml" in done.err


def test_a_read_only_configuration_is_78_with_the_lines_to_paste(open_config: Path, origin: Origin):
    url = origin.on("/feed", Answer(body=FEED))
    open_config.chmod(0o444)
    before = open_config.read_bytes()
    done = run("sources", "add", url, "--id", "paper", "--config", open_config)
    assert (done.code, done.out) == (78, "")
    assert f'[[sources]]\nid = "paper"\nkind = "feed"\nurl = "{url}"' in done.err
    assert open_config.read_bytes() == before


def test_a_source_is_paused_and_resumed_and_one_that_ended_is_asked_again(open_config: Path, origin: Origin):
    url = origin.on("/feed", Answer(status=410), Answer(body=FEED))
    with open_config.open("a") as file:
        file.write(f'\n[[sources]]\nid = "paper"\nurl = "{url}"\npages = "never"\n')

    def state() -> str:
        return str(run("sources", "show", "paper", "--json", "--config", open_config).row()["state"])

    def poll(*more: str) -> int:
        return run("poll", *more, "--config", open_config).code

    assert run("sources", "pause", "paper", "--config", open_config).code == 0
    assert (state(), poll("--all"), len(origin.log)) == ("paused", 0, 0)
    assert run("sources", "resume", "paper", "--config", open_config).code == 0
    assert (poll(), len(origin.log), state()) == (0, 1, "ended")
    assert (poll("--all"), len(origin.log)) == (0, 1)
    assert run("sources", "resume", "paper", "--config", open_config).code == 0
    assert (poll("--strict"), len(origin.log), state()) == (0, 2, "ok")
    assert run("sources", "pause", "nobody", "--config", open_config).code == 1


def test_only_strict_makes_a_failing_source_an_exit_code(open_config: Path, origin: Origin):
    with open_config.open("a") as file:
        file.write(f'\n[[sources]]\nid = "paper"\nurl = "{origin.url}/gone"\n')
    assert run("poll", "--all", "--config", open_config).code == 0
    done = run("poll", "--all", "--strict", "--json", "--config", open_config)
    assert done.code == 3
    assert "404" in done.row()["trouble"]
    assert run("poll", "--source", "nobody", "--config", open_config).code == 1
    assert run("backfill", "--since", "2026-01-01", "--strict", "--config", open_config).code == 3
