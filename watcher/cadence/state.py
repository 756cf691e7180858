"""How a source is doing, in a word that commands and pages share."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from watcher.types import Because, HostState, Memory

State = Literal["new", "ok", "missed", "failing", "resting", "paused", "ended"]
FAILING_AFTER = timedelta(days=3)  # so long must a source have failed to be called failing, where nobody says otherwise


def state_of(memory: Memory | None, host: HostState | None, now: datetime, after: timedelta = FAILING_AFTER) -> State:
    """`new`, `ok`, `missed` (did not answer last time), `failing` (not for `after`, as an edition names it), `resting`
    (its server asked for it), `paused`, `ended`."""
    if memory is None or (memory.visited is None and not memory.paused):
        return "new"
    if memory.ended:
        return "ended"
    if memory.paused:
        return "paused"
    asked_for = memory.because in (Because.RETRY_AFTER, Because.HOST_REST) and memory.due is not None
    if (asked_for and memory.due is not None and memory.due > now) or rests(host, now):
        return "resting"
    if not memory.failures:
        return "ok"
    return "failing" if has_failed_for(memory, now, after) else "missed"


def has_failed_for(memory: Memory, now: datetime, after: timedelta) -> bool:
    """Whether a source has failed for so long."""
    return memory.failing_since is not None and now - memory.failing_since >= after


def rests(host: HostState | None, now: datetime) -> bool:
    """Whether a host asked to be left alone for now."""
    return host is not None and host.rest_until is not None and host.rest_until > now
