"""What a backfill would take: `watcher backfill --dry-run`. Each way into a source's past is asked once; nothing is
written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from watcher import app, urls
from watcher.backfill import Plan, Task, checkpoints
from watcher.backfill.estimating import Forecast, Means, forecasts, whole
from watcher.backfill.plan import trouble_of
from watcher.backfill.progress import span
from watcher.cli.output import emit, rows, say
from watcher.cli.ways import estimate_of
from watcher.config import Config
from watcher.errors import ReadError
from watcher.politeness import PACES
from watcher.types import Estimate, Memory, Page, Reason, Request, Source, Trouble, Window

if TYPE_CHECKING:
    from watcher.store import SqlStore
    from watcher.workers import WorkerPool

_COLUMNS = ("source", "way", "units", "documents", "requests", "hosts", "bytes", "time", "trouble")

_LEGEND = (
    '"about" is reckoned from a look at a part of it, other figures are at least so many, as if the page of every '
    "document were asked for; nothing there: nobody can say before it is done"
)


def foretold(config: Config, store: SqlStore, plan: Plan, processes: int, *, as_json: bool) -> tuple[Forecast, ...]:
    """Says for each source and way how much there is, and for all of it together; nothing where nothing is left."""
    if not plan.tasks:
        say("nothing is left to do")
        return ()
    from watcher.workers import WorkerPool

    gap = config.network.gap.total_seconds()
    fetch = app.http_fetch(config, app.utc_now)
    try:
        with WorkerPool(processes=1) as workers:
            first = _First(store, fetch, workers, plan.window, gap)
            means = Means(gap, partial(checkpoints.pace, store), processes, app.seconds)
            found = forecasts(plan, first, means)
    finally:
        fetch.close()
    together = Forecast("all", "", len(plan.tasks), whole(found))
    if as_json:
        for each in found if len(found) == 1 else (*found, together):
            emit(_row(each))
        return found
    rows([_line(each) for each in (found if len(found) == 1 else (*found, together))], _COLUMNS, as_json=False)
    say(_LEGEND)
    return found


class _First:
    """Asks for the first page of a way into a source's past, at the pace of its host, unless that rests."""

    def __init__(
        self,
        store: SqlStore,
        fetch: Callable[[Request], Page | Trouble],
        workers: WorkerPool,
        window: Window,
        gap: float,
    ) -> None:
        self._store, self._fetch, self._workers, self._window, self._gap = store, fetch, workers, window, gap
        self._asked: dict[str, float] = {}

    def __call__(self, task: Task) -> Estimate | Trouble:
        source = task.visited
        request, *_ = first_requests(source, self._window)
        host = urls.host_port(request.url)
        state = self._store.hosts([host]).get(host)
        if state is not None and state.rest_until is not None and state.rest_until > app.utc_now():
            return Trouble(Reason.STATUS, f"{host} asked to be left alone until {state.rest_until:%d %b %H:%M} UTC")
        if host in self._asked:
            gap = max(self._gap, PACES.get(host, 0.0))
            app.pause(max(0.0, self._asked[host] + gap - app.seconds()))
        answer = self._fetch(replace(request, access=source.access) if source.access else request)
        self._asked[host] = app.seconds()
        if isinstance(answer, Trouble):
            return answer
        try:
            found: Estimate | Trouble = self._workers.submit(estimated, source, answer, self._window).result()
        except Exception as error:  # noqa: BLE001 - whatever its bytes make a reader do: there is no estimate then
            return Trouble(Reason.UNREADABLE, f"{urls.masked_for(source)} could not be read: {error}")
        return found


def first_requests(source: Source, window: Window) -> tuple[Request, ...]:
    """What a way asks first."""
    from watcher.sources import WAYS

    return WAYS[source.kind].requests(source, Memory(source.id), window)


def estimated(source: Source, page: Page, window: Window) -> Estimate | Trouble:
    """In a worker process: what a first answer says of the whole."""
    try:
        return estimate_of(source, page, window)
    except ReadError as error:
        return trouble_of(error)


def _row(each: Forecast) -> dict[str, Any]:
    known = each.estimate or Estimate()
    return {
        "source": each.source,
        "way": each.way,
        "units": each.units,
        "documents": known.documents,
        "requests": known.requests,
        "hosts": sorted(known.hosts),
        "bytes": known.bytes,
        "seconds": None if known.seconds is None else round(known.seconds, 1),
        "about": known.about,
        "trouble": each.trouble.text if each.trouble else None,
    }


def _line(each: Forecast) -> dict[str, Any]:
    known, row = each.estimate or Estimate(), _row(each)
    about = "about " if known.about else ""
    row["documents"] = None if known.documents is None else f"{about}{known.documents:,}"
    row["hosts"] = len(known.hosts)
    asked = "about " if known.documents and known.requests else about  # of pages nobody knows how large they are
    row["bytes"] = None if known.bytes is None else f"{asked}{known.bytes:,}"
    row["time"] = None if known.seconds is None else f"about {span(known.seconds)}"
    return row
