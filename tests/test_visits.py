"""What is remembered of a source after a visit, over real HTTP on loopback and a real archive."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from origin import Answer, Asked, Origin
from scripted import Stage, rss

from watcher.http import HttpFetch
from watcher.poll import Pass
from watcher.types import Because, Hints, Memory, Outcome, Page, Reason, Source, Trouble, Visit
from watcher.visits import OpenVisit, closed

WRONG = sorted((Path(__file__).parent / "wrong_bodies").iterdir())
HALF_HOUR, HOUR, DAY = timedelta(minutes=30), timedelta(hours=1), timedelta(days=1)


class Polled:
    """One source at the scripted origin, visited whenever it is due or told to be."""

    def __init__(self, stage: Stage, origin: Origin) -> None:
        self.stage, self.origin = stage, origin
        self.source = Source("paper", origin.url + "/feed", language="en", pages="never")
        self.fetch = HttpFetch(stage.clock, allow=["127.0.0.0/8"])

    def visit(self, *sources: Source) -> Visit:
        """Waits until the (first) source is due, and visits it."""
        sources = sources or (self.source,)
        due = self.memory(sources[0].id).due
        if due is not None:
            self.stage.clock.now = max(due, self.stage.clock.now)
        visits: dict[str, Visit] = {}
        run = Pass(
            dataclasses.replace(self.stage.parts(), fetch=self.fetch), lambda each: visits.update({each.source: each})
        )
        run.claim(sources)
        run.run()
        return visits[sources[0].id]

    def memory(self, source: str = "paper") -> Memory:
        return self.stage.store.memories([source]).get(source, Memory(source))

    def feed(self, *numbers: int, **headers: str) -> Answer:
        items = [{"title": f"Nvidia ships {number}", "link": f"{self.origin.url}/{number}"} for number in numbers]
        return Answer(body=rss(*items), headers={name.replace("_", "-"): value for name, value in headers.items()})

    def validators(self) -> list[tuple[str | None, str | None]]:
        return [(asked.header("If-None-Match"), asked.header("If-Modified-Since")) for asked in self.origin.log]


@pytest.fixture
def polled(tmp_path: Path, origin: Origin) -> Iterator[Polled]:
    stage = Stage(tmp_path)
    made = Polled(stage, origin)
    yield made
    made.fetch.close()
    stage.store.close()


_VALUES = st.text(
    st.characters(min_codepoint=0x21, max_codepoint=0xFF, exclude_categories=["Cc"]), min_size=1, max_size=60
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_VALUES, _VALUES)
def test_validators_go_back_byte_for_byte(polled: Polled, etag: str, modified: str) -> None:
    polled.origin.log.clear()
    polled.origin.on("/feed", polled.feed(1, ETag=etag, Last_Modified=modified))
    polled.visit()
    polled.visit()
    sent = polled.origin.log[-1].raw
    assert f"If-None-Match: {etag}\r\n".encode("latin-1") in sent
    assert f"If-Modified-Since: {modified}\r\n".encode("latin-1") in sent


def test_new_validators_of_an_unchanged_body_replace_the_old_ones(polled: Polled) -> None:
    polled.origin.on("/feed", polled.feed(1, ETag='"1"'), polled.feed(1, ETag='"2"'), polled.feed(1, Last_Modified="x"))
    for _ in range(4):
        polled.visit()
    assert polled.validators() == [(None, None), ('"1"', None), ('"2"', None), (None, "x")]


def test_a_304_that_carries_a_validator_refreshes_it_and_keeps_the_other(polled: Polled) -> None:
    moved_on = Answer(304, headers={"ETag": 'W/"2"'})
    polled.origin.on("/feed", polled.feed(1, ETag='"1"', Last_Modified="then"), moved_on, Answer(304))
    for _ in range(4):
        polled.visit()
    assert polled.validators()[2:] == [('W/"2"', "then"), ('W/"2"', "then")]


def test_after_eight_days_of_nothing_but_304_one_request_is_unconditional(polled: Polled) -> None:
    source = dataclasses.replace(polled.source, interval=DAY)

    def answer(asked: Asked) -> Answer:
        return Answer(304) if asked.header("If-None-Match") else polled.feed(1, ETag='"for ever"')

    polled.origin.on("/feed", answer)
    for _ in range(21):
        polled.visit(source)
    assert [number for number, pair in enumerate(polled.validators()) if pair == (None, None)] == [0, 10, 20]


def test_what_the_feed_and_the_server_asked_for_holds_when_nothing_new_is_said(polled: Polled) -> None:
    body = rss({"title": "Nvidia", "link": "https://a.example/1"}).replace(
        b"<title>A Paper", b"<ttl>300</ttl><title>A Paper"
    )
    whole = Answer(body=body, headers={"ETag": '"1"', "Cache-Control": "max-age=7200"})
    polled.origin.on("/feed", whole, whole, Answer(304), Answer(500))
    for _ in range(4):
        visit = polled.visit()
        assert visit.memory is not None
        assert visit.memory.hints == Hints(ttl=5 * HOUR, fresh_for=2 * HOUR)
        assert visit.memory.because is Because.TTL
        assert visit.memory.due >= visit.ended + 5 * HOUR


@pytest.mark.parametrize("wrong", WRONG, ids=lambda path: path.name)
def test_a_wrong_body_is_said_plainly_and_forgets_nothing(polled: Polled, wrong: Path) -> None:
    types = {".html": "text/html", ".xhtml": "application/xhtml+xml", ".json": "application/json", ".png": "image/png"}
    body = wrong.read_bytes().replace(b"PLACE", polled.origin.url.encode())
    bad = Answer(
        body=body,
        headers={"ETag": '"bad"', "Last-Modified": "bad", "Content-Type": types.get(wrong.suffix, "text/xml")},
    )
    good = polled.feed(1, 2, ETag='"good"')
    polled.origin.on("/feed", good, bad, bad, good)
    assert polled.visit().counts == {Outcome.STORED: 2}
    before = polled.memory()
    for failures in (1, 2):
        visit = polled.visit()
        assert visit.trouble is not None, "it was taken for a good answer"
        assert polled.origin.url in visit.trouble.text
        assert len(visit.trouble.text) > len(polled.source.url) + 30
        assert visit.trouble.reason in (Reason.UNREADABLE, Reason.INCOMPLETE)
        after = polled.memory()
        assert (after.failures, after.trouble) == (failures, visit.trouble.text)
        assert (after.etag, after.last_modified, after.body_hash) == (
            before.etag,
            before.last_modified,
            before.body_hash,
        )
        assert (after.hints, after.title, after.ended) == (before.hints, before.title, None)
        assert not visit.counts.get(Outcome.STORED)
    recovered = polled.visit()
    assert recovered.trouble is None
    assert not recovered.counts.get(Outcome.STORED), "something old was taken for news"
    assert (polled.memory().failures, polled.memory().failing_since) == (0, None)
    assert all(pair == ('"good"', None) for pair in polled.validators()[1:])


def test_an_empty_feed_that_never_had_anything_is_no_trouble(polled: Polled) -> None:
    polled.origin.on("/feed", polled.feed(ETag='"0"'))
    assert polled.visit().trouble is None
    assert polled.memory().etag == '"0"'


@pytest.mark.parametrize("status", [403, 404, 429, 500])
def test_an_error_forgets_nothing_and_is_asked_more_and_more_rarely(polled: Polled, status: int) -> None:
    error = Answer(status, b"no", {"ETag": '"bad"'})
    polled.origin.on("/feed", polled.feed(1, ETag='"good"'), *[error] * 14, polled.feed(1, 2, ETag='"good"'))
    polled.visit()
    waits = []
    for _ in range(14):
        visit = polled.visit()
        assert visit.memory is not None
        assert visit.memory.due is not None
        waits.append(visit.memory.due - visit.ended)
    assert waits == sorted(waits)
    assert timedelta(days=7) <= waits[-1] <= timedelta(days=7.3)
    assert polled.visit().counts == {Outcome.SEEN: 1, Outcome.STORED: 1}
    assert all(pair == ('"good"', None) for pair in polled.validators()[1:])
    assert polled.visit().memory.due - polled.stage.clock.now < HOUR  # type: ignore[union-attr,operator]  # both are there


def test_gone_ends_a_source_and_what_it_leads_to_does_not(polled: Polled) -> None:
    polled.origin.on("/feed", polled.feed(1), Answer(410))
    polled.visit()
    ended = polled.visit().memory
    assert ended is not None
    assert ended.ended == polled.stage.clock.now
    assert "410" in (ended.trouble or "")
    assert polled.stage.store.memories(["paper"])["paper"].ended == ended.ended
    with pytest.raises(KeyError):
        polled.visit()


def test_the_end_of_a_long_failure_is_remembered_and_that_of_a_short_one_is_not(polled: Polled) -> None:
    polled.origin.on("/feed", polled.feed(1), Answer(500), polled.feed(1, 2), *[Answer(500)] * 7, polled.feed(1, 2, 3))
    polled.visit()
    polled.visit()
    polled.visit()
    assert polled.memory().recovered is None
    began = polled.visit().ended
    for _ in range(7):
        polled.visit()
    memory = polled.memory()
    assert (memory.recovered, memory.recovered_from) == (polled.stage.clock.now, began)
    polled.visit()
    assert polled.memory().recovered == memory.recovered


def test_a_permanent_move_is_followed_and_nothing_is_sent_again(polled: Polled) -> None:
    moved = Answer(301, headers={"Location": "/new"})
    polled.origin.on("/feed", polled.feed(1, ETag='"1"'), moved)
    polled.origin.on("/new", polled.feed(1, 2, ETag='"2"'), Answer(304))
    outcomes = [polled.visit().counts for _ in range(13)]
    assert outcomes[:3] == [{Outcome.STORED: 1}, {Outcome.SEEN: 1, Outcome.STORED: 1}, {}]
    assert polled.memory().moved_to == polled.origin.url + "/new"
    assert len(polled.origin.asked("/feed")) == 11
    assert len(polled.origin.asked("/new")) == 12
    assert polled.origin.asked("/new")[-1].header("If-None-Match") == '"2"'


@pytest.mark.parametrize("status", [302, 303, 307])
def test_a_move_for_now_is_never_adopted(polled: Polled, status: int) -> None:
    polled.origin.on("/feed", Answer(status, headers={"Location": "/new"}))
    polled.origin.on("/new", polled.feed(1))
    for _ in range(12):
        polled.visit()
    assert polled.memory().moved_to is None


def test_an_old_address_that_says_gone_while_it_moves_ends_nothing(polled: Polled) -> None:
    polled.origin.on("/feed", Answer(308, headers={"Location": "/new"}), Answer(410))
    polled.origin.on("/new", polled.feed(1))
    polled.visit()
    assert polled.visit().trouble is not None
    memory = polled.memory()
    assert (memory.ended, memory.moved_to) == (None, polled.origin.url + "/new")
    assert polled.visit().trouble is None


def test_a_source_that_moves_to_where_another_is_asked_ends_as_merged(polled: Polled) -> None:
    other = dataclasses.replace(polled.source, id="other", url=polled.origin.url + "/new")
    polled.origin.on("/feed", Answer(301, headers={"Location": "/new"}))
    polled.origin.on("/new", polled.feed(1, 2))
    for _ in range(10):
        polled.visit(polled.source, other)
    with pytest.raises(KeyError):
        polled.visit(polled.source, other)
    memory = polled.memory()
    assert memory.ended == polled.stage.clock.now
    assert "other" in (memory.trouble or "")
    assert len(polled.stage.store.articles(limit=10)) == 2
    polled.visit(other)


def test_a_changed_address_is_asked_at_once_and_without_the_old_ones_validators(polled: Polled) -> None:
    polled.origin.on("/feed", polled.feed(1, ETag='"old"'), Answer(410))
    polled.origin.on("/other", polled.feed(1, 2, ETag='"new"'))
    polled.visit()
    polled.visit()
    assert polled.memory().ended is not None
    changed = dataclasses.replace(polled.source, url=polled.origin.url + "/other")
    with polled.stage.store.writing() as writer:  # a kill between the claim and the answer
        assert [memory.visits for memory in writer.claim_due([changed], polled.stage.clock.now, 1)] == [0]
        assert writer.claim_due([changed], polled.stage.clock.now, 1) == ()
    assert polled.visit(changed).counts == {Outcome.SEEN: 1, Outcome.STORED: 1}
    assert polled.validators()[-1] == (None, None)
    assert polled.memory().etag == '"new"'
    assert polled.memory().url == changed.url


def test_a_source_whose_host_rests_was_not_asked_and_has_not_failed(polled: Polled) -> None:
    busy = Answer(503, headers={"Retry-After": "7200"})
    polled.origin.on("/feed", busy)
    polled.origin.on("/other", polled.feed(1))
    other = dataclasses.replace(polled.source, id="their other one", url=polled.origin.url + "/other")
    polled.visit(polled.source, other)
    memory = polled.memory(other.id)
    assert polled.memory().because is Because.RETRY_AFTER
    assert not polled.origin.asked("/other")
    assert (memory.because, memory.failures, memory.failing_since) == (Because.HOST_REST, 0, None)
    assert memory.due is not None
    assert memory.due - polled.stage.clock.now >= 2 * HOUR
    with polled.stage.store.writing() as writer:
        assert writer.claim_due([polled.source, other], polled.stage.clock.now, 2, everything=True) == ()


def test_a_quiet_source_is_asked_more_rarely_and_news_brings_it_back(polled: Polled) -> None:
    polled.origin.on("/feed", polled.feed(1, ETag='"1"'), *[Answer(304)] * 40, polled.feed(1, 2, ETag='"2"'))
    polled.visit()
    waits = []
    for _ in range(40):
        visit = polled.visit()
        assert visit.memory is not None
        assert visit.memory.due is not None
        waits.append(visit.memory.due - visit.ended)
    assert waits[0] < HOUR
    assert 3 * HOUR <= waits[-1] < 4 * HOUR
    assert polled.memory().because is Because.RHYTHM
    assert polled.visit().counts == {Outcome.SEEN: 1, Outcome.STORED: 1}
    assert polled.memory().because is Because.INTERVAL
    assert polled.memory().due - polled.stage.clock.now < HOUR  # type: ignore[operator]  # it is there
    assert polled.memory().rhythm is not None


def test_a_part_that_fails_leaves_its_source_less_than_whole_and_asked_again_soon() -> None:
    now = datetime(2026, 3, 4, 12, tzinfo=UTC)
    source = Source("map", "https://paper.example/sitemap.xml", kind="sitemap")
    opened = OpenVisit(source, Memory("map", visits=9, failures=8, failing_since=now - timedelta(days=2)), now, None)
    opened.page = Page(source.url, 200, (), b"", now)
    opened.has_read = True
    opened.fails(Trouble(Reason.STATUS, "https://paper.example/old.xml answered 404", status=404), source.url)
    visit = closed(opened, now)
    assert visit.trouble is not None
    assert visit.trouble.reason is Reason.INCOMPLETE
    assert "old.xml" in visit.trouble.text
    assert visit.memory is not None
    assert visit.memory.due is not None
    assert visit.memory.due - now < timedelta(hours=4)


def test_a_part_that_fails_is_named_as_it_may_be_shown_and_nothing_else_is() -> None:
    now = datetime(2026, 3, 4, 12, tzinfo=UTC)
    source = Source("map", "https://paper.example/sitemap.xml?token=3f9a8c7b6d5e4f3a2b1c", kind="sitemap")
    opened = OpenVisit(source, Memory("map", visits=9), now, None)
    opened.page = Page(source.url, 200, (), b"", now)
    opened.fails(Trouble(Reason.TIMEOUT, "no answer within 30 s"), "https://paper.example/old.xml?token=9e8d7c6b5a4f")
    assert opened.trouble is not None
    assert "paper.example/old.xml" in opened.trouble.text
    assert "3f9a8c7b6d5e4f3a2b1c" not in opened.trouble.text
    assert "9e8d7c6b5a4f" not in opened.trouble.text
