"""Hostile text in every field a source can fill, through the whole program, in every form, opened in a browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import pytest
from browser import look, opened
from command import run
from corpus import SANITISER_CASES, sanitiser_cases
from markdown_it import MarkdownIt
from origin import Answer, Origin

from watcher.digest.view import view
from watcher.render import Renderer
from watcher.shipped import shipped
from watcher.sources import read_document
from watcher.types import Edition, Entry, Page, Reading, Relation, Report, Source

PAYLOADS = (Path(__file__).parent / "payloads.txt").read_text("utf-8").splitlines()
# A page may lead to an article, to a part of itself, and to a file beside it.
ADDRESS = re.compile(
    r"https?://[^/\s\"'<>]+(?:/[^\s\"'<>]*)?|mailto:[^\s<>]+|#[\w-]*|[\w.-]+\.(?:html|txt|md|json|atom)(?:#[\w-]*)?"
)
# What takes the browser elsewhere leaves nothing to listen to.
LEAVES = ("refresh", "<base", "<plaintext", "<xmp", "<!--", "<template", "<noscript", "</title>", "<textarea")
NOW = datetime(2026, 3, 11, 7, tzinfo=UTC)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with opened() as engine:
        yield engine


def item(number: int, payload: str, base: str) -> str:
    """An item of which every field is the payload, or holds it."""
    text, quoted = escape(payload), quoteattr(payload)
    words = f"Nvidia ships rack number {number * 7919} to plant {number * 104729} this week."
    return (
        f"<item><title>{text} Nvidia mark{number}mark</title><link>{base}/page/{number}</link>"
        f"<guid>{text}{number}</guid>"
        f"<description>{text} {words}</description><author>{text}</author><dc:creator>{text}</dc:creator>"
        f"<category>{text}</category><content:encoded>{escape(payload)} {words * 9}</content:encoded>"
        f"<enclosure url={quoted} type={quoted} length='1'/><media:thumbnail url={quoted}/>"
        f"<source url={quoted}>{text}</source><pubDate>{format_datetime(datetime.now(UTC))}</pubDate></item>"
        f"<item><title>Nvidia link{number}link</title><link>{text}</link><guid isPermaLink='true'>{text}</guid>"
        f"<description>{words}</description></item>"
    )


def feed(base: str, first: int) -> bytes:
    """Ten of the payloads: on a first visit twenty of a source's leads are news, and each payload makes two."""
    numbers = range(first, min(first + 10, len(PAYLOADS)))
    items = "".join(item(number, PAYLOADS[number], base) for number in numbers)
    title = escape("<script>alert(1)</script><img src=x onerror=alert(1)>The Paper")
    return (
        '<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:media="http://search.yahoo.com/mrss/">'
        f"<channel><title>{title}</title><link>javascript:alert(1)</link>{items}</channel></rss>"
    ).encode()


def article(number: int) -> bytes:
    """A page that says the payload in its text, its headline, its names."""
    text = escape(PAYLOADS[number], {'"': "&quot;"})
    paragraphs = "".join(
        f"<p>{text} Nvidia ships rack {number * 7919 + each} to plant {number * 104729 + each}, says {text}.</p>"
        for each in range(12)
    )
    return (
        f'<!doctype html><html lang="en"><head><title>{text} Nvidia</title><meta name="author" content="{text}">'
        f'<meta property="og:site_name" content="{text} Paper"><meta property="og:title" content="{text} Nvidia">'
        f'<link rel="canonical" href="{text}"></head><body><article><h1>{text} Nvidia</h1>{paragraphs}</article>'
        "</body></html>"
    ).encode()


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an edition made of hostile feeds and pages: polled over HTTP, published, mailed into files."""
    folder = tmp_path_factory.mktemp("hostile")
    with closing(Origin()) as origin:
        base = f"http://127.0.0.1:{origin.port}"
        sources = []
        for pages in ("never", "always"):
            for first in range(0, len(PAYLOADS), 10):
                url = origin.on(f"/{pages}/{first}", Answer(body=feed(f"{base}/{pages}", first)))
                sources.append(f'[[sources]]\nid = "{pages}-{first}"\nurl = "{url}"\npages = "{pages}"')
        for number in range(len(PAYLOADS)):
            origin.on(f"/always/page/{number}", Answer(body=article(number), headers={"Content-Type": "text/html"}))
        (folder / "config.toml").write_text(
            f"""
[watcher]
timezone = "UTC"
[network]
allow = ["127.0.0.1:{origin.port}"]
gap = "0s"
{chr(10).join(sources)}
[topics.nvidia]
title = "<script>alert(1)</script>Nvidia"
names = ["Nvidia"]
[stories]
encoder = "off"
grouping = "off"
[digest]
at = "00:00"
max_stories = 400
[digest.file]
folder = "mail"
[[digest.recipients]]
address = "reader@example.org"
""",
            "utf-8",
        )
        assert run("poll", "--config", folder / "config.toml").code == 0
        assert run("digest", "--send", "--config", folder / "config.toml").code == 0
    return folder


def forms(folder: Path) -> list[Path]:
    """Every page a reader may open: the edition, the index, the mail's HTML part, the Markdown as a viewer shows it."""
    pages = sorted((folder / "out").glob("*.html"))
    (mail,) = sorted((folder / "mail").glob("*.eml"))
    message = message_from_bytes(mail.read_bytes(), policy=policy.default)
    body = message.get_body(("html",))
    assert body is not None
    (folder / "mail.html").write_text(body.get_content(), "utf-8")
    viewer = MarkdownIt("commonmark", {"html": True})
    made = [folder / "mail.html"]
    for file in sorted((folder / "out").glob("*.md")):
        shown = folder / f"{file.stem}.md.html"
        shown.write_text(viewer.render(file.read_text("utf-8")), "utf-8")
        made.append(shown)
    return [*pages, *made]


def test_no_field_of_a_source_runs_a_script_or_sends_a_request(published: Path, browser: Any) -> None:
    files = forms(published)
    assert len(files) >= 4
    for file in files:
        seen = look(browser, file)
        assert (seen.heard, seen.asked, seen.handlers) == ([], [], 0), file.name
        bad = [url for url in seen.addresses if not ADDRESS.fullmatch(url)]
        assert bad == [], file.name
    shown = look(browser, next(file for file in files if file.name.startswith("2")))
    marks = set(re.findall(r"mark(\d+)mark", shown.text))
    assert len(marks) > 0.9 * len(PAYLOADS), "the payloads must be in the page, or this shows nothing"


def test_the_texts_for_programs_hold_no_control_characters(published: Path) -> None:
    for file in (published / "out").iterdir():
        text = file.read_text("utf-8")
        assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\u202a-\u202e\u2066-\u2069\ufffe\uffff]", text), file.name


def test_the_browser_hears_what_it_should(tmp_path: Path, browser: Any) -> None:
    """A page without any defence: the test above can fail."""
    file = tmp_path / "rude.html"
    file.write_text(
        "<body>" + "<p>".join(each for each in PAYLOADS if not any(sign in each for sign in LEAVES)), "utf-8"
    )
    seen = look(browser, file)
    assert seen.heard
    assert seen.asked
    assert seen.handlers


def told(number: int, reading: Reading, raw: str) -> Entry:
    """An entry that shows what was read of a case; and one level deeper, what stood there unread."""
    lead = reading.leads[0] if reading.leads else None
    title = (lead.title if lead else "") or raw
    report = Report(
        article=number,
        url=(lead.url if lead and lead.url else "https://news.example/") + f"#{number}",
        title=title,
        outlet=f"{reading.title or 'Outlet'} {raw}",
        source="cases",
        language="en",
        published=NOW - timedelta(hours=2),
        relation=Relation.NEW,
        summary=tuple(filter(None, (lead.summary if lead else "", lead.content if lead else "", raw))),
    )
    return Entry(str(number), "new", ("nvidia",), (report,))


@pytest.mark.parametrize("share", [0, *(pytest.param(share, marks=pytest.mark.long) for share in (1, 2, 3))])
def test_the_cases_of_a_feed_parsers_sanitiser_run_nothing(share: int, tmp_path: Path, browser: Any) -> None:
    cases = sanitiser_cases()
    if not cases:
        pytest.skip(SANITISER_CASES)
    source = Source("cases", "https://news.example/feed")
    entries = []
    for number, body in enumerate(cases[share::4]):
        page = Page(source.url, 200, (), body, NOW)
        reading = read_document("feed", source, page, None)
        raw = body.decode("utf-8", "replace")
        entries.append(told(number, reading if isinstance(reading, Reading) else Reading(), raw[:2_000]))
    edition = Edition(
        1, date(2026, 3, 11), "07:00 UTC", NOW - timedelta(days=1), NOW, NOW, (("nvidia", "N"),), tuple(entries)
    )
    renderer = Renderer([shipped("templates")])
    shown = view(edition, max_stories=len(entries))
    mail = renderer.message(shown)
    written = {"page.html": renderer.render(shown, "html"), "mail.html": mail.html}
    written["md.html"] = MarkdownIt("commonmark", {"html": True}).render(renderer.render(shown, "markdown"))
    for name, text in written.items():
        (tmp_path / name).write_text(text, "utf-8")
        seen = look(browser, tmp_path / name)
        assert (seen.heard, seen.asked, seen.handlers) == ([], [], 0), name
        assert [url for url in seen.addresses if not ADDRESS.fullmatch(url)] == [], name
    assert len(entries) > 100
