"""What a backfill would take: `watcher backfill --dry-run`. Each way into a source's past is asked a few times at most;
nothing is written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from watcher import app, urls
from watcher.backfill import Plan, Task, checkpoints
from watcher.backfill.estimating import Forecast, Means, forecasts, whole
from watcher.backfill.plan import trouble_of
from watcher.backfill.progress import span
from watcher.cli.output import emit, rows, say
from watcher.config import Config
from watcher.errors import ReadError
from watcher.politeness import PACES
from watcher.types import Estimate, Memory, Page, Reading, Reason, Request, Source, Trouble, Window

if TYPE_CHECKING:
    from watcher.store import SqlStore
    from watcher.workers import WorkerPool

_COLUMNS = ("source", "way", "units", "documents", "requests", "hosts", "bytes", "time", "trouble")

_MOST_STEPS = 6  # requests of one way into a source's past: robots.txt, the usual places, an index, a part of it
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
    """Asks for the first pages of a way into a source's past, at the pace of its host, unless that rests."""

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
        """From its first page on to one that says how many there are; a few steps, one of many parts each time."""
        source = task.visited
        request, *_ = first_requests(source, self._window)
        sofar = Estimate()
        for _ in range(_MOST_STEPS):
            found, more = self._said(source, request)
            if isinstance(found, Trouble):
                return sofar if sofar.requests else found
            sofar = _with(sofar, found, source.kind)
            if sofar.documents is not None or not more or source.kind == "feed":
                return sofar
            request = more[len(more) // 2]  # of a part at the end there may be less
        return sofar

    def _said(self, source: Source, request: Request) -> tuple[Estimate | Trouble, Sequence[Request]]:
        """What an answer says of the whole, and what its way asks next."""
        answer = self._answer(source, request)
        if isinstance(answer, Trouble):
            stead = elsewhere(source, request.url, answer, self._window)
            return (stead, ()) if isinstance(stead, Trouble) else (Estimate(None if stead.more else 0), stead.more)
        try:
            return self._workers.submit(estimated, source, answer, self._window).result()
        except Exception as error:  # noqa: BLE001 - whatever its bytes make a reader do: there is no estimate then
            return Trouble(Reason.UNREADABLE, f"{urls.masked_for(source)} could not be read: {error}"), ()

    def _answer(self, source: Source, request: Request) -> Page | Trouble:
        host = urls.host_port(request.url)
        state = self._store.hosts([host]).get(host)
        if state is not None and state.rest_until is not None and state.rest_until > app.utc_now():
            return Trouble(Reason.STATUS, f"{host} asked to be left alone until {state.rest_until:%d %b %H:%M} UTC")
        if host in self._asked:
            gap = max(self._gap, PACES.get(host, 0.0))
            app.pause(max(0.0, self._asked[host] + gap - app.seconds()))
        answer = self._fetch(replace(request, access=source.access) if source.access else request)
        self._asked[host] = app.seconds()
        return answer


def _with(sofar: Estimate, found: Estimate, way: str) -> Estimate:
    """What is known with one answer more. A sitemap that was named among others stands for each of them."""
    parts = max(1, sofar.requests - 1) if way == "sitemap" else 1
    return Estimate(
        documents=None if found.documents is None else parts * found.documents,
        requests=max(sofar.requests, found.requests),
        hosts=sofar.hosts | found.hosts,
        bytes=found.bytes,
        about=found.about or parts > 1,
    )


def first_requests(source: Source, window: Window) -> tuple[Request, ...]:
    """What a way asks first."""
    from watcher.sources import WAYS

    return WAYS[source.kind].requests(source, Memory(source.id), window)


def elsewhere(source: Source, url: str, trouble: Trouble, window: Window) -> Reading | Trouble:
    """Where a way asks that was refused here."""
    from watcher.sources import WAYS

    return WAYS[source.kind].refused(source, url, trouble, window)


def estimated(source: Source, page: Page, window: Window) -> tuple[Estimate | Trouble, tuple[Request, ...]]:
    """In a worker process: what an answer says of the whole, and what its way asks next."""
    from watcher.sources import WAYS

    way = WAYS[source.kind]
    try:
        found = way.estimate(source, page, window)
        return found, way.read(source, page, window).more if found.documents is None else ()
    except ReadError as error:
        return trouble_of(error), ()


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
