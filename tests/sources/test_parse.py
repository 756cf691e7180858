"""The door to feedparser, used from several threads."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from feedparser import mixin

from watcher.sources.parse import parse_xml

FEED = """<rss version="2.0"><channel><title>Blatt</title><link>https://blatt.example/</link>
<item><title>One</title><link>/one</link></item><item><title>Two</title><link>/two</link></item></channel></rss>"""


@pytest.fixture
def hurried() -> Iterator[None]:
    """Threads that change places as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("hurried")
def test_feeds_that_are_read_at_once_leave_the_library_as_it_was() -> None:
    before = mixin._FeedParserMixin.resolve_uri, mixin._FeedParserMixin._sync_author_detail
    with ThreadPoolExecutor(4) as threads:
        feeds = list(threads.map(lambda _: parse_xml(FEED, 10), range(40)))
    assert {tuple(link.href for entry in feed.entries for link in entry.links) for feed in feeds} == {("/one", "/two")}
    assert (mixin._FeedParserMixin.resolve_uri, mixin._FeedParserMixin._sync_author_detail) == before
