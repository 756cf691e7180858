"""What is known of one source, in words."""

from __future__ import annotations

from collections.abc import Iterable

from watcher import urls
from watcher.robots import Robots
from watcher.shapes.source import Known
from watcher.shapes.sources import SPAN
from watcher.shapes.telling import (
    OUTCOMES,
    counted,
    many,
    percent,
    relative,
    rests,
    skipped,
    span,
    state_of,
    when,
    why_then,
)
from watcher.types import Memory, Visit


def words_of(known: Known) -> Iterable[tuple[str, str]]:
    """What a person is told of a source: a label and a line, in turn."""
    source = known.source
    memory = known.memory or Memory(source.id)
    title = source.title or memory.title
    about = [source.kind, source.language or "language found by reading", source.role, f"pages {source.pages}"]
    yield "source", f"{source.id}{f' - {title}' if title else ''} ({', '.join(about)})"
    yield "address", urls.masked_for(source)
    if source.folder:
        yield "folder", " / ".join(source.folder)
    if source.access is not None:
        yield "access", "asked with headers, a user agent or a proxy of its own, which are not shown"
    yield "state", _state(known, memory)
    yield "last result", _last(known, memory)
    yield "next check", _next(known, memory)
    yield "validators", _validators(known, memory)
    yield from _tempo(memory)
    yield from _moves(known, memory)
    yield from _host(known)
    yield from _brought(known)
    if source.pages == "on-topic" and known.unread.looked:
        yield "left unread", known.unread.text
    yield from _history(known)


def _state(known: Known, memory: Memory) -> str:
    state = state_of(known.memory, known.host, known.now, known.failing_after)
    name = known.source.id
    if state == "ended" and memory.ended:
        ended = when(memory.ended, known.now, known.zone)
        return f"ended {ended}: {memory.trouble}; `watcher sources resume {name}` asks again"
    if state == "paused":
        return f"paused: not asked until `watcher sources resume {name}`"
    if memory.failing_since is not None:
        since = when(memory.failing_since, known.now, known.zone)
        if state == "missed":
            return f"did not answer last time; since {since}, {many(memory.failures, 'failure')} in a row"
        return f"{state}; failing since {since}, {many(memory.failures, 'failure')} in a row"
    if memory.recovered is not None and memory.recovered_from is not None:
        back = when(memory.recovered, known.now, known.zone)
        return f"{state}; back since {back}, after {span(memory.recovered - memory.recovered_from)} of failing"
    return state


def _last(known: Known, memory: Memory) -> str:
    if memory.visited is None:
        return "never asked"
    at = when(memory.visited, known.now, known.zone)
    if memory.trouble:
        return f"{at}: {memory.trouble}"
    return f"{at}: {_result(known.visits[0])}" if known.visits else f"{at}: it went well"


def _result(visit: Visit) -> str:
    if visit.trouble is not None:
        return visit.trouble.text
    if visit.status == 304:
        return "not changed (304)"
    return counted(dict(visit.counts)) or "nothing new"


def _next(known: Known, memory: Memory) -> str:
    if memory.paused or memory.ended:
        return "none"
    if memory.due is None:
        return "at once: it was never asked"
    reason = why_then(known.source, memory)
    due = "due now" if memory.due <= known.now else when(memory.due, known.now, known.zone)
    said = due + (f", because {reason}" if reason else "")
    host = known.host
    if host is not None and host.rest_until is not None and host.rest_until > max(memory.due, known.now):
        said += f"; not before its host's rest ends, {when(host.rest_until, known.now, known.zone)}"
    return said


def _validators(known: Known, memory: Memory) -> str:
    kept = [f"ETag {memory.etag}"] if memory.etag else []
    kept += [f"Last-Modified {memory.last_modified}"] if memory.last_modified else []
    if not kept:
        return "none: every visit brings the whole answer" if memory.visited else "none yet"
    if memory.unmodified_since:
        kept.append(f"nothing but 304 since {when(memory.unmodified_since, known.now, known.zone)}")
    return "; ".join(kept)


def _tempo(memory: Memory) -> Iterable[tuple[str, str]]:
    if memory.rhythm:
        yield "rhythm", f"brings something new about every {span(memory.rhythm)}"
    hints = memory.hints
    asked = [f"{span(hints.ttl)} between two visits"] if hints.ttl else []
    asked += [f"no visits {skipped(memory)}"] if hints.skip_hours or hints.skip_days else []
    if asked:
        yield "feed asks", "; ".join(asked)
    if memory.failures and memory.ended is None:
        times = "once" if memory.failures == 1 else f"{memory.failures} times in a row"
        yield "back-off", f"failed {times}: the pause grows with every failure, to a week at most"


def _moves(known: Known, memory: Memory) -> Iterable[tuple[str, str]]:
    if memory.moved_to:
        since = f" since {when(memory.moved, known.now, known.zone)}" if memory.moved else ""
        yield "moved", f"asked at {urls.masked_for(known.source, memory.moved_to)}{since}: write that into config.toml"
    if memory.moving_to:
        since = f", first {when(memory.moving_since, known.now, known.zone)}" if memory.moving_since else ""
        times = "once" if memory.moving_seen == 1 else f"{memory.moving_seen} times in a row"
        target = urls.masked_for(known.source, memory.moving_to)
        yield "moving", f"permanently redirected to {target} {times}{since}; not adopted yet"


def _host(known: Known) -> Iterable[tuple[str, str]]:
    host = known.host
    if host is not None and rests(host, known.now) and host.rest_until is not None:
        reason = f": {host.rest_because}" if host.rest_because else ""
        yield (
            "host",
            f"{known.lane} wants to be left alone until {when(host.rest_until, known.now, known.zone)}{reason}",
        )
    yield "robots.txt", _robots(known)


def _robots(known: Known) -> str:
    host = known.host
    if host is None or host.robots_at is None:
        return f"of {known.lane} not asked yet: it is before the first article page"
    at = when(host.robots_at, known.now, known.zone)
    if host.robots is None:
        return f"could not be had ({host.robots_status or 'no answer'}) {at}: no article pages for now"
    if not host.robots:
        return f"none ({host.robots_status or 'no answer'}), asked {at}: everything is allowed"
    rules = Robots(host.robots)
    allowed = "allows us its pages" if rules.allows(_front_of(known.source.url)) else "does not allow us its front page"
    delay = f", and asks for {many(round(rules.delay), 'second')} between two of them" if rules.delay else ""
    return f"read {at}: {allowed}{delay}"


def _brought(known: Known) -> Iterable[tuple[str, str]]:
    harvest = known.harvest
    if harvest.visits:
        failed = f", {harvest.failed} of them failed" if harvest.failed else ""
        leads = counted(dict(harvest.leads)) or "none"
        yield (
            f"{SPAN.days} days",
            f"{many(harvest.visits, 'visit')}{failed}; {many(harvest.found, 'new lead')}: {leads}",
        )
    if harvest.articles:
        yield (
            "",
            f"{many(harvest.articles, 'article')}, {percent(harvest.read / harvest.articles)} of them read in full; "
            f"{harvest.shown} told in an edition, {harvest.copies} only copies of earlier texts; "
            f"noise {percent(harvest.noise)}",
        )
    for number, record in enumerate(known.dropped):
        title = " ".join(record.title.split())[:100] or "(no title)"
        label = "dropped" if number == 0 else ""
        yield label, f"{OUTCOMES[record.outcome]}: {title} ({relative(record.found, known.now)})"
        yield "", f"  {urls.masked(record.url)}"


def _history(known: Known) -> Iterable[tuple[str, str]]:
    for number, visit in enumerate(known.visits):
        yield "visits" if number == 0 else "", f"{when(visit.ended, known.now, known.zone)}: {_result(visit)}"


def _front_of(url: str) -> str:
    address = urls.split(url)
    return f"{address.scheme}://{address.netloc}/" if address else url
