"""Damaged feeds by the million through the boundary that must not break: leads or one named reason, and nothing else.

    python bench/fuzz.py [--inputs 1000000] [--processes 2] [--fresh]

The seeds are feedparser's own test feeds, out of its source archive on PyPI (kept in `.cache/`), and those of our
tests. Every input goes through `read_document("feed", ...)`, every fourth through `read_any` as well; an audit hook
counts each file that is opened and each connection that is tried. Input N is the same on every machine, so a run that
was interrupted goes on where it stopped, and `--only N` repeats one. An input that breaks a promise is kept in
`.cache/fuzz/`. Prints a table and writes `bench/results/fuzz.json`; ends with 1 when a promise was broken.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import multiprocessing
import signal
import subprocess
import sys
import tarfile
import time
import unicodedata
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from mutations import mutated
from results import keep

from watcher.errors import ReadError
from watcher.sources import read_any, read_document
from watcher.types import Lead, Page, Reading, Source

ROOT = Path(__file__).resolve().parents[1]
CACHE = ROOT / ".cache"
KEPT = CACHE / "fuzz"
PROGRESS = KEPT / "progress.jsonl"
CHUNK = 2_000  # inputs in a row by one process; what an interrupted run loses at most
LONGEST = 2.0  # seconds of processor time for one input
ENDLESS = 120  # seconds after which an input is given up
SOURCE = Source("fuzz", "https://beispielblatt.example/feed")
NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
TOUCHES = ("open", "os.", "socket.", "subprocess.", "shutil.", "urllib.", "ftplib.", "http.", "ctypes.dlopen")
KEPT_PROMISES = ("leads", "no leads", "refused", "damaged")
_touched: list[str] = []
_watching = [False]


def corpus() -> list[bytes]:
    """feedparser's test feeds; none, with the reason on stderr, where PyPI cannot be reached."""
    requirement = ROOT / "bench" / "fuzz-seeds.txt"
    version, _, expected = requirement.read_text("utf-8").partition("feedparser==")[2].partition(" --hash=sha256:")
    archive = CACHE / f"feedparser-{version}.tar.gz"
    if not archive.exists():
        CACHE.mkdir(exist_ok=True)
        # pip checks the hash. It also asks the archive for its metadata, in an environment apart.
        pip = (sys.executable, "-m", "pip", "download", "--disable-pip-version-check", "--quiet", "--no-deps")
        only = ("--no-binary", "feedparser", "--dest", str(CACHE), "--requirement", str(requirement))
        done = subprocess.run((*pip, *only), check=False, capture_output=True, text=True)
        if done.returncode or not archive.exists():
            print(f"feedparser's test feeds could not be had from PyPI: {done.stderr.strip()[-300:]}", file=sys.stderr)
            return []
    content = archive.read_bytes()
    if hashlib.sha256(content).hexdigest() != expected.strip():
        archive.unlink()
        raise SystemExit(f"{archive} is not what bench/fuzz-seeds.txt names; it is deleted: run this again")
    with tarfile.open(archive) as files:
        members = [member for member in files if member.isfile() and "/tests/" in member.name]
        bodies = [file.read() for member in members if (file := files.extractfile(member)) is not None]
    return [body for body in bodies if body]


def own() -> list[bytes]:
    folder = ROOT / "tests" / "sources" / "feed"
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file() and ".expected." not in path.name]
    return [path.read_bytes() for path in paths]


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    if _watching[0] and event.startswith(TOUCHES):
        # A codec or a table of the standard library, imported when it is first used.
        if event == "open" and str(arguments[0]).startswith((sys.base_prefix, sys.prefix)):
            return
        if event.startswith("os.") and event in ("os.listdir", "os.scandir"):  # the import system looks for it
            return
        _touched.append(f"{event} {str(arguments)[:200]}")


def flaws(lead: Lead) -> Iterator[str]:
    """What in a lead is not as the contract says."""
    if lead.url is not None and not lead.url.lower().startswith(("http://", "https://")):
        yield "url"
    if "\n" in lead.title:
        yield "title of several lines"
    for name in ("title", "summary", "content", "id", "link"):
        text = getattr(lead, name) or ""
        if "\x00" in text or not unicodedata.is_normalized("NFC", text):
            yield name
        if any(unicodedata.category(character) in ("Cs", "Cc") and character != "\n" for character in text):
            yield f"{name}: control characters"
    for moment in (lead.published, lead.updated):
        if moment is not None and not (moment.tzinfo is UTC and 1989 <= moment.year <= 2100):
            yield "date"


def _one(number: int, seeds: list[bytes]) -> tuple[str, float]:
    """What became of one input, in a word or two, and the processor time it took."""
    body, kind = mutated(number, seeds)
    headers = () if kind is None else (("Content-Type", kind),)
    page = Page(SOURCE.url, 200, headers, body, NOON)
    _touched.clear()
    _watching[0] = True
    started = time.process_time()
    try:
        answer = read_document("feed", SOURCE, page, None)
        seconds = time.process_time() - started
        if number % 4 == 0:
            with contextlib.suppress(ReadError):
                answer = read_any(body, SOURCE.url)
            seconds = max(seconds, time.process_time() - started - seconds)
    except BaseException as error:  # noqa: BLE001  whatever it is: it is what is looked for
        return f"crash {type(error).__name__}", time.process_time() - started
    finally:
        _watching[0] = False
    if _touched:
        return f"touched {_touched[0]}", seconds
    if seconds > LONGEST:
        return "slow", seconds
    if isinstance(answer, Reading):
        found = next((flaw for lead in answer.leads for flaw in flaws(lead)), None)
        return f"shape {found}" if found else ("leads" if answer.leads else "no leads"), seconds
    # What led a parser into an exception: a reason like the others, and a figure of its own.
    return "damaged" if "damaged beyond reading" in answer.text else "refused", seconds


def _given_up(_: int, __: FrameType | None) -> None:
    raise TimeoutError


_seeds: list[bytes] = []


def _begin(seeds: list[bytes]) -> None:
    _seeds[:] = seeds
    signal.signal(signal.SIGALRM, _given_up)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for body in own():  # what is imported on first use is imported now
        read_document("feed", SOURCE, Page(SOURCE.url, 200, (), body, NOON), None)
    sys.addaudithook(_watch)


def _chunk(span: tuple[int, int]) -> dict[str, Any]:
    counts: Counter[str] = Counter()
    slowest, broken = (0.0, -1), []
    started = time.process_time()
    for number in range(*span):
        signal.alarm(ENDLESS)
        end, seconds = _one(number, _seeds)
        signal.alarm(0)
        slowest = max(slowest, (seconds, number))
        kind = end if end in KEPT_PROMISES else end.partition(" ")[0]
        counts[kind] += 1
        if kind not in KEPT_PROMISES:
            broken.append([number, end])
            KEPT.mkdir(parents=True, exist_ok=True)
            (KEPT / f"{number}.bin").write_bytes(mutated(number, _seeds)[0])
    used = time.process_time() - started
    return {"span": span, "counts": counts, "slowest": slowest, "broken": broken, "seconds": used}


def _fingerprint(seeds: list[bytes]) -> str:
    """Of everything a result depends on: progress made with other code is not progress."""
    import feedparser
    import lxml.etree

    digest = hashlib.sha256(f"{feedparser.__version__} {lxml.etree.LXML_VERSION} {sys.version}".encode())
    for path in sorted((*(ROOT / "watcher" / "sources").rglob("*.py"), Path(__file__).with_name("mutations.py"))):
        digest.update(path.read_bytes())
    for seed in seeds:
        digest.update(hashlib.sha256(seed).digest())
    return digest.hexdigest()[:16]


def run(inputs: int, processes: int, seeds: list[bytes], *, fresh: bool) -> list[dict[str, Any]]:
    """The results of every chunk; those of an earlier run with the same code are taken as they are."""
    mark = _fingerprint(seeds)
    done: dict[int, dict[str, Any]] = {}
    if PROGRESS.exists() and not fresh:
        rows = [json.loads(line) for line in PROGRESS.read_text("utf-8").splitlines()]
        done = {row["span"][0]: row for row in rows if row.get("of") == mark}
    spans = [(start, min(start + CHUNK, inputs)) for start in range(0, inputs, CHUNK)]
    results = [done[span[0]] for span in spans if span[0] in done and done[span[0]]["span"][1] == span[1]]
    taken = {result["span"][0] for result in results}
    waiting = [span for span in spans if span[0] not in taken]
    if not waiting:
        return results
    if results:
        print(f"going on after {len(results) * CHUNK:,} inputs of an earlier run", file=sys.stderr)
    KEPT.mkdir(parents=True, exist_ok=True)
    with multiprocessing.get_context("spawn").Pool(processes, _begin, (seeds,)) as pool, PROGRESS.open("a") as log:
        for result in pool.imap_unordered(_chunk, waiting):
            results.append(result)
            log.write(json.dumps({**result, "of": mark}) + "\n")
            log.flush()
            for number, end in result["broken"]:
                print(f"input {number}: {end}", file=sys.stderr)
            if sys.stderr.isatty() or len(results) % 50 == 0:
                print(f"{len(results) * CHUNK:,} of {inputs:,}", file=sys.stderr)
    return results


def summed(results: list[dict[str, Any]], seeds: int) -> dict[str, Any]:
    counts: Counter[str] = Counter()
    for result in results:
        counts.update(result["counts"])
    seconds, number = max(tuple(result["slowest"]) for result in results)
    used = sum(result["seconds"] for result in results)
    total = sum(counts.values())
    return {
        "seeds": seeds,
        "inputs": total,
        "with_leads": counts["leads"],
        "without_leads": counts["no leads"],
        "refused_with_a_reason": counts["refused"],
        "refused_as_damaged": counts["damaged"],
        "uncaught_exceptions": counts["crash"],
        "files_opened_or_connections_tried": counts["touched"],
        "over_2_seconds": counts["slow"],
        "leads_out_of_shape": counts["shape"],
        "slowest_seconds": round(seconds, 3),
        "slowest_input": number,
        "inputs_per_second_of_one_core": round(total / used),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inputs", type=int, default=1_000_000)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--fresh", action="store_true", help="forget what an interrupted run found")
    parser.add_argument("--only", type=int, help="one input, in this process, with its traceback")
    parser.add_argument("--short", action="store_true", help="20,000 inputs; no file is written")
    arguments = parser.parse_args()
    feeds = corpus()
    seeds = [*feeds, *own()]
    if arguments.only is not None:
        body, kind = mutated(arguments.only, seeds)
        headers = () if kind is None else (("Content-Type", kind),)
        print(
            body[:3000], kind, read_document("feed", SOURCE, Page(SOURCE.url, 200, headers, body, NOON), None), sep="\n"
        )
        return 0
    results = run(20_000 if arguments.short else arguments.inputs, arguments.processes, seeds, fresh=arguments.fresh)
    figures = {**summed(results, len(seeds)), "feedparser_corpus": bool(feeds)}
    if arguments.short:
        print("\n".join(f"{name.replace('_', ' '):36}{value:>12}" for name, value in figures.items()))
    else:
        keep("fuzz", figures)
    names = ("uncaught_exceptions", "files_opened_or_connections_tried", "over_2_seconds", "leads_out_of_shape")
    return int(any(figures[name] for name in names))


if __name__ == "__main__":
    sys.exit(main())
