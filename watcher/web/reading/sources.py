"""Sources and how they do: the last visit, the next one and why then, what they brought, what is noise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from watcher import urls
from watcher.cadence.state import State, rests, state_of
from watcher.digest.health import plain_reason
from watcher.shapes.sources import SPAN
from watcher.types import Harvest, HostState, LeadRecord, Memory, Outcome, Source, Visit
from watcher.web.reading.desk import Desk
from watcher.web.reading.lines import line_of

_PAGE = 60
_WORST: tuple[State, ...] = ("failing", "missed", "ended", "resting", "new", "paused", "ok")
_VISITS, _ARTICLES = 8, 12
_LOOKED_AT, _EXAMPLES = 100, 3


@dataclass(frozen=True, slots=True)
class Health:
    """A source as the list shows it."""

    id: str
    title: str
    state: State
    since: datetime | None  # failing since
    visited: datetime | None
    due: datetime | None
    changed: datetime | None
    found: int
    articles: int
    shown: int
    noise: float | None
    trouble: str  # how the last visit failed, in an operator's words


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one visit."""

    at: datetime
    trouble: str  # the word of the catalogues; empty where it went well
    status: int | None
    unchanged: bool
    counts: tuple[tuple[str, int], ...]
    said: str = ""  # in an operator's words


@dataclass(frozen=True, slots=True)
class Dropped:
    """How many of the last leads ended so and became no article, and what some of them were called."""

    outcome: str
    count: int
    titles: tuple[str, ...]


def sources_values(desk: Desk, page: int) -> dict[str, Any]:
    """Every source, those in trouble first, then the noisiest."""
    now, harvests = desk.clock(), desk.harvests()
    names = list(desk.sources)
    memories = desk.store.memories(names)
    hosts = desk.store.hosts({_lane(source, memories.get(source.id)) for source in desk.sources.values()})
    after = desk.config.digest.failing_after
    listed = [
        _health(source, memories.get(source.id), hosts, harvests.get(source.id, Harvest()), now, after)
        for source in desk.sources.values()
    ]
    listed.sort(key=lambda each: (_WORST.index(each.state), -(each.noise or 0), -each.found, each.id))
    states = {state: sum(each.state == state for each in listed) for state in _WORST}
    pages = max(1, -(-len(listed) // _PAGE))
    page = min(max(page, 1), pages)
    return {
        "sources": tuple(listed[(page - 1) * _PAGE : page * _PAGE]),
        "states": tuple((state, count) for state, count in states.items() if count),
        "count": len(listed),
        "page": page,
        "pages": pages,
        "days": SPAN.days,
    }


def source_values(desk: Desk, name: str) -> dict[str, Any] | None:
    """One source; None for one that the configuration does not name."""
    source = desk.sources.get(name)
    if source is None:
        return None
    now = desk.clock()
    memory = desk.store.memories([name]).get(name)
    lane = _lane(source, memory)
    hosts = desk.store.hosts([lane])
    harvest = desk.store.harvest([name], now - SPAN)[name]
    visits = tuple(_result(visit) for visit in desk.store.visits(name, _VISITS))
    known = memory or Memory(name)
    return {
        "health": _health(source, memory, hosts, harvest, now, desk.config.digest.failing_after),
        "kind": source.kind,
        "address": urls.masked_for(source),
        "language": source.language or "",
        "role": source.role,
        "last": visits[0] if visits else None,
        "visits": visits,
        "because": known.because.value if known.because else "",
        "interval": source.interval,
        "rhythm": known.rhythm,
        "failures": known.failures,
        "moved": urls.masked_for(source, known.moved_to) if known.moved_to else "",
        "rest_until": hosts[lane].rest_until if lane in hosts and rests(hosts[lane], now) else None,
        "harvest": harvest,
        "outcomes": tuple((outcome.value, count) for outcome, count in harvest.leads.items() if count),
        "articles": tuple(line_of(each) for each in desk.store.newest_of(name, _ARTICLES)),
        "dropped": _dropped(desk.store.dropped(name, _LOOKED_AT)),
        "days": SPAN.days,
        "now": now,
    }


def _health(
    source: Source,
    memory: Memory | None,
    hosts: Mapping[str, HostState],
    harvest: Harvest,
    now: datetime,
    after: timedelta,
) -> Health:
    known = memory or Memory(source.id)
    state = state_of(memory, hosts.get(_lane(source, memory)), now, after)
    return Health(
        id=source.id,
        title=source.title or known.title or source.id,
        state=state,
        since=known.failing_since,
        visited=known.visited,
        due=None if state in ("paused", "ended") else known.due,
        changed=known.changed,
        found=harvest.found,
        articles=harvest.articles,
        shown=harvest.shown,
        noise=harvest.noise,
        trouble=known.trouble or "",
    )


def _lane(source: Source, memory: Memory | None) -> str:
    """The host:port that a source is asked at."""
    return urls.host_port(memory.moved_to or source.url if memory else source.url)


def _result(visit: Visit) -> Result:
    trouble = visit.trouble
    counts = sorted(visit.counts.items(), key=lambda each: -each[1])
    return Result(
        at=visit.ended,
        trouble=f"trouble.{plain_reason(trouble.reason, trouble.status)}" if trouble else "",
        status=trouble.status if trouble else visit.status,
        unchanged=visit.status == 304,
        counts=tuple((outcome.value, count) for outcome, count in counts if count and outcome is not Outcome.SEEN),
        said=trouble.text if trouble else "",
    )


def _dropped(records: tuple[LeadRecord, ...]) -> tuple[Dropped, ...]:
    """The last ones by outcome, with examples."""
    titles: dict[Outcome, list[str]] = {}
    for record in records:
        titles.setdefault(record.outcome, []).append(record.title)
    return tuple(
        Dropped(outcome.value, len(named), tuple(title for title in named if title)[:_EXAMPLES])
        for outcome, named in sorted(titles.items(), key=lambda each: -len(each[1]))
    )
