"""What is remembered of sources between visits, and the visits themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select

from watcher import cadence, moves, urls
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
    """Never claimed ones first, then by due time. What was learned of an address that is not configured any more is
    forgotten; a source that moved to where another one is asked ends here, and says so.
    """
    by_id = {source.id: source for source in sources}
    stored, others = _candidates(connection, by_id, now, everything)
    known = {name: moves.known_of(by_id[name], memory) for name, memory in stored.items()}
    _end_merged(connection, moves.merged(list(by_id.values()), known), known, now)
    waiting = [
        known.get(name) or Memory(name)
        for name, source in by_id.items()
        if name not in others and (name not in known or cadence.may_be_asked(source, known[name], now, everything))
    ]
    waiting.sort(key=lambda memory: (memory.due is not None, memory.due or now, memory.source))
    claimed: list[Memory] = []
    while waiting and len(claimed) < limit:  # once, but where another daemon was quicker
        next_ones, waiting = waiting[: limit - len(claimed)], waiting[limit - len(claimed) :]
        claimed += _ours(connection, next_ones, stored)
    _keep_claims(connection, claimed, by_id, stored, now)
    return tuple(claimed)


def _ours(connection: Connection, wanted: Sequence[Memory], stored: Mapping[str, Memory]) -> Sequence[Memory]:
    """Those that no other daemon has claimed since they were looked up, or is claiming now; their rows are locked."""
    if connection.dialect.name != "postgresql":
        return wanted  # nobody else writes
    insert_new(connection, source_state, sorted(({"source": each.source, **_FRESH} for each in wanted), key=_named))
    columns = source_state.c
    due: dict[str, datetime | None] = {}
    for names in batches(sorted(each.source for each in wanted)):
        rows = select(columns.source, columns.due).where(columns.source.in_(names)).order_by(columns.source)
        due |= {row.source: row.due for row in connection.execute(rows.with_for_update(skip_locked=True))}
    before = {each.source: stored[each.source].due if each.source in stored else None for each in wanted}
    return [each for each in wanted if each.source in due and due[each.source] == before[each.source]]


def claim_again(connection: Connection, claims: Mapping[str, tuple[datetime, datetime]]) -> frozenset[str]:
    """Moves due times from what was claimed to later ones; those where nobody else has claimed anything meanwhile."""
    columns, ours = source_state.c, set()
    for name, (before, after) in sorted(claims.items()):
        change = source_state.update().where(columns.source == name, columns.due == before).values(due=after)
        if connection.execute(change).rowcount:
            ours.add(name)
    return frozenset(ours)


def _named(row: Mapping[str, Any]) -> str:
    return str(row["source"])


def _candidates(
    connection: Connection, by_id: Mapping[str, Source], now: datetime, everything: bool
) -> tuple[dict[str, Memory], set[str]]:
    """The memories that a claim has to look at, and the names of those it need not: most are just not due.

    Where somebody has moved, everybody is looked at.
    """
    columns = source_state.c
    light = select(columns.source, columns.due, columns.url, columns.moved_to)
    rows = [row for names in batches(list(by_id)) for row in connection.execute(light.where(columns.source.in_(names)))]
    if everything or any(row.moved_to is not None for row in rows):
        return memories(connection, by_id), set()
    others = {
        row.source
        for row in rows
        if row.due is not None
        and now < row.due <= now + cadence.HARD_CEILING
        and row.url in (None, by_id[row.source].url)
    }
    return memories(connection, (row.source for row in rows if row.source not in others)), others


def _keep_claims(
    connection: Connection,
    claimed: Sequence[Memory],
    by_id: Mapping[str, Source],
    stored: Mapping[str, Memory],
    now: datetime,
) -> None:
    rows, anew = [], []
    for memory in claimed:
        source = by_id[memory.source]
        due = cadence.claimed_until(source, memory, now)
        if (stored.get(memory.source) or memory) != memory:  # the address was changed: nothing of the old one stays
            anew.append(_state(replace(memory, due=due, because=Because.CLAIMED, url=urls.remembered(source))))
        else:
            rows.append({**_FRESH, "source": memory.source, "due": due, "because": Because.CLAIMED})
    insert_or_update(connection, source_state, rows, ["due", "because"])
    insert_or_update(connection, source_state, anew, _AFTER_VISIT)


def _end_merged(connection: Connection, merged: Mapping[str, str], known: dict[str, Memory], now: datetime) -> None:
    for name, owner in merged.items():
        memory = known[name]
        where = urls.masked(memory.moved_to or "")
        text = f"it moved for good to {where}, where the source {owner} is asked already: nothing is lost"
        known[name] = replace(memory, ended=now, trouble=text, failing_since=memory.failing_since or now)
    insert_or_update(connection, source_state, [_state(known[name]) for name in merged], _AFTER_VISIT)


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


def put_off(connection: Connection, memories: Sequence[Memory]) -> None:
    """Moves due times, with what decided them; a source that nothing is stored of begins with that."""
    rows = [{"source": each.source, "due": each.due, "because": each.because, **_FRESH} for each in memories]
    insert_or_update(connection, source_state, rows, ["due", "because"])


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
    kept = dict(zip(row._fields, row, strict=True))
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
