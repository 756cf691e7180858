"""Takes the pictures that the README shows: `python docs/pictures/take.py FOLDER`, made by `watcher demo --out FOLDER`.

They show the edition of the demo's first day, light and dark, 1280 and 390 pixels wide. Needs Chromium, Playwright
(`pip install playwright`) and fonts for every script of the edition, so that the same letters come out everywhere: on
Debian fonts-liberation, fonts-noto-core (Latin, Cyrillic, Arabic) and fonts-noto-cjk (Chinese, Japanese, Korean).
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

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


def take(page_file: Path, folder: Path) -> None:
    """Writes the four pictures, a page of its own for each."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        for scheme in ("light", "dark"):
            for width, height in SIZES:
                page = browser.new_page(
                    viewport={"width": width, "height": height},
                    color_scheme=scheme,
                    device_scale_factor=1,
                    locale="en-GB",
                    reduced_motion="reduce",
                )
                page.goto(page_file.resolve().as_uri())
                page.evaluate("document.fonts.ready")
                page.screenshot(path=folder / f"edition-{scheme}-{width}.png", animations="disabled")
                page.close()
        browser.close()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    take(first_day(Path(sys.argv[1])), Path(__file__).parent)
