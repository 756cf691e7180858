"""Page, index and mail in Chromium: axe finds nothing, the console is silent, nothing scrolls sideways, and on a phone
the first story is in sight. Light and dark, 1280, 390 and 320 pixels wide."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from browser import opened
from looks import edition, ordinary, report, story

from watcher.digest.view import view
from watcher.render import Renderer
from watcher.shipped import shipped
from watcher.types import Edition

WIDTHS = (1280, 390, 320)
# Both ends of the widths, each in one light; `make check` takes all six. The last for the stranger editions too.
SEEN = (("light", 1280), ("dark", 320))
FURTHER = (("dark", 1280), ("light", 390), ("dark", 390), ("light", 320))
LONG = "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz" * 5
# One word without a place to break it, in the headline, the outlet and the summary, in every part of the page.
UNBROKEN = [
    story(number, report(number, title=LONG, outlet=LONG, summary=(f"{LONG}.", "https://a.example/" + "x" * 300)))
    for number in range(30)
]
EDITIONS: dict[str, Edition] = {
    "every language": ordinary(),
    "Chinese": ordinary(["zh", "ja"]),
    "Arabic": ordinary(["ar"]),
    "unbroken": edition(UNBROKEN),
    "quiet": edition(()),
}
# The page's own language, where it is none that is shipped: whoever adds one may write from right to left.
LANGUAGES = {"Arabic": "ar", "Chinese": "zh"}


@dataclass(frozen=True)
class Document:
    name: str
    file: Path


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with opened() as engine:
        yield engine


@pytest.fixture(scope="module")
def axe() -> Any:
    return pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="pip install axe-playwright-python"
    ).Axe()


def documents(folder: Path, name: str) -> list[Document]:
    """The three pages of an edition that a reader opens, as files."""
    made = EDITIONS[name]
    renderer = Renderer([shipped("templates")], LANGUAGES.get(name, "en"))
    shown = view(made, ("en", "de"))
    pages = {
        "page": renderer.render(shown, "html", name="2026-03-11"),
        "mail": renderer.message(shown, "https://w.example/2026-03-11.html", "mailto:list@example.org").html,
    }
    if name in {"every language", "unbroken"}:
        pages["index"] = renderer.index([("2026-03-11", made), ("2026-03-10", made)], ("en",))
    for kind, page in pages.items():
        (folder / f"{kind}.html").write_text(page, "utf-8")
    return [Document(kind, folder / f"{kind}.html") for kind in pages]


def opened_page(browser: Any, file: Path, width: int, scheme: str, said: list[str]) -> Any:
    page = browser.new_page(viewport={"width": width, "height": 700}, color_scheme=scheme, reduced_motion="reduce")
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(file.as_uri())
    page.evaluate("for (const each of document.querySelectorAll('details')) { each.open = true; }")
    return page


@pytest.mark.parametrize(
    ("name", "looks"),
    [
        ("every language", SEEN),
        pytest.param("every language", FURTHER, marks=pytest.mark.long),
        *(pytest.param(name, SEEN[-1:], marks=pytest.mark.long) for name in EDITIONS if name != "every language"),
    ],
)
def test_axe_finds_nothing_the_console_is_silent_and_nothing_scrolls_sideways(
    name: str, looks: tuple[tuple[str, int], ...], browser: Any, axe: Any, tmp_path: Path
) -> None:
    for document in documents(tmp_path, name):
        said: list[str] = []
        page = opened_page(browser, document.file, 1280, "light", said)
        for scheme, width in looks:
            where = f"{document.name} {scheme} {width}"
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": 700})
            found = axe.run(page).response["violations"]
            assert [(each["id"], each["nodes"][0]["html"][:200]) for each in found] == [], where
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 700})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{document.name} at {width}"
        assert said == [], document.name
        page.close()


def test_axe_can_find_something(browser: Any, axe: Any, tmp_path: Path) -> None:
    file = tmp_path / "rude.html"
    file.write_text("<title>x</title><p style='color:#aaa'>pale<img src=x>", "utf-8")
    page = browser.new_page()
    page.goto(file.as_uri())
    assert {each["id"] for each in axe.run(page).response["violations"]} >= {"color-contrast", "image-alt"}
    page.close()


@pytest.mark.parametrize("language", ["en", "ru", pytest.param("fr", marks=pytest.mark.long)])
def test_the_first_headline_is_in_sight_on_a_phone_with_every_caution_said(
    language: str, browser: Any, tmp_path: Path
) -> None:
    """With the longest words above it, on 390 x 700 pixels; the summary begins there too."""
    renderer = Renderer([shipped("templates")], language)
    shown = view(ordinary(["en", "de"]), ("en",))
    message = renderer.message(shown, "https://w.example/2026-03-11.html", "mailto:list@example.org")
    for name, page in {"page": renderer.render(shown, "html"), "mail": message.html}.items():
        (tmp_path / f"{name}.html").write_text(page, "utf-8")
        opened = opened_page(browser, tmp_path / f"{name}.html", 390, "light", [])
        box = opened.locator("h3").first.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] < 700, f"{name}: the headline ends at {box['y'] + box['height']}"
        opened.close()


def test_a_page_whose_own_language_is_written_from_right_to_left_is_laid_out_so(browser: Any, tmp_path: Path) -> None:
    words = tmp_path / "templates" / "words"
    words.mkdir(parents=True)
    (words / "ar.toml").write_text('masthead = "تروى مرة واحدة"\ncaution = "تنبيه"\n', "utf-8")
    renderer = Renderer([tmp_path / "templates", shipped("templates")], "ar")
    shown = view(ordinary(["ar", "en"]), ("ar",))
    for name, text in {"page": renderer.render(shown, "html"), "mail": renderer.message(shown).html}.items():
        (tmp_path / f"{name}.html").write_text(text, "utf-8")
        page = opened_page(browser, tmp_path / f"{name}.html", 390, "light", [])
        assert page.evaluate("getComputedStyle(document.querySelector('h1')).direction") == "rtl"
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        left, right = page.evaluate(
            "(() => { const range = document.createRange(); range.selectNodeContents(document.querySelector('h1'));"
            " const box = range.getBoundingClientRect(); return [box.left, 390 - box.right]; })()"
        )
        assert right < left, name
        page.close()
