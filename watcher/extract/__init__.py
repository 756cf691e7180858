"""Reads the article in a page. The one door to trafilatura and lxml, which are imported only when a page is read."""

from __future__ import annotations

from watcher.types import Extraction, Page


def extract_page(page: Page, language: str | None) -> Extraction:
    """The article found in a page, or the outcome that says why there is none. Meant to run in a worker process."""
    from watcher.extract.page import read_page

    return read_page(page, language)
