"""What an edition says about its sources: who has been failing for long, who is back, who came to an end or moved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from watcher.types import FailingSource, Memory, Reason, SourceChange, Trouble

LastTrouble = Callable[[str], Trouble | None]
"""How a source's last visit failed, as the store remembers it."""

_REFUSED = frozenset({401, 402, 403, 407, 451})
_GONE = frozenset({404, 410})
_SAME = {
    Reason.FORBIDDEN_ADDRESS: "address",
    Reason.BAD_ADDRESS: "address",
    Reason.PROTOCOL: "connection",
    Reason.KILLED: "unreadable",
}


def failing(
    titles: Mapping[str, str | None],
    memories: Mapping[str, Memory],
    until: datetime,
    after: timedelta,
    last_trouble: LastTrouble = lambda _: None,
) -> tuple[FailingSource, ...]:
    """Those that have failed for so long by `until`, the longest first. Paused and ended ones are not asked at all.

    `titles` are the user's names of the sources by id; where there is none, the feed's own stands in.
    """
    found = []
    for name, memory in memories.items():
        since = memory.failing_since
        if since is None or memory.paused or memory.ended is not None or until - since < after:
            continue
        trouble = last_trouble(name)
        reason, status = (trouble.reason, trouble.status) if trouble else (None, None)
        found.append(FailingSource(name, _title(titles, memory), since, memory.trouble or "", reason, status))
    return tuple(sorted(found, key=lambda source: (source.since, source.id)))


def changes(
    titles: Mapping[str, str | None],
    memories: Mapping[str, Memory],
    since: datetime,
    until: datetime,
    after: timedelta,
    shown: Callable[[str], str] = str,
) -> tuple[SourceChange, ...]:
    """What happened to sources in [since, until), each once: back after a failure as long as `after`, ended, moved.

    `shown` gives an address as it may be shown.
    """
    found: list[SourceChange] = []
    for name, memory in memories.items():
        title = _title(titles, memory)
        back, down = memory.recovered, memory.recovered_from
        is_back = back is not None and down is not None and back - down >= after and memory.failing_since is None
        if back is not None and is_back and since <= back < until:
            found.append(SourceChange(name, title, "recovered", back, since=down))
        if memory.ended is not None and since <= memory.ended < until:
            found.append(SourceChange(name, title, "ended", memory.ended))
        if memory.moved is not None and memory.moved_to is not None and since <= memory.moved < until:
            found.append(SourceChange(name, title, "moved", memory.moved, url=shown(memory.moved_to)))
    return tuple(sorted(found, key=lambda change: (change.at, change.id)))


def plain_reason(reason: Reason, status: int | None) -> str:
    """The word of the catalogues (`trouble.…`) that tells a reader what is wrong."""
    if reason is not Reason.STATUS:
        return _SAME.get(reason, reason.value)
    if status in _REFUSED:
        return "refused"
    if status in _GONE:
        return "gone"
    if status == 429:
        return "throttled"
    return "server-error" if status is not None and status >= 500 else "status"


def _title(titles: Mapping[str, str | None], memory: Memory) -> str:
    return titles.get(memory.source) or memory.title or memory.source
