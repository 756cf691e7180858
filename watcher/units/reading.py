"""What is done with one page in the extractor's process: its article, and whether that is on a topic."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from watcher.extract import extract_page
from watcher.topics import TopicMatcher
from watcher.types import Brought, Extraction, Lead, Outcome, Page, TopicMatch, TopicRule

_ENDS = {
    "not-an-article": Outcome.NOT_AN_ARTICLE,
    "too-short": Outcome.TOO_SHORT,
    "unreadable": Outcome.UNREADABLE,
}


def read_page(
    page: Page, lead: Lead, captured: datetime | None, language: str | None, rules: tuple[TopicRule, ...]
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
    return Brought(lead, extraction, captured, found) if found else Outcome.OFF_TOPIC


def _matches(rules: tuple[TopicRule, ...], title: str, text: str) -> tuple[TopicMatch, ...]:
    return _matcher(rules)(title, text)


@lru_cache(maxsize=1)
def _matcher(rules: tuple[TopicRule, ...]) -> TopicMatcher:
    return TopicMatcher(rules)
