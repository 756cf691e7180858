"""How fast a crawl is searched for what is on a topic, beside extracting every page.

    python bench/warc.py [--pages 20000] [--sample 400] [--rounds 3]

A crawl of made pages (`crawl/`: 25 languages, eleven scripts, two dozen encodings, 1 % on topic, a quarter of that
only naming something like it) is read from gzip WARC files in the same run by

    ours    `watcher.units.work` over every page, the extractor's process counted in; without what articles are
            compared by afterwards, which the others do not work out either
    (a)     fastwarc, trafilatura and the topics' matcher, on every so-manieth page, scaled
    (b)     fundus' reading of one of the files, without extraction

Per core means by processor time of all processes, which other work on the machine changes little; wall time stands
beside it. Nothing may be lost: what (a) finds on a topic among its pages, and what our own pipeline finds without the
filter, must be among what is brought. As hardly any page of the sample is on a topic, both also read every page that
names anything, uncounted in the times; where they differ it is told why.

What more cores bring is told twice: by cores (one process held to one core, two on two) and by processes, which is
less, as one process has its extractor on another core already.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from crawl import archive
from results import keep

from watcher.holdings import held
from watcher.topics import TopicMatcher
from watcher.topics.raw import PageFilter
from watcher.types import Brought, Capture, Lead, TopicRule, Unit, Window
from watcher.units import Settings, work
from watcher.units.reading import read_page

ROOT = Path(__file__).resolve().parents[1]
NOW = datetime(2026, 4, 1, tzinfo=UTC)
_TICKS = os.sysconf("SC_CLK_TCK")


def rules() -> tuple[TopicRule, ...]:
    kinds = ("names", "weak", "needs", "never", "without")
    return tuple(
        TopicRule(name, rule["title"], *(tuple(rule.get(kind, ())) for kind in kinds))  # type: ignore[arg-type]
        for name, rule in archive.topics().items()
    )


def unit(path: Path) -> Unit:
    window = Window(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC))
    return Unit("crawl", "warc", path.name, window, url=str(path), end=path.stat().st_size)


def processor_seconds() -> float:
    """Of this process and everything it started, what has ended included."""
    parents, used = {}, {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text("ascii", "replace").rpartition(")")[2].split()
            except OSError:
                continue
            parents[int(entry.name)] = int(fields[1])
            used[int(entry.name)] = [int(ticks) / _TICKS for ticks in fields[11:15]]
    own = {os.getpid()}
    while more := {pid for pid, parent in parents.items() if parent in own} - own:
        own |= more
    return sum(sum(used[pid]) for pid in own)


def brought(path: Path) -> tuple[list[str], int]:
    load = work(unit(path), Settings(rules(), NOW, gists=False))
    assert load.trouble is None, load.trouble
    return [each.lead.url or "" for each in load.brought], load.documents


def ours(paths: list[Path]) -> tuple[set[str], int, float, float]:
    cpu, wall = processor_seconds(), time.perf_counter()
    found: set[str] = set()
    documents = 0
    for path in paths:
        urls, count = brought(path)
        found.update(urls)
        documents += count
    return found, documents, processor_seconds() - cpu, time.perf_counter() - wall


def every_page(paths: list[Path], step: int) -> tuple[set[str], int, float]:
    """(a): the pages read and counted are every so-manieth; reading past the others is taken off."""
    matcher = TopicMatcher(rules())
    captures = [c for path in paths for place, c in enumerate(held("warc").captures(unit(path))) if place % step == 0]
    extracted(captures[0])  # trafilatura is loaded
    cpu = time.process_time()
    found = {capture.url for capture in captures if matcher(*extracted(capture))}
    return found, len(captures), time.process_time() - cpu


def extracted(capture: Capture) -> tuple[str, str]:
    """Title and text of a page by trafilatura alone."""
    import trafilatura

    text = trafilatura.extract(capture.body, url=capture.url, with_metadata=True, output_format="json")
    document = json.loads(text) if text else {}
    return document.get("title") or "", document.get("text") or ""


def without_filter(paths: list[Path], named: set[str], step: int) -> tuple[set[str], dict[str, str], dict[str, Any]]:
    """Of the sample and of every page that names anything: what our own pipeline finds without the filter, what (a)
    finds, why each of the two does not where the other does; seconds of each part.
    """
    topics, may_match = rules(), PageFilter(rules())
    matcher = TopicMatcher(topics)
    ours: set[str] = set()
    theirs: dict[str, str] = {}  # by url why we did not find it, "" where we did
    only_ours: Counter[str] = Counter()
    read, seconds = 0, {"filter": 0.0, "extract": 0.0}
    for path in paths:
        for place, capture in enumerate(held("warc").captures(unit(path))):
            if place % step and capture.url not in named:
                continue
            page, read = capture.page(NOW), read + 1
            began = time.process_time()
            may_match(page)
            between = time.process_time()
            end = read_page(page, Lead(capture.url), capture.captured, None, topics)
            seconds["filter"] += between - began
            seconds["extract"] += time.process_time() - between
            is_ours = isinstance(end, Brought)
            ours |= {capture.url} if is_ours else set()
            if capture.url not in named:
                continue
            title, text = extracted(capture)
            if matcher(title, text):
                theirs[capture.url] = "" if is_ours else str(end)
            elif is_ours:
                only_ours["(a) extracts no text" if not text else "no name is in what (a) extracts"] += 1
    return ours, theirs, {"read": read, "seconds": seconds, "only_ours": dict(only_ours)}


def by_class(paths: list[Path], kinds: dict[str, dict[str, Any]]) -> dict[str, float]:
    """Milliseconds that the filter takes, by how a page is written; and the share of other pages that it lets pass."""
    may_match = PageFilter(rules())
    spent: dict[str, list[float]] = {}
    passed: list[bool] = []
    for capture in list(_some(paths[0], 1500)):
        row = kinds[capture.url]
        name = row["language"] if row["encoding"] == "utf-8" else "other encodings"
        began = time.process_time()
        passes = may_match(capture.page(NOW))
        spent.setdefault(name, []).append(time.process_time() - began)
        if row["kind"] == "other":
            passed.append(passes)
    return {
        **{name: round(1000 * statistics.mean(times), 2) for name, times in sorted(spent.items())},
        "passed_of_other_pages": round(statistics.mean(passed), 4),
    }


def _some(path: Path, most: int) -> list[Capture]:
    found = []
    for capture in held("warc").captures(unit(path)):
        found.append(capture)
        if len(found) == most:
            break
    return found


def scaled(paths: list[Path], processes: int, cores: int | None = None) -> float:
    """Wall seconds for all units on so many processes, each of which is warm; they and their extractors held to so many
    cores, where that is asked for.
    """
    mine = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(mine)[:cores])  # what is started inherits it
    try:
        with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
            for each in [pool.submit(_warm) for _ in range(processes * 2)]:
                each.result()
            began = time.perf_counter()
            for each in [pool.submit(brought, path) for path in paths]:
                each.result()
            return time.perf_counter() - began
    finally:
        os.sched_setaffinity(0, mine)


def scaling(paths: list[Path], rounds: int) -> dict[str, Any]:
    """What two cores, and two processes, do in the time of one."""
    ways = {"one_core": (1, 1), "two_cores": (2, 2), "one_process": (1, None), "two_processes": (2, None)}
    seconds = {name: min(scaled(paths, *way) for _ in range(rounds)) for name, way in ways.items()}
    return {
        "wall_seconds": {name: round(spent, 2) for name, spent in seconds.items()},
        "scaling_by_cores": round(seconds["one_core"] / seconds["two_cores"], 2),
        "scaling": round(seconds["one_process"] / seconds["two_processes"], 2),
    }


def _warm() -> None:
    (path,), _ = archive.made(40, 1)
    brought(path)
    time.sleep(0.3)  # so that every process gets its turn


def peer(python: Path, path: Path) -> dict[str, Any]:
    """(b) on one of the files, in an environment of its own; what it says of itself, or why it could not run."""
    if not python.exists():
        return {"missing": f"there is no {python.name} of an environment with fundus: name one with --peer"}
    command = [str(python), str(ROOT / "bench" / "peers" / "warc_fundus.py"), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        return {"missing": (done.stderr.strip().splitlines() or ["it gave no reason"])[-1]}
    said = dict(json.loads(done.stdout))
    return {**said, "pages_per_second_and_core": round(said["pages"] / said["processor_seconds"], 1)}


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Pages a second out of WARC files, beside extracting every page.")
    parser.add_argument("--pages", type=int, default=20_000)
    parser.add_argument("--sample", type=int, default=400, help="pages that (a) and (b) read")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--peer", type=Path, default=ROOT / ".venv-bench" / "bin" / "python", help="a Python with fundus"
    )
    return parser.parse_args()


def main() -> None:
    options = _asked()
    paths, listing = archive.made(options.pages, 4)
    kinds = {row["url"]: row for row in map(json.loads, listing.read_text("utf-8").splitlines())}
    step = max(1, options.pages // options.sample)
    load_before = os.getloadavg()[0]
    _warm()
    rounds = [(ours(paths), every_page(paths, step)) for _ in range(options.rounds)]
    found, documents, cpu, wall = min((one for one, _ in rounds), key=lambda one: one[2])
    on_topic, read, their_cpu = min((one for _, one in rounds), key=lambda one: one[2])
    wanted = {url for url, row in kinds.items() if row["kind"] != "other"}
    expected, theirs, checked = without_filter(paths, wanted, step)
    packed, unpacked = sum(path.stat().st_size for path in paths), sum(row["bytes"] for row in kinds.values())
    keep(
        "warc",
        {
            "pages": documents,
            "median_bytes": int(statistics.median(row["bytes"] for row in kinds.values())),
            "megabytes_packed": round(packed / 1e6, 1),
            "megabytes": round(unpacked / 1e6, 1),
            "ours": {
                "pages_per_second_and_core": round(documents / cpu, 1),
                "megabytes_packed_per_second_and_core": round(packed / 1e6 / cpu, 2),
                "megabytes_per_second_and_core": round(unpacked / 1e6 / cpu, 1),
                "wall_seconds": round(wall, 1),
                "processor_seconds": round(cpu, 1),
                "on_topic": len(found),
            },
            "every_page": {
                "pages_read": read,
                "pages_per_second_and_core": round(read / their_cpu, 1),
                "on_topic_of_those": len(on_topic),
            },
            "peer": peer(options.peer, paths[0]),
            "ratio_per_core": round((documents / cpu) / (read / their_cpu), 1),
            "lost": {
                "of_what_every_page_found": sorted(on_topic - found),
                "of_what_is_found_without_the_filter": sorted(expected - found),
                "pages_checked": checked["read"],
                "found_without_the_filter": len(expected),
            },
            "beside_every_page": {
                "pages": len(wanted),
                "both": len(theirs.keys() & found),
                "only_ours": checked["only_ours"],
                "only_theirs": {url: why for url, why in sorted(theirs.items()) if url not in found},
            },
            "seconds_per_page": {name: round(spent / checked["read"], 5) for name, spent in checked["seconds"].items()},
            "filter_milliseconds": by_class(paths, kinds),
            "with_hyperscan": find_spec("hyperscan") is not None,
            **scaling(paths, options.rounds),
            "load_before": round(load_before, 1),
        },
    )


if __name__ == "__main__":
    main()
