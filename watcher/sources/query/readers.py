"""One reader for each engine: its answer into leads that name their outlet and stand at their own address."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from watcher.sources import feed
from watcher.sources.charset import decode
from watcher.sources.feed import MOST_POLLED
from watcher.sources.parse import parse_xml
from watcher.sources.query import answers
from watcher.sources.query.headlines import without_outlet
from watcher.sources.query.redirects import decoded, is_redirect
from watcher.text.references import unescaped
from watcher.types import Lead, Page, Reading, Source
from watcher.urls import absolute, host

Reader = Callable[[Source, Page], Reading]

_REDDIT_LINK = re.compile(r"""<a\s[^<>]{0,200}?href=["']([^"'<>]{1,2000})["'][^<>]{0,200}>\s*\[link\]""")
_REDDIT_FOOT = re.compile(r"\s*submitted by\s+/u/\S+(?:\s+to\s+r/\S+)?\s*\[link\]\s*\[comments\]\s*$")
_REDDIT_HOSTS = frozenset("reddit.com old.reddit.com redd.it i.redd.it v.redd.it".split())
_VERSION = re.compile(r"(arxiv\.org/abs/.+?)v\d+$")


def _google_news(source: Source, page: Page) -> Reading:
    """A headline with its outlet behind it, and a summary that repeats it (or other outlets' headlines): left out."""
    reading = feed.read(source, page, None)
    return replace(reading, leads=tuple(_found_by_google(lead) for lead in reading.leads))


def _found_by_google(lead: Lead) -> Lead:
    title, outlet = without_outlet(lead.title, lead.outlet)
    return replace(_led(lead), title=title, outlet=outlet, summary="", content="")


def _bing_news(source: Source, page: Page) -> Reading:
    reading = feed.read(source, page, None)
    return replace(reading, leads=tuple(_led(lead) for lead in reading.leads))


def _led(lead: Lead) -> Lead:
    """The lead at the address its link carries, if it does; the link as it was stays in `link`."""
    if lead.url is None or not is_redirect(lead.url):
        return lead
    return replace(lead, url=decoded(lead.url) or lead.url)


def _arxiv(source: Source, page: Page) -> Reading:
    """Papers: all versions of one at one address, the abstract as its text."""
    reading = feed.read(source, page, None)
    return replace(reading, leads=tuple(_paper(lead) for lead in reading.leads))


def _paper(lead: Lead) -> Lead:
    url = _VERSION.sub(r"\1", lead.url).replace("http://", "https://", 1) if lead.url else None
    return replace(lead, url=url, id=_VERSION.sub(r"\1", lead.id) if lead.id else None, language="en", outlet="arXiv")


def _reddit(source: Source, page: Page) -> Reading:
    """Threads, with the address each is about in its text: the feed has it only as a link called "[link]"."""
    reading = feed.read(source, page, None)
    about = _reddit_links(decode(page.body, page.header("content-type")))
    return replace(reading, leads=tuple(_thread(lead, about.get(lead.link or "")) for lead in reading.leads))


def _thread(lead: Lead, about: str | None) -> Lead:
    content = "\n".join(filter(None, (about, _REDDIT_FOOT.sub("", lead.content))))
    return replace(lead, content=content, outlet="Reddit")


def _reddit_links(text: str) -> dict[str, str]:
    """By a thread's link the address it is about; one that is about itself is left out."""
    found: dict[str, str] = {}
    for entry in parse_xml(text, MOST_POLLED).entries:
        match = _REDDIT_LINK.search(entry.content.value)
        about = absolute(None, unescaped(match[1])) if match else None
        for link in entry.links:
            if about and host(about).removeprefix("www.") not in _REDDIT_HOSTS:
                found[link.href.strip()] = about
    return found


READERS: dict[str, Reader] = {
    "google-news": _google_news,
    "bing-news": _bing_news,
    "hacker-news": answers.hacker_news,
    "arxiv": _arxiv,
    "gdelt": answers.gdelt,
    "reddit": _reddit,
}
