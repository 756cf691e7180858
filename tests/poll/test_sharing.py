"""Several daemons on one database: a host is asked in turn, a page once, and who lost its place asks nothing more."""

from __future__ import annotations

import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from command import PATIENCE
from pgserver import Server
from scripted import Stage, rss

from watcher import urls
from watcher.errors import StoreAwayError
from watcher.poll import Parts, Pass
from watcher.store import SqlWriter, leases, open_store
from watcher.store.sharing import Sharing
from watcher.types import Extraction, Memory, Page, Reason, Request, Source, Trouble, Visit

LONG = "Nvidia said on Tuesday that its new accelerator ships in May, two months early. " * 8
GAP = 0.1
LONGEST = 3.0  # whoever finds a turn taken waits so long
HOSTS = ("one.example", "two.example")
FEEDS = [Source(f"{host}{half}", f"https://{host}/{half}.xml", language="en") for host in HOSTS for half in "ab"]


@dataclass
class Slowly:
    """Takes its time over each answer, and notes from when to when."""

    stage: Stage
    asked: list[tuple[str, float, float]] = field(default_factory=list)

    def __call__(self, request: Request) -> Page | Trouble:
        began = time.monotonic()
        time.sleep(0.02)
        answer = self.stage.fetch(request)
        self.asked.append((request.url, began, time.monotonic()))
        return answer


@pytest.fixture(params=["sqlite", "postgresql"])
def stage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stage]:
    made = Stage(tmp_path)
    if request.param == "postgresql":
        server: Server = request.getfixturevalue("pg_server")
        new: Callable[[], str] = request.getfixturevalue("pg_blank")
        made.store.close()
        made.store = open_store(tmp_path, server.address(new()))
    yield made
    made.store.close()


@pytest.fixture
def places(stage: Stage) -> Iterator[Callable[[], Sharing]]:
    """Makes the place of one more daemon."""
    made: list[Sharing] = []

    def make() -> Sharing:
        made.append(Sharing(stage.store, time.monotonic, span=600.0))
        return made[-1]

    yield make
    for each in made:
        each.close()


def parts(stage: Stage, share: Sharing, fetch: Callable[[Request], Page | Trouble]) -> Parts:
    return replace(stage.parts(), fetch=fetch, share=share, gap=GAP, longest=LONGEST, second_try=0.05)


def script(stage: Stage) -> list[str]:
    """Each feed tells two pages of its own host, and two that the others tell too; returns the pages."""
    shared = ["https://one.example/both/1", "https://two.example/both/2"]
    pages = list(shared)
    for source in FEEDS:
        own = [f"{source.url}/{number}" for number in range(2)]
        items = [{"title": f"Nvidia {url}", "link": url} for url in (*own, *shared)]
        stage.fetch.answers[source.url] = rss(*items)
        pages += own
    for url in pages:
        stage.fetch.answers[url] = b"<html>"
    stage.workers.pages = {url: Extraction("article", title=url, text=f"{url} {LONG}") for url in pages}
    return pages


def stood_still(began: float, ended: float) -> bool:
    return ended - began > LONGEST * 0.8


def together(*runs: Callable[[], object]) -> None:
    threads = [threading.Thread(target=run) for run in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive()


def test_daemons_ask_a_host_in_turn_and_follow_each_page_once(stage: Stage, places: Callable[[], Sharing]) -> None:
    pages, fetch, visits = script(stage), Slowly(stage), list[Visit]()

    def daemon(share: Sharing) -> Callable[[], None]:
        run = Pass(parts(stage, share, fetch), visits.append)

        def go() -> None:
            run.claim(FEEDS, limit=2)
            run.run()

        return go

    together(*(daemon(places()) for _ in range(3)))
    assert sorted(visit.source for visit in visits) == sorted(source.id for source in FEEDS)
    counted = Counter(url for url, *_ in fetch.asked)
    wanted = {*pages, *(source.url for source in FEEDS), *(f"https://{host}/robots.txt" for host in HOSTS)}
    assert counted == dict.fromkeys(wanted, 1)
    by_host: defaultdict[str, list[tuple[float, float]]] = defaultdict(list)
    for url, began, ended in sorted(fetch.asked, key=lambda each: each[1]):
        by_host[urls.host_port(url)].append((began, ended))
    for times in by_host.values():
        # Where the machine stood still in the middle of a request, its turn is rightly over.
        assert all(later[0] >= earlier[1] or stood_still(*earlier) for earlier, later in pairwise(times))
        assert all(later[0] >= earlier[0] + GAP - 0.03 for earlier, later in pairwise(times))  # threads begin late
    assert {each.article.url for each in stage.store.articles(limit=100)} == set(pages)


def test_what_another_daemon_follows_is_seen_and_looked_for_again(stage: Stage, places: Callable[[], Sharing]) -> None:
    pages, other = script(stage), places()
    shared = pages[0]
    with stage.store.claiming() as writer:
        assert writer.claim_pages(other.holder, [shared]) == {shared}
    stage.fetch.answers[FEEDS[0].url] = stage.fetch.page(
        FEEDS[0].url, rss({"title": "Nvidia", "link": shared}), ETag='"1"'
    )

    def visited() -> Visit:
        visits: list[Visit] = []
        run = Pass(parts(stage, places(), stage.fetch), visits.append)
        run.claim(FEEDS[:1])
        run.run()
        return visits[0]

    first = visited()
    assert (sum(first.counts.values()), first.trouble) == (1, None)
    assert first.memory is not None
    assert first.memory.etag is None, "an unchanged feed would hide it for ever"
    other.close()  # it dies: nothing was stored of the page
    stage.clock.advance(hours=1)
    visited()
    assert [each.article.url for each in stage.store.articles(limit=9)] == [shared]


def test_a_rest_that_one_daemon_was_told_holds_for_another_at_once(stage: Stage, places: Callable[[], Sharing]) -> None:
    script(stage)
    first, second = (Pass(parts(stage, places(), stage.fetch)) for _ in range(2))
    busy = Trouble(Reason.STATUS, "busy", status=429, retry_after=timedelta(hours=2))
    second.visit(FEEDS[1], Memory(FEEDS[1].id))  # met before anybody was told
    stage.fetch.answers[FEEDS[0].url] = busy
    first.claim(FEEDS[:1])
    first.run()
    second.run()
    assert [request.url for request in stage.fetch.asked] == [FEEDS[0].url]


def test_a_run_that_lost_its_place_ends_like_one_that_was_killed(stage: Stage, places: Callable[[], Sharing]) -> None:
    script(stage)
    share = places()
    run = Pass(parts(stage, share, stage.fetch))
    run.claim(FEEDS)
    share._until.clear()  # it could not be renewed in time
    with pytest.raises(StoreAwayError, match="lapsed"):
        run.run()
    assert stage.fetch.asked == []
    assert stage.store.visits(FEEDS[0].id, 9) == ()


def test_a_host_that_a_killed_daemon_was_asking_is_left_alone_until_its_request_must_be_over(
    stage: Stage, places: Callable[[], Sharing]
) -> None:
    script(stage)
    began, fetch = time.monotonic(), Slowly(stage)
    with stage.store.claims() as connection:
        leases.take(connection, "killed", ["host one.example:443"], 2.0)
    run = Pass(parts(stage, places(), fetch))
    run.claim([FEEDS[0], FEEDS[2]])
    run.run()
    moments = {url: moment - began for url, moment, _ in fetch.asked}
    assert moments[FEEDS[0].url] > 1.9
    assert moments[FEEDS[2].url] < moments[FEEDS[0].url], "the others are not kept waiting"


def test_the_gap_counts_from_when_the_turn_was_given(
    stage: Stage, places: Callable[[], Sharing], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A busy database: what was to be asked at once is asked a little later, and the next daemon later still."""
    script(stage)
    claiming = stage.store.claiming

    @contextmanager
    def busy() -> Iterator[SqlWriter]:
        with claiming() as writer:
            yield writer
        time.sleep(0.25)

    fetch, slow, quick = Slowly(stage), places(), places()
    runs = [Pass(replace(parts(stage, share, fetch), gap=0.4)) for share in (slow, quick)]
    monkeypatch.setattr(stage.store, "claiming", busy)
    for run, source in zip(runs, FEEDS[:2], strict=True):
        stage.fetch.answers[source.url] = rss()
        run.visit(source, Memory(source.id))
    together(*(run.run for run in runs))
    first, second = (began for _, began, _ in fetch.asked)
    assert second - first >= 0.38


def test_a_source_that_another_daemon_claimed_while_its_host_was_waited_for_is_not_asked_again(
    stage: Stage, places: Callable[[], Sharing]
) -> None:
    stage.fetch.answers = {FEEDS[0].url: rss()}
    visits: list[Visit] = []
    first, second = (Pass(parts(stage, places(), stage.fetch), visits.append) for _ in range(2))
    first.claim(FEEDS[:1])
    stage.clock.advance(hours=1)  # it hung for so long that the claim ran out
    second.claim(FEEDS[:1])
    second.run()
    due = stage.store.memories([FEEDS[0].id])[FEEDS[0].id].due
    first.run()
    assert [request.url for request in stage.fetch.asked] == [FEEDS[0].url]
    assert stage.store.memories([FEEDS[0].id])[FEEDS[0].id].due == due
    assert len(stage.store.visits(FEEDS[0].id, 9)) == 1
