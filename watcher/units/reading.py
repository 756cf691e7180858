"""What is done with one page in the extractor's process: its article, and whether that is on a topic."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import lru_cache

from watcher import urls
from watcher.extract import extract_page
from watcher.language import identify
from watcher.stories.gist import basis, gist
from watcher.stories.signal import compared
from watcher.topics import TopicMatcher
from watcher.types import (
    UNKNOWN_LANGUAGE,
    Brought,
    Document,
    Extraction,
    Gist,
    Lead,
    Outcome,
    Page,
    TopicMatch,
    TopicRule,
)

_ENDS = {
    "not-an-article": Outcome.NOT_AN_ARTICLE,
    "too-short": Outcome.TOO_SHORT,
    "unreadable": Outcome.UNREADABLE,
}


def read_page(
    page: Page,
    lead: Lead,
    captured: datetime | None,
    language: str | None,
    rules: tuple[TopicRule, ...],
    with_gist: bool = False,
    names: tuple[str, str] | None = None,
) -> Brought | Outcome:
    """The article of a page and its topics, or why it is brought no further."""
    extraction = extract_page(page, language) if page.body else Extraction("not-an-article")
    if lead.title or lead.content or lead.summary:
        # What came with it may stand in for the page, by rules that belong to `ingest`: those end it there.
        return Brought(lead, extraction, captured)
    if extraction.outcome != "article" or extraction.wall is not None:
        return Outcome.FORBIDDEN if extraction.wall is not None else _ENDS[extraction.outcome]
    if captured is None and extraction.published is None and not (lead.published or lead.updated):
        return Outcome.TOO_OLD  # neither says when: it would stand in every window that is ever asked for
    found = _matches(rules, extraction.title, extraction.text)
    if not found:
        return Outcome.OFF_TOPIC
    known = _gist(lead, extraction, captured, language, names) if with_gist else None
    return Brought(lead, extraction, captured, found, known)


def _gist(
    lead: Lead,
    extraction: Extraction,
    captured: datetime | None,
    language: str | None,
    names: tuple[str, str] | None,
) -> Gist | None:
    """What the article will be compared by, of the document that it will most likely be: the one writer has to read it
    only where it knows better. It must not cost the page."""
    spoken = language or lead.language or extraction.language
    if not spoken or spoken == UNKNOWN_LANGUAGE:
        spoken = identify(f"{extraction.title}\n{extraction.text}") or UNKNOWN_LANGUAGE
    document = Document(
        id="",
        text=compared(extraction.text),
        title=extraction.title,
        language=spoken,
        url=urls.canonical(extraction.url or lead.url) or urls.canonical(lead.url),
        published=extraction.published or captured,
    )
    try:
        return replace(gist(document, names), of=basis(document))
    except Exception:  # noqa: BLE001 - whatever a text makes it raise, the writer's own workers meet again
        return None


def _matches(rules: tuple[TopicRule, ...], title: str, text: str) -> tuple[TopicMatch, ...]:
    return _matcher(rules)(title, text)


@lru_cache(maxsize=1)
def _matcher(rules: tuple[TopicRule, ...]) -> TopicMatcher:
    return TopicMatcher(rules)
