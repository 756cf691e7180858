"""The polite-reader score finds every rudeness, and none in our own client."""

from __future__ import annotations

import heapq
import random
import socket
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from command import until
from guest.origin import Origin
from guest.plots import START, Said, plots_of
from guest.score import CHECKS, Book, Came, Score

MINIMUM, GAP = timedelta(minutes=30), timedelta(seconds=2)
FEEDS, DAYS = 40, 2
AGENT = "guest/1.0 (+https://example.org/about)"
ZERO = timedelta(0)


@dataclass
class Feed:
    """What a client remembers of one feed."""

    number: int
    host: int
    leaf: str = "feed"
    etag: str | None = None
    modified: str | None = None
    body: bytes | None = None
    fresh: timedelta = ZERO
    redirects: int = 0
    adopted: bool = False
    visits: int = 0
    place: float = field(default=0.0)


class Client:
    """A model of a good guest, written beside the program and not from it; `rude` in one respect, or in none."""

    def __init__(self, rude: str = "") -> None:
        self.rude = rude
        self.book = Book(plots_of(FEEDS, DAYS), MINIMUM, GAP)
        self.host_ready: dict[int, datetime] = {}
        self.host_rests: dict[int, datetime] = {}
        self.dues: list[tuple[datetime, int]] = []
        self.feeds = {
            number: Feed(number, plot.host, place=number % 17 / 170) for number, plot in self.book.plots.items()
        }

    def live(self) -> Score:
        end = START + timedelta(days=DAYS)
        restarts = [START + timedelta(hours=hours) for hours in (7, 19, 31)]
        self.dues = [(START, number) for number in self.feeds]
        heapq.heapify(self.dues)
        while self.dues[0][0] < end:
            moment, number = heapq.heappop(self.dues)
            if restarts and moment >= restarts[0]:
                self.book.killed(restarts.pop(0), [])
                if self.rude == "polls at every start":
                    self.dues = [(moment, each) for _, each in self.dues]
                    heapq.heapify(self.dues)
            due = self._visit(self.feeds[number], moment)
            heapq.heappush(self.dues, (due or end + timedelta(days=1), number))
        self.book.served_alone()
        return self.book.close(end)

    def _visit(self, feed: Feed, moment: datetime) -> datetime | None:
        """Visits a feed; when it is due again, None for never."""
        begin = moment
        if self.rude != "knows no gap":
            begin = max(begin, self.host_ready.get(feed.host, begin))
        if self.rude != "rests only the feed":
            begin = max(begin, self.host_rests.get(feed.host, begin))
        begin = self._allowed(feed, begin)
        if begin > moment:
            return begin
        self.host_ready[feed.host] = moment + GAP
        said = self._ask(feed, moment, feed.leaf)
        if self.rude == "subscribes twice" and feed.visits == 0:
            said = self._ask(feed, moment, feed.leaf)
        if said.location is not None:
            said = self._follow(feed, moment, said)
        feed.visits += 1
        if said.status == 410 and self.rude != "does not hear 410":
            return None
        self._learn(feed, said)
        return moment + self._wait(feed, said, moment)

    def _follow(self, feed: Feed, moment: datetime, said: Said) -> Said:
        permanent = said.status in (301, 308)
        feed.redirects += permanent
        adopts = permanent and feed.redirects >= 10 and self.rude != "never adopts"
        if adopts or (not permanent and self.rude == "adopts every redirect"):
            feed.leaf = "new"
        return self._ask(feed, moment, "new")

    def _ask(self, feed: Feed, moment: datetime, leaf: str) -> Said:
        etag, modified = feed.etag, feed.modified
        if self.rude == "forgets validators":
            etag = modified = None
        if self.rude == "tidies ETags" and etag is not None:
            etag = etag.removeprefix("W/").strip('"')
        if self.rude == "reformats dates" and modified is not None:
            modified = modified.replace(",", "")
        if self.rude == "sends one of two" and etag is not None:
            modified = None
        if self.rude == "invents dates" and modified is None:
            modified = f"{moment:%a, %d %b %Y %H:%M:%S GMT}"
        headers = {"user-agent": AGENT}
        headers |= {"if-none-match": etag} if etag is not None else {}
        headers |= {"if-modified-since": modified} if modified is not None else {}
        target = f"/{feed.number}/{leaf}"
        match self.rude:
            case "sends cookies":
                headers["cookie"] = "guest=1"
            case "sends a Referer":
                headers["referer"] = "https://example.org/"
            case "says Mozilla":
                headers["user-agent"] = "Mozilla/5.0 (X11; Linux x86_64)"
            case "breaks caches":
                target += f"?t={moment:%s}"
        return self.book.came(Came(moment, feed.host, target, headers))

    def _learn(self, feed: Feed, said: Said) -> None:
        if not said.good and self.rude != "learns from errors":
            return
        if said.status == 304 and self.rude == "does not hear a 304":
            return
        if said.status == 200 and said.body == feed.body and self.rude == "does not look at unchanged bodies":
            return
        feed.etag, feed.modified = said.etag, said.modified
        feed.body = said.body or feed.body

    def _wait(self, feed: Feed, said: Said, moment: datetime) -> timedelta:
        plot = self.book.plots[feed.number]
        wait = timedelta(minutes=20) if self.rude == "is impatient" else MINIMUM
        if said.good:
            feed.fresh = (
                feed.fresh if said.fresh is None and plot.silent_304 and said.status == 304 else said.fresh or ZERO
            )
            if self.rude != "does not hear max-age":
                wait = max(wait, feed.fresh)
        if plot.ttl is not None and self.rude != "does not hear ttl":
            wait = max(wait, plot.ttl)
        if said.retry_after is not None and self.rude != f"does not hear Retry-After in {said.retry_form}":
            wait = max(wait, said.retry_after)
            self.host_rests[feed.host] = moment + said.retry_after
        return wait + (ZERO if self.rude == "knows no jitter" else MINIMUM * feed.place)

    def _allowed(self, feed: Feed, moment: datetime) -> datetime:
        plot = self.book.plots[feed.number]
        if feed.visits and self.rude != "does not hear skipHours":
            while moment.hour in plot.skip_hours or moment.weekday() in plot.skip_days:
                moment = moment.replace(minute=0, second=0) + timedelta(hours=1)
        return moment


def test_a_good_guest_has_the_full_score() -> None:
    score = Client().live()
    assert score.is_full, score.table()
    assert score.restarts == 3


@pytest.mark.parametrize(
    ("rude", "check"),
    [
        ("subscribes twice", 1),
        ("forgets validators", 2),
        ("tidies ETags", 3),
        ("reformats dates", 4),
        ("sends one of two", 5),
        ("does not hear a 304", 6),
        ("does not look at unchanged bodies", 7),
        ("invents dates", 8),
        ("learns from errors", 9),
        ("is impatient", 10),
        ("does not hear max-age", 11),
        ("does not hear ttl", 12),
        ("does not hear skipHours", 12),
        ("does not hear Retry-After in seconds", 13),
        ("does not hear Retry-After in date", 14),
        ("rests only the feed", 15),
        ("polls at every start", 16),
        ("knows no gap", 18),
        ("knows no jitter", 18),
        ("sends cookies", 19),
        ("sends a Referer", 19),
        ("says Mozilla", 19),
        ("breaks caches", 19),
        ("never adopts", 20),
        ("adopts every redirect", 20),
        ("does not hear 410", 20),
    ],
)
def test_every_rudeness_is_found(rude: str, check: int) -> None:
    score = Client(rude).live()
    assert not score.passed(check), f"{rude} passed for {CHECKS[check - 1]}\n{score.table()}"
    assert not score.is_full
    assert (score.early > 0) is (check in range(10, 17) or check in (1, 20)) or check == 20, score.table()


def test_a_guest_that_never_comes_has_no_score() -> None:
    score = Book(plots_of(FEEDS, DAYS), MINIMUM, GAP).close(START)
    assert score.points == 0
    assert len(score.forgotten) == FEEDS


def test_a_feed_that_is_forgotten_is_named() -> None:
    client = Client()
    del client.feeds[3]
    score = client.live()
    assert score.forgotten == [3]
    assert not score.is_full


def test_two_connections_to_one_host_are_seen() -> None:
    book = Book(plots_of(2, 1), MINIMUM, GAP)
    origin = Origin(book, [1000], lambda: START)
    with socket.create_connection(("127.0.0.1", origin.ports[1000])):
        until(lambda: book.seen[17] == 1)
        assert book.broken[17] == 0
        with socket.create_connection(("127.0.0.1", origin.ports[1000])):
            until(lambda: book.seen[17] == 2)
    origin.close()
    assert book.seen[17] == 2
    assert book.broken[17] == 1


@pytest.mark.parametrize(
    ("feeds", "restarts"), [(20, 5), pytest.param(50, 10, marks=pytest.mark.long)], ids=["20 feeds", "50 feeds"]
)
def test_the_program_has_the_full_score_over_two_days(feeds: int, restarts: int) -> None:
    from polite import week

    score = week(feeds=feeds, days=2, restarts=restarts, seed=random.Random(3).randrange(100))
    assert score.is_full, score.table()
    assert score.restarts >= restarts
