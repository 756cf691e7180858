"""Takes the pictures that the README shows: `python docs/pictures/take.py FOLDER`, made by `watcher demo --out FOLDER`.

They show the edition of the demo's first day, and of the service over the demo's archive the first page, a story, the
search and the sources; light and dark, 1280 and 390 pixels wide. Needs Chromium, Playwright
(`pip install playwright`) and fonts for every script of the edition, so that the same letters come out everywhere: on
Debian fonts-liberation, fonts-noto-core (Latin, Cyrillic, Arabic) and fonts-noto-cjk (Chinese, Japanese, Korean).
"""

from __future__ import annotations

import os
import secrets
import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import product
from pathlib import Path

from playwright.sync_api import sync_playwright

from watcher import app
from watcher.config import load_config
from watcher.web.application import application
from watcher.web.listening import listen
from watcher.web.server import serve
from watcher.web.site import Site

# Of the service: the story that most outlets of the demo carry stands in its first edition.
PAGES = {"today": "/", "story": "/stories/1", "search": "/search?q=ascend", "sources": "/sources"}
SIZES = ((1280, 1200), (390, 1200))
# One colour profile, no anti-aliasing that depends on the screen, no scroll bars.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-lcd-text",
    "--force-color-profile=srgb",
    "--font-render-hinting=none",
    "--hide-scrollbars",
]


def first_day(demo: Path) -> Path:
    """The earliest edition's page in a folder of the demo."""
    pages = sorted((demo / "edition").glob("[0-9]*-[0-9]*-[0-9]*.html"))
    if not pages:
        raise SystemExit(f"{demo}: no edition in it; make one with `watcher demo --out {demo}`")
    return pages[0]


@contextmanager
def served(demo: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """The service over the archive as of the morning of its last edition: its address, and a cookie."""
    config = load_config(demo / "config.toml", {**os.environ, "WATCHER_SERVICE__TOKEN": secrets.token_hex(16)})
    with app.archive(config) as store:
        while store.index_next():
            pass
        last = store.listed(1)[0]
        edition = store.edition(str(last.id))
        if edition is None:
            raise SystemExit(f"{demo}: no edition in its archive")
        site = Site(config, store, app.press_of(config), lambda: edition.until + timedelta(minutes=20))
        listening, stopping = listen("127.0.0.1", 0), threading.Event()
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        thread = threading.Thread(target=serve, args=(application(site), listening, stopping.is_set))
        thread.start()
        try:
            session = site.sessions.open()
            yield address, {"name": site.cookie, "value": session or "", "url": address}
        finally:
            stopping.set()
            thread.join()


def take(demo: Path, folder: Path) -> None:
    """Writes the pictures, a page of its own for each."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with served(demo) as (address, cookie), sync_playwright() as engine:
        shown = {"edition": first_day(demo).resolve().as_uri()}
        shown |= {name: address + path for name, path in PAGES.items()}
        browser = engine.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        for scheme, (width, height) in product(("light", "dark"), SIZES):
            context = browser.new_context(
                viewport={"width": width, "height": height},
                color_scheme=scheme,
                device_scale_factor=1,
                locale="en-GB",
                reduced_motion="reduce",
            )
            context.add_cookies([cookie])
            for name, url in shown.items():
                page = context.new_page()
                page.goto(url)
                page.evaluate("document.fonts.ready")
                page.screenshot(path=folder / f"{name}-{scheme}-{width}.png", animations="disabled")
                page.close()
            context.close()
        browser.close()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    take(Path(sys.argv[1]), Path(__file__).parent)
