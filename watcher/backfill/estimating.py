"""What a backfill would take, before anything is done: by the first answers of who would be asked, by the sizes of
files and a look into a few of them.

What was reckoned from a part says so (`Estimate.about`), and the rest are floors: nobody can say what an archive holds
before it was read to its end.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from watcher import urls
from watcher.backfill.plan import Plan, Task, trouble_of, will_last
from watcher.errors import ReadError
from watcher.politeness import PACES
from watcher.types import Estimate, Trouble

START = 3.0  # seconds until processes stand and have read their first page
PAGE = 51_962  # bytes of a page that is asked for: the median of those in bench/results/warc.json
# Of so many files a way has, the beginning is looked at; of the others as many documents are expected for as many
# bytes. A look is a megabyte or some, from elsewhere it is waited for.
MOST_LOOKED, MOST_LOOKED_FAR = 20, 5

Number = TypeVar("Number", int, float)
First = Callable[[Task], "Estimate | Trouble"]
"""Asks for the first page of a way into a source's past, and says what the whole of it would take."""


@dataclass(frozen=True, slots=True)
class Means:
    """What a backfill works with, as far as its time depends on it."""

    gap: float  # seconds between two requests to one host
    pace: Callable[[str], float | None]  # bytes a second at which files of a way were read last
    processes: int  # that read files
    clock: Callable[[], float]  # only goes forward


@dataclass(frozen=True, slots=True)
class Forecast:
    """What one way into one source's past would take, over all its units that are left."""

    source: str
    way: str
    units: int
    estimate: Estimate | None  # of what can be read; None: nothing of it, for this trouble
    trouble: Trouble | None = None
    lasting: bool = False  # the trouble is there at the next try as well


def forecasts(plan: Plan, first: First, means: Means) -> tuple[Forecast, ...]:
    """One for each source and way, in the order of the plan."""
    groups: defaultdict[tuple[str, str], list[Task]] = defaultdict(list)
    for task in plan.tasks:
        groups[task.source.id, task.way.name].append(task)
    found: list[Forecast] = []
    for (source, way), tasks in groups.items():
        estimate, trouble = _said(first(tasks[0])) if tasks[0].way.family == "asked" else _of_files(tasks, means)
        timed = None if estimate is None else _timed(tasks, estimate, means)
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
        about=any(each.about for each in estimates),
    )


def _said(answer: Estimate | Trouble) -> tuple[Estimate | None, Trouble | None]:
    return (None, answer) if isinstance(answer, Trouble) else (answer, None)


def _of_files(tasks: Sequence[Task], means: Means) -> tuple[Estimate | None, Trouble | None]:
    """What those take that can be read, and what is with the others."""
    known = [task.way.estimate(task.unit) if task.way.estimate is not None else Estimate() for task in tasks]
    looked: dict[int, Estimate] = {}
    troubles: list[Trouble] = []
    for place in _chosen(tasks, known):
        look = tasks[place].way.look
        try:
            looked[place] = look(tasks[place].unit, means.clock) if look is not None else known[place]
        except ReadError as error:
            troubles.append(trouble_of(error))
            known[place] = Estimate(0, bytes=0, seconds=0.0)
    usual = _usual(list(looked.values()))
    each = [looked.get(place) or _like(estimate, usual) for place, estimate in enumerate(known)]
    if troubles and len(troubles) == len(tasks):
        return None, _as_one(troubles)
    together = Estimate(
        documents=_sum(one.documents for one in each),
        requests=sum(one.requests for one in each),
        hosts=frozenset().union(*(one.hosts for one in each)),
        bytes=_sum(one.bytes for one in each),
        seconds=_sum(one.seconds for one in each),
        about=any(one.about for one in each),
    )
    return together, _as_one(troubles)


def _chosen(tasks: Sequence[Task], known: Sequence[Estimate]) -> list[int]:
    """The places of those that are looked into: all of a few, of many some from the first to the last."""
    way = tasks[0].way
    wanted = [place for place, estimate in enumerate(known) if way.look is not None and estimate.documents is None]
    most = MOST_LOOKED_FAR if any(known[place].hosts for place in wanted) else MOST_LOOKED
    if len(wanted) <= most:
        return wanted
    return [wanted[number * (len(wanted) - 1) // (most - 1)] for number in range(most)]


def _usual(looked: Sequence[Estimate]) -> Estimate | None:
    """All that were looked into, as one: what others of their kind are reckoned by."""
    sized = [each for each in looked if each.bytes and each.documents is not None]
    if not sized:
        return None
    seconds = _sum(each.seconds for each in sized)
    return Estimate(_sum(each.documents for each in sized), bytes=_sum(each.bytes for each in sized), seconds=seconds)


def _like(known: Estimate, usual: Estimate | None) -> Estimate:
    """What one takes that nobody looked into: in its bytes as much as in those of others."""
    if usual is None or not usual.bytes or known.documents is not None or known.bytes is None:
        return known
    share = known.bytes / usual.bytes
    seconds = None if usual.seconds is None else usual.seconds * share
    return replace(known, documents=round((usual.documents or 0) * share), seconds=seconds, about=True)


def _as_one(troubles: Sequence[Trouble]) -> Trouble | None:
    """The first of them, and how many more there are."""
    if len(troubles) < 2:
        return troubles[0] if troubles else None
    return replace(troubles[0], text=f"{troubles[0].text}; and {len(troubles) - 1} more")


def _timed(tasks: Sequence[Task], estimate: Estimate, means: Means) -> Estimate:
    """With the time it takes at the pace that is set, or that was measured, and the pages of documents to be asked."""
    task, requests, hosts = tasks[0], estimate.requests, estimate.hosts
    if task.way.family == "held":
        return replace(estimate, seconds=_reading(tasks, estimate, means))
    asks_pages = task.source.pages != "never"
    if task.way.family == "asked":
        hosts = hosts or frozenset(filter(None, [urls.host_port(task.visited.url)]))
        requests += (estimate.documents or 0) if asks_pages else 0
    seconds, size = estimate.seconds, estimate.bytes
    if seconds is None and (estimate.documents is not None or not asks_pages):
        gap = max([means.gap, *(PACES.get(host, 0.0) for host in hosts)])
        seconds = gap * requests / max(1, len(hosts))
    if estimate.documents is not None and asks_pages:
        size = (size or 0) + PAGE * estimate.documents
    return Estimate(estimate.documents, requests, hosts, size, seconds, estimate.about)


def _reading(tasks: Sequence[Task], estimate: Estimate, means: Means) -> float | None:
    """Seconds that reading takes: at the pace it went last, else as long as one core is known to take, by as many as
    there are."""
    pace = means.pace(tasks[0].way.name)
    if pace and estimate.bytes is not None:
        return estimate.bytes / pace
    return None if estimate.seconds is None else START + estimate.seconds / max(1, min(means.processes, len(tasks)))


def _sum(values: Iterable[Number | None]) -> Number | None:
    """The sum of what is known; None where nothing is, or something is not."""
    found = list(values)
    known = [value for value in found if value is not None]
    return sum(known[1:], known[0]) if known and len(known) == len(found) else None
