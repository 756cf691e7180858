"""`status`: how the watcher is doing, in plain words and as one JSON object."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from watcher import __version__, app
from watcher.cadence import next_edition
from watcher.cli.output import emit, facts, out
from watcher.cli.surroundings import megabytes
from watcher.cli.working import configuration
from watcher.config import Config
from watcher.encoding import TROUBLE
from watcher.interpreting import machine_state
from watcher.showing import unwritten
from watcher.store.locks import daemon_of
from watcher.types import Memory, OutboxRow

if TYPE_CHECKING:
    from watcher.store import SqlStore

_NAMED = 5  # sources named in a line


def show_status(path: Path | None, *, as_json: bool) -> None:
    """What is stored, what is due, what waits."""
    config = configuration(path)
    now = app.utc_now()
    with app.reading(config) as store:
        row = {"version": __version__, "config": str(config.file), "daemon": daemon_of(config.watcher.data_dir)}
        row |= _editions(config, store, now)
        row |= _sources(config, store, now)
        row |= _stored(config, store, now)
        row |= _troubles(config, store, now)
    if as_json:
        emit(row)
        return
    for line in sentences(row, config, now):
        out(line)
    if "machine" in row:
        facts({"machine": row["machine"]}, as_json=False)


def _editions(config: Config, store: SqlStore, now: datetime) -> dict[str, Any]:
    last = store.last_edition()
    coming = [moment for schedule in config.schedules if (moment := next_edition(schedule, now))]
    upcoming = next_edition(config.schedules[0], now)
    return {
        "last_edition": last.until.isoformat() if last else None,
        "last_edition_stories": len(last.entries) if last else None,
        "next_edition": upcoming[1].isoformat() if upcoming else None,
        "next_of_all": min(moment for _, moment in coming).isoformat() if coming else None,
    }


def _sources(config: Config, store: SqlStore, now: datetime) -> dict[str, Any]:
    memories = store.memories([source.id for source in config.sources])
    known = [memories.get(source.id, Memory(source.id)) for source in config.sources]
    asked = [memory for memory in known if not (memory.paused or memory.ended)]
    coming = sorted((memory.due, memory.source) for memory in asked if memory.due is not None and memory.due > now)
    return {
        "sources": len(config.sources),
        "topics": len(config.topics),
        "due": sum(memory.due is None or memory.due <= now for memory in asked),
        "next_visits": [{"source": name, "due": due.isoformat()} for due, name in coming[:_NAMED]],
        "failing": sorted(memory.source for memory in known if memory.failures),
        "paused": sorted(memory.source for memory in known if memory.paused),
        "ended": sorted(memory.source for memory in known if memory.ended),
    }


def _stored(config: Config, store: SqlStore, now: datetime) -> dict[str, Any]:
    counts = store.counts()
    there = next(place for place in (config.watcher.data_dir, *config.watcher.data_dir.parents) if place.exists())
    return {
        "articles": counts.articles,
        "stories": counts.stories,
        "editions": counts.editions,
        "leads": {outcome.value: count for outcome, count in counts.leads.items()},
        "outbox": dict(counts.outbox),
        "next_attempt": _next_attempt(store.outbox(("waiting",))),
        "refused": [f"{each.id} {each.recipient}: {each.reply}" for each in store.outbox(("refused",))],
        "database": {"bytes": store.size(), "bytes_a_day": store.growth(now), "schema": store.schema()},
        "disk_free": shutil.disk_usage(there).free,
    }


def _next_attempt(waiting: Sequence[OutboxRow]) -> str | None:
    return min(row.next_attempt for row in waiting).isoformat() if waiting else None


def _troubles(config: Config, store: SqlStore, now: datetime) -> dict[str, Any]:
    owed = unwritten(store)
    row: dict[str, Any] = {
        "out_trouble": owed.text if owed else None,
        "template_trouble": list(app.slips(config, store)),
        "encoder": config.stories.encoder,
        "pending": store.awaited(now - config.stories.window, now),
        "encoder_trouble": store.checkpoint(TROUBLE) or None,
    }
    machine = machine_state(config, store, now)
    return row if machine is None else row | {"machine": machine}


# --- in words ---


def sentences(row: Mapping[str, Any], config: Config, now: datetime) -> Iterator[str]:
    """A line for each thing one wants to know, the most wanted first."""
    when = _When(now, ZoneInfo(config.timezone))
    yield f"watcher {row['version']} on {row['config']}"
    running = row["daemon"]
    yield f"Running:       {'no, `watcher run` starts it' if running is None else f'yes (pid {running})'}"
    last, coming = row["last_edition"], row["next_edition"]
    yield f"Last edition:  {when(last)}, {row['last_edition_stories']} stories" if last else "Last edition:  none yet"
    yield f"Next edition:  {when(coming)}" if coming else "Next edition:  none: [digest] days leaves every day out"
    yield f"Sources:       {', '.join(_of_sources(row))}"
    if row["next_visits"]:
        coming = (f"{each['source']} {when(each['due'])}" for each in row["next_visits"])
        yield f"Next visits:   {', '.join(coming)}"
    yield f"Found so far:  {row['articles']:,} articles in {row['stories']:,} stories, {row['editions']:,} editions"
    yield f"To be sent:    {', '.join(_of_outbox(row, when))}"
    yield from (f"               refused: {each} (`watcher outbox list --failed`)" for each in row["refused"])
    if row["pending"]:
        yield f"To be judged:  {row['pending']:,} articles wait for the encoder"
    size = row["database"]
    growth = "" if size["bytes_a_day"] is None else f", {megabytes(size['bytes_a_day'] * 365)} more in a year like now"
    free = megabytes(row["disk_free"])
    yield f"Database:      {megabytes(size['bytes'])}{growth}; {free} of the disk free; schema {size['schema']}"
    for trouble in (row["encoder_trouble"], row["out_trouble"], *row["template_trouble"]):
        if trouble:
            yield f"Wants mending: {trouble}"


def _of_sources(row: Mapping[str, Any]) -> Iterator[str]:
    yield f"{row['sources']}, {row['due']} due now"
    for name, words in (("failing", "failing"), ("paused", "paused"), ("ended", "ended for good")):
        if named := row[name]:
            rest = f" and {len(named) - _NAMED} more" if len(named) > _NAMED else ""
            yield f"{len(named)} {words} ({', '.join(named[:_NAMED])}{rest})"


def _of_outbox(row: Mapping[str, Any], when: _When) -> Iterator[str]:
    waiting = sum(row["outbox"].get(state, 0) for state in ("waiting", "sending"))
    if not waiting:
        yield "nothing waits"
    elif row["next_attempt"] is None:
        yield f"{waiting} under way"
    else:
        yield f"{waiting} wait, tried next {when(row['next_attempt'])}"


class _When:
    """A moment as the clock on the wall shows it, with how far away it is."""

    def __init__(self, now: datetime, zone: ZoneInfo) -> None:
        self._now, self._zone = now, zone

    def __call__(self, moment: str) -> str:
        then = datetime.fromisoformat(moment)
        local, today = then.astimezone(self._zone), self._now.astimezone(self._zone).date()
        return f"{local:%H:%M}" if local.date() == today else f"{local:%a %Y-%m-%d %H:%M}{self._apart(then)}"

    def _apart(self, then: datetime) -> str:
        days = abs(then - self._now) // timedelta(days=1)
        return f" ({days} days {'from now' if then > self._now else 'ago'})" if days > 1 else ""
