"""Asks many sources once, as politely as polling does: a gap per host, one request at a time to each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from queue import Empty, SimpleQueue

from watcher import app, cadence, urls
from watcher.config import Config
from watcher.errands import Errands
from watcher.politeness import Lanes
from watcher.ports import Fetch, Workers
from watcher.sources import KINDS
from watcher.types import Memory, Page, Reading, Reason, Request, Source, Trouble

# A host that asks for a longer rest than this (429, 503) is asked nothing more by this command.
_LONGEST_WAIT = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class _Work:
    name: str
    lane: str
    request: Request


def first_request(source: Source, memory: Memory | None = None) -> Request:
    """What a source is asked first, without validators: the whole answer is wanted."""
    known = Memory(source.id, moved_to=memory.moved_to if memory else None)
    return replace(KINDS[source.kind].requests(source, known, None)[0], access=source.access)


def site_of(source: Source) -> str:
    """The front page of a source's host."""
    return front_of(source.url)


def front_of(url: str) -> str:
    """The front page of an address's host."""
    address = urls.split(url)
    return f"{address.scheme}://{address.netloc}/" if address else url


def answers(
    fetch: Fetch, config: Config, requests: Iterable[tuple[str, Request]]
) -> Iterator[tuple[str, Page | Trouble]]:
    """Every request's answer by its name, as they come. What is not taken from here yet holds up the next ones."""
    concurrency = config.network.concurrency
    lanes: Lanes[_Work] = Lanes(gap=config.network.gap.total_seconds(), concurrency=concurrency)
    for name, request in requests:
        lane = urls.host_port(request.url)
        lanes.put(lane, _Work(name, lane, request))
    landed: SimpleQueue[tuple[_Work, Future[Page | Trouble]]] = SimpleQueue()
    errands = Errands(concurrency, "ask")
    try:
        while len(lanes) or lanes.flying:
            now = app.seconds()
            for work in lanes.take(now):
                errands.send(fetch, work.request).add_done_callback(partial(_put, landed, work))
            following = lanes.next_moment(now)
            try:
                work, future = landed.get(timeout=None if following is None else max(0.0, following - now))
            except Empty:
                continue
            lanes.done(work.lane, app.seconds())
            answer = future.result()
            yield work.name, answer
            if isinstance(answer, Trouble) and (cadence.host_rest(answer) or timedelta(0)) > _LONGEST_WAIT:
                lane = answer.host or work.lane
                text = f"{lane} asked to be left alone: not asked"
                yield from ((left.name, Trouble(Reason.STATUS, text, answer.status)) for left in lanes.drop(lane))
    finally:
        errands.dismiss()


def _put(
    landed: SimpleQueue[tuple[_Work, Future[Page | Trouble]]], work: _Work, future: Future[Page | Trouble]
) -> None:
    landed.put((work, future))


def read(workers: Workers, source: Source, answer: Page | Trouble) -> Reading | Trouble:
    """What an answer says, read in a worker process."""
    return answer if isinstance(answer, Trouble) else workers.read(source, answer, None).result()
