"""A simulated year: 200 sources asked every six hours, every misbehaviour, kills and restarts as it goes.

Most feeds are answered by a script, one in eight over real HTTP on loopback; archive, pass and rules are the program's
own. At the end every entry that was ever shown has exactly one outcome, no source is forgotten, and each request is
explained by a model of the rules that is not the program's. `make year` runs it.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from guest.ledger import Ledger
from guest.origin import Origin
from guest.plots import START, Plot, plots_of
from guest.score import EARLY, Came
from guest.virtual import Life, Time, numbers
from results import keep

from watcher import urls
from watcher.http import HttpFetch
from watcher.store import open_store
from watcher.types import Page, Reason, Request, Source, Trouble

INTERVAL, GAP = timedelta(hours=6), 2.0
_MOST_REDIRECTS = 5


class Scripted:
    """Answers from the book alone, as HTTP would have."""

    def __init__(self, book: Ledger, clock: Time) -> None:
        self._book, self._clock = book, clock

    def __call__(self, request: Request) -> Page | Trouble:
        url, permanent = request.url, True
        for _ in range(_MOST_REDIRECTS + 1):
            address = urls.split(url)
            assert address is not None
            sent = {"if-none-match": request.etag, "if-modified-since": request.last_modified}
            headers = {name: value for name, value in sent.items() if value is not None}
            headers["user-agent"] = "toldonce/1.0 (+https://example.org/about)"
            moment = self._clock.clock()
            host = int(address.host.removeprefix("host").partition(".")[0])
            said = self._book.came(Came(moment, host, address.target, headers))
            if said.location is None:
                break
            permanent = permanent and said.status in (301, 308)
            url = urls.absolute(url, said.location) or url
        if said.status >= 400:
            text = f"{url} answered {said.status}"
            return Trouble(Reason.STATUS, text, said.status, said.retry_after, said.fresh)
        moved = permanent and url != request.url
        return Page(url, said.status, said.headers, said.body, moment, request.url, moved)


class Both:
    """Feeds on loopback over real HTTP, the others by script."""

    def __init__(self, http: HttpFetch, scripted: Scripted) -> None:
        self._http, self._scripted = http, scripted

    def __call__(self, request: Request) -> Page | Trouble:
        return (self._http if "//127.0.0.1:" in request.url else self._scripted)(request)

    def close(self) -> None:
        self._http.close()


@dataclass(frozen=True)
class Year:
    """What became of it."""

    requests: int
    explained: int
    unexplained: list[str]
    early: int
    examples: list[str]
    invented: int
    shown: int
    missing: list[str]
    outcomes: dict[str, int]
    articles: tuple[int, int]  # stored, and those shown that name the subject
    overdue: list[int]
    kills: int
    stops: int
    visits: int
    problems: list[str]

    @property
    def is_good(self) -> bool:
        wrong = (self.unexplained, self.missing, self.overdue, self.problems, self.early, self.invented)
        return not any(wrong) and self.explained > 0 and self.articles[0] == self.articles[1]


def cast(sources: int, days: int, seed: int) -> list[Plot]:
    """Feeds with rarer news than a week's, each on the host it had, those over HTTP on hosts of their own."""
    randomly = random.Random(seed)
    plots = []
    for plot in plots_of(sources, days, seed):
        rhythm = randomly.choice((24, 72, 240))
        news, at = [], START - timedelta(days=3)
        while at < START + timedelta(days=days):
            news.append(at)
            at += timedelta(hours=randomly.expovariate(1 / rhythm) + 0.05)
        host = 5000 + plot.number if _is_over_http(plot.number) else plot.host
        plots.append(replace(plot, news=tuple(news), host=host))
    return plots


def _is_over_http(number: int) -> bool:
    # Every role of twenty once in 160 feeds, whatever the number of feeds: 0, 9, 18 ... 171 are of roles 0, 9, 18 ...
    return number % 9 == 0


def live(sources: int, days: int, restarts: int, seed: int = 11) -> Year:
    """A simulated time from its first day to its last."""
    plots = cast(sources, days, seed)
    book = Ledger(plots, INTERVAL, timedelta(seconds=GAP))
    clock = Time(START)
    origin = Origin(book, (plot.host for plot in plots if _is_over_http(plot.number)), clock.clock)
    scripted = Scripted(book, clock)
    visits: Counter[str] = Counter()

    def door() -> Any:
        http = HttpFetch(clock.clock, contact="https://example.org/about", allow=["127.0.0.0/8"])
        return Both(http, scripted)

    def address(plot: Plot) -> str:
        where = f"127.0.0.1:{origin.ports[plot.host]}" if plot.host in origin.ports else f"host{plot.host}.example"
        return f"http://{where}/{plot.number}/feed"

    known = [Source(f"s{plot.number}", address(plot), pages="never", interval=INTERVAL) for plot in plots]
    shelf = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108  # a folder of its own is made there
    try:
        with tempfile.TemporaryDirectory(dir=shelf) as folder:
            life = Life(Path(folder), known, door, clock, GAP, 600.0, 3 * 3600.0, random.Random(seed))
            life.on_restart = lambda moment, lost: book.killed(moment, numbers(lost))
            life.on_visit = lambda visit: visits.update([visit.source])
            life.live(days * 86_400.0, restarts)
            return _told(book, Path(folder), life, visits, clock)
    finally:
        origin.close()


def _told(book: Ledger, folder: Path, life: Life, visits: Counter[str], clock: Time) -> Year:
    """What the archive says against what was shown."""
    links = {urls.canonical(f"https://feed{feed}.example/{entry}"): (feed, entry) for feed, entry in book.shown}
    store = open_store(folder)
    try:
        followed = store.known([link for link in links if link])
        outcomes = store.outcomes(START, clock.clock() + timedelta(days=1))
        stored = {each.article.url for each in store.articles(limit=10**6)}
        on_topic = {link for link, (_, entry) in links.items() if entry % 20 == 0}
        return Year(
            requests=book.requests,
            explained=book.explained,
            unexplained=book.unexplained,
            early=book.early,
            examples=[book.examples[check] for check in EARLY if check in book.examples],
            invented=book.broken[8],
            shown=len(book.shown),
            missing=sorted(link for link in links if link and link not in followed),
            outcomes={outcome.value: count for outcome, count in sorted(outcomes.items())},
            articles=(len(stored & on_topic), len(on_topic)),
            overdue=book.overdue(clock.clock()),
            kills=life.kills,
            stops=life.stops,
            visits=sum(visits.values()),
            problems=list(store.integrity()),
        )
    finally:
        store.close()


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    for name, default in (("sources", 200), ("days", 365), ("restarts", 400), ("seed", 11)):
        options.add_argument(f"--{name}", type=int, default=default)
    asked = options.parse_args()
    began = time.perf_counter()
    year = live(asked.sources, asked.days, asked.restarts, asked.seed)
    figures = {name: getattr(year, name) for name in Year.__dataclass_fields__}
    figures |= {name: len(figures[name]) for name in ("unexplained", "examples", "missing", "overdue", "problems")}
    figures |= {"sources": asked.sources, "days": asked.days, "seconds": round(time.perf_counter() - began, 1)}
    keep("year", figures)
    for name in ("unexplained", "examples", "missing", "overdue", "problems"):
        print(f"{name}: {getattr(year, name)[:5]}")
    sys.exit(not year.is_good)


if __name__ == "__main__":
    main()
