"""Asking hosts: who rests, who is forbidden by robots.txt, who is asked a second time, and with what."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from scripted import START, Stage, rss

from watcher.poll import Parts, Pass
from watcher.poll import asking as asking_module
from watcher.types import (
    Access,
    Because,
    Extraction,
    HostState,
    Memory,
    Outcome,
    Page,
    Reason,
    Request,
    Source,
    Trouble,
    Visit,
    Window,
)

FEED = Source("paper", "https://paper.example/feed", language="en")
ROBOTS = "https://paper.example/robots.txt"
LONG = "Nvidia said on Tuesday that its new accelerator ships in May, two months early. " * 8
UNAVAILABLE = Trouble(Reason.STATUS, "unavailable", status=503)  # without a time: four hours


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = Stage(tmp_path)
    yield made
    made.store.close()


def passed(stage: Stage, *sources: Source, everything: bool = False, **changes: object) -> dict[str, Visit]:
    visits: dict[str, Visit] = {}
    run = Pass(parts(stage, **changes), lambda visit: visits.__setitem__(visit.source, visit))
    run.claim(sources, everything)
    run.run()
    return visits


def parts(stage: Stage, **changes: object) -> Parts:
    return dataclasses.replace(stage.parts(), **({"second_try": 0.05} | changes))  # type: ignore[arg-type]


def item(number: int, host: str = "paper.example") -> dict[str, str]:
    return {"title": f"Nvidia ships early {number}", "link": f"https://{host}/{number}"}


def script(stage: Stage, leads: int, **answers: bytes | Page | Trouble | Callable[[Request], Page | Trouble]) -> None:
    """A feed of so many leads, each with a good page; and answers for paths of its host."""
    pages = {f"https://paper.example/{number}": b"<html>" for number in range(1, leads + 1)}
    named = {f"https://paper.example/{name}": answer for name, answer in answers.items()}
    stage.fetch.answers = {FEED.url: rss(*(item(number) for number in range(1, leads + 1)))} | pages | named
    stage.workers.pages = {url: Extraction("article", title=url, text=f"{url} {LONG}") for url in pages}


def asked(stage: Stage, url: str) -> int:
    return [request.url for request in stage.fetch.asked].count(url)


def reasons(stage: Stage) -> dict[str, str | None]:
    return {each.article.url: each.article.headline_only for each in stage.store.articles(limit=100)}


# --- rests ---


def test_a_rest_outlives_the_process_and_burns_no_visit(stage: Stage):
    other = dataclasses.replace(FEED, id="other", url="https://paper.example/other/feed")
    stage.fetch.answers = {FEED.url: Trouble(Reason.STATUS, "busy", status=429, retry_after=timedelta(hours=2))}
    passed(stage, FEED)
    stage.clock.advance(hours=1)
    visit = passed(stage, other)["other"]
    assert asked(stage, other.url) == 0
    assert visit.trouble is not None
    assert "left alone until 10 Mar 08:00" in visit.trouble.text
    memory = stage.store.memories(["other"])["other"]
    assert memory == Memory("other", due=START + timedelta(hours=2), because=Because.HOST_REST)
    assert stage.store.visits("other", 10) == ()
    stage.clock.advance(hours=1)
    stage.fetch.answers = {other.url: rss()}
    assert passed(stage, other)["other"].trouble is None


def test_a_forced_visit_of_a_resting_host_is_put_off_as_well(stage: Stage):
    stage.fetch.answers = {FEED.url: UNAVAILABLE}
    passed(stage, FEED)
    before = stage.store.memories(["paper"])["paper"]
    passed(stage, FEED, everything=True)
    assert asked(stage, FEED.url) == 1
    after = stage.store.memories(["paper"])["paper"]
    assert (after.failures, after.visits, after.trouble) == (before.failures, 1, before.trouble)
    assert after.due == START + timedelta(hours=4)


def test_forty_feeds_of_one_host_are_asked_once_when_it_wants_to_rest(stage: Stage):
    sources = [dataclasses.replace(FEED, id=f"s{n:02}", url=f"https://paper.example/{n}/feed") for n in range(40)]
    busy = Trouble(Reason.STATUS, "busy", status=429, retry_after=timedelta(hours=1))
    stage.fetch.answers = {source.url: busy for source in sources}
    visits = passed(stage, *sources)
    assert len(stage.fetch.asked) == 1
    assert len(visits) == 40
    memories = stage.store.memories(source.id for source in sources)
    assert sorted(memory.failures for memory in memories.values()) == [0] * 39 + [1]
    assert all(memory.due and memory.due >= START + timedelta(hours=1) for memory in memories.values())


def test_a_feed_that_speaks_for_itself_rests_alone(stage: Stage):
    sources = [
        dataclasses.replace(FEED, id=f"s{n}", url=f"https://bridge.example/{n}", retry_after="feed") for n in range(3)
    ]
    stage.fetch.answers = {source.url: rss() for source in sources}
    stage.fetch.answers[sources[0].url] = Trouble(Reason.STATUS, "busy", status=429, retry_after=timedelta(hours=5))
    visits = passed(stage, *sources)
    assert [visits[source.id].trouble is None for source in sources] == [False, True, True]
    assert stage.store.hosts(["bridge.example:443"]) == {}
    memory = stage.store.memories(["s0"])["s0"]
    assert memory.due is not None
    assert memory.due >= START + timedelta(hours=5)


def test_a_page_that_says_503_rests_its_host_for_the_feeds_too(stage: Stage):
    script(stage, 3)
    stage.fetch.answers["https://paper.example/1"] = UNAVAILABLE
    assert passed(stage, FEED)["paper"].counts == {Outcome.STORED: 3}
    assert set(reasons(stage).values()) == {"unreachable"}
    state = stage.store.hosts(["paper.example:443"])["paper.example:443"]
    assert (state.rest_until, state.rest_because) == (START + timedelta(hours=4), "unavailable")
    stage.clock.advance(hours=3)
    passed(stage, FEED)
    assert asked(stage, FEED.url) == 1


def test_leads_to_a_resting_host_end_with_their_headline_and_nothing_of_it_is_asked(stage: Stage):
    with stage.store.writing() as writer:
        writer.keep_hosts([HostState("paper.example:443", START + timedelta(hours=1), "busy")])
    feed = dataclasses.replace(FEED, url="https://feeds.example/paper")
    stage.fetch.answers = {feed.url: rss(item(1), item(2))}
    assert passed(stage, feed)["paper"].counts == {Outcome.STORED: 2}
    assert [request.url for request in stage.fetch.asked] == [feed.url]


def test_a_rest_noted_by_another_command_is_heeded_and_never_shortened(stage: Stage):
    script(stage, 1)
    until = START + timedelta(hours=9)

    def busy(_: Request) -> Trouble:
        with stage.store.writing() as writer:  # another command, meanwhile
            writer.keep_hosts([HostState("paper.example:443", until, "of old")])
        return Trouble(Reason.STATUS, "busy", status=429, retry_after=timedelta(hours=1))

    stage.fetch.answers["https://paper.example/1"] = busy
    passed(stage, FEED)
    assert stage.store.hosts(["paper.example:443"])["paper.example:443"].rest_until == until
    run = Pass(parts(stage))
    run.claim([FEED], everything=True)
    run.run()
    assert asked(stage, FEED.url) == 1


def test_an_archive_whose_host_rests_is_not_taken_for_read(stage: Stage):
    stage.fetch.answers = {FEED.url: UNAVAILABLE}
    passed(stage, FEED)
    visits: list[Visit] = []
    run = Pass(parts(stage), visits.append)
    run.visit(FEED, Memory(FEED.id), Window(START - timedelta(days=9), START))
    run.run()
    (visit,) = visits
    assert visit.trouble is not None
    assert visit.memory is None


# --- robots.txt ---


def test_robots_is_asked_once_before_the_first_page_and_remembered_for_a_day(stage: Stage):
    script(stage, 3, **{"robots.txt": b"User-agent: *\nDisallow: /2"})
    passed(stage, FEED)
    order = [request.url.rpartition("/")[2] for request in stage.fetch.asked]
    assert order == ["feed", "robots.txt", "1", "3"]
    assert reasons(stage)["https://paper.example/2"] == "robots"
    assert reasons(stage)["https://paper.example/1"] is None
    stage.clock.advance(hours=23)
    stage.fetch.answers[FEED.url] = rss(item(4))
    passed(stage, FEED)
    assert asked(stage, ROBOTS) == 1, "it is kept in the store"
    stage.clock.advance(hours=2)
    stage.fetch.answers[FEED.url] = rss(item(5))
    passed(stage, FEED)
    assert asked(stage, ROBOTS) == 2


def test_feeds_are_asked_without_robots(stage: Stage):
    stage.fetch.answers = {FEED.url: rss(), ROBOTS: b"User-agent: *\nDisallow: /"}
    assert passed(stage, FEED)["paper"].trouble is None
    assert asked(stage, ROBOTS) == 0


def test_a_page_that_robots_forbids_keeps_the_text_the_feed_gave(stage: Stage):
    script(stage, 1, **{"robots.txt": b"User-agent: *\nDisallow: /"})
    stage.fetch.answers[FEED.url] = rss(item(1) | {"description": LONG})
    assert passed(stage, FEED)["paper"].counts == {Outcome.STORED: 1}
    stored = stage.store.article("https://paper.example/1")
    assert stored is not None
    assert (stored.article.headline_only, stored.article.text) == (None, LONG.strip())


@pytest.mark.parametrize(("status", "pages"), [(404, 2), (403, 2), (500, 0), (502, 0)])
def test_what_answers_of_robots_mean(stage: Stage, status: int, pages: int):
    script(stage, 2, **{"robots.txt": Trouble(Reason.STATUS, "no", status=status)})
    passed(stage, FEED)
    assert sum(asked(stage, f"https://paper.example/{n}") for n in (1, 2)) == pages
    assert set(reasons(stage).values()) == ({None} if pages else {"unreachable"})


def test_a_robots_file_out_of_reach_is_asked_twice_then_left_for_half_an_hour(stage: Stage):
    script(stage, 1, **{"robots.txt": Trouble(Reason.TIMEOUT, "slow")})
    passed(stage, FEED)
    assert asked(stage, ROBOTS) == 2
    stage.fetch.answers[FEED.url] = rss(item(2))
    passed(stage, FEED, everything=True)
    assert asked(stage, ROBOTS) == 2
    stage.clock.advance(minutes=31)
    script(stage, 3)
    passed(stage, FEED, everything=True)
    assert asked(stage, ROBOTS) == 3
    assert reasons(stage)["https://paper.example/3"] is None


def test_a_robots_file_that_asks_for_rest_rests_the_host(stage: Stage):
    script(stage, 2, **{"robots.txt": UNAVAILABLE})
    passed(stage, FEED)
    assert len(stage.fetch.asked) == 2
    assert set(reasons(stage).values()) == {"unreachable"}
    assert stage.store.hosts(["paper.example:443"])["paper.example:443"].rest_until == START + timedelta(hours=4)


def test_a_crawl_delay_lengthens_the_gap_from_the_robots_request_on(stage: Stage):
    moments: list[tuple[str, float]] = []
    clock = stage.parts().seconds

    def note(request: Request) -> Page:
        moments.append((request.url, clock()))
        body = b"User-agent: *\nCrawl-delay: 0.6" if request.url == ROBOTS else b"<html>"
        return stage.fetch.page(request.url, body)

    script(stage, 2)
    stage.fetch.answers |= {ROBOTS: note, "https://paper.example/1": note, "https://paper.example/2": note}
    passed(stage, FEED)
    times = [moment for _, moment in moments]
    assert len(times) == 3
    # From start to start: what a busy machine takes to start a thread lies between.
    assert all(b - a >= 0.2 for a, b in pairwise(times))


# --- a second try ---


@pytest.mark.parametrize(
    "trouble",
    [
        Trouble(Reason.TIMEOUT, "slow"),
        Trouble(Reason.CONNECTION, "reset"),
        Trouble(Reason.STATUS, "bad gateway", status=502),
    ],
)
def test_a_page_that_failed_for_a_reason_of_the_moment_is_asked_once_more_behind_the_others(
    stage: Stage, trouble: Trouble
):
    failing = [trouble]
    script(stage, 3)
    stage.fetch.answers["https://paper.example/1"] = lambda request: (
        failing.pop() if failing else stage.fetch.page(request.url, b"<html>")
    )
    passed(stage, FEED)
    order = [request.url.rpartition("/")[2] for request in stage.fetch.asked]
    assert order == ["feed", "robots.txt", "1", "2", "3", "1"]
    assert set(reasons(stage).values()) == {None}


def test_a_page_is_asked_twice_and_not_more(stage: Stage):
    script(stage, 1)
    stage.fetch.answers["https://paper.example/1"] = Trouble(Reason.TIMEOUT, "slow")
    passed(stage, FEED)
    assert asked(stage, "https://paper.example/1") == 2
    assert reasons(stage) == {"https://paper.example/1": "unreachable"}


@pytest.mark.parametrize("status", [404, 403, 410])
def test_what_is_no_reason_of_the_moment_is_asked_once(stage: Stage, status: int):
    script(stage, 1)
    stage.fetch.answers["https://paper.example/1"] = Trouble(Reason.STATUS, "no", status=status)
    passed(stage, FEED)
    assert asked(stage, "https://paper.example/1") == 1


def test_a_source_that_fails_is_not_asked_again_before_it_is_due(stage: Stage):
    stage.fetch.answers = {FEED.url: Trouble(Reason.TIMEOUT, "slow")}
    passed(stage, FEED)
    assert asked(stage, FEED.url) == 1


def test_the_pages_of_a_host_that_is_silent_for_long_are_given_up(stage: Stage, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(asking_module, "LONGEST_SILENCE", 0.0)
    script(stage, 50)
    silent = Trouble(Reason.TIMEOUT, "slow")
    stage.fetch.answers |= {f"https://paper.example/{number}": silent for number in range(1, 51)}
    assert sum(passed(stage, FEED)["paper"].counts.values()) == 50
    assert sum(asked(stage, f"https://paper.example/{number}") for number in range(1, 51)) == 3
    assert set(reasons(stage).values()) == {"unreachable"}


# --- what a source may need ---


def test_all_of_a_source_is_asked_by_its_way_and_its_door_keeps_the_headers_to_its_origin(stage: Stage):
    access = Access("https://paper.example:443", (("Cookie", "s=1"),), "Reader/1", "http://proxy.example:3128")
    source = dataclasses.replace(FEED, access=access)
    stage.fetch.answers = {FEED.url: rss(item(1), item(2, "elsewhere.example"), item(3, "paper.example:8443"))}
    passed(stage, source)
    got = {request.url: request.access for request in stage.fetch.asked}
    assert got[FEED.url] == access
    assert got["https://paper.example/1"] == access
    assert got[ROBOTS] == dataclasses.replace(access, headers=())
    others = {url: each for url, each in got.items() if "elsewhere" in url or "8443" in url}
    assert len(others) == 4  # two pages and their robots.txt: by the same proxy, or the source's reader would be seen
    assert all(each is not None and each.proxy == access.proxy for each in others.values())


def test_who_asked_for_rest_behind_a_redirect_gets_it_and_not_the_host_that_led_there(stage: Stage):
    throttled = Trouble(Reason.STATUS, "429", status=429, retry_after=timedelta(hours=2), host="busy.example:443")
    stage.fetch.answers = {FEED.url: throttled}
    passed(stage, FEED)
    kept = stage.store.hosts(["paper.example:443", "busy.example:443"])
    assert kept["busy.example:443"].rest_until is not None
    assert "paper.example:443" not in kept or kept["paper.example:443"].rest_until is None


def test_further_pages_of_an_archive_get_the_same_access(stage: Stage):
    access = Access("https://paper.example:443", (("Cookie", "s=1"),))
    source = dataclasses.replace(FEED, access=access)
    first = rss(item(1)).replace(
        b"<title>A Paper", b'<link xmlns="http://www.w3.org/2005/Atom" rel="next" href="/feed?page=2"/><title>A Paper'
    )
    stage.fetch.answers = {FEED.url: first, "https://paper.example/feed?page=2": rss(item(2))}
    run = Pass(parts(stage))
    run.visit(source, Memory(source.id), Window(datetime(2020, 1, 1, tzinfo=START.tzinfo), START))
    run.run()
    own = [request for request in stage.fetch.asked if "/feed" in request.url]
    assert len(own) == 2
    assert all(request.access == access for request in own)


# --- turns ---


def test_pages_of_two_visits_on_one_host_take_turns_and_feeds_go_first(stage: Stage):
    many = dataclasses.replace(FEED, id="many", url="https://feeds.example/many")
    few = dataclasses.replace(FEED, id="few", url="https://feeds.example/few")
    late = dataclasses.replace(FEED, id="late", url="https://paper.example/late")
    run = Pass(parts(stage))
    first: list[str] = []

    def page(request: Request) -> Page:
        if not first:
            run.ring([late])
        first.append(request.url)
        return stage.fetch.page(request.url, b"<html>")

    stage.fetch.answers = {
        many.url: rss(*(item(number) for number in range(1, 60))),
        few.url: rss(item(100), item(101)),
        late.url: rss(),
        ROBOTS: lambda request: stage.fetch.page(request.url, b""),
    }
    stage.fetch.answers |= {f"https://paper.example/{number}": page for number in [*range(1, 60), 100, 101]}
    run.claim([many, few])
    run.run()
    order = [request.url.rpartition("/")[2] for request in stage.fetch.asked]
    assert order.index("late") < 10
    assert max(order.index("100"), order.index("101")) < 12
