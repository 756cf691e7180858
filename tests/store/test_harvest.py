"""What a source brought, and what of it reached a reader."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest

from watcher.store import SqlStore
from watcher.types import Harvest, Memory, Outcome, Reason, Relation, Trouble, Verdict, Visit

DAY = timedelta(days=1)


def visited(store: SqlStore, build: SimpleNamespace, source: str, days: int, **more: object) -> None:
    at = build.now - days * DAY
    values: dict[str, object] = {"status": 200, "counts": {}, "memory": Memory(source)} | more
    with store.writing() as writer:
        writer.visited([Visit(source, at, at, **values)])  # type: ignore[arg-type]  # the values of a test


def test_a_source_that_was_never_asked_brought_nothing(store: SqlStore, build: SimpleNamespace) -> None:
    assert store.harvest(["a"], build.now - DAY) == {"a": Harvest()}
    assert Harvest().noise is None


def test_visits_are_summed_within_the_span_and_what_was_seen_is_no_new_lead(
    store: SqlStore, build: SimpleNamespace
) -> None:
    counts = {Outcome.SEEN: 30, Outcome.OFF_TOPIC: 4, Outcome.STORED: 1}
    for days in (1, 2):
        visited(store, build, "a", days, counts=counts)
    visited(store, build, "a", 3, status=None, trouble=Trouble(Reason.TIMEOUT, "no answer"))
    visited(store, build, "a", 40, counts=counts)
    visited(store, build, "b", 1, counts={Outcome.REFUSED: 2})
    found = store.harvest(["a"], build.now - 30 * DAY)
    assert found == {"a": Harvest(3, 1, {Outcome.OFF_TOPIC: 8, Outcome.STORED: 2})}
    assert found["a"].found == 10


def test_an_article_is_shown_if_an_edition_told_its_story_after_it_came_and_it_is_no_copy(
    store: SqlStore, build: SimpleNamespace
) -> None:
    visited(store, build, "beispielblatt", 1, counts={Outcome.STORED: 6, Outcome.OFF_TOPIC: 4})
    before, after = build.now - 2 * DAY, build.now - DAY / 2
    with store.writing() as writer:
        first = writer.add(build.article("first", found=before), (), (), Verdict())
        writer.add(build.article("copy", found=before), (), (), build.earlier(first, Relation.COPY))
        writer.add(build.article("retold", found=before, headline_only="paywall"), (), (), build.earlier(first))
        writer.add(build.article("late", found=after), (), (), build.earlier(first))
        writer.add(build.article("untold", found=before), (), (), Verdict())
        writer.add(build.article("old", found=build.now - 50 * DAY), (), (), Verdict())
        writer.publish(build.edition((build.now - DAY).date(), str(first)), [])
    found = store.harvest(["beispielblatt", "other"], build.now - 30 * DAY)
    assert found["other"] == Harvest()
    harvest = found["beispielblatt"]
    assert (harvest.articles, harvest.copies, harvest.shown, harvest.read) == (5, 1, 2, 4)
    assert harvest.noise == pytest.approx(0.8)


def test_dropped_leads_come_newest_first_without_those_that_were_kept(store: SqlStore, build: SimpleNamespace) -> None:
    with store.writing() as writer:
        writer.record([build.lead(str(n), found=build.now - n * DAY) for n in range(5)])
        writer.record([build.lead("kept", outcome=Outcome.STORED), build.lead("far", source="other")])
    assert [lead.title for lead in store.dropped("beispielblatt", 3)] == ["About 0", "About 1", "About 2"]
    with store.writing() as writer:
        writer.prune(build.now - 2 * DAY)
    assert len(store.dropped("beispielblatt", 9)) == 3
