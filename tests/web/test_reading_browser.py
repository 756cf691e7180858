"""Every page of the service in Chromium: what axe finds, the console, no scrolling sideways, the keyboard alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from browser import opened
from readable import NOW, Filled, fill, write_seed
from webservice import Service, running

from watcher.render import Renderer
from watcher.shipped import shipped
from watcher.types import Mark

WIDTHS = (1280, 390, 320)
SCHEMES = ("light", "dark")
# What the suite looks at: both ends of the widths, each in one light. `make check` takes all six for every page.
SEEN = [(1280, "light"), (320, "dark")]
FURTHER = [(width, scheme) for width in WIDTHS for scheme in SCHEMES if (width, scheme) not in SEEN]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with opened() as found:
        yield found


@pytest.fixture(scope="module")
def axe() -> Any:
    found = pytest.importorskip("axe_playwright_python.sync_playwright", reason="pip install axe-playwright-python")
    return found.Axe()


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Service, Filled]]:
    folder = tmp_path_factory.mktemp("reading")
    write_seed(folder)
    with running(folder, more='[seeds]\npath = "seeds"\n') as service:
        yield service, fill(service.store)


def pages(filled: Filled) -> list[str]:
    """Every page that is read, the forms of what may be said of a story included."""
    return [
        "/",
        "/archive",
        "/archive/2026-03",
        "/editions/2026-03-09",
        f"/stories/{filled.story}",
        *(f"/stories/0?of={number}" for number in filled.hostile.values()),
        f"/articles/{filled.retelling}",
        *(f"/articles/{number}" for number in (*filled.hostile.values(), filled.bare)),
        "/search",
        "/search?q=nvidia",
        "/sources",
        "/sources/paper",
        "/known",
        "/saved",
        "/marks",
        "/feeds",
        "/status",
        f"/a/{filled.first}",
        f"/a/{filled.hostile['long']}/hide",
        f"/a/{filled.first}/split",
    ]


def sample(filled: Filled) -> list[str]:
    """One of every template, with what is hardest to lay out: `/` names every hostile text."""
    return [
        "/",
        f"/stories/{filled.story}",
        f"/articles/{filled.hostile['long']}",
        "/search?q=nvidia",
        "/sources/paper",
    ]


def signed_in(browser: Any, service: Service, **more: Any) -> Any:
    """A window of somebody who signed in."""
    context = browser.new_context(reduced_motion="reduce", **more)
    name, _, value = service.cookie.partition("=")
    context.add_cookies([{"name": name, "value": value, "url": service.origin}])
    return context


def examine(context: Any, axe: Any, urls: Iterable[str], width: int, look: str) -> None:
    """One after another in one window: a new one each took twice the processor time."""
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    for url in urls:
        where = f"{url} {look} {width}"
        page.goto(url)
        page.evaluate("for (const each of document.querySelectorAll('details')) { each.open = true; }")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, where
        found = axe.run(page).response["violations"]
        assert [(each["id"], each["nodes"][0]["html"][:200]) for each in found] == [], where
        assert said == [], where
    page.close()


@pytest.mark.parametrize(("width", "scheme"), SEEN)
def test_axe_finds_nothing_the_console_is_silent_and_nothing_scrolls_sideways(
    width: int, scheme: str, browser: Any, axe: Any, read: tuple[Service, Filled]
) -> None:
    service, filled = read
    context = signed_in(browser, service, viewport={"width": width, "height": 700}, color_scheme=scheme)
    further = ["/archive", "/archive/2026-03", "/editions/2026-03-09", "/sources", "/known", "/status"]
    paths = [*sample(filled), *further] if width < 1000 else sample(filled)[:2]
    examine(context, axe, (service.origin + path for path in paths), width, scheme)
    context.close()


def test_on_a_phone_every_cell_of_the_sources_is_inside_the_window_with_its_name(
    browser: Any, read: tuple[Service, Filled]
) -> None:
    service, _ = read
    context = signed_in(browser, service, viewport={"width": 390, "height": 700})
    page = context.new_page()
    page.goto(service.origin + "/sources")
    cells = page.evaluate(
        "[...document.querySelectorAll('.list td')].map(each => [each.getBoundingClientRect().right,"
        " getComputedStyle(each, '::before').content])"
    )
    assert len(cells) >= 7
    assert all(right <= 390 and len(name) > 2 and name != "none" for right, name in cells), cells
    context.close()


def test_what_is_filled_in_or_pressed_stands_apart_from_what_is_above_it(
    browser: Any, read: tuple[Service, Filled]
) -> None:
    service, _ = read
    with service.store.writing() as writer:
        said = writer.mark(Mark(0, "hide", NOW, phrase="webinar"))
    context = signed_in(browser, service, viewport={"width": 1280, "height": 700})
    page = context.new_page()
    below = "each => each.getBoundingClientRect().top - each.previousElementSibling.getBoundingClientRect().bottom"
    page.goto(service.origin + "/feeds")
    gaps = [page.locator(each).evaluate(below) for each in (".make p:nth-of-type(2)", ".make button")]
    page.goto(service.origin + "/marks")
    gaps.append(page.locator(".marks form").first.evaluate(below))
    assert min(gaps) >= 6, gaps
    with service.store.writing() as writer:
        writer.unmark(said.id, NOW)
    context.close()


@pytest.mark.long
@pytest.mark.parametrize(("width", "scheme"), [*SEEN, *FURTHER])
def test_every_page_is_clean_in_every_light_and_width(
    width: int, scheme: str, browser: Any, axe: Any, read: tuple[Service, Filled]
) -> None:
    service, filled = read
    context = signed_in(browser, service, viewport={"width": width, "height": 700}, color_scheme=scheme)
    examine(context, axe, (service.origin + path for path in pages(filled)), width, scheme)
    context.close()


@pytest.mark.parametrize(
    "language", ["en", pytest.param("de", marks=pytest.mark.long), pytest.param("ja", marks=pytest.mark.long)]
)
def test_the_pages_in_out_are_clean_too(
    language: str, browser: Any, axe: Any, read: tuple[Service, Filled], tmp_path: Path
):
    """Index, calendar, a month and an edition, as files."""
    service, _ = read
    press = replace(service.press, out=tmp_path, renderer=Renderer((shipped("templates"),), language, "UTC"))
    for edition in service.store.editions(5)[::-1]:
        press.write_out(edition, service.store)
    for width, scheme in SEEN if language != "en" else SEEN[1:]:
        context = browser.new_context(viewport={"width": width, "height": 700}, color_scheme=scheme)
        names = ("index", "calendar", "calendar-2026-03")
        examine(context, axe, ((tmp_path / f"{name}.html").as_uri() for name in names), width, f"{language} {scheme}")
        context.close()


def pressed(page: Any) -> None:
    """Presses Enter, and waits for the page that it leads to."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


def reached(page: Any) -> str:
    """What has the keyboard: its words, and whether it shows that it has."""
    return str(
        page.evaluate(
            "(() => { const e = document.activeElement; const s = getComputedStyle(e);"
            " const seen = s.outlineStyle !== 'none' || s.textDecorationLine !== 'none' || e.className === 'skip';"
            " return (seen ? '' : 'unseen ') + (e.id || e.innerText || e.name).trim(); })()"
        )
    )


def test_the_keyboard_alone_skips_to_the_content_searches_and_opens_a_story(
    browser: Any, read: tuple[Service, Filled]
) -> None:
    service, filled = read
    context = signed_in(browser, service, java_script_enabled=True)
    page = context.new_page()
    page.goto(service.origin + "/")
    page.keyboard.press("Tab")
    assert reached(page) == "Skip to the content"
    box = page.locator(".skip").bounding_box()
    assert box is not None
    assert box["y"] >= 0  # it is in sight as soon as it has the keyboard
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")
    page.goto(service.origin + "/search")
    stops = []
    while not stops or stops[-1] != "Search":
        page.keyboard.press("Tab")
        stops.append(reached(page))
        assert len(stops) < 40
        if stops[-1] == "q":
            page.keyboard.type("accelerators Malaysia")
        if stops[-1] == "Search" and "q" not in stops:
            stops.append("in the list of pages")
    assert [each for each in stops if each.startswith("unseen")] == []
    assert [each for each in stops if each in ("q", "topic", "language", "source", "order")] == [
        "q", "topic", "language", "source", "order"
    ]  # fmt: skip
    pressed(page)
    assert "2 articles found" in page.locator("#found").inner_text()
    link = page.locator(f"a[href^='/stories/{filled.story}']").first
    link.focus()
    pressed(page)
    assert page.locator("h1").inner_text().startswith("Nvidia sets aside")
    assert page.locator("mark").count() > 0
    context.close()


def test_what_may_be_said_of_a_story_is_said_and_taken_back_by_keyboard_and_without_scripts(
    browser: Any, read: tuple[Service, Filled]
) -> None:
    service, filled = read
    context = signed_in(browser, service, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{service.origin}/stories/{filled.story}")
    page.locator("form[action$='/do/follow'] button").focus()
    pressed(page)
    assert page.url.startswith(f"{service.origin}/stories/{filled.story}")
    undo = page.locator("form[action$='/do/undo'] button")
    assert undo.count() == 1
    undo.focus()
    pressed(page)
    assert page.locator("form[action$='/do/undo']").count() == 0
    context.close()
