"""The labelled days: articles as they were published, each with what an analyst would say of it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[2] / "tests" / "eval" / "day"
HALVES = ("tune", "measure")
DAYS = (*HALVES, "both")
KINDS = frozenset("news release paper thread market deal review opinion howto listicle rumour".split())


@dataclass(frozen=True)
class Row:
    """One article and its labels. `day` is 0 for the measured day, -1 and -2 for what was published before it."""

    id: str
    source: str
    role: str
    language: str
    url: str
    published: datetime
    day: int
    title: str
    text: str
    story: str
    kind: str
    wanted: str  # among the twenty best: yes | no | maybe
    worth: str  # must: its story may not be dropped without a word | fine
    teaser: bool = False  # the page cannot be read: headline and teaser are all there is
    update: bool = False  # a story of the days before, with something new


@dataclass(frozen=True)
class Labels:
    """A half of the set, with what follows from its labels."""

    rows: tuple[Row, ...]

    @cached_property
    def day(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.day == 0)

    @cached_property
    def told_before(self) -> frozenset[str]:
        """The stories that the editions before had."""
        return frozenset(row.story for row in self.rows if row.day < 0)

    @cached_property
    def late(self) -> tuple[Row, ...]:
        """Retellings of what was told before that have nothing new to say."""
        return tuple(row for row in self.day if row.story in self.told_before and not row.update)

    @cached_property
    def updates(self) -> dict[str, list[Row]]:
        return by_story(row for row in self.day if row.update)

    @cached_property
    def stories(self) -> dict[str, list[Row]]:
        """The day's own news and its updates, by story."""
        return by_story(row for row in self.day if row.update or row.story not in self.told_before)

    @cached_property
    def end(self) -> datetime:
        """When the day's edition is made: seven in the morning after it."""
        last = max(row.published for row in self.day)
        return last.replace(hour=7, minute=0, second=0) + timedelta(days=last.hour >= 7)


def by_story(rows: Iterable[Row]) -> dict[str, list[Row]]:
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.story].append(row)
    return dict(found)


def load(half: str) -> Labels:
    """One half, in the order of publication; `both` are one day of twice as many articles."""
    if half == "both":
        tune, measure = (load(each) for each in HALVES)
        later = measure.end - tune.end
        return _labels([*(replace(row, published=row.published + later) for row in tune.rows), *measure.rows])
    lines = (FOLDER / f"{half}.jsonl").read_text("utf-8").splitlines()
    return _labels([_row(json.loads(line)) for line in lines])


def _row(written: dict[str, Any]) -> Row:
    return Row(**written | {"published": datetime.fromisoformat(written["published"])})


def _labels(rows: list[Row]) -> Labels:
    return Labels(tuple(sorted(rows, key=lambda row: (row.published, row.id))))
