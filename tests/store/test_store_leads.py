from datetime import timedelta
from types import SimpleNamespace

import pytest

from watcher.store import SqlStore
from watcher.types import LeadRecord, Outcome

DAY = timedelta(days=1)


@pytest.mark.parametrize("outcome", [outcome for outcome in Outcome if outcome is not Outcome.SEEN])
def test_a_lead_that_ended_is_followed_whatever_its_outcome(
    store: SqlStore, build: SimpleNamespace, outcome: Outcome
) -> None:
    lead = build.lead("a", outcome=outcome)
    with store.writing() as writer:
        assert store.known([lead.url]) == {}
        writer.record([lead])
    assert set(store.known([lead.url, "https://other.example/"])) == {lead.url}


def test_the_end_of_an_article_stays_and_any_other_gives_way_to_a_later_one(
    store: SqlStore, build: SimpleNamespace
) -> None:
    with store.writing() as writer:
        writer.record([build.lead("a", outcome=Outcome.OFF_TOPIC)])
        writer.record([build.lead("a", outcome=Outcome.REFUSED, source="other")])
    found = store.lead(build.lead("a").url)
    assert found is not None
    assert (found.outcome, found.source) == (Outcome.REFUSED, "other")
    with store.writing() as writer:
        writer.record([build.lead("a", outcome=Outcome.STORED)])
        writer.record([build.lead("a", outcome=Outcome.TOO_OLD)])
    found = store.lead(build.lead("a").url)
    assert found is not None
    assert found.outcome is Outcome.STORED


def test_thousands_of_leads_are_recorded_and_found_again(store: SqlStore, build: SimpleNamespace) -> None:
    leads = [build.lead(str(number)) for number in range(3_000)]
    with store.writing() as writer:
        writer.record(leads)
    assert set(store.known({lead.url for lead in leads})) == {lead.url for lead in leads}


def test_long_addresses_that_differ_at_the_end_are_two(store: SqlStore, build: SimpleNamespace) -> None:
    long = "https://beispielblatt.example/" + "x" * 60_000
    with store.writing() as writer:
        writer.record([build.lead("", url=long + "1")])
    assert set(store.known([long + "1", long + "2"])) == {long + "1"}


def test_off_topic_leads_are_kept_with_headline_and_address(store: SqlStore, build: SimpleNamespace) -> None:
    old, new = build.lead("old", found=build.now - 2 * DAY, published=build.now), build.lead("new")
    with store.writing() as writer:
        writer.record([old, new, build.lead("other", outcome=Outcome.TOO_SHORT)])
    assert store.off_topic(build.now - 3 * DAY) == (new, old)
    assert store.off_topic(build.now - DAY) == (new,)
    assert store.off_topic(build.now - 3 * DAY, limit=1) == (new,)


def test_pruning_forgets_headlines_of_old_off_topic_leads_and_still_knows_them(
    store: SqlStore, build: SimpleNamespace
) -> None:
    old = build.lead("old", found=build.now - 31 * DAY)
    short = build.lead("short", found=build.now - 31 * DAY, outcome=Outcome.TOO_SHORT)
    with store.writing() as writer:
        writer.record([old, short, build.lead("new")])
        assert writer.prune(build.now - 30 * DAY) == 1
        assert writer.prune(build.now - 30 * DAY) == 0
    assert store.off_topic(build.now - 99 * DAY) == (build.lead("new"),)
    assert set(store.known([old.url])) == {old.url}
    assert store.lead(old.url) == LeadRecord(old.url, old.source, "", Outcome.OFF_TOPIC, old.found)
    assert store.lead(short.url) == short


def test_an_address_never_followed_has_no_lead(store: SqlStore) -> None:
    assert store.lead("https://beispielblatt.example/never") is None
