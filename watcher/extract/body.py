"""The article's text by trafilatura. The one module that imports it."""

from __future__ import annotations

import logging

from lxml.html import HtmlElement
from trafilatura import bare_extraction
from trafilatura.meta import reset_caches
from trafilatura.utils import detect_encoding

_PAGES_PER_CACHE = 100  # its caches are process-wide and only grow; its FAQ asks for a reset between batches
_pages = 0

# It logs a line for every page it makes nothing of; that is an outcome here, no trouble.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)


def article_text(tree: HtmlElement, url: str, precise: bool = True) -> str:
    """The main text, a line per paragraph; empty if there is none. The tree is not changed.

    `deduplicate` stays off: it remembers, so that one page gives other text the second time.
    """
    global _pages
    _pages += 1
    if _pages % _PAGES_PER_CACHE == 0:
        reset_caches()
    document = bare_extraction(
        tree,
        url=url,
        favor_precision=precise,
        include_comments=False,
        include_tables=True,
        deduplicate=False,
        with_metadata=False,
    )
    text = getattr(document, "text", None)
    return text if isinstance(text, str) else ""


def guess_charsets(body: bytes) -> list[str]:
    """Charsets that these bytes might be in, the likeliest first."""
    return list(detect_encoding(body))
