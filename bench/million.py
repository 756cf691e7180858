"""Archives of ten thousand, a hundred thousand and a million articles: what the next ones cost, what a reader waits.

Fills each archive once, in bulk (a million articles: some fifteen minutes of two processors), and measures all sizes
side by side, in turns of 100 articles, so that whatever else the machine does falls on all alike:

- ingest of the next 5,000 articles by the real path: what they may copy is found, they are put into their stories and
  written by `ingest.settle`, in transactions of 25 with the ends of their leads, as `poll.writing` does. Reading them
  (facts, keys) is done before, and what the judge says is known: both take the same in every archive, and would hide
  what grows. What was taken in is taken out again: an archive can be measured as often as one likes;
- candidates of 500 of them; searches; the edition of the last day; what `status` asks; the index of words; bytes.

Resumable: archives and what was read for them are kept in the folder, `--fill-only` makes them, and a run that finds
them measures at once, as often as one likes; remove the folder where the tables have changed. Ingest is told in seconds
of the processor, a server's included, with the wall's beside them; what is asked, in the processor's on SQLite, where
all work is this process's, in the wall's on PostgreSQL.

    python bench/million.py [--sizes 10000 100000 1000000] [--folder DIR] [--only sqlite|postgres]
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from grown.filling import SCHEDULE, Archive, filled, served, undo
from grown.rows import TOPICS, coming
from grown.texts import NOW, STEP
from results import FOLDER, keep

from watcher.ingest import Prepared, document, ended_as, settle
from watcher.publish import Paper, preview
from watcher.store import SqlStore
from watcher.stories.cluster import Rules
from watcher.stories.judge import StoryJudge
from watcher.text.query import read_query
from watcher.types import Document, Match, Relation

SIZES = [10_000, 100_000, 1_000_000]
COMING = 5_000
TURN = 100  # what is taken in of one archive before it is the next one's turn
TRANSACTION = 25  # articles: what fits into the fifth of a second that a transaction of `poll.writing` may take
SEARCHES = {
    "a word of every third article": "nvidia",
    "a rare word": "VOCABULARY",
    "two words": "nvidia company",
    "a phrase": '"nvidia tsmc"',
    "of a topic, a month": "topic:ascend since:2026-02 until:2026-02",
    "by relevance": "deepseek market",
}


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    arguments.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "toldonce-million")
    arguments.add_argument("--only", choices=["sqlite", "postgres"], default="sqlite")
    arguments.add_argument("--fill-only", action="store_true")
    arguments.add_argument("--next", type=int, default=COMING, help="how many articles are taken in")
    arguments.add_argument("--profile", action="store_true", help="where the time of taking in goes, for each size")
    options = arguments.parse_args()
    with ExitStack() as running:
        if options.only == "sqlite":
            archives = [Archive(size, running.enter_context(filled(options.folder, size))) for size in options.sizes]
        else:
            archives = [Archive(*each) for each in served(options.folder, options.sizes, running)]
        if options.fill_only:
            coming(options.folder, options.next)
            return
        clock = time.process_time if options.only == "sqlite" else spent_by_both(options.folder / "postgres")
        news, stories = coming(options.folder, options.next)
        figures = measure(archives, news, stories, clock, profile=options.profile)
        known = json.loads((FOLDER / "million.json").read_text()) if (FOLDER / "million.json").exists() else {}
        known.pop("measured_on", None)
        keep("million", {**known, options.only: figures})
        for archive in archives:
            undo(archive, news)


# --- measuring ---


def spent_by_both(folder: Path) -> Callable[[], float]:
    """The processor's seconds of this process and of the server with all its processes, by what the kernel says."""
    server = int((folder / "data" / "postmaster.pid").read_text().split()[0])
    tick = os.sysconf("SC_CLK_TCK")

    def clock() -> float:
        spent = 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):  # one that has just ended is its parent's from now on
                told = stat.read_text().rpartition(")")[2].split()
                if int(stat.parent.name) == server:
                    spent += sum(map(int, told[11:15]))
                elif int(told[1]) == server:
                    spent += sum(map(int, told[11:13]))
        return spent / tick + time.process_time()

    return clock


class Knowing(StoryJudge):
    """Knows which story each article tells, where the real judge compares texts: what that takes depends on how much
    the news of a few weeks has in common, and on no archive (`judging_ms` says how long the real one takes)."""

    def __init__(self, stories: Mapping[str, int]) -> None:
        super().__init__()
        self.stories = stories

    def compare(self, a: Document, b: Document) -> Match:
        same = self.stories.get(a.url or "", 0) == self.stories.get(b.url or "", -1)
        return Match(b.id, Relation.RETELLING, 0.9) if same else Match(b.id, Relation.NEW, 0.1)


def measure(
    archives: Sequence[Archive],
    news: Sequence[Prepared],
    stories: Mapping[str, int],
    clock: Callable[[], float],
    *,
    profile: bool,
) -> dict[str, Any]:
    asked = time.process_time if clock is time.process_time else time.perf_counter  # a server's ticks are too long
    figures = {archive.size: reading(archive, news, partial(median, asked)) for archive in archives}
    taken = ingest(archives, news, Knowing(stories), clock, profile=profile)
    first = archives[0].size
    mean = {size: statistics.mean(each[0] for each in turns) for size, turns in taken.items()}
    for archive in archives:
        figures[archive.size] |= {
            "ingest_cpu_ms": round(mean[archive.size] * 1e3, 2),
            "ingest_wall_ms": round(statistics.mean(each[1] for each in taken[archive.size]) * 1e3, 2),
            "ingest_of_first": round(mean[first] / mean[archive.size], 3),
            "bytes_per_article": archive.store.size() // (archive.size + len(news)),
        }
    return {"taken_in": len(news), "sizes": {str(size): each for size, each in figures.items()}}


def ingest(
    archives: Sequence[Archive], news: Sequence[Prepared], judge: Knowing, clock: Callable[[], float], *, profile: bool
) -> dict[int, list[tuple[float, float]]]:
    """Seconds an article, of the processor and of the wall, turn by turn."""
    taken: dict[int, list[tuple[float, float]]] = {archive.size: [] for archive in archives}
    profiles = {archive.size: _profile() for archive in archives} if profile else {}
    for begun in range(0, len(news), TURN):
        turn = news[begun : begun + TURN]
        for archive in archives if begun // TURN % 2 else archives[::-1]:
            if profile:
                profiles[archive.size].enable()
            cpu, wall = clock(), time.perf_counter()
            take_in(archive.store, judge, turn, begun)
            spent = clock() - cpu, time.perf_counter() - wall
            if profile:
                profiles[archive.size].disable()
            taken[archive.size].append((spent[0] / len(turn), spent[1] / len(turn)))
        if not (begun + len(turn)) % 1_000:
            print(f"{begun + len(turn)} of {len(news)} taken in", file=sys.stderr)
    for size, seen in profiles.items():
        seen.dump_stats(f"{tempfile.gettempdir()}/million-{size}.prof")
    return taken


def _profile() -> Any:
    import cProfile

    return cProfile.Profile()


def take_in(store: SqlStore, judge: Knowing, turn: Sequence[Prepared], begun: int) -> None:
    for place in range(0, len(turn), TRANSACTION):
        now = NOW + STEP * (begun + place)
        with store.writing() as writer:
            ended = []
            for each in turn[place : place + TRANSACTION]:
                outcome = settle(each, writer, judge, (), now, Rules())
                ended.append(replace(ended_as(each, outcome), found=now))
            writer.record(ended)


def reading(
    archive: Archive, news: Sequence[Prepared], median: Callable[[Sequence[Callable[[], object]]], float]
) -> dict[str, float]:
    store = archive.store
    keys = [(*each.keys, *each.headline[:1]) for each in news[:500]]
    paper = Paper((), TOPICS, {})
    figures = {
        **judging(store, news[:20]),
        "lookup_ms": median([lambda each=each: store.candidates(each) for each in keys]),  # type: ignore[misc]
        "known_100_leads_ms": median([lambda: store.known([each.lead_url for each in news[:100]])] * 5),
        "edition_ms": median([lambda: preview(store, paper, SCHEDULE, NOW.date(), NOW - timedelta(days=1), NOW)] * 3),
        "counts_ms": median([store.counts] * 3),
        "growth_ms": median([lambda: store.growth(NOW)] * 3),
        "harvest_ms": median(
            [lambda: store.harvest([f"source-{n}" for n in range(300)], NOW - timedelta(days=30))] * 3
        ),
        "prune_ms": median([lambda: pruned(store)] * 3),
    }
    for name, asked in SEARCHES.items():
        query = read_query(
            asked if asked != "VOCABULARY" else recent_word(), order="relevance" if "relevance" in name else "newest"
        )
        figures[f"search_ms: {name}"] = median([lambda query=query: store.search(query, 20)] * 7)  # type: ignore[misc]
    return figures


def judging(store: SqlStore, news: Sequence[Prepared]) -> dict[str, float]:
    """What the real judge takes for an article and all it may copy or retell: here everything is on one subject."""
    judge, spent, met = StoryJudge(), [], []
    for each in news:
        own = replace(document(each.article, each.topics), facts=each.facts)
        found = store.candidates((*each.keys, *each.headline[:1]))
        start = time.process_time()
        judge.verdict(own, (), found)
        spent.append(time.process_time() - start)
        met.append(len(found))
    return {"judging_ms": round(statistics.mean(spent) * 1e3, 2), "candidates": round(statistics.mean(met), 1)}


def pruned(store: SqlStore) -> None:
    with store.writing() as writer:
        writer.prune(NOW - timedelta(days=30), 2_000)


def recent_word() -> str:
    from grown.texts import VOCABULARY

    return VOCABULARY[12_000]


def median(clock: Callable[[], float], works: Sequence[Callable[[], object]]) -> float:
    spent = []
    for work in works:
        start = clock()
        work()
        spent.append(clock() - start)
    return round(statistics.median(spent) * 1e3, 2)


if __name__ == "__main__":
    main()
