"""A pass over sources on a real archive: every lead ends once, nothing is forgotten, nobody is asked early."""

from __future__ import annotations

import dataclasses
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from scripted import START, Stage, rss

from watcher import ingest
from watcher.poll import Pass, passing, total
from watcher.types import (
    Article,
    Extraction,
    Gist,
    Lead,
    Memory,
    Outcome,
    Page,
    Reason,
    Request,
    Source,
    Trouble,
    Visit,
)

LONG = "Nvidia said on Tuesday that its new accelerator ships in May, two months early. " * 8
FEED = Source("paper", "https://paper.example/feed", language="en")


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = Stage(tmp_path)
    yield made
    made.store.close()


def passed(stage: Stage, *sources: Source, everything: bool = False) -> dict[str, Visit]:
    visits: dict[str, Visit] = {}
    run = Pass(stage.parts(), lambda visit: visits.__setitem__(visit.source, visit))
    run.claim(sources, everything)
    run.run()
    return visits


def item(number: int, title: str = "Nvidia ships early", **more: str) -> dict[str, str]:
    return {"title": title, "link": f"https://paper.example/{number}"} | more


def test_a_lead_on_topic_becomes_an_article(stage: Stage):
    stage.fetch.answers = {FEED.url: rss(item(1)), "https://paper.example/1": b"<html>"}
    stage.workers.pages = {"https://paper.example/1": Extraction("article", title="Nvidia ships early", text=LONG)}
    assert passed(stage, FEED)["paper"].counts == {Outcome.STORED: 1}
    stored = stage.store.article("https://paper.example/1")
    assert stored is not None
    assert (stored.article.text, [match.topic for match in stored.topics]) == (LONG, ["nvidia"])


def test_every_lead_of_a_visit_ends_in_exactly_one_outcome(stage: Stage):
    leads = [item(1), item(2, "Football results"), item(1), {"title": "Nvidia without a link"}, item(3, "Nvidia again")]
    stage.fetch.answers = {FEED.url: rss(*leads)}
    counts = passed(stage, FEED)["paper"].counts
    assert counts == {Outcome.STORED: 2, Outcome.OFF_TOPIC: 1, Outcome.SEEN: 1, Outcome.NO_ADDRESS: 1}
    assert sum(counts.values()) == len(leads)


def test_an_address_in_two_feeds_is_stored_once_and_seen_once(stage: Stage):
    other = dataclasses.replace(FEED, id="other", url="https://other.example/feed")
    stage.fetch.answers = {FEED.url: rss(item(1)), other.url: rss(item(1))}
    visits = passed(stage, FEED, other)
    assert total(visits.values()) == {Outcome.STORED: 1, Outcome.SEEN: 1}


def test_a_page_that_names_the_address_of_a_stored_article_is_seen(stage: Stage):
    stage.fetch.answers = {
        FEED.url: rss(item(1), item(2)),
        "https://paper.example/1": b"<html>",
        "https://paper.example/2": b"<html>",
    }
    same = Extraction("article", url="https://paper.example/canonical", title="Nvidia", text=LONG)
    stage.workers.pages = {"https://paper.example/1": same, "https://paper.example/2": same}
    assert passed(stage, FEED)["paper"].counts == {Outcome.STORED: 1, Outcome.SEEN: 1}
    assert passed(stage, FEED, everything=True)["paper"].counts == {}


def test_the_second_visit_sends_the_validators_back_byte_for_byte(stage: Stage):
    stage.fetch.answers = {
        FEED.url: stage.fetch.page(FEED.url, rss(), ETag='W/"a  b"', Last_Modified="yesterday, roughly")
    }
    passed(stage, FEED)
    stage.clock.advance(hours=1)
    stage.fetch.answers = {FEED.url: stage.fetch.page(FEED.url, b"", status=304)}
    passed(stage, FEED)
    assert (stage.fetch.asked[1].etag, stage.fetch.asked[1].last_modified) == ('W/"a  b"', "yesterday, roughly")
    memory = stage.store.memories(["paper"])["paper"]
    assert (memory.etag, memory.last_modified) == ('W/"a  b"', "yesterday, roughly")


def test_a_304_that_carries_a_new_validator_refreshes_it(stage: Stage):
    stage.fetch.answers = {FEED.url: stage.fetch.page(FEED.url, rss(), ETag='"1"')}
    passed(stage, FEED)
    stage.fetch.answers = {FEED.url: stage.fetch.page(FEED.url, b"", status=304, ETag='"2"')}
    passed(stage, FEED, everything=True)
    assert stage.store.memories(["paper"])["paper"].etag == '"2"'


def test_a_wrong_body_forgets_nothing(stage: Stage):
    stage.fetch.answers = {FEED.url: stage.fetch.page(FEED.url, rss(item(1)), ETag='"good"')}
    passed(stage, FEED)
    stage.fetch.answers = {FEED.url: stage.fetch.page(FEED.url, b"<html>Just a moment...</html>", ETag='"bad"')}
    visit = passed(stage, FEED, everything=True)["paper"]
    assert visit.trouble is not None
    assert visit.trouble.reason is Reason.UNREADABLE
    memory = stage.store.memories(["paper"])["paper"]
    assert (memory.etag, memory.failures) == ('"good"', 1)
    stage.fetch.answers = {FEED.url: rss(item(1), title="Recovered")}
    assert passed(stage, FEED, everything=True)["paper"].counts == {Outcome.SEEN: 1}


def test_a_body_that_is_cut_off_gives_its_leads_and_no_validators(stage: Stage):
    whole = rss(item(1), item(2))
    cut = whole[: whole.index(b"https://paper.example/2")]
    stage.fetch.answers = {FEED.url: stage.fetch.page(FEED.url, cut, ETag='"cut"')}
    assert passed(stage, FEED)["paper"].counts == {Outcome.STORED: 1}
    assert stage.store.memories(["paper"])["paper"].etag is None
    stage.fetch.answers = {FEED.url: stage.fetch.page(FEED.url, whole, ETag='"whole"')}
    assert passed(stage, FEED, everything=True)["paper"].counts == {Outcome.SEEN: 1, Outcome.STORED: 1}
    assert stage.store.memories(["paper"])["paper"].etag == '"whole"'


def test_a_failure_is_counted_and_a_success_forgets_the_count(stage: Stage):
    stage.fetch.answers = {FEED.url: Trouble(Reason.TIMEOUT, "slow")}
    passed(stage, FEED)
    passed(stage, FEED, everything=True)
    assert stage.store.memories(["paper"])["paper"].failures == 2
    stage.fetch.answers = {FEED.url: rss()}
    passed(stage, FEED, everything=True)
    memory = stage.store.memories(["paper"])["paper"]
    assert (memory.failures, memory.failing_since, memory.trouble) == (0, None, None)


def test_a_source_that_says_gone_is_never_asked_again(stage: Stage):
    stage.fetch.answers = {FEED.url: Trouble(Reason.STATUS, "gone", status=410)}
    passed(stage, FEED)
    stage.clock.advance(days=30)
    assert passed(stage, FEED, everything=True) == {}


def test_a_source_is_not_asked_before_it_is_due(stage: Stage):
    stage.fetch.answers = {FEED.url: rss()}
    passed(stage, FEED)
    stage.clock.advance(minutes=29)
    assert passed(stage, FEED) == {}
    stage.clock.advance(minutes=10)
    assert "paper" in passed(stage, FEED)


def test_a_visit_that_is_killed_causes_no_early_second_one(stage: Stage):
    with stage.store.writing() as writer:
        writer.claim_due([FEED], START, 10)
    assert passed(stage, FEED) == {}
    stage.clock.advance(minutes=31)
    stage.fetch.answers = {FEED.url: rss(item(1))}
    assert passed(stage, FEED)["paper"].counts == {Outcome.STORED: 1}


def test_what_is_a_day_old_on_the_first_visit_counts_as_told(stage: Stage):
    old = (START - timedelta(hours=30)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    new = (START - timedelta(hours=3)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    stage.fetch.answers = {FEED.url: rss(item(1, pubDate=old), item(2, pubDate=new))}
    passed(stage, FEED)
    first, second = (stage.store.article(f"https://paper.example/{number}") for number in (1, 2))
    assert first is not None
    assert second is not None
    assert (first.article.told, second.article.told) == (True, False)


def test_a_copy_joins_the_story_it_copies(stage: Stage):
    other = dataclasses.replace(FEED, id="other", url="https://other.example/feed")
    stage.fetch.answers = {
        FEED.url: rss(item(1)),
        "https://paper.example/1": b"<html>",
        other.url: rss({"title": "NVIDIA SHIPS EARLY", "link": "https://other.example/1"}),
        "https://other.example/1": b"<html>",
    }
    text = (
        "Nvidia said on Tuesday that its new accelerator will ship in May, two months earlier than planned. "
        "The company has moved the final tests to a second factory in Penang after a fire at the first one. "
        "Customers in Europe get the first boards, among them two weather services and a car maker from Turin. "
        "Analysts had expected the start of deliveries for July, when the next quarter of the company begins."
    )
    stage.workers.pages = {
        "https://paper.example/1": Extraction("article", title="Nvidia ships early", text=text),
        "https://other.example/1": Extraction("article", title="NVIDIA SHIPS EARLY", text=text.upper()),
    }
    passed(stage, FEED)
    stage.clock.advance(minutes=5)
    passed(stage, other)
    a, b = (stage.store.article(url) for url in ("https://paper.example/1", "https://other.example/1"))
    assert a is not None
    assert b is not None
    assert (b.relation.value, b.story) == ("copy", a.story)


def test_a_host_that_wants_to_rest_is_left_alone_by_all_its_sources(stage: Stage):
    busy = Trouble(Reason.STATUS, "too many", status=429, retry_after=timedelta(seconds=0.3))
    sources = [dataclasses.replace(FEED, id=f"s{n}", url=f"https://paper.example/{n}/feed") for n in range(3)]
    moments: list[float] = []

    def answer(request: Request) -> Page | Trouble:
        moments.append(time.monotonic())
        return busy if len(moments) == 1 else stage.fetch.page(request.url, rss())

    stage.fetch.answers = {source.url: answer for source in sources}
    visits = passed(stage, *sources)
    assert [visit.trouble is not None for visit in visits.values()].count(True) == 1
    assert moments[1] - moments[0] >= 0.3


def test_a_host_that_wants_hours_of_rest_holds_no_run_open(stage: Stage):
    busy = Trouble(Reason.STATUS, "unavailable", status=503)  # without a time: four hours
    stage.fetch.answers = {FEED.url: rss(item(1), item(2), item(3))}
    stage.fetch.answers |= {f"https://paper.example/{number}": busy for number in (1, 2, 3)}
    started = time.monotonic()
    visit = passed(stage, FEED)["paper"]
    assert time.monotonic() - started < 60, "the host rests for four hours"
    assert visit.counts == {Outcome.STORED: 3}
    assert [request.url for request in stage.fetch.asked].count("https://paper.example/2") == 0
    reasons = {stored.article.headline_only for stored in stage.store.articles(limit=10)}
    assert reasons == {"unreachable"}


def test_an_article_is_found_when_it_is_written_so_that_none_falls_between_two_editions(stage: Stage):
    lead = ingest.Followed(Lead("https://paper.example/1", "Nvidia ships early"), "https://paper.example/1", True)
    parts = stage.parts()
    article = ingest.read(lead, FEED, None, outlet=None, language="en", now=START)
    assert isinstance(article, Article)
    topics = ingest.topics_of(parts.matches, FEED, article.title, article.text)
    prepared = ingest.prepare(lead, article, FEED, topics, Gist())
    edition = START + timedelta(minutes=1)  # made after the article was read and before it is written
    with stage.store.writing() as writer:
        ingest.settle(prepared, writer, parts.judge, (), START + timedelta(minutes=2))
    assert stage.store.untold(START - timedelta(days=1), edition) == ()
    assert len(stage.store.untold(edition, START + timedelta(minutes=3))) == 1


def test_a_run_that_is_told_to_stop_writes_what_it_knows(stage: Stage):
    stage.fetch.answers = {FEED.url: rss(item(1), item(2))}
    run = Pass(stage.parts())
    run.claim([FEED])
    run.run(stop=lambda: bool(run.prepared))
    assert len(stage.store.articles(limit=10)) == 2
    assert stage.store.integrity() == []


def test_a_run_for_ever_asks_each_source_when_it_is_due_and_not_with_the_next_ring(stage: Stage):
    quick = dataclasses.replace(FEED, id="quick", url="https://quick.example/feed", interval=timedelta(minutes=5))
    stage.fetch.answers = {FEED.url: rss(), quick.url: rss()}
    visits: list[Visit] = []

    def visited(visit: Visit) -> None:
        visits.append(visit)
        if visit.memory is not None and visit.memory.due is not None and len(visits) < 40:
            dues = [memory.due for memory in stage.store.memories(["paper", "quick"]).values() if memory.due]
            stage.clock.now = max(stage.clock.now, min(dues))

    run = Pass(stage.parts(), visited)
    run.ring([FEED, quick])
    run.run(stop=lambda: len(visits) >= 40, forever=True)
    counts = Counter(visit.source for visit in visits)
    assert counts["quick"] > 2 * counts["paper"] > 4
    starts = [visit.started for visit in visits if visit.source == "quick"]
    assert all(b - a >= timedelta(minutes=5) for a, b in pairwise(starts))


def test_what_another_command_has_due_again_is_seen_with_the_next_ring(stage: Stage):
    stage.fetch.answers = {FEED.url: rss()}
    passed(stage, FEED)
    visits: list[Visit] = []
    run = Pass(stage.parts(), visits.append)
    run.ring([FEED])
    run.run()
    assert not visits
    with stage.store.writing() as writer:
        writer.put_off([Memory("paper", due=START)])
    run.ring([FEED])
    run.run()
    assert len(visits) == 1


def test_more_sources_than_are_claimed_at_once_are_all_asked_with_one_ring(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(passing, "CLAIM", 4)
    sources = [dataclasses.replace(FEED, id=f"s{n}", url=f"https://h{n}.example/feed") for n in range(11)]
    stage.fetch.answers = {source.url: rss() for source in sources}
    visits: list[Visit] = []
    run = Pass(stage.parts(), visits.append)
    most = 0

    def stop() -> bool:
        nonlocal most
        most = max(most, len(run._open))
        return len(visits) == 11

    run.ring(sources)
    run.run(stop, forever=True)
    assert most == 4
    assert {visit.source for visit in visits} == {source.id for source in sources}
