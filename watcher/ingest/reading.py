"""From a lead and its page to an article: the page's text, else the feed's, else a headline with the reason."""

from __future__ import annotations

import re
from datetime import datetime

from watcher import urls
from watcher.ingest.dating import published_of
from watcher.ingest.identity import is_front
from watcher.ingest.sifting import Followed
from watcher.text.scripts import spaceless_share
from watcher.types import (
    UNKNOWN_LANGUAGE,
    Article,
    Extraction,
    HeadlineOnly,
    Lead,
    Outcome,
    Reason,
    Role,
    Source,
    TextFrom,
    Trouble,
)

# A feed's own text stands for the page from about sixty words on: shorter ones are teasers. A character of a script
# without spaces carries about as much as three others.
ENOUGH_TEXT = 400
SPACELESS_WEIGHT = 3


def read(
    followed: Followed,
    source: Source,
    answer: Extraction | Trouble | None,
    *,
    outlet: str | None,
    language: str,
    now: datetime,
    captured: datetime | None = None,
) -> Article | Outcome:
    """Makes an article of a lead and what its page gave: an extraction, trouble, or None when no page was wanted.

    Where the page gives nothing, the feed's own text stands in, then its headline with the reason. `language` is what
    the lead's own words were identified as, `outlet` what the source calls itself. `captured` is when the copy of the
    page was taken that was read, where it came out of an archive: nothing in it was published later.
    """
    if isinstance(answer, Trouble) and answer.reason is Reason.FORBIDDEN_ADDRESS:
        return Outcome.REFUSED
    if isinstance(answer, Extraction) and answer.outcome == "article" and answer.wall is None:
        return _article(followed, source, answer, answer.text, "page", None, outlet, language, now, captured)
    lead = followed.lead
    reason = _missing(answer)
    extraction = answer if isinstance(answer, Extraction) else None
    own_text = lead.content if weight(lead.content) >= weight(lead.summary) else lead.summary
    if weight(own_text) >= ENOUGH_TEXT:
        return _article(followed, source, extraction, own_text, "feed", None, outlet, language, now, captured)
    if not lead.title:
        return _OUTCOMES[reason]
    # What a wall or a listing says is no teaser; a short page is one.
    brief = extraction.text if extraction and reason == "too-short" else ""
    text_from: TextFrom = "page" if brief and not own_text else "feed"
    return _article(followed, source, extraction, own_text or brief, text_from, reason, outlet, language, now, captured)


def weight(text: str) -> int:
    """How much a text says, in characters of a script with spaces."""
    return int(len(text) * (1 + (SPACELESS_WEIGHT - 1) * spaceless_share(text)))


_OUTCOMES: dict[HeadlineOnly, Outcome] = {
    "forbidden": Outcome.FORBIDDEN,
    "robots": Outcome.FORBIDDEN,
    "paywall": Outcome.FORBIDDEN,
    "consent-wall": Outcome.FORBIDDEN,
    "unreachable": Outcome.UNREACHABLE,
    "unreadable": Outcome.UNREADABLE,
    "not-an-article": Outcome.NOT_AN_ARTICLE,
    "too-short": Outcome.TOO_SHORT,
    "feed-only": Outcome.TOO_SHORT,
}


def _missing(answer: Extraction | Trouble | None) -> HeadlineOnly:
    """Why there is no page text."""
    if answer is None:
        return "feed-only"
    if isinstance(answer, Trouble):
        if answer.reason is Reason.ROBOTS:
            return "robots"
        # 401, 402, 403 and 451 refuse us, not the moment.
        return "forbidden" if answer.status in {401, 402, 403, 451} else "unreachable"
    if answer.wall is not None:
        return answer.wall
    return "unreadable" if answer.outcome == "article" else answer.outcome


def _article(
    followed: Followed,
    source: Source,
    extraction: Extraction | None,
    text: str,
    text_from: TextFrom,
    headline_only: HeadlineOnly | None,
    outlet: str | None,
    language: str,
    now: datetime,
    captured: datetime | None,
) -> Article:
    lead = followed.lead
    canonical = _own_name(extraction, followed)
    published, published_from = published_of(lead, extraction, captured or now)
    found_language = source.language or lead.language or (extraction.language if extraction else "") or language
    return Article(
        url=canonical or followed.url,
        title=lead.title or (extraction.title if extraction else ""),
        text=_with_links(text, lead, extraction) if source.role == "forum" else text,
        source=source.id,
        outlet=_outlet(source, lead, extraction, outlet, canonical or followed.url),
        language=found_language if found_language != UNKNOWN_LANGUAGE else language,
        found=now,
        published=published,
        published_from=published_from,
        authors=lead.authors or (extraction.authors if extraction else ()),
        role=_role(source, lead),
        headline_only=headline_only,
        text_from=text_from,
        captured=captured,
    )


def _own_name(extraction: Extraction | None, followed: Followed) -> str | None:
    """The address that a page of an article gives itself.

    What stands before the article names another page, and so do sites that call all their pages by the front page's
    address: whoever believed them would have one article a site.
    """
    if extraction is None or not extraction.url or not followed.wants_page:
        return None
    if extraction.outcome == "not-an-article" or extraction.wall == "consent-wall":
        return None
    canonical = urls.canonical(extraction.url)
    return None if canonical is None or is_front(canonical) else canonical


_LINK = re.compile(r"https?://[^\s<>\"'\])}]+")


def _with_links(text: str, lead: Lead, extraction: Extraction | None) -> str:
    """A thread's text with the addresses that its page and its lead name beside it: they say what it talks of."""
    named = (*(extraction.links if extraction else ()), *_LINK.findall(lead.content), *_LINK.findall(lead.summary))
    missing = [each for each in dict.fromkeys(named) if each not in text]
    return "\n".join(filter(None, (text, *missing)))


def _role(source: Source, lead: Lead) -> Role:
    """A source's role is its articles'; but what a news search finds is the article of the outlet it names."""
    return "outlet" if source.kind == "query" and source.role == "aggregator" and lead.outlet else source.role


def _outlet(source: Source, lead: Lead, extraction: Extraction | None, feed_title: str | None, url: str) -> str:
    """An outlet's own name; what an aggregator or forum links to is called by its own site, never by theirs."""
    on_page = extraction.outlet if extraction else None
    if source.kind == "query":
        return on_page or lead.outlet or urls.host(url)
    if source.role in {"aggregator", "forum"}:
        return on_page or urls.host(url)
    return source.title or on_page or feed_title or lead.outlet or urls.host(url)
