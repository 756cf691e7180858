"""One-off history through the same pipeline: the archives of the sources, within a window.

Resumable because nothing is remembered but ends: every lead's outcome is stored, so a second run over the same window
finds them followed, and a source whose archive was read to its end has a checkpoint and is not asked again.
What is found counts as told; it is never today's news.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from watcher.poll import Parts, Pass
from watcher.ports import Store
from watcher.types import Memory, Source, Visit, Window


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a backfill got: sources done of all, and the visit that was just completed."""

    done: int
    sources: int
    visit: Visit


def remaining(store: Store, sources: Sequence[Source], window: Window) -> tuple[Source, ...]:
    """The sources whose archive has not been read to its end for this window."""
    return tuple(source for source in sources if store.checkpoint(_name(source, window)) is None)


def backfill(
    parts: Parts,
    sources: Sequence[Source],
    window: Window,
    on_progress: Callable[[Progress], None] = lambda _: None,
    stop: Callable[[], bool] = lambda: False,
) -> tuple[Visit, ...]:
    """Reads the archives of these sources within a window; returns the visits of those completed in this run."""
    todo = remaining(parts.store, sources, window)
    by_id = {source.id: source for source in todo}
    visits: list[Visit] = []

    def completed(visit: Visit) -> None:
        visits.append(visit)
        if visit.trouble is None:
            with parts.store.writing() as writer:
                writer.set_checkpoint(_name(by_id[visit.source], window), visit.ended.isoformat())
        on_progress(Progress(len(visits), len(todo), visit))

    run = Pass(parts, completed)
    for source in todo:
        run.visit(source, Memory(source.id), window)
    run.run(stop)
    return tuple(visits)


def _name(source: Source, window: Window) -> str:
    # By the day: without --until a window ends now, and would have another name in every run.
    return f"backfill {source.id} {window.since.date()} {window.until.date()}"
