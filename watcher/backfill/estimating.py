"""What a backfill would take, before anything is done: by the first answers of who would be asked, by sizes of files.

Every figure is a floor or unknown: nobody can say what an archive holds before it was read to its end.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from watcher import urls
from watcher.backfill.plan import Plan, Task, trouble_of, will_last
from watcher.errors import ReadError
from watcher.politeness import PACES
from watcher.types import Estimate, Trouble

START = 3.0  # seconds until processes stand and have read their first page
# Seconds for a document, of ways of which each is extracted: 64.9 pages a second and core (bench/results/warc.json).
PER_DOCUMENT = {"pages": 1 / 64.9, "mbox": 1 / 64.9}

First = Callable[[Task], "Estimate | Trouble"]
"""Asks for the first page of a way into a source's past, and says what the whole of it would take."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """What one way into one source's past would take, over all its units that are left."""

    source: str
    way: str
    units: int
    estimate: Estimate | None  # of what can be read; None: nothing of it, for this trouble
    trouble: Trouble | None = None
    lasting: bool = False  # the trouble is there at the next try as well


def forecasts(plan: Plan, first: First, gap: float, pace: float | None) -> tuple[Forecast, ...]:
    """One for each source and way, in the order of the plan.

    `gap` is the pause between two requests to one host, `pace` the bytes a second at which files were read last.
    """
    groups: defaultdict[tuple[str, str], list[Task]] = defaultdict(list)
    for task in plan.tasks:
        groups[task.source.id, task.way.name].append(task)
    found: list[Forecast] = []
    for (source, way), tasks in groups.items():
        estimate, trouble = _said(first(tasks[0])) if tasks[0].way.family == "asked" else _of_files(tasks)
        timed = None if estimate is None else _timed(tasks[0], estimate, gap, pace)
        is_file = trouble is not None and tasks[0].way.family != "asked"
        lasting = is_file and trouble is not None and will_last(trouble, tasks[0].unit.url)
        found.append(Forecast(source, way, len(tasks), timed, trouble, lasting))
    return tuple(found)


def whole(found: Iterable[Forecast]) -> Estimate:
    """All of it together. Hosts are asked side by side, files are read before: the longest host, and all files."""
    estimates = [each.estimate for each in found if each.estimate is not None]
    by_host: defaultdict[frozenset[str], float] = defaultdict(float)
    reading = 0.0
    for each in estimates:
        if each.hosts and each.seconds is not None:
            by_host[each.hosts] += each.seconds
        else:
            reading += each.seconds or 0.0
    known = all(each.seconds is not None for each in estimates) and bool(estimates)
    return Estimate(
        documents=_sum(each.documents for each in estimates),
        requests=sum(each.requests for each in estimates),
        hosts=frozenset().union(*(each.hosts for each in estimates)),
        bytes=_sum(each.bytes for each in estimates),
        seconds=reading + max(by_host.values(), default=0.0) if known else None,
    )


def _said(answer: Estimate | Trouble) -> tuple[Estimate | None, Trouble | None]:
    return (None, answer) if isinstance(answer, Trouble) else (answer, None)


def _of_files(tasks: list[Task]) -> tuple[Estimate | None, Trouble | None]:
    """What those take that can be read, and what is with the others."""
    each: list[Estimate] = []
    troubles: list[Trouble] = []
    for task in tasks:
        look = task.way.look or task.way.estimate
        try:
            each += [look(task.unit)] if look is not None else []
        except ReadError as error:
            troubles.append(trouble_of(error))
    if not each:
        return None, _as_one(troubles)
    together = Estimate(
        documents=_sum(one.documents for one in each),
        requests=sum(one.requests for one in each),
        hosts=frozenset().union(*(one.hosts for one in each)),
        bytes=_sum(one.bytes for one in each),
        seconds=_sum(one.seconds for one in each),
    )
    return together, _as_one(troubles)


def _as_one(troubles: Sequence[Trouble]) -> Trouble | None:
    """The first of them, and how many more there are."""
    if len(troubles) < 2:
        return troubles[0] if troubles else None
    return replace(troubles[0], text=f"{troubles[0].text}; and {len(troubles) - 1} more")


def _timed(task: Task, estimate: Estimate, gap: float, pace: float | None) -> Estimate:
    """With the time it takes at the pace that is set, or that was measured, and the pages of documents to be asked."""
    seconds, requests = estimate.seconds, estimate.requests
    hosts = estimate.hosts
    if task.way.family == "held":
        if seconds is None:
            seconds = _reading(task.way.name, estimate, pace)
    else:
        if task.way.family == "asked":
            hosts = hosts or frozenset(filter(None, [urls.host_port(task.visited.url)]))
            requests += (estimate.documents or 0) if task.source.pages != "never" else 0
        if seconds is None and (estimate.documents is not None or task.source.pages == "never"):
            gap = max([gap, *(PACES.get(host, 0.0) for host in hosts)])
            seconds = gap * requests / max(1, len(hosts))
    return Estimate(estimate.documents, requests, hosts, estimate.bytes, seconds)


def _reading(way: str, estimate: Estimate, pace: float | None) -> float | None:
    """Seconds that reading takes: at the pace it went last, else at the one that was measured of such a way."""
    if pace and estimate.bytes is not None:
        return estimate.bytes / pace
    if way in PER_DOCUMENT and estimate.documents is not None:
        return START + PER_DOCUMENT[way] * estimate.documents
    return None


def _sum(values: Iterable[float | None]) -> int | None:
    """The sum of what is known; None where nothing is, or something is not."""
    found = list(values)
    known = [value for value in found if value is not None]
    return int(sum(known)) if known and len(known) == len(found) else None
