"""`doctor --sources`: every source asked once, what is wrong with each, and what helps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from watcher import app, urls
from watcher.cli.sourcing.asking import answers, first_request, read, site_of
from watcher.cli.sourcing.finding import STALE
from watcher.cli.sourcing.trial import dated
from watcher.config import Config
from watcher.ports import Fetch, Workers
from watcher.shapes.sources import SPAN, lane_of
from watcher.shapes.telling import many, relative, rests, span
from watcher.sources.discovery import feeds_named
from watcher.types import Harvest, HostState, Memory, Page, Reading, Reason, Request, Source, Trouble

_GONE = frozenset({404, 410})
_REFUSED = frozenset({401, 402, 403, 407, 451})
# From so many articles or leads on, none of them read or shown is no accident.
_ENOUGH_ARTICLES = 5
_ENOUGH_LEADS = 50
_LULLS = 5  # a source that stays silent for five times its own rhythm has stopped, or moved


@dataclass(frozen=True, slots=True)
class Complaint:
    """One thing that is wrong with a source (or, not grave, worth knowing), and what helps."""

    source: str
    what: str
    cure: str = ""
    grave: bool = True

    def __str__(self) -> str:
        return f"{self.source}: {self.what}" + (f"; {self.cure}" if self.cure else "")


@dataclass(frozen=True, slots=True)
class _Kept:
    """What the archive knows of the sources."""

    memories: Mapping[str, Memory]
    hosts: Mapping[str, HostState]
    harvests: Mapping[str, Harvest]


def examine_sources(config: Config) -> tuple[Complaint, ...]:
    """What is wrong with each source, in the order of the configuration. Paused and resting ones are not asked."""
    from watcher.workers import WorkerPool

    now = app.utc_now()
    names = [source.id for source in config.sources]
    with app.reading(config) as store:
        memories = store.memories(names)
        lanes = {lane_of(source, memories.get(source.id)) for source in config.sources}
        kept = _Kept(memories, store.hosts(lanes), store.harvest(names, now - SPAN))
    unasked = {source.id: known for source in config.sources if (known := _unasked(source, kept, now)) is not None}
    asked = {source.id: source for source in config.sources if source.id not in unasked}
    fetch, workers = app.http_fetch(config, app.utc_now), WorkerPool()
    found: defaultdict[str, list[Complaint]] = defaultdict(list, unasked)
    try:
        for complaint in _asked(fetch, workers, config, asked, kept, now):
            found[complaint.source].append(complaint)
    finally:
        workers.close()
        fetch.close()
    for source in config.sources:
        found[source.id] += _of_harvest(source, kept.harvests[source.id])
    return tuple(complaint for name in names for complaint in found[name])


def _asked(
    fetch: Fetch, workers: Workers, config: Config, sources: Mapping[str, Source], kept: _Kept, now: datetime
) -> Iterator[Complaint]:
    """Asks each once; where something else than the source is found, its site is asked where the source is now."""
    lost: dict[str, Trouble] = {}
    requests = [(name, first_request(source, kept.memories.get(name))) for name, source in sources.items()]
    for name, answer in answers(fetch, config, requests):
        reading = read(workers, sources[name], answer)
        if isinstance(reading, Reading) and isinstance(answer, Page):
            yield from _of_reading(sources[name], kept, reading, answer, now)
        elif isinstance(reading, Trouble):
            feeds = _others(answer, sources[name])
            if not feeds and _is_lost(reading):
                lost[name] = reading
            else:
                yield Complaint(name, reading.text, _cure(name, reading, feeds))
    if lost:
        app.pause(config.network.gap.total_seconds())
    for name, answer in answers(fetch, config, _front_pages(sources, lost)):
        feeds = _others(answer, sources[name])
        yield Complaint(name, lost[name].text, _cure(name, lost[name], feeds, site_of(sources[name])))


def _front_pages(sources: Mapping[str, Source], names: Iterable[str]) -> list[tuple[str, Request]]:
    return [(name, Request(site_of(sources[name]), access=sources[name].access)) for name in names]


def _unasked(source: Source, kept: _Kept, now: datetime) -> list[Complaint] | None:
    """What there is to say of a source that is not to be asked now; None for one that is."""
    memory = kept.memories.get(source.id)
    if memory is not None and memory.ended is not None:
        what = f"it ended {relative(memory.ended, now)}: {memory.trouble}"
        return [Complaint(source.id, what, f"take it out: watcher sources remove {source.id}")]
    if memory is not None and memory.paused:
        return []
    host = kept.hosts.get(lane_of(source, memory))
    if host is not None and host.rest_until is not None and rests(host, now):
        what = f"{host.host} wants to be left alone for {span(host.rest_until - now)} more: not asked"
        return [Complaint(source.id, what, grave=False)]
    return None


def _is_lost(trouble: Trouble) -> bool:
    """Whether the source may lie somewhere else on its site."""
    return trouble.status in _GONE or trouble.reason is Reason.UNREADABLE


def _others(answer: Page | Trouble, source: Source) -> tuple[str, ...]:
    """The feeds that an answer names, the source itself left out."""
    named = feeds_named(answer) if isinstance(answer, Page) else ()
    return tuple(feed for feed in named if urls.canonical(feed) != urls.canonical(source.url))


def _cure(name: str, trouble: Trouble, feeds: Iterable[str] = (), site: str | None = None) -> str:
    """What helps against a trouble; empty where its own words say so already."""
    if feed := next(iter(feeds), None):
        return f'a feed was found: write url = "{urls.masked(feed)}"'
    if trouble.status is not None:
        return _cure_of_status(name, trouble.status, site)
    return {
        Reason.NAME: f"is the host spelled right? Else: watcher sources remove {name}",
        Reason.TLS: "its owner has to renew or mend the certificate: there is no way around it",
        Reason.TIMEOUT: "if it is always so slow, raise [network] deadline",
        Reason.REDIRECTS: "open it in a browser and write the address where you arrive",
        Reason.UNREADABLE: f"look where its feed is: watcher sources check {site}" if site else "",
        Reason.CONNECTION: "if that lasts for days, look whether the site still exists",
    }.get(trouble.reason, "")


def _cure_of_status(name: str, status: int, site: str | None) -> str:
    if status in _GONE:
        return f"look where its feed is now: watcher sources check {site}" if site else f"watcher sources remove {name}"
    if status in _REFUSED:
        return f"the site refuses programs: ask its owner, or watcher sources pause {name}"
    if status == 429:
        return "it is asked too often: give it a longer interval"
    return "the site's own error: it is asked again by itself" if status >= 500 else ""


def _of_reading(source: Source, kept: _Kept, reading: Reading, page: Page, now: datetime) -> Iterator[Complaint]:
    name, moments = source.id, dated(reading.leads, now)
    memory = kept.memories.get(name) or Memory(name)
    if page.permanent and page.url != source.url:
        where = urls.masked_for(source, page.url)
        yield Complaint(name, f"it has moved for good to {where}", f'write url = "{where}"', grave=False)
    elif memory.moved_to and memory.moved_to != source.url:
        where = urls.masked_for(source, memory.moved_to)
        yield Complaint(name, f"it is asked at {where}, where it moved to", f'write url = "{where}"', grave=False)
    if not reading.leads:
        yield Complaint(name, "there is nothing in it", f"look at its site: watcher sources check {site_of(source)}")
    elif not moments:
        what = "none of its leads has a believable date"
        yield Complaint(name, what, "they count from when they are found", grave=False)
    elif now - moments[0] > max(STALE, _LULLS * (memory.rhythm or timedelta(0))):
        what = f"no news for {span(now - moments[0])}"
        yield Complaint(name, what, f"look whether it has another feed: watcher sources check {site_of(source)}")


def _of_harvest(source: Source, harvest: Harvest) -> Iterator[Complaint]:
    if harvest.articles >= _ENOUGH_ARTICLES and not harvest.read and source.pages != "never":
        what = f"none of its {many(harvest.articles, 'article')} of {SPAN.days} days could be read in full"
        cure = 'pages = "never" spares the site our visits, and its headlines stay'
        yield Complaint(source.id, what, cure)
    if harvest.found >= _ENOUGH_LEADS and not harvest.shown:
        what = f"nothing of its {many(harvest.found, 'lead')} of {SPAN.days} days reached a reader"
        yield Complaint(source.id, what, f"watcher sources show {source.id} says why", grave=False)
