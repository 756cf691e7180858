"""The shipped templates, seen as files: what changed in a page is the diff of a commit."""

from __future__ import annotations

import json
import re
import shutil
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from watcher.digest.view import View, view
from watcher.render import FORMS, Renderer
from watcher.shipped import shipped

FOLDER = Path(__file__).parent
MOST_STORIES = 17  # of the fixture's 23: some must end as headlines

# Everything HTML can contain that would fetch, run or change something.
FORBIDDEN_TAGS = {
    "script",
    "iframe",
    "object",
    "embed",
    "img",
    "link",
    "base",
    "form",
    "input",
    "audio",
    "video",
}


# What a chart consists of: shapes without addresses and events.
DRAWN = {"role", "aria-label", "viewbox", "width", "height", "preserveaspectratio", "x", "y", "class"}


@pytest.fixture
def renderer():
    return Renderer([shipped("templates")], "en")


@pytest.fixture
def shown(fixture) -> View:
    return view(fixture.edition, fixture.reads, (), MOST_STORIES, 3)


class Markup(HTMLParser):
    """Collects the tags and attributes a browser would see."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))


@pytest.mark.parametrize("form", FORMS)
def test_an_edition_looks_as_it_did(fixture, shown, renderer, update, form):
    _compare(f"{fixture.name}.{FORMS[form]}", renderer.render(shown, form, name="2025-03-11"), update)


def test_a_mail_looks_as_it_did(fixture, shown, renderer, update):
    message = renderer.message(shown, online="https://news.example/2025-03-11.html")
    _compare(f"{fixture.name}.mail.html", message.html, update)
    _compare(f"{fixture.name}.mail.txt", f"{message.subject}\n\n{message.text}", update)


def _compare(name: str, rendered: str, update: bool) -> None:
    file = FOLDER / name
    if update:
        file.write_text(rendered, encoding="utf-8", newline="\n")
    assert rendered == file.read_text(encoding="utf-8"), "see the change with: pytest tests/editions --update; git diff"


@pytest.mark.parametrize("language", ["en", "de", "pt"])
def test_no_payload_of_a_feed_survives_as_markup(fixture, shown, language):
    renderer = Renderer([shipped("templates")], language)
    pages = [renderer.render(shown, "html", name="2025-03-11"), renderer.message(shown).html]
    pages.append(renderer.index([("2025-03-11", fixture.edition)], fixture.reads))
    for page in pages:
        for tag, attributes in Markup(page).tags:
            assert tag not in FORBIDDEN_TAGS
            assert not [name for name in attributes if name.startswith("on")]
            href = attributes.get("href") or "https://"
            assert re.match(r"https?://|#topic-\d+$|(?:index|2025-03-11)\.(?:html|txt|md|json)$", href), href
            if href.startswith("http") and tag == "a" and page is not pages[1]:  # a mail program has no opener
                assert attributes["rel"] == "noopener noreferrer"
            if tag in {"svg", "rect"}:
                assert attributes.keys() <= DRAWN
            assert re.fullmatch(r"[a-z]{0,3}", attributes.get("lang") or "")
            assert "style" not in attributes or page is pages[1]
        assert "\u202e" not in page
        assert "\x00" not in page


def test_template_code_in_a_headline_is_text(shown, renderer):
    assert "{{ 7*7 }}" in renderer.render(shown, "html")


def test_a_headline_cannot_open_a_link_of_its_own_in_markdown(shown, renderer):
    text = renderer.render(shown, "markdown")
    assert not re.search(r"(?<!\\)\]\((?!<https?:)", text)
    assert "<script" not in text.replace("\\<script", "")


def test_every_headline_in_another_language_says_which(shown, renderer):
    page = renderer.render(shown, "html")
    marked = {(attributes.get("lang"), attributes.get("dir")) for tag, attributes in Markup(page).tags if tag == "a"}
    assert {("zh", "ltr"), ("ar", "rtl"), ("ru", "ltr"), ("ja", "ltr")} <= marked


def test_headings_are_in_order(fixture, shown, renderer):
    pages = [
        renderer.render(shown, "html"),
        renderer.message(shown).html,
        renderer.index([("2025-03-11", fixture.edition)]),
    ]
    for page in pages:
        levels = [int(tag[1]) for tag, _ in Markup(page).tags if re.fullmatch(r"h[1-6]", tag)]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after - before <= 1 for before, after in pairwise(levels))


def test_the_page_loads_nothing_and_says_so(shown, renderer):
    page = renderer.render(shown, "html", name="2025-03-11")
    assert not re.search(
        r"""\b(?:src|srcset|poster|data|action|background)=|url\(|@import""", page.split("</style>")[0]
    )
    assert "default-src 'none'" in page


def test_mail_and_page_hold_the_same_stories(shown, renderer):
    message = renderer.message(shown)
    for story in (*shown.stories, *shown.headlines):
        if story.lead.url.startswith("https"):
            assert story.lead.url in message.text
            assert story.lead.url in message.html


def test_nothing_of_the_stories_is_lost_on_the_way_to_json(fixture, shown, renderer):
    rows = json.loads(renderer.render(shown, "json"))
    placed = [
        article["id"] for section in rows["sections"] for story in section["stories"] for article in story["articles"]
    ]
    placed += [
        article["id"] for shelf in rows["shelves"] for story in shelf["stories"] for article in story["articles"]
    ]
    placed += [article["id"] for key in ("headlines", "known") for story in rows[key] for article in story["articles"]]
    placed += [article["id"] for article in rows["mentions"]]
    assert sorted(placed) == sorted(stored.id for story in fixture.stories for stored in story.articles)


def test_chromium_runs_nothing_and_the_first_story_is_seen_on_a_phone(shown, renderer, tmp_path):
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("no chromium on this machine: apt-get install chromium")
    playwright = pytest.importorskip("playwright.sync_api", reason="no playwright: pip install playwright")
    file = tmp_path / "edition.html"
    file.write_text(renderer.render(shown, "html"), encoding="utf-8")
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
    with playwright.sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=chromium, args=arguments)
        page = browser.new_page(viewport={"width": 390, "height": 700})
        asked, ran = [], []
        page.on("request", lambda request: asked.append(request.url))
        page.on("dialog", lambda dialog: (ran.append(dialog.message), dialog.dismiss()))
        page.on("console", lambda message: ran.append(message.text))
        page.goto(file.as_uri())
        page.hover("h3 a")
        summary = page.locator("article .summary").first.bounding_box()
        columns = page.evaluate("document.documentElement.scrollWidth")
        browser.close()
    assert asked == [file.as_uri()]
    assert ran == []
    assert summary is not None
    assert summary["y"] + 40 < 700
    assert columns <= 390
