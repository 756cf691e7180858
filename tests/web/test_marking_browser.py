"""Forms of marks in Chromium: a browser's own Origin passes, and the lists are clean for axe with something in them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from browser import opened
from marked import BRIDGE, CHIPS
from newsroom import article, put
from webservice import running

from watcher.store import open_store


def test_a_browser_says_something_of_a_story_by_keyboard_and_takes_it_back(tmp_path: Path):
    axe: Any = pytest.importorskip("axe_playwright_python.sync_playwright", reason="pip install axe-playwright-python")
    with open_store(tmp_path / "data") as store, store.writing() as writer:
        put(
            writer,
            article("one", f"{CHIPS} #chips", 1, title="Nvidia " + "ships" * 40),
            article("two", f"{CHIPS} #chips", 2, title="华为昇腾芯片良率大幅提升" * 8, language="zh"),
            article("three", f"{BRIDGE} #bridge", 3, title="جامعة عربية تدرب نموذجا صغيرا", language="ar"),
        )
    with opened() as browser, running(tmp_path) as service:
        context = browser.new_context(viewport={"width": 320, "height": 700})
        name, _, value = service.cookie.partition("=")
        context.add_cookies([{"name": name, "value": value, "url": service.origin}])
        page = context.new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.goto(f"{service.origin}/a/1/mute?back=/marks")
        page.focus("button[type=submit]")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert page.url == f"{service.origin}/marks"
        assert [mark.kind for mark in service.store.marks()] == ["mute"]
        page.goto(f"{service.origin}/a/3/saved?back=/saved")
        page.fill("#note", "for Monday")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        page.goto(f"{service.origin}/a/1/split?back=/marks")
        page.check("input[name='article.2']")
        with page.expect_navigation():
            page.click("main button[type=submit]")
        for path in ("/marks", "/saved", "/a/1/merge", "/a/1/hide", "/a/3/off-topic"):
            page.goto(service.origin + path)
            assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
            found = axe.Axe().run(page).response["violations"]
            assert [(each["id"], each["nodes"][0]["html"][:200]) for each in found] == [], path
        page.goto(f"{service.origin}/marks")
        while page.locator("main form").count():
            with page.expect_navigation():
                page.click("main form button >> nth=0")
        assert all(mark.undone for mark in service.store.marks() if mark.kind != "saved")
        assert service.store.corrections() == ()
        assert said == []
