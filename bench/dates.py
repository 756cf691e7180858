"""Every IANA zone x every transition of 2020 to 2037 x 48 times of day: exactly one edition for each local date.

Each simulation rings every 25 minutes from 26 hours before a transition to 26 hours after it, and asks `due_spans` as
the daemon does, over a calendar that keeps what was made. Zones with the same transitions are one zone under several
names: each set of rules is simulated once and counted for every name.

    python bench/dates.py            all of it (`make dates`; two processes, some four minutes)
    python bench/dates.py --sample   every 40th
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from results import keep

from watcher.cadence import edition_moment
from watcher.publish import due_spans
from watcher.types import Made, Schedule

FIRST, LAST = datetime(2020, 1, 1, tzinfo=UTC), datetime(2038, 1, 1, tzinfo=UTC)
TIMES = tuple(f"{half // 2:02}:{half % 2 * 30:02}" for half in range(48))
RING, AROUND = timedelta(minutes=25), timedelta(hours=26)


@dataclass
class Calendar:
    """What `due_spans` asks of a store: which editions were made."""

    rows: list[Made] = field(default_factory=list)

    def made(self, _schedule: str, _limit: int) -> tuple[Made, ...]:
        return tuple(self.rows)

    def checkpoint(self, _name: str) -> None:
        """The clock was never set back."""

    def keep(self, day: date, until: datetime) -> None:
        self.rows.append(Made(len(self.rows) + 1, day, until))


def transitions(name: str) -> tuple[datetime, ...]:
    """The instants (to the second) at which a zone's offset changes."""
    zone = ZoneInfo(name)
    found, moment, offset = [], FIRST, FIRST.astimezone(zone).utcoffset()
    while moment < LAST:
        later = moment + timedelta(days=1)
        if (after := later.astimezone(zone).utcoffset()) != offset:
            low, high = moment, later
            while high - low > timedelta(seconds=1):
                middle = low + (high - low) // 2
                low, high = (middle, high) if middle.astimezone(zone).utcoffset() == offset else (low, middle)
            found.append(high.replace(microsecond=0))
            offset = after
        moment = later
    return tuple(found)


def rules() -> dict[str, list[str]]:
    """One name for each set of rules, with all of its names."""
    same: dict[tuple[Any, ...], list[str]] = defaultdict(list)
    for name in sorted(available_timezones() - {"localtime"}):
        zone, changes = ZoneInfo(name), transitions(name)
        offsets = tuple(moment.astimezone(zone).utcoffset() for moment in (FIRST, *changes))
        same[(changes, offsets)].append(name)
    return {names[0]: names for names in same.values()}


def faults(zone: str, transition: datetime, at: str, catch_up: Any = "one") -> list[str]:
    """What is wrong with the editions around one transition; nothing when each local date has exactly one."""
    schedule, store = Schedule(at, zone), Calendar()
    now = transition - AROUND
    yesterday = now.astimezone(ZoneInfo(zone)).date()
    while edition_moment(yesterday, at, zone) > now:
        yesterday -= timedelta(days=1)
    store.keep(yesterday, edition_moment(yesterday, at, zone))
    wrong: list[str] = []
    rung = now
    while now < transition + AROUND:
        rung, now = now, now + RING
        for day, since, until in due_spans(store, schedule, catch_up, now):  # type: ignore[arg-type]  # all that it asks
            moment = edition_moment(day, at, zone)
            if not rung < moment <= now:
                wrong.append(f"{day} made at the ring of {now}, its moment is {moment}")
            if since != store.rows[-1].until or until != now:
                wrong.append(f"{day} tells {since} to {until}")
            store.keep(day, until)
    days = [made.date for made in store.rows]
    if any(later - day != timedelta(days=1) for day, later in pairwise(days)):
        wrong.append(f"the dates made are {days}")
    if edition_moment(days[-1] + timedelta(days=1), at, zone) <= now:
        wrong.append(f"{days[-1]} is the last made by {now}")
    return [f"{zone} {at} around {transition}: {each}" for each in wrong]


def cases(step: int = 1) -> Iterator[tuple[str, datetime, int]]:
    """(zone, transition, how many names) of every transition."""
    number = 0
    for zone, names in rules().items():
        for moment in transitions(zone):
            number += 1
            if number % step == 0:
                yield zone, moment, len(names)


def _all_times(case: tuple[str, datetime, int]) -> tuple[int, list[str]]:
    zone, moment, names = case
    return names, [fault for at in TIMES for fault in faults(zone, moment, at)]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sample", action="store_true", help="every 40th transition")
    parser.add_argument("--processes", type=int, default=2)
    given = parser.parse_args()
    todo = list(cases(40 if given.sample else 1))
    began, wrong, named = time.monotonic(), [], 0
    with multiprocessing.Pool(given.processes) as pool:
        for names, found in pool.imap_unordered(_all_times, todo, chunksize=8):
            named += names
            wrong += found
    figures = {
        "zones": len(available_timezones() - {"localtime"}),
        "transitions": named,
        "simulations": named * len(TIMES),
        "run": len(todo) * len(TIMES),  # zones with the same rules are run once
        "faults": len(wrong),
        "seconds": round(time.monotonic() - began, 1),
    }
    if given.sample:
        print(figures)
    else:
        keep("dates", figures)
    print(*wrong[:20], sep="\n")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
