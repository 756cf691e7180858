"""What a machine was asked and what that cost, and what it said: a log that is never rewritten, and a cache."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, select, update

from watcher.store import codec
from watcher.store.columns import batches
from watcher.store.statements import insert_new, insert_one
from watcher.store.tables import machine_call, machine_words
from watcher.types import KeptWords, MachineCall, MachineSpend

_MOST_TOKENS = 10**12  # a server may say anything, and sums of what it said have to fit into 64 bits


def asks(connection: Connection, call: MachineCall) -> int:
    sent = {"into": call.into, "articles": list(call.articles), "characters": call.characters}
    row = {"at": call.at, "machine": call.machine, "url": call.url, "sent": json.dumps(sent), **_outcome(call)}
    return insert_one(connection, machine_call, row)


def answered(connection: Connection, call: MachineCall) -> None:
    connection.execute(update(machine_call).where(machine_call.c.id == call.id).values(_outcome(call)))


def _outcome(call: MachineCall) -> dict[str, Any]:
    return {
        "tokens_in": min(call.tokens_in, _MOST_TOKENS),
        "tokens_out": min(call.tokens_out, _MOST_TOKENS),
        "cost": call.cost,
        "trouble": call.trouble,
    }


def spend(connection: Connection, since: datetime) -> MachineSpend:
    columns = (machine_call.c.tokens_in, machine_call.c.tokens_out, machine_call.c.cost)
    sums = (func.coalesce(func.sum(column), 0) for column in columns)
    calls, sent, said, cost = connection.execute(
        select(func.count(), *sums).select_from(machine_call).where(machine_call.c.at >= since)
    ).one()
    return MachineSpend(int(calls), int(sent), int(said), float(cost))


def calls(connection: Connection, limit: int) -> tuple[MachineCall, ...]:
    newest = select(machine_call).order_by(machine_call.c.at.desc(), machine_call.c.id.desc()).limit(limit)
    return tuple(_call(row) for row in connection.execute(newest))


def _call(row: Row[Any]) -> MachineCall:
    sent = json.loads(row.sent)
    return MachineCall(
        id=row.id,
        at=row.at,
        machine=row.machine,
        url=row.url,
        into=sent["into"],
        articles=tuple(sent["articles"]),
        characters=sent["characters"],
        tokens_in=row.tokens_in,
        tokens_out=row.tokens_out,
        cost=row.cost,
        trouble=row.trouble,
    )


def words(connection: Connection, hashes: Collection[int]) -> dict[int, KeptWords]:
    found: dict[int, KeptWords] = {}
    for part in batches(list(hashes)):
        wanted = select(machine_words.c.hash, machine_words.c.body).where(machine_words.c.hash.in_(part))
        found |= {row.hash: codec.loads(KeptWords, row.body) for row in connection.execute(wanted)}
    return found


def keep_words(connection: Connection, made: datetime, said: Mapping[int, KeptWords]) -> None:
    rows = [{"hash": key, "made": made, "body": json.dumps(asdict(each))} for key, each in said.items()]
    insert_new(connection, machine_words, rows)


def forget(connection: Connection, before: datetime) -> None:
    connection.execute(delete(machine_call).where(machine_call.c.at < before))
    connection.execute(delete(machine_words).where(machine_words.c.made < before))
