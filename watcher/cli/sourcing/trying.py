"""`sources check`: asks one source and says what polling it would do; nothing is stored."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from watcher import app, ingest, robots, urls
from watcher.cli.matching import config_or_shipped
from watcher.cli.output import emit, out
from watcher.cli.sourcing.asking import first_request, front_of
from watcher.cli.sourcing.finding import row_of, words_of
from watcher.cli.sourcing.trial import Trial, ends
from watcher.config import Config
from watcher.errors import WatcherError
from watcher.ingest.identity import Known
from watcher.language import identify
from watcher.shapes.telling import many
from watcher.sources import KINDS
from watcher.sources.discovery import feeds_named
from watcher.topics import TopicMatcher
from watcher.types import Extraction, HostState, Memory, Reading, Request, Source, Trouble, without_headers
from watcher.visits import OpenVisit, closed

if TYPE_CHECKING:
    from watcher.http import HttpFetch
    from watcher.workers import WorkerPool

_SAMPLED = 20  # leads whose words say which language they are in
_WIDTH = 10


def check_source(place: str, path: Path | None, *, with_page: bool, as_json: bool) -> int:
    """Says what would happen; 1 when the source could not be read."""
    from watcher.workers import WorkerPool

    config = config_or_shipped(path)
    source, is_known = _meant(config, place)
    fetch = app.http_fetch(config, app.utc_now)
    workers = WorkerPool(processes=1)
    try:
        trial = look(fetch, workers, config, source, any_kind=not is_known)
        if (url := trial.first_page) is not None:
            _ask_robots(trial, fetch, config, url)
            if with_page and trial.allowed:
                app.pause(config.network.gap.total_seconds())
                trial.article = _article(fetch, workers, url, source)
    finally:
        workers.close()
        fetch.close()
    words = list(words_of(trial, config.timezone))
    if as_json:
        emit(row_of(trial, [f"{label}: {text}" if label else text for label, text in words]))
    else:
        for label, text in words:
            out(f"{label.ljust(_WIDTH)} {text}")
    return 1 if trial.kind is None else 0


def _meant(config: Config, place: str) -> tuple[Source, bool]:
    """The source that an id or address stands for; one that is not configured gets the defaults."""
    if not place.lower().startswith(("http://", "https://", "feed:")):
        found = next((source for source in config.sources if source.id == place), None)
        if any(source.id == place for source in config.history):
            raise WatcherError(
                f"{place} is a source of history: `watcher backfill --source {place} --dry-run` tries it"
            )
        if found is None:
            raise WatcherError(f"no source is called {place}: `watcher sources list` shows their names")
        return found, True
    url = urls.absolute(None, place)
    if url is None:
        raise WatcherError(f"{urls.masked(place)} is no http(s) address that could be asked")
    same = next((each for each in config.sources if urls.canonical(each.url) == urls.canonical(url)), None)
    defaults = config.defaults
    return same or Source("it", url, pages=defaults.pages, interval=defaults.interval), same is not None


def look(fetch: HttpFetch, workers: WorkerPool, config: Config, source: Source, *, any_kind: bool = False) -> Trial:
    """Asks a source once and reads the answer: as its kind, or as the first kind that can."""
    memory = Memory(source.id) if any_kind else _memory(config, source)
    trial = Trial(source, app.utc_now())
    answer = fetch(first_request(source, memory))
    trial.now = app.utc_now()
    if isinstance(answer, Trouble):
        trial.trouble = answer
        return trial
    trial.page = answer
    trial.feeds = feeds_named(answer)
    for kind in [name for name in KINDS if name != "query"] if any_kind else [source.kind]:
        found = workers.read(replace(source, kind=kind), answer, None).result()
        if isinstance(found, Reading):
            trial.source = replace(source, kind=kind)
            trial.kind, trial.reading, trial.trouble = kind, found, None
            break
        trial.trouble = trial.trouble or found
    if trial.kind is not None:
        with app.reading(config) as store:
            _judge(trial, config, memory, (lambda _: {}) if any_kind else store.known)
    return trial


def _memory(config: Config, source: Source) -> Memory:
    with app.reading(config) as store:
        return store.memories([source.id]).get(source.id) or Memory(source.id)


def _judge(trial: Trial, config: Config, memory: Memory, known: Known) -> None:
    leads, source = trial.reading.leads, trial.source
    matches = TopicMatcher(config.topics)
    for lead in leads:
        found = [match.topic for match in matches(lead.title, lead.content or lead.summary)]
        named = [topic for topic in found if not source.topics or topic in source.topics]
        trial.topics.update(named)
        trial.on_topic += bool(named)
    trial.sifted = ingest.sift(leads, source, known, (), matches, trial.now, memory=memory)
    opened = OpenVisit(source, memory, trial.now, None, status=trial.page.status if trial.page else None)
    opened.page, opened.reading, opened.has_read, opened.body_hash = trial.page, trial.reading, True, "new"
    opened.counts = ends(trial.sifted)
    trial.memory = closed(opened, trial.now).memory
    given = source.language or trial.reading.language
    words = "\n".join(f"{lead.title}\n{lead.summary}" for lead in leads[:_SAMPLED])
    trial.language = given or identify(words) or None


def _ask_robots(trial: Trial, fetch: HttpFetch, config: Config, url: str) -> None:
    """What robots.txt says of the first page: as remembered, or asked now."""
    lane = urls.host_port(url)
    with app.reading(config) as store:
        state = store.hosts([lane]).get(lane) or HostState(lane)
    if not robots.is_fresh(state, trial.now):
        app.pause(config.network.gap.total_seconds())
        state = robots.heard(
            state, fetch(Request(f"{front_of(url)}robots.txt", access=without_headers(trial.source.access))), trial.now
        )
    if state.robots is None:
        trial.allowed, trial.robots = False, "could not be had: no pages are read until it can"
        return
    rules = robots.Robots(state.robots)
    trial.allowed = rules.allows(url)
    said = "allows the first page" if trial.allowed else "does not allow the first page: its headline is kept"
    trial.robots = said if state.robots else "there is none: every page is allowed"
    if rules.delay:
        trial.robots += f"; {many(round(rules.delay), 'second')} between two pages"


def _article(fetch: HttpFetch, workers: WorkerPool, url: str, source: Source) -> Extraction | Trouble:
    answer = fetch(Request(url, access=source.access))
    return answer if isinstance(answer, Trouble) else workers.extract(answer, source.language).result()
