"""What the jobs need from the edges, declared by the jobs: small protocols, passed in as arguments.

A job never imports an edge. `app` wires the real ones; tests pass scripted ones.
"""

from __future__ import annotations

from watcher.ports.archive import Store
from watcher.ports.edges import (
    Before,
    Channel,
    Clock,
    Encoder,
    Fetch,
    Held,
    Judge,
    Machine,
    Matcher,
    Nearest,
    Notify,
    Past,
    Post,
    Press,
    Send,
    Tasks,
    Wait,
    Workers,
)
from watcher.ports.history import Engine
from watcher.ports.writing import Writer

__all__ = [
    "Before",
    "Channel",
    "Clock",
    "Encoder",
    "Engine",
    "Fetch",
    "Held",
    "Judge",
    "Machine",
    "Matcher",
    "Nearest",
    "Notify",
    "Past",
    "Post",
    "Press",
    "Send",
    "Store",
    "Tasks",
    "Wait",
    "Workers",
    "Writer",
]
