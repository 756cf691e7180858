"""What a backfill consists of: each source's past by each way into it, cut into units, less those that are done."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from watcher.backfill import checkpoints
from watcher.errors import ReadError
from watcher.ports import Store
from watcher.types import Estimate, Lead, Reason, Source, Trouble, Unit, Window

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
    for each in asked:
        for way in each.ways:
            try:
                units = way.units(each.source, window)
            except ReadError as error:
                troubles.append((each.source.id, trouble_of(error)))
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
    return Plan(window, tuple(left), done, tuple(troubles), stale)


def _is_done(store: Store, task: Task, window: Window) -> bool:
    if checkpoints.is_done(store, task.unit):
        return True
    return task.way.name == task.source.kind and checkpoints.was_done(store, task.source, window)


def trouble_of(error: ReadError) -> Trouble:
    """Why a way gave nothing more, as it says itself or in the words of the error."""
    own = getattr(error, "trouble", None)
    return own if isinstance(own, Trouble) else Trouble(Reason.UNREADABLE, str(error))
