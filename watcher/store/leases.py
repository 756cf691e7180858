"""Leases: who does what only one at a time may do, where several daemons share a database.

Four kinds of rows, told apart by how their names begin:

- `daemon HOLDER`: a daemon that is there. It renews its row; once that has run out, all it claimed is anybody's.
- `hand NAME`: the one daemon that makes editions, encodes, prunes; renewed like the first.
- `host NAME`: whose turn it is to ask a host, or from when on it is anybody's. Taken for as long as a request may take,
  given back when it has ended, until the gap is over.
- `page HASH`: who follows a lead, as long as that daemon's own row holds.

The database's clock decides, nobody else's. Each statement is atomic by itself: a row that another transaction is
changing is waited for and looked at again, with the time that it is then.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Connection, TextClause, text

from watcher.store.columns import batches, hash_url

DAEMON, HAND, HOST, PAGE = "daemon ", "hand ", "host ", "page "
_MICROSECONDS = 1_000_000
_SOON = 0.01  # seconds to wait for a turn that has just become free
_KEPT = 24 * 3600  # seconds after which a row of nobody is swept away


def take(connection: Connection, holder: str, names: Collection[str], seconds: float) -> frozenset[str]:
    """Those of these rows that are ours from now on for so long: they were free, or ours already."""
    return _taken(connection, _TAKE, holder, names, seconds)


def turns(
    connection: Connection, holder: str, ended: Mapping[str, float], wanted: Collection[str], seconds: float
) -> dict[str, float]:
    """Gives back the turns at hosts in so many seconds each, and takes others: 0 where it is ours, else how long to
    wait."""
    if connection.dialect.name == "postgresql":
        # All rows in one order, before any is changed: two daemons that swap hosts would each wait for the other.
        both = [HOST + name for name in sorted({*ended, *wanted})]
        connection.execute(_said(connection, _LOCK), {"names": _handed(connection, both)})
    give_back(connection, holder, {HOST + name: free_in for name, free_in in ended.items()})
    names = {HOST + name: name for name in wanted}
    ours = take(connection, holder, names, seconds)
    left = waits(connection, names.keys() - ours)
    return {name: 0.0 if row in ours else max(left.get(row, 0.0), _SOON) for row, name in names.items()}


def claim_pages(connection: Connection, holder: str, addresses: Collection[str]) -> frozenset[str]:
    """Those of these addresses that nobody else follows at the moment."""
    by_name = {f"{PAGE}{hash_url(address)}": address for address in addresses}
    taken: set[str] = set()
    for names in batches(sorted(by_name)):
        taken |= _taken(connection, _CLAIM, holder, names, 0.0)
    return frozenset(address for name, address in by_name.items() if name in taken)


def free_pages(connection: Connection, holder: str, addresses: Collection[str]) -> None:
    """What is written down needs no claim any more."""
    drop(connection, holder, [f"{PAGE}{hash_url(address)}" for address in addresses])


def waits(connection: Connection, names: Collection[str]) -> dict[str, float]:
    """For how many seconds each of these rows is still somebody's."""
    rows = connection.execute(_said(connection, _WAITS), {"names": _handed(connection, sorted(names))})
    return {str(name): max(0.0, int(left) / _MICROSECONDS) for name, left in rows}


def give_back(connection: Connection, holder: str, free_in: Mapping[str, float]) -> None:
    """Rows of ours that are anybody's in so many seconds."""
    rows = [
        {"name": name, "holder": holder, "span": round(seconds * _MICROSECONDS)}
        for name, seconds in sorted(free_in.items())
    ]
    if rows:
        connection.execute(_said(connection, _GIVE_BACK), rows)


def renew(connection: Connection, holder: str, names: Collection[str], seconds: float) -> frozenset[str]:
    """Those of these rows that were ours until now, and are for so much longer."""
    return _taken(connection, _RENEW, holder, names, seconds)


def drop(connection: Connection, holder: str, names: Collection[str]) -> None:
    for part in batches(sorted(names)):
        connection.execute(_said(connection, _DROP), {"names": _handed(connection, part), "holder": holder})


def leave(connection: Connection, holder: str) -> None:
    """A daemon that ends: nothing is its own any more. A host's turn runs out by itself: its gap is to be kept."""
    connection.execute(text("DELETE FROM lease WHERE holder = :holder AND name NOT LIKE 'host %'"), {"holder": holder})


def sweep(connection: Connection) -> int:
    """Forgets rows of nobody, a day after they ended."""
    return connection.execute(_said(connection, _SWEEP), {"kept": _KEPT * _MICROSECONDS}).rowcount


# --- the statements ---

# `excluded` is what was to be inserted, worked out before the row was waited for: the time is asked for anew.
_TAKE = """
INSERT INTO lease (name, holder, until) SELECT value, :holder, {now} + :span FROM {names} WHERE true ORDER BY value
ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = {now} + :span
WHERE lease.until <= {now} OR lease.holder = excluded.holder RETURNING name"""
_CLAIM = """
INSERT INTO lease (name, holder, until) SELECT value, :holder, {now} + :span FROM {names} WHERE true ORDER BY value
ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = {now}
WHERE lease.holder = excluded.holder OR NOT EXISTS (
  SELECT 1 FROM lease AS there WHERE there.name = 'daemon ' || lease.holder AND there.until > {now}
) RETURNING name"""
_RENEW = """
UPDATE lease SET until = {now} + :span
WHERE name IN (SELECT value FROM {names}) AND holder = :holder AND until > {now} RETURNING name"""
_LOCK = "SELECT name FROM lease WHERE name IN (SELECT value FROM {names}) ORDER BY name FOR UPDATE"
_WAITS = "SELECT name, until - {now} FROM lease WHERE name IN (SELECT value FROM {names})"
_GIVE_BACK = "UPDATE lease SET until = {now} + :span WHERE name = :name AND holder = :holder"
_DROP = "DELETE FROM lease WHERE name IN (SELECT value FROM {names}) AND holder = :holder"
_SWEEP = """
DELETE FROM lease WHERE until < {now} - :kept AND NOT EXISTS (
  SELECT 1 FROM lease AS there WHERE there.name = 'daemon ' || lease.holder AND there.until > {now}
)"""
_DIALECTS = {
    "postgresql": {
        "now": "CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS bigint)",
        "names": "unnest(CAST(:names AS text[])) AS given(value)",
    },
    # SQLite has one daemon and needs none of this; it is here so that the rules are tested where everything is.
    "sqlite": {
        "now": "CAST((julianday('now') - 2440587.5) * 86400000000 AS integer)",
        "names": "json_each(:names)",
    },
}


def _said(connection: Connection, statement: str) -> TextClause:
    return text(statement.format_map(_DIALECTS[connection.dialect.name]))


def _handed(connection: Connection, names: Collection[str]) -> Any:
    return json.dumps(list(names)) if connection.dialect.name == "sqlite" else list(names)


def _taken(
    connection: Connection, statement: str, holder: str, names: Collection[str], seconds: float
) -> frozenset[str]:
    if not names:
        return frozenset()
    values = {"names": _handed(connection, sorted(names)), "holder": holder, "span": round(seconds * _MICROSECONDS)}
    return frozenset(str(name) for (name,) in connection.execute(_said(connection, statement), values))
