"""What reading a year of CC-NEWS would take on a cluster, computed from measured figures; writes it into docs/scale.md.

Takes `bench/results/warc.json` (`make bench-warc`) and `bench/results/million.json` (`make bench-million`), and what
others publish about CC-NEWS and prices, each with its source. A test compares the page with what comes out here.

    python bench/scale.py [--write]
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"
PAGE = Path(__file__).parent.parent / "docs" / "scale.md"

# Common Crawl's own listing (https://github.com/commoncrawl/news-crawl/issues/46): the files
# CC-NEWS-20210601011537-00178 to CC-NEWS-20210605180523-00265, of 1,072,694,208 to 1,072,724,264 bytes each.
FILE_BYTES = 1_072_700_000
_FIRST, _LAST = (datetime(2021, 6, 1, 1, 15, 37), 178), (datetime(2021, 6, 5, 18, 5, 23), 265)  # noqa: DTZ001 - both UTC
# 1.35 thousand million articles from August 2016 to the spring of 2026 (https://arxiv.org/abs/2605.18337).
ARTICLES, ARTICLE_YEARS = 1_350_000_000, 9.6
# A c5.2xlarge, 8 vCPUs, in us-east-1, on demand: 0.34 dollars an hour, in AWS' documentation
# (docs.aws.amazon.com/autoscaling/ec2/userguide/weights-spot-price-per-unit-hour-example.html, read 2026-11-22).
DOLLARS_PER_VCPU_HOUR = 0.34 / 8
# Two vCPUs are two threads of one core; what is measured here is one core by itself.
VCPUS_PER_CORE = 2
WORKERS = 64
# Where nothing was measured yet: a guess, and the page says so.
PLACEHOLDER = {"megabytes_packed_per_second_and_core": 10.0, "pages_per_second_and_core": 800.0}


@dataclass(frozen=True)
class Plan:
    """A year of CC-NEWS."""

    measured: bool  # both of them
    read_measured: bool
    settle_measured: bool
    files: int
    terabytes: float
    articles: int
    packed_rate: float  # megabytes a second and core
    page_rate: float
    core_hours: float
    on_topic: int
    settle_ms: float

    @property
    def dollars(self) -> float:
        return self.core_hours * VCPUS_PER_CORE * DOLLARS_PER_VCPU_HOUR

    @property
    def hours(self) -> float:
        """On `WORKERS` cores."""
        return self.core_hours / WORKERS

    @property
    def network(self) -> float:
        """Gbit/s that they then read."""
        return self.terabytes * 8_000 / (self.core_hours / WORKERS * 3600)

    @property
    def writer_hours(self) -> float:
        return self.on_topic * self.settle_ms / 3_600_000

    @property
    def cores_before_writer(self) -> int:
        """From so many cores on, the one writer is what the others wait for."""
        return int(self.core_hours / self.writer_hours)


def plan() -> Plan:
    """Computed anew from the result files that are there."""
    warc, million = _read("warc"), _read("million")
    ours = warc["ours"] if warc else PLACEHOLDER
    span = (_LAST[0] - _FIRST[0]).total_seconds() / 86400
    files = round((_LAST[1] - _FIRST[1]) / span * 365)
    articles = int(ARTICLES / ARTICLE_YEARS)
    terabytes = files * FILE_BYTES / 1e12
    by_bytes = terabytes * 1e6 / ours["megabytes_packed_per_second_and_core"] / 3600
    by_pages = articles / ours["pages_per_second_and_core"] / 3600
    sizes = million.get("sqlite", {}).get("sizes", {})
    settle = _settling(sizes[max(sizes, key=int)]) if sizes else 15.0
    return Plan(
        measured=bool(warc) and bool(sizes),
        read_measured=bool(warc),
        settle_measured=bool(sizes),
        files=files,
        terabytes=terabytes,
        articles=articles,
        packed_rate=ours["megabytes_packed_per_second_and_core"],
        page_rate=ours["pages_per_second_and_core"],
        core_hours=max(by_bytes, by_pages),
        on_topic=articles // 1_000,
        settle_ms=settle,
    )


def _settling(largest: dict[str, float]) -> float:
    """Milliseconds the writer takes for an article: judged against as many as an article of real news meets."""
    met = _read("lookup").get("sizes", {}).get("100000", {}).get("candidates_mean", 0.0)
    each = largest.get("judging_ms", 0.0) / largest.get("candidates", 1.0)
    return round(largest["ingest_cpu_ms"] + each * met, 1)


def _read(name: str) -> dict[str, Any]:
    file = RESULTS / f"{name}.json"
    found: dict[str, Any] = json.loads(file.read_text("utf-8")) if file.exists() else {}
    return found


# --- the page's blocks ---


def blocks() -> dict[str, str]:
    """What stands between the page's markers, by name."""
    return {"one box": "\n".join(_one_box()), "a year": "\n".join(_a_year(plan()))}


_ROWS = {
    "ingest_cpu_ms": "taking one article in but for judging it, ms of a processor",
    "ingest_wall_ms": "the same by the clock, ms (both on a machine with other work)",
    "judging_ms": "judging it against all it may copy or retell, ms",
    "candidates": "how many these are (of real news 8; here all is on one subject)",
    "ingest_of_first": "articles a processor takes in a second, of those at the smallest size",
    "lookup_ms": "finding what an article may copy or retell, ms",
    "search_ms: a word of every third article": "search for a frequent word, ms",
    "search_ms: a rare word": "search for a rare word, ms",
    "search_ms: a phrase": "search for a phrase, ms",
    "edition_ms": "composing the edition of a day, ms",
    "counts_ms": "counting everything, for `status`, ms",
    "bytes_per_article": "on disk, bytes an article",
}


def _one_box() -> Iterator[str]:
    million = _read("million")
    if any(million.get(database, {}).get("sizes") for database in ("sqlite", "postgres")):
        yield "Archives of five hundred articles a day, of twenty days, seven months, and five and a half years,"
        yield "side by side on the same machine, those of one database in the same run. Counts are kept since SQLite's"
        yield "run: what `status` counts there is read from one row today, as on PostgreSQL."
        yield ""
    else:
        yield "Not measured yet: `make bench-million` has not been run."
    for database, title in (("sqlite", "SQLite"), ("postgres", "PostgreSQL")):
        sizes = million.get(database, {}).get("sizes", {})
        if not sizes:
            continue
        names = sorted(sizes, key=int)
        yield f"| {title} | " + " | ".join(f"{int(name):,} articles" for name in names) + " |"
        yield "|---" * (len(names) + 1) + "|"
        for key, said in _ROWS.items():
            yield f"| {said} | " + " | ".join(_figure(sizes[name].get(key)) for name in names) + " |"
        yield ""


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:,}"


def _a_year(of: Plan) -> Iterator[str]:
    yield "| a year of CC-NEWS | | from |"
    yield "|---|---|---|"
    days = (_LAST[0] - _FIRST[0]).total_seconds() / 86400
    yield f"| files | {of.files:,} | {_LAST[1] - _FIRST[1]} files in {days:.1f} days, June 2021 [1] |"
    yield f"| bytes over the network | {of.terabytes:.1f} TB | {FILE_BYTES / 1e9:.2f} GB a file [1] |"
    yield f"| articles | {of.articles / 1e6:,.0f} million | 1,350 million in {ARTICLE_YEARS} years [2] |"
    how = "`bench/results/warc.json`" if of.read_measured else "a placeholder: `make bench-warc` has not been run"
    yield f"| read by one core | {of.packed_rate:,.1f} MB/s packed, {of.page_rate:,.0f} pages/s | {how} |"
    yield f"| core hours | {of.core_hours:,.0f} | the slower of the two |"
    yield f"| cost | {of.dollars:,.0f} US dollars | {DOLLARS_PER_VCPU_HOUR:.4f} a vCPU and hour, two a core [3] |"
    yield f"| on {WORKERS} cores | {of.hours:.1f} hours, reading {of.network:.1f} Gbit/s | |"
    yield f"| on a topic | {of.on_topic:,} | assumed: one page in a thousand |"
    how = (
        "`bench/results/million.json`" if of.settle_measured else "a placeholder: `make bench-million` has not been run"
    )
    settle = f"{of.settle_ms:.1f} ms an article, {how}"
    yield f"| the one writer | {of.writer_hours:.1f} hours | {settle} |"
    yield f"| the writer is what all wait for from | {of.cores_before_writer:,} cores on | core hours / its hours |"


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("--write", action="store_true", help="put it into docs/scale.md")
    written = arguments.parse_args().write
    for name, text in blocks().items():
        print(text, end="\n\n")
        if written:
            page = PAGE.read_text("utf-8")
            begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
            before, rest = page.split(begin)
            PAGE.write_text(f"{before}{begin}\n{text.rstrip()}\n\n{end}{rest.split(end)[1]}", "utf-8")


if __name__ == "__main__":
    main()
