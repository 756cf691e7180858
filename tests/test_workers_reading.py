"""What the leads of a reading bring along from the worker that read them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from scripted import rss

from watcher.imprint import imprint
from watcher.topics import TopicMatcher
from watcher.types import Page, Reading, Source, TopicRule
from watcher.workers import WorkerPool

RULES = (TopicRule("nvidia", "Nvidia", ("Nvidia",)), TopicRule("ascend", "Ascend", ("昇腾",)))
SOURCE = Source("paper", "https://paper.example/feed")
BODY = rss(
    {"title": "Nvidia ships", "link": "https://paper.example/a?utm_source=x", "description": "Racks of it."},
    {"title": "A match", "link": "https://paper.example/b", "description": "昇腾 is named here."},
    {"title": "Football", "link": "https://paper.example/c"},
)
PAGE = Page(SOURCE.url, 200, (("Content-Type", "application/rss+xml"),), BODY, datetime(2026, 3, 4, tzinfo=UTC))


def reading(pool: WorkerPool, source: Source) -> Reading:
    found = pool.read(source, PAGE, None).result(60)
    assert isinstance(found, Reading)
    assert len(found.leads) == 3
    return found


@pytest.mark.parametrize("pages", ["always", "on-topic", "never"])
def test_leads_bring_what_they_are_recognised_by_and_the_topics_they_are_judged_by(pages: str) -> None:
    with WorkerPool(processes=1, rules=RULES) as pool:
        leads = reading(pool, replace(SOURCE, pages=pages)).leads
    matches = TopicMatcher(RULES)
    for lead in leads:
        assert lead.imprint is not None
        assert lead.imprint == imprint(replace(lead, imprint=None))
        assert lead.topics == (None if pages == "always" else matches(lead.title, lead.summary))
    assert leads[0].imprint is not None
    assert leads[0].imprint.url == "https://paper.example/a"


def test_without_rules_topics_are_left_to_whoever_reads() -> None:
    with WorkerPool(processes=1) as pool:
        assert {lead.topics for lead in reading(pool, SOURCE).leads} == {None}
