"""A backfill's run: first what is at hand, then what is asked for; each unit noted as done when it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from watcher.backfill import checkpoints
from watcher.backfill.asking import Asking
from watcher.backfill.loading import Loading
from watcher.backfill.plan import Plan, Task
from watcher.backfill.progress import Progress
from watcher.poll import Parts
from watcher.ports import Engine
from watcher.types import Outcome, Trouble

_WORTH_KEEPING = 5.0  # seconds of reading that say something about its pace


@dataclass(frozen=True, slots=True)
class Done:
    """A unit that came to its end, how its leads or captures ended, and what kept it from being whole."""

    task: Task
    counts: Counter[Outcome]
    trouble: Trouble | None
    progress: Progress


def backfill(
    parts: Parts,
    plan: Plan,
    engine: Engine | None = None,
    on_done: Callable[[Done], None] = lambda _: None,
    stop: Callable[[], bool] = lambda: False,
) -> tuple[Done, ...]:
    """Brings what a plan holds; returns the units that came to their end in this run. Held units need an engine."""
    done: list[Done] = []

    def note(each: Done) -> None:
        done.append(each)
        on_done(each)

    held = plan.of("held")
    if held and engine is not None:
        _read(parts, held, engine, note, stop)
    asked = plan.of("asked", "listed")
    if asked and not stop():
        _ask(parts, asked, note, stop)
    return tuple(done)


def _read(
    parts: Parts, tasks: Sequence[Task], engine: Engine, note: Callable[[Done], None], stop: Callable[[], bool]
) -> None:
    loading, tally = Loading(parts), _Tally(parts, "read", tasks)
    loads = engine.run([task.unit for task in tasks], stop)
    for task, load in zip(tasks, loads, strict=False):  # it ends early when it is told to
        counts = loading.take(task, load)
        note(Done(task, counts, load.trouble, tally.after(task, load.documents, load.bytes)))
    paces = {way: pace for way, pace in tally.by_way.items() if pace[0] and pace[1] >= _WORTH_KEEPING}
    if paces:
        with parts.store.writing() as writer:
            for way, (read, seconds) in paces.items():
                checkpoints.keep_pace(writer, way, read, seconds)


def _ask(parts: Parts, tasks: Sequence[Task], note: Callable[[Done], None], stop: Callable[[], bool]) -> None:
    tally = _Tally(parts, "asked", tasks)

    def ended(task: Task, counts: Counter[Outcome], trouble: Trouble | None) -> None:
        note(Done(task, counts, trouble, tally.after(task, counts.total(), 0)))

    Asking(parts, tasks, ended).run(stop)


class _Tally:
    """What was done so far of one kind of work."""

    def __init__(self, parts: Parts, work: str, tasks: Sequence[Task]) -> None:
        self._parts, self._work, self._of = parts, work, len(tasks)
        self._began = parts.seconds()
        self._sizes = {id(task): size for task in tasks if (size := _size(task)) is not None}
        self._all = sum(self._sizes.values()) if self._sizes and len(self._sizes) == len(tasks) else None
        self._units = self._documents = self._read = self._done = 0
        self.by_way: dict[str, tuple[int, float]] = {}  # bytes read, and the seconds that took
        self._counted = 0.0  # seconds that were some way's

    @property
    def seconds(self) -> float:
        return self._parts.seconds() - self._began

    def after(self, task: Task, documents: int, read: int) -> Progress:
        """With one unit more. It counts with its size as it was planned, so that all together make the whole."""
        self._units += 1
        self._documents += documents
        self._read += read
        self._done += self._sizes.get(id(task), 0)
        before, took = self.by_way.get(task.way.name, (0, 0.0))
        now = self.seconds
        self.by_way[task.way.name], self._counted = (before + read, took + now - self._counted), now
        of_bytes = self._all
        known = self._done if of_bytes else self._read
        return Progress(self._work, task.unit.name, self._units, self._of, self._documents, known, of_bytes, now)


def _size(task: Task) -> int | None:
    return task.way.estimate(task.unit).bytes if task.way.estimate is not None else None
