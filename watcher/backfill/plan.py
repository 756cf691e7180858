"""What a backfill consists of: each source's past by each way into it, cut into units, less those that are done."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from watcher import urls
from watcher.backfill import checkpoints
from watcher.errors import ReadError
from watcher.ports import Store
from watcher.types import Estimate, Lead, Reason, Source, Trouble, Unit, Window

# What is no such thing, or not there, is so at the next try; of a file here also what is not whole: no line was cut.
_AS_IT_IS = frozenset({Reason.UNREADABLE, Reason.TOO_LARGE})
_OF_THIS_MACHINE = frozenset({Reason.NAME, Reason.INCOMPLETE})
_NOT_THERE = frozenset({403, 404, 410})

Family = Literal["asked", "listed", "held"]


@dataclass(frozen=True, slots=True)
class Way:
    """A way into the past. An asked one asks the source's server; a listed one has `leads`, whose pages are asked for;
    a held one has the documents themselves, and an engine reads them."""

    name: str
    family: Family
    units: Callable[[Source, Window], Sequence[Unit]]
    leads: Callable[[Unit], Iterator[Lead]] | None = None
    estimate: Callable[[Unit], Estimate] | None = None  # without asking anybody; an asked way has none
    # The same, and what a look into it says more, by a clock that only goes forward; may raise ReadError.
    look: Callable[[Unit, Callable[[], float]], Estimate] | None = None
    notes: Callable[[Source], Sequence[str]] | None = None  # what is to be said of all of it beforehand


@dataclass(frozen=True, slots=True)
class Asked:
    """A source and the ways by which it is to be followed into its past."""

    source: Source
    ways: tuple[Way, ...]


@dataclass(frozen=True, slots=True)
class Task:
    """A unit with the source and the way it is of."""

    unit: Unit
    source: Source
    way: Way
    topics: str = ""  # the digest of what is looked for

    @property
    def visited(self) -> Source:
        """The source as the pass visits it for this unit: of the way's kind, at the unit's address."""
        return replace(self.source, kind=self.way.name, url=self.unit.url or self.source.url)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is left to do, in the order in which it is done; how much was done before; what could not be planned."""

    window: Window
    tasks: tuple[Task, ...] = ()
    done: int = 0
    troubles: tuple[tuple[str, Trouble], ...] = ()  # by source
    notes: tuple[tuple[str, str], ...] = ()  # by source: what of it is left out
    lasting: frozenset[Trouble] = frozenset()  # of the troubles, those that the next run would have as well
    stale: int = 0  # of those that are done: read while other topics were looked for

    def of(self, *families: Family) -> tuple[Task, ...]:
        """Its tasks by ways of these families."""
        return tuple(task for task in self.tasks if task.way.family in families)


def planned(store: Store, asked: Sequence[Asked], window: Window, topics: str = "", *, again: bool = False) -> Plan:
    """The units of these sources by these ways within a window, oldest first, without those that are done.

    `topics` is the digest of what is looked for; with `again`, what was read while it was another one is not done.
    What has the same age stays in the order of the sources: a plan does not depend on what was done before.
    """
    tasks: list[Task] = []
    troubles: list[tuple[str, Trouble]] = []
    notes: list[tuple[str, str]] = []
    lasting: set[Trouble] = set()
    for each in asked:
        for way in each.ways:
            try:
                units = way.units(each.source, window)
                notes += ((each.source.id, note) for note in (way.notes(each.source) if way.notes else ()))
            except ReadError as error:
                trouble = trouble_of(error)
                troubles.append((each.source.id, trouble))
                if way.family != "asked" and will_last(trouble, each.source.url):
                    lasting.add(trouble)
            else:
                tasks += (Task(unit, each.source, way, topics) for unit in units)
    tasks.sort(key=lambda task: task.unit.window.since)
    left, done, stale = list[Task](), 0, 0
    for task in tasks:
        is_done, is_stale = _is_done(store, task, window), checkpoints.was_other(store, task.unit, topics)
        if is_stale and again:
            unit = replace(task.unit, window=replace(task.unit.window, again=True))
            left.append(replace(task, unit=unit))
        elif is_done:
            done, stale = done + 1, stale + is_stale
        else:
            left.append(task)
    return Plan(window, tuple(left), done, tuple(troubles), tuple(notes), frozenset(lasting), stale)


def _is_done(store: Store, task: Task, window: Window) -> bool:
    if checkpoints.is_done(store, task.unit):
        return True
    return task.way.name == task.source.kind and checkpoints.was_done(store, task.source, window)


def will_last(trouble: Trouble, address: str) -> bool:
    """Whether a file at this address will be read no further however often it is tried, as long as it is as it is."""
    if trouble.reason in _AS_IT_IS or trouble.status in _NOT_THERE:
        return True
    return trouble.reason in _OF_THIS_MACHINE and not urls.host_port(address) and not address.lower().startswith("s3:")


def trouble_of(error: ReadError) -> Trouble:
    """Why a way gave nothing more, as it says itself or in the words of the error."""
    own = getattr(error, "trouble", None)
    return own if isinstance(own, Trouble) else Trouble(Reason.UNREADABLE, str(error))
