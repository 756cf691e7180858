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


ROWS = (
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
        "300 feeds of 30 items, first round",
        "polling",
        "make bench-polling",
        lambda r: f"{r['watcher']['cold']:.1f} s",
        lambda r: f"reader 3.26: {r['reader']['cold']:.1f} s",
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
