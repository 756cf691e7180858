"""What pages that kill their extractor cost the healthy ones beside them.

    python bench/isolation.py [--pages 1000] [--fatal 50] [--processes 2] [--limit 5]

Healthy pages as in `reading.py` (50 kB at the median), with fatal ones strewn among them: 100,000 elements nested,
400,000 line breaks, an element of 200,000 attributes, 60,000 paragraphs, and tasks that crash in C code, take memory
without end, or never return. First the healthy pages alone, then all of them, in the same pool of workers.
Writes `bench/results/isolation.json`; ends with 1 when a healthy page is lost or the time bound is broken.
"""

from __future__ import annotations

import argparse
import ctypes
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.reading import article
from bench.results import keep
from watcher.types import Page
from watcher.workers import TaskFailedError, WorkerPool

Task = Callable[[WorkerPool], "Future[Any]"]


def crash() -> None:
    """A null pointer read in C code: what a parser's defect does."""
    ctypes.string_at(0)


def swallow() -> int:
    held = []
    while True:
        held.append(bytearray(1 << 24))


def hang() -> None:
    while True:
        pass


def heavy(kind: int) -> bytes:
    """A page made to be more than a parser can take."""
    text = "<p>Nvidia ships a rack of accelerators to its first customer this week.</p>"
    bodies = (
        "<div>" * 100_000 + text,
        text + "<br>" * 400_000,
        "<p " + " ".join(f"a{number}='1'" for number in range(200_000)) + f">x</p>{text}",
        text * 60_000,
    )
    return f"<html><body><article><h1>Heavy</h1>{bodies[kind]}</article></body></html>".encode()


def fatal(number: int, page: Page) -> Task:
    """One way after the other."""
    kind = number % 7
    if kind < 4:
        dressed = replace(page, body=heavy(kind))
        return lambda pool: pool.extract(dressed, None)
    task = (crash, swallow, hang)[kind - 4]
    return lambda pool: pool.submit(task)


def healthy(page: Page) -> Task:
    return lambda pool: pool.extract(page, None)


def run(tasks: list[Task], processes: int, limit: float) -> tuple[float, list[str]]:
    """Seconds for all of them, and how each ended."""
    with WorkerPool(processes=processes, seconds_per_page=limit) as pool:
        pool.submit(len, ()).result()
        began = time.perf_counter()
        ends = [_end(future) for future in [task(pool) for task in tasks]]
        seconds = time.perf_counter() - began
        assert pool.submit(len, ()).result() == 0, "the pool takes work afterwards"
    return seconds, ends


def _end(future: Future[Any]) -> str:
    try:
        return str(future.result().outcome)
    except TaskFailedError as error:
        return str(error)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--fatal", type=int, default=50)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--limit", type=float, default=5.0)
    options = parser.parse_args()
    chance = random.Random(20261122)
    pages = [article(number, chance) for number in range(options.pages)]
    deadly = set(chance.sample(range(options.pages), options.fatal))
    tasks = [
        fatal(sorted(deadly).index(number), page) if number in deadly else healthy(page)
        for number, page in enumerate(pages)
    ]
    alone, ends_alone = run([healthy(page) for number, page in enumerate(pages) if number not in deadly],
                            options.processes, options.limit)  # fmt: skip
    mixed, ends = run(tasks, options.processes, options.limit)
    found = sum(ends[number] == "article" for number in range(options.pages) if number not in deadly)
    bound = alone + options.fatal * options.limit / options.processes
    count = options.pages - options.fatal
    keep(
        "isolation",
        {
            "healthy_pages": count,
            "fatal_pages": options.fatal,
            "healthy_results": found,
            "healthy_results_alone": ends_alone.count("article"),
            "healthy_pages_per_second_alone": round(count / alone, 1),
            "healthy_pages_per_second_beside_fatal": round(count / mixed, 1),
            "seconds_alone": round(alone, 2),
            "seconds_with_fatal": round(mixed, 2),
            "bound_seconds": round(bound, 2),
            "limit_per_page_seconds": options.limit,
            "processes": options.processes,
            "fatal_ends": dict(Counter(ends[number] for number in sorted(deadly))),
        },
    )
    if found < count or mixed > bound:
        sys.exit(1)


if __name__ == "__main__":
    main()
