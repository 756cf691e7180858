"""The service's pages in Chromium: what axe finds, what the console says, whether anything scrolls sideways."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from browser import opened
from webservice import READER, Service


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with opened() as found:
        yield found


def examined(page: Any, said: list[str], url: str) -> tuple[list[str], list[str], bool]:
    """What is wrong with a page: violations, words on the console, whether it is wider than its window."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="pip install axe-playwright-python")
    said.clear()
    page.goto(url, wait_until="load")
    is_wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    found = axe.Axe().run(page)
    return [violation["id"] for violation in found.response["violations"]], list(said), is_wide


SEEN = [(1280, "light"), (320, "dark")]
FURTHER = [(1280, "dark"), (390, "light"), (390, "dark"), (320, "light")]


@pytest.mark.parametrize(
    ("width", "scheme"), [*SEEN, *(pytest.param(*each, marks=pytest.mark.long) for each in FURTHER)]
)
def test_pages_are_clean_in_every_light_and_width(browser: Any, service: Service, width: int, scheme: str):
    # One window for all of them: a new one each, and the script of axe compiled anew, took twice the processor time.
    context = browser.new_context(viewport={"width": width, "height": 700}, color_scheme=scheme, bypass_csp=False)
    page = context.new_page()
    heard: list[str] = []
    page.on("console", lambda message: heard.append(f"{message.type} {message.text}"))
    page.on("pageerror", lambda error: heard.append(str(error)))
    for path in (service.page(), service.way_out(), service.way_out("leser@desk.example"), "/sign-in", "/feeds"):
        assert examined(page, heard, f"{service.origin}{path}") == ([], [], False), path
    violations, said, is_wide = examined(page, heard, f"{service.origin}/e/x/y")
    assert (violations, is_wide) == ([], False)
    assert all("404" in line for line in said)
    context.close()


def test_the_button_leaves_by_keyboard_alone_and_without_scripts(browser: Any, service: Service):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{service.port}{service.way_out()}")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_load_state("load")
    assert page.locator("h1").inner_text() == "You are unsubscribed"
    assert page.locator("button").count() == 0
    assert service.left(READER) is not None
    context.close()


def test_the_page_of_an_edition_cannot_be_framed_and_loads_nothing(browser: Any, service: Service):
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    url = f"http://127.0.0.1:{service.port}{service.page()}"
    page.goto(url)
    assert [each for each in asked if not each.endswith("/favicon.ico")] == [url]
    page.set_content(f'<iframe src="{url}"></iframe>')
    page.wait_for_timeout(300)
    assert all("Nvidia" not in frame.content() for frame in page.frames[1:])
    page.close()
