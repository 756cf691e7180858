"""The archive in a database. Importing this imports SQLAlchemy (0.5 s): commands do so where they need it."""

from __future__ import annotations

from watcher.store.archive import SqlStore
from watcher.store.locks import hold_daemon_lock, try_to_hold
from watcher.store.opening import open_store
from watcher.store.writer import SqlWriter

__all__ = ["SqlStore", "SqlWriter", "hold_daemon_lock", "open_store", "try_to_hold"]
