"""Attributions read in sentences written for it, in 23 languages. Floors only rise.

`tuned`: the phrases were extended on these. `measured`: written after that and read once, before anything was changed
for them; its floors are what was found at first sight (34 of 40 origins, none that was not there).
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from watcher.stories.attribution import attributions
from watcher.types import Document

ROWS: list[dict[str, Any]] = [
    json.loads(line) for line in Path(__file__).with_name("attribution.jsonl").read_text(encoding="utf-8").splitlines()
]
FLOORS = {"tuned": (1.0, 1.0), "measured": (1.0, 0.85)}  # precision, recall


def test_the_set_is_wide_enough_to_mean_something() -> None:
    assert len(ROWS) >= 150
    assert len({row["language"] for row in ROWS}) >= 20
    assert sum(not row["origins"] for row in ROWS) >= 60
    assert Counter(row["part"] for row in ROWS)["measured"] >= 60


@pytest.mark.parametrize("part", FLOORS)
def test_origins_are_found_and_schedules_laws_and_quarters_are_none(part: str) -> None:
    counts: Counter[str] = Counter()
    wrong = []
    for row in ROWS:
        if row["part"] != part:
            continue
        found = attributions(Document("x", row["text"], language=row["language"]))
        said, there = {each.outlet or f"~{each.name}" for each in found}, set(row["origins"])
        counts.update(right=len(said & there), false=len(said - there), missed=len(there - said))
        if said != there:
            wrong.append((row["text"], said))
    precision, recall = FLOORS[part]
    assert counts["right"] / (counts["right"] + counts["false"]) >= precision, wrong
    assert counts["right"] / (counts["right"] + counts["missed"]) >= recall, wrong
