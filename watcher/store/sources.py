"""What is remembered of sources between visits, and the visits themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select

from watcher.store import codec
from watcher.store.columns import batches
from watcher.store.statements import insert_new, insert_or_update
from watcher.store.tables import host, source_state, visit
from watcher.types import Because, Hints, HostState, Memory, Outcome, Source, Trouble, Visit

_MEMORY = tuple(field.name for field in fields(Memory))
# A visit that is under way must not undo a pause that the user asked for meanwhile.
_AFTER_VISIT = tuple(name for name in _MEMORY if name not in ("source", "paused"))
_FRESH = {"visits": 0, "failures": 0, "paused": False, "moving_seen": 0}
_HOST = tuple(field.name for field in fields(HostState))


def memories(connection: Connection, sources: Iterable[str]) -> dict[str, Memory]:
    """What is stored of these sources; one that was never claimed, visited or paused is absent."""
    found: dict[str, Memory] = {}
    for names in batches(list(dict.fromkeys(sources))):
        rows = connection.execute(select(source_state).where(source_state.c.source.in_(names)))
        found.update((row.source, _memory(row)) for row in rows)
    return found


def claim_due(
    connection: Connection, sources: Sequence[Source], now: datetime, limit: int, everything: bool
) -> tuple[Memory, ...]:
    due = _due(connection, sources, now, everything)[:limit]
    before = memories(connection, [source.id for source in due])
    rows = [{"source": source.id, "due": now + source.interval, **_FRESH} for source in due]
    insert_or_update(connection, source_state, rows, ["due"])
    return tuple(before.get(source.id) or Memory(source.id) for source in due)


def _due(connection: Connection, sources: Sequence[Source], now: datetime, everything: bool) -> list[Source]:
    """Those that may be claimed, never claimed ones first, then by due time."""
    columns = source_state.c
    due: dict[str, datetime | None] = {source.id: None for source in sources}
    for names in batches(list(due)):
        rows = connection.execute(
            select(columns.source, columns.due, columns.paused, columns.ended).where(columns.source.in_(names))
        )
        for row in rows:
            too_early = not everything and row.due is not None and row.due > now
            if row.paused or row.ended is not None or too_early:
                del due[row.source]
            else:
                due[row.source] = row.due
    waiting = {source.id: source for source in sources if source.id in due}.values()
    return sorted(waiting, key=lambda source: (due[source.id] is not None, due[source.id] or now, source.id))


def visited(connection: Connection, visits: Sequence[Visit]) -> None:
    """A visit without a memory is a backfill's: no line in a source's history, and not what today's edition counts."""
    visits = [each for each in visits if each.memory is not None]
    if not visits:
        return
    states = [_state(each.memory) for each in visits if each.memory is not None]
    insert_or_update(connection, source_state, states, _AFTER_VISIT)
    rows = [
        {
            "source": each.source,
            "started": each.started,
            "ended": each.ended,
            "status": each.status,
            "counts": codec.dumps({outcome: count for outcome, count in sorted(each.counts.items()) if count}),
            "trouble": None if each.trouble is None else codec.dumps(each.trouble),
        }
        for each in visits
    ]
    connection.execute(insert(visit), rows)


def pause(connection: Connection, source: str, paused: bool) -> None:
    insert_new(connection, source_state, [{"source": source, **_FRESH}])
    connection.execute(source_state.update().where(source_state.c.source == source).values(paused=paused))
    if not paused:  # one that had ended is due at once: whoever resumes it knows that it is back
        ended = (source_state.c.source == source) & source_state.c.ended.is_not(None)
        connection.execute(source_state.update().where(ended).values(ended=None, due=None))


def asked(connection: Connection, since: datetime, until: datetime) -> int:
    """How many sources had a visit that ended in [since, until)."""
    rows = connection.execute(
        select(func.count(visit.c.source.distinct())).where(visit.c.ended >= since, visit.c.ended < until)
    )
    return int(rows.scalar_one())


def outcomes(connection: Connection, since: datetime, until: datetime) -> Mapping[Outcome, int]:
    """Sums what visits counted. Equal counts are read once: most visits bring nothing, or the same thirty seen ones."""
    rows = connection.execute(
        select(visit.c.counts, func.count())
        .where(visit.c.ended >= since, visit.c.ended < until, visit.c.counts != "{}")
        .group_by(visit.c.counts)
    )
    total: Counter[Outcome] = Counter()
    for text, times in rows:
        for outcome, count in _counts(text).items():
            total[outcome] += count * times
    return dict(total)


def visits(connection: Connection, source: str, limit: int) -> tuple[Visit, ...]:
    """The last visits of a source, newest first. Their memory is today's: that of the time is not kept."""
    memory = memories(connection, [source]).get(source) or Memory(source)
    rows = connection.execute(
        select(visit).where(visit.c.source == source).order_by(visit.c.ended.desc(), visit.c.id.desc()).limit(limit)
    )
    return tuple(
        Visit(
            source=row.source,
            started=row.started,
            ended=row.ended,
            status=row.status,
            counts=_counts(row.counts),
            memory=memory,
            trouble=None if row.trouble is None else codec.loads(Trouble, row.trouble),
        )
        for row in rows
    )


def _counts(text: str) -> Mapping[Outcome, int]:
    return codec.loads(Mapping[Outcome, int], text)  # type: ignore[type-abstract]  # the hint, not an instance


def _memory(row: Row[Any]) -> Memory:
    kept = dict(row._mapping)
    kept["hints"] = codec.loads(Hints, kept["hints"]) if kept["hints"] else Hints()
    kept["because"] = Because(kept["because"]) if kept["because"] else None
    return Memory(**kept)


def _state(memory: Memory) -> dict[str, Any]:
    state = {name: getattr(memory, name) for name in _MEMORY}
    state["hints"] = None if memory.hints == Hints() else codec.dumps(memory.hints)
    return state


def hosts(connection: Connection, names: Iterable[str]) -> dict[str, HostState]:
    """What is remembered of these hosts; one that was never heard of is absent."""
    found: dict[str, HostState] = {}
    for batch in batches(list(dict.fromkeys(names))):
        rows = connection.execute(select(host).where(host.c.host.in_(batch)))
        found.update((row.host, HostState(**row._mapping)) for row in rows)
    return found


def keep_hosts(connection: Connection, states: Sequence[HostState]) -> None:
    rows = [{name: getattr(state, name) for name in _HOST} for state in states]
    insert_or_update(connection, host, rows, _HOST[1:])
