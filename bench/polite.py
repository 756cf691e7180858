"""The polite-reader score: a simulated week, 500 feeds, 100 restarts, twenty checks over every request.

Real HTTP on loopback through the program's own fetch, pass and archive; only the clock is virtual, and half of the
restarts are kills. `make polite` runs it; the exit code is 1 below 20 of 20.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from guest.origin import Origin
from guest.plots import START, plots_of
from guest.score import CHECKS, Book, Score
from guest.virtual import Life, Time, numbers
from results import keep

from watcher.http import HttpFetch
from watcher.types import Source

INTERVAL, GAP = timedelta(minutes=30), 2.0


def week(feeds: int, days: int, restarts: int, seed: int = 7) -> Score:
    """The score of a simulated time."""
    plots = plots_of(feeds, days, seed)
    book = Book(plots, INTERVAL, timedelta(seconds=GAP))
    clock = Time(START)
    origin = Origin(book, (plot.host for plot in plots), clock.clock)

    def door() -> HttpFetch:
        return HttpFetch(clock.clock, contact="https://example.org/about", allow=["127.0.0.0/8"])

    sources = [
        Source(f"s{plot.number}", f"http://127.0.0.1:{origin.ports[plot.host]}/{plot.number}/feed", pages="never")
        for plot in plots
    ]
    try:
        # In memory where there is such a place: a commit to disk takes longer than everything else of a visit.
        shelf = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108  # a folder of its own is made there
        with tempfile.TemporaryDirectory(dir=shelf) as folder:
            life = Life(Path(folder), sources, door, clock, GAP, random.Random(seed))
            life.on_restart = lambda moment, lost: book.killed(moment, numbers(lost))
            life.live(days * 86_400.0, restarts)
        return book.close(clock.clock())
    finally:
        origin.close()


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    for name, default in (("feeds", 500), ("days", 7), ("restarts", 100), ("seed", 7)):
        options.add_argument(f"--{name}", type=int, default=default)
    asked = options.parse_args()
    began = time.perf_counter()
    score = week(asked.feeds, asked.days, asked.restarts, asked.seed)
    keep(
        "polite",
        {
            "score": f"{score.points}/{len(CHECKS)}",
            "checks": {name: list(score.checks[number]) for number, name in enumerate(CHECKS, 1)},
            "conditional": round(score.conditional, 5),
            "early": score.early,
            "invented": score.invented,
            "forgotten": len(score.forgotten),
            "requests": score.requests,
            "restarts": score.restarts,
            "feeds": asked.feeds,
            "days": asked.days,
            "seconds": round(time.perf_counter() - began, 1),
        },
    )
    print(score.table())
    sys.exit(not score.is_full)


if __name__ == "__main__":
    main()
