"""How a source is doing, in a word that commands and pages share."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from watcher.types import Because, HostState, Memory

State = Literal["new", "ok", "failing", "resting", "paused", "ended"]


def state_of(memory: Memory | None, host: HostState | None, now: datetime) -> State:
    """`new`, `ok`, `failing`, `resting` (its server asked for it), `paused`, `ended`."""
    if memory is None or (memory.visited is None and not memory.paused):
        return "new"
    if memory.ended:
        return "ended"
    if memory.paused:
        return "paused"
    asked_for = memory.because in (Because.RETRY_AFTER, Because.HOST_REST) and memory.due is not None
    if (asked_for and memory.due is not None and memory.due > now) or rests(host, now):
        return "resting"
    return "failing" if memory.failures else "ok"


def rests(host: HostState | None, now: datetime) -> bool:
    """Whether a host asked to be left alone for now."""
    return host is not None and host.rest_until is not None and host.rest_until > now
