"""An archive in a database of a PostgreSQL server. The one door to psycopg."""

from __future__ import annotations

from watcher.store.postgres.address import Address, read_address
from watcher.store.postgres.ground import PostgresGround, Served, open_ground

__all__ = ["Address", "PostgresGround", "Served", "open_ground", "read_address"]
