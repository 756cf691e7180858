"""Chromium with an eye on what a page does: scripts that ran, requests that left, words on its console."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
# Whatever a payload calls, it is heard: dialogs are replaced by a mark on the window that the test reads.
LISTEN = """
window.heard = [];
for (const name of ["alert", "confirm", "prompt", "print"]) {
  window[name] = (...words) => { window.heard.push(name + " " + words.join(" ")); };
}
"""
_ALIVE = "[...document.querySelectorAll('*')].flatMap(e => [...e.attributes]).filter(a => a.name.startsWith('on'))"
_ADDRESSES = """
[...document.querySelectorAll("*")].flatMap(e => [...e.attributes]).filter(a =>
  ["href", "src", "action", "formaction", "data", "srcset", "xlink:href", "ping", "poster", "background"]
    .includes(a.name)
).map(a => a.value)
"""


@dataclass
class Seen:
    """What opening a document led to."""

    heard: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    handlers: int = 0  # attributes that would run something on an event
    addresses: list[str] = field(default_factory=list)  # values of attributes that name one
    text: str = ""


@contextmanager
def opened() -> Iterator[Any]:
    """A browser; the test is skipped, with what brings it, where there is none."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("no chromium on this machine: apt-get install chromium")
    playwright = pytest.importorskip("playwright.sync_api", reason="no playwright: pip install playwright")
    with playwright.sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


def look(browser: Any, file: Path, milliseconds: int = 300) -> Seen:
    """Opens a file, points at every link and gives focus to what takes it; says what happened."""
    seen = Seen()
    context = browser.new_context()
    context.add_init_script(LISTEN)
    page = context.new_page()
    page.on("request", lambda request: seen.asked.append(request.url))
    page.on("dialog", lambda dialog: (seen.heard.append(dialog.message), dialog.dismiss()))
    page.goto(file.as_uri(), wait_until="load")
    page.evaluate("for (const e of document.querySelectorAll('a,button,input,details')) { e.focus(); }")
    page.mouse.move(200, 300)
    page.wait_for_timeout(milliseconds)
    seen.heard += page.evaluate("window.heard || []")
    seen.handlers = page.evaluate(f"{_ALIVE}.length")
    seen.addresses = page.evaluate(_ADDRESSES)
    seen.text = page.evaluate("document.body.innerText")
    seen.asked = [url for url in seen.asked if url != file.as_uri()]
    context.close()
    return seen
